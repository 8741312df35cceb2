"""Faults of the proxy in front of the diary, told by their cause: a page and a line in the log."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import REASON_NO_REFERER
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.csrf import csrf_failure

logger = logging.getLogger(__name__)
# Logs drop what a message is filled with, and messages without a hole: the status fills one.
NO_PROTO = (
    "Refused (%s): the browser uses https, but X-Forwarded-Proto: https did not arrive. Let the "
    "proxy set it, on the same machine: see docs/deploy.md, HTTPS."
)
NO_REFERRER = (
    "Refused a form (%s): the browser does not say from which page it came. Does the proxy send "
    "Referrer-Policy: no-referrer? It has to be same-origin: see docs/deploy.md, HTTPS."
)
OTHER_ORIGIN = (
    "Refused a form (%s): the address in the browser is not the one in ORIGIN, or the proxy does "
    "not pass the Host header on: see docs/deploy.md, HTTPS."
)


class HttpsBehindProxyMiddleware:
    """Say so where the proxy hides https: else the redirect to https would never end. A browser
    sends `Sec-Fetch-Mode` and the cookies with `__Host-` over https only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._was_hidden: bool | None = None  # as far as this process has noted it

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_hidden = "Sec-Fetch-Mode" in request.headers or any(
            name.startswith("__Host-") for name in request.COOKIES
        )
        if not settings.SECURE_SSL_REDIRECT or request.is_secure() or not is_hidden:
            if request.is_secure():
                self._note(was_hidden=False)
            return self.get_response(request)
        logger.error(NO_PROTO, 500)
        self._note(was_hidden=True)
        headers = {"Cache-Control": "no-store"}
        page = render_to_string("proxy_no_proto.html")
        return HttpResponse(page, status=500, headers=headers)

    def _note(self, *, was_hidden: bool) -> None:
        """Leave a file for the doctor, until https was seen again."""
        if was_hidden is self._was_hidden:
            return
        with suppress(OSError):  # a full disk is told elsewhere
            _noted().touch() if was_hidden else _noted().unlink(missing_ok=True)
            self._was_hidden = was_hidden


def https_was_hidden() -> datetime | None:
    """Return when the proxy was first seen to hide https, if it has not been mended since."""
    try:
        return datetime.fromtimestamp(_noted().stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def _noted() -> Path:
    return Path(settings.DATA_DIR) / "https-was-hidden"


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Name the cause where a form was refused because of its origin."""
    origin = request.headers.get("Origin", "")
    if reason == REASON_NO_REFERER or origin == "null":
        logger.error(NO_REFERRER, 403)
        return render(request, "proxy_no_referrer.html", status=403)
    if reason.startswith(("Origin checking failed", "Referer checking failed")):
        logger.error(OTHER_ORIGIN, 403)
        return render(request, "proxy_other_origin.html", {"origin": settings.ORIGIN}, status=403)
    return csrf_failure(request, reason)
