"""Pages travel compressed, and their length gives nothing away."""

import brotli
import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.compression import CompressionMiddleware, packed


def test_a_page_is_compressed_for_a_browser_that_takes_it(db: None) -> None:
    plain = Client().get("/urgent/")
    packed = Client().get("/urgent/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) * 3 < len(plain.content)


def test_the_length_of_a_compressed_page_gives_nothing_away(db: None) -> None:
    lengths = {
        len(Client().get("/urgent/", headers={"accept-encoding": "gzip"}).content)
        for _ in range(30)
    }
    assert len(lengths) > 5


BOTH = {"accept-encoding": "gzip, deflate, br, zstd"}


def test_a_page_is_packed_with_brotli_where_the_browser_takes_it(db: None) -> None:
    plain = Client().get("/urgent/")
    answer = Client().get("/urgent/", headers=BOTH)
    assert answer["Content-Encoding"] == "br"
    assert "Accept-Encoding" in answer["Vary"]
    assert int(answer["Content-Length"]) == len(answer.content)
    assert brotli.decompress(answer.content) == plain.content


@pytest.mark.parametrize("refused", ["gzip, br;q=0", "gzip, br; q=0.0", "gzip, brave"])
def test_a_browser_that_refuses_brotli_gets_gzip(db: None, refused: str) -> None:
    answer = Client().get("/urgent/", headers={"accept-encoding": refused})
    assert answer["Content-Encoding"] == "gzip"


def test_what_is_no_page_or_short_is_left_to_django(db: None) -> None:
    worker = Client().get("/sw.js", headers=BOTH)
    assert worker["Content-Encoding"] == "gzip"
    short = CompressionMiddleware(lambda _: HttpResponse("short"))
    assert "Content-Encoding" not in short(RequestFactory().get("/", headers=BOTH)).headers


def test_the_length_of_a_page_packed_with_brotli_gives_nothing_away(db: None) -> None:
    lengths = {len(Client().get("/urgent/", headers=BOTH).content) for _ in range(30)}
    assert len(lengths) > 5


@pytest.mark.parametrize("padding", [0, 1, 4, 64, 100, 256])
def test_padding_is_skipped_by_every_reader(padding: int) -> None:
    page = b"<p>nobody is watching</p>" * 40
    assert brotli.decompress(packed(page, padding=padding)) == page
    assert len(packed(page, padding=padding)) >= padding
