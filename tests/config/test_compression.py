"""Pages travel compressed, and their length gives nothing away."""

from django.test import Client


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
