"""How pages travel: with brotli where the browser takes it, else with gzip."""

import re
import secrets

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

QUALITY = 6  # of 11: above it a page takes longer to compress than it is faster on its way
SHORTEST = 200  # bytes; shorter ones travel as they are, as with gzip
TAKES_BROTLI = re.compile(r"\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")


class CompressionMiddleware(GZipMiddleware):
    """Compress pages with brotli, and all else, or for all others, as Django does. Either way the
    length says nothing of what is inside: up to 100 bytes are added at random (BREACH)."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        takes = TAKES_BROTLI.search(request.headers.get("Accept-Encoding", ""))
        if takes and isinstance(response, HttpResponse) and _is_page(response):
            patch_vary_headers(response, ("Accept-Encoding",))
            response.content = packed(response.content, padding=secrets.randbelow(101))
            response.headers["Content-Encoding"] = "br"
            response.headers["Content-Length"] = str(len(response.content))
        return super().process_response(request, response)  # which leaves alone what is packed


def _is_page(response: HttpResponse) -> bool:
    """Whole in memory, without an ETag (no page has one), and not packed yet."""
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    is_packed = "Content-Encoding" in response.headers or "ETag" in response.headers
    return is_html and not is_packed and len(response.content) >= SHORTEST


def packed(page: bytes, *, padding: int) -> bytes:
    """Return the page as brotli, and in it that many bytes (at most 256) which every reader skips:
    a block of metadata (RFC 7932, 9.2)."""
    stream = brotli.Compressor(mode=brotli.MODE_TEXT, quality=QUALITY)
    whole: bytes = stream.process(page) + stream.flush()
    if padding:
        # Not the last block, no length of data, metadata, whose length takes one byte.
        whole += (0b010110 | (padding - 1) << 6).to_bytes(2, "little") + bytes(padding)
    end: bytes = stream.finish()
    return whole + end
