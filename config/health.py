"""Whether the diary answers, and whether it is ready: one word for whoever asks, the rest for the
log. Nobody is asked who they are, and however often it is asked, the database is asked seldom."""

import logging
from collections.abc import Callable
from threading import Lock
from time import perf_counter

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.views.decorators.http import require_safe

from config.readiness import Fault, faults

logger = logging.getLogger(__name__)
PATHS = ("/healthz", "/readyz")
EVERY = 5  # seconds for which an answer holds


class HealthMiddleware:
    """Answer before https, the name of the host or a session is asked for: whoever looks after the
    diary on its own machine knows it by a number and speaks plain http."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in PATHS:
            return self.get_response(request)
        request.resolver_match = match = resolve(request.path_info)
        answer: HttpResponseBase = match.func(request)
        answer.headers["Cache-Control"] = "no-store"
        return answer


@login_not_required
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at."""
    return _answer("ok", 200)


@login_not_required
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    return _answer("ok", 200) if STATE.is_ready() else _answer("not ready", 503)


def _answer(word: str, status: int) -> HttpResponse:
    return HttpResponse(f"{word}\n", "text/plain", status)


class State:
    """What was found last. While one request looks, the others get the answer before."""

    def __init__(self) -> None:
        self._looking = Lock()
        self._until = 0.0
        self._found: list[Fault] | None = None

    def is_ready(self) -> bool:
        if perf_counter() >= self._until and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._until = perf_counter() + EVERY
                self._looking.release()
        return self._found == []

    def _look(self) -> None:
        found = faults()
        if found != (self._found or []):
            for fault in found:
                logger.error(f"Not ready (%s): {fault.what}: {fault.do}", 503)
            if not found:
                logger.warning("Ready again (%s)", 200)
        self._found = found


STATE = State()
