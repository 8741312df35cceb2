"""A number for each request: in its answer, in each line of the log about it, and on the page that
says that something failed, so that somebody can read it out."""

import logging
import re
import secrets
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.logs import REQUEST_ID

logger = logging.getLogger(__name__)
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none is taken for another when read out
SHORT = 8
# As nginx and Caddy make them. No word fits in.
OF_A_PROXY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class RequestIdMiddleware:
    """It stands outermost, so that whatever is logged below has the number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = perf_counter()
        request.request_id = number = _number_of(request)  # type: ignore[attr-defined]
        token = REQUEST_ID.set(number)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = number
            if settings.LOGS == "json":
                _tell(request, response.status_code, perf_counter() - begun)
        finally:
            REQUEST_ID.reset(token)
        return response


def _number_of(request: HttpRequest) -> str:
    """Return the proxy's number, where the proxy that brings https gave one; else a new one."""
    given = request.headers.get("X-Request-ID", "")
    is_from_proxy = settings.HTTPS and request.is_secure() and OF_A_PROXY.fullmatch(given)
    return given if is_from_proxy else _new_number()


def _new_number() -> str:
    return "".join(LETTERS[byte % len(LETTERS)] for byte in secrets.token_bytes(SHORT))


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    access = {
        "view": page_of(request),
        "method": method_of(request),
        "status": status,
        "ms": round(1000 * seconds),
    }
    logger.info("Answered (%s)", status, extra={"access": access})


def page_of(request: HttpRequest) -> str:
    """Return the name of the address that was asked for; never the address."""
    match = request.resolver_match
    if match and match.view_name:
        return match.view_name
    return "static" if request.path_info.startswith(f"/{settings.STATIC_URL.strip('/')}/") else ""


def method_of(request: HttpRequest) -> str:
    """Return one of those there are: whoever asks may make up any other."""
    return request.method if request.method in METHODS else "OTHER"


def short_number() -> str:
    """Return what a page shows of the number of its request; empty outside of one."""
    return REQUEST_ID.get()[:SHORT]
