"""Requests that no page would send: every form of every page, filled in by somebody hostile."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from hypothesis import strategies as st

from tests.config.addresses import Address
from tests.config.matrix import as_if_never
from tests.config.rendered import TOKEN, Form

Place = tuple[Address, dict[str, Any]]
NASTY = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "\u202eabc\u2066",
    "\ufeff\u200b",
    "\U0001f9ec" * 9,
    "e\u0301" * 40,
    "0",
    "-1",
    "9" * 19,
    "9" * 400,
    "1e400",
    "-1e-400",
    "NaN",
    "-Infinity",
    "0x1F",
    "٣٧٫٥",
    "37,2",
    "½",
    "true",
    "null",
    "[]",
    "{}",
    '{"a": [1, {"b": null}]}',
    "[[" * 400,
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-11-20T10:00:00+99:99",
    "0000-00-00",
    "24:00",
    "23:59:60",
    "00000000-0000-0000-0000-000000000000",
    "not-a-uuid",
    "{" + "0" * 36 + "}",
    "../../etc/passwd",
    "%00",
    "%s%n{0}",
    "{{ 7*7 }}",
    "'; DROP TABLE x;--",
    "<script>alert(1)</script>",
    "//evil.example",
    "javascript:alert(1)",
    "\r\nX-Header: 1",
    "x" * 6_000,
    "\t=1+1",
]
FILES = [
    b"",
    b"\x00" * 50,
    b"\x89PNG\r\n\x1a\n" + b"\xff" * 64,
    b"\xff\xd8\xff\xe0" + b"\x00" * 64,
    b"GIF89a" + b"\xff" * 20,
    b"time,temperature\n2026-11-20 10:00,37.2\n",
    b"\xef\xbb\xbf\xff\xfe;;\n;;;",
    b'{"patient": null}',
    b"[" * 5_000,
    b"9" * 5_000,
]
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.datetimes().map(str),
    st.uuids().map(str),
)
names = st.sampled_from(["HX-Request", "Accept-Language", "Referer", "If-None-Match", "Range"])
headers = st.dictionaries(
    names, st.sampled_from(["true", "de", "*", "xx-YY;q=9", "//x", "bytes=0-", "é"]), max_size=2
)


@dataclass(frozen=True)
class Asked:
    """One request, as it can be sent again."""

    method: str
    path: str
    body: bytes
    kind: str
    headers: dict[str, str]

    def send(self, client: Client) -> Any:
        with as_if_never(client):
            answer = client.generic(
                self.method, self.path, self.body, content_type=self.kind, headers=self.headers
            )
            if answer.streaming:
                b"".join(answer)
            answer.close()
        return answer


URLENCODED = "application/x-www-form-urlencoded"


def urlencoded(pairs: Iterable[tuple[str, str]]) -> str:
    """Encode as a browser does, and what no browser could: half of a surrogate pair."""
    return "&".join(
        "=".join(quote_plus(part.encode("utf-8", "surrogatepass")) for part in pair)
        for pair in pairs
    )


@st.composite
def filled(draw: st.DrawFn, forms: list[Form]) -> Asked:
    """Return a form with a few of its fields changed, doubled, left out or of another kind."""
    form = draw(st.sampled_from(forms))
    answers = {name: value for name, value in form.answers().items() if name != TOKEN}
    pairs: list[tuple[str, Any]] = [
        (name, one)
        for name, value in answers.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    fields = list(form.fields.values())
    for one in draw(st.lists(st.sampled_from(fields), max_size=4)) if fields else ():
        others = st.sampled_from(one.choices) if one.choices else texts
        value = draw(st.one_of(texts, texts, others))
        how = draw(st.sampled_from(["other", "other", "other", "twice", "none", "array", "file"]))
        if how != "twice":
            pairs = [pair for pair in pairs if pair[0] != one.name]
        if how == "array":
            pairs += [(f"{one.name}[]", value), (f"{one.name}[0]", value)]
        elif how == "file" or (one.kind == "file" and how != "none"):
            content = draw(st.one_of(st.sampled_from(FILES), st.binary(max_size=60)))
            pairs.append(
                (
                    one.name,
                    SimpleUploadedFile(
                        draw(st.sampled_from(["a.jpg", "a.csv", "\x00", "é" * 99])), content
                    ),
                )
            )
        elif how != "none":
            pairs.append((one.name, value))
    return _request(form, pairs, draw(headers))


def _request(form: Form, pairs: list[tuple[str, Any]], more: dict[str, str]) -> Asked:
    plain = [(name, value) for name, value in pairs if isinstance(value, str)]
    if form.method == "get":
        return Asked("GET", f"{form.action}?{urlencoded(plain)}", b"", URLENCODED, more)
    if len(plain) == len(pairs):
        return Asked("POST", form.action, urlencoded(plain).encode(), URLENCODED, more)
    several: dict[str, list[Any]] = {}
    for name, value in pairs:
        said = value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        several.setdefault(name, []).append(said)
    body = encode_multipart(BOUNDARY, several)
    return Asked("POST", form.action, body, MULTIPART_CONTENT, more)


@st.composite
def addressed(
    draw: st.DrawFn, places: list[tuple[Address, dict[str, Any]]], asked: list[str]
) -> Asked:
    """Return an address with one of its parts, or a question, that nobody would write."""
    address, ids = draw(st.sampled_from(places))
    said = dict(ids)
    path = address.path(said)
    if address.arguments and draw(st.booleans()):
        name = draw(st.sampled_from(address.arguments))
        nasty = quote_plus(draw(texts).encode("utf-8", "surrogatepass"))
        path = path.replace(str(said[name]), nasty, 1)
    questions = st.lists(st.tuples(st.sampled_from(asked), texts), max_size=3)
    method = draw(st.sampled_from(["GET", "GET", "GET", "POST", "HEAD"]))
    return Asked(method, f"{path}?{urlencoded(draw(questions))}", b"", URLENCODED, draw(headers))


class Failures:
    """Hears of every exception that a view lets out."""

    def __enter__(self) -> "Failures":
        self.heard: list[Any] = []
        got_request_exception.connect(self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        got_request_exception.disconnect(self._hear)

    def _hear(self, **_: Any) -> None:
        self.heard.append(sys.exc_info()[1])
