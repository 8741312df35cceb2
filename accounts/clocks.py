"""How a clock is written on the pages of one patient: as in the country of the diary."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

COUNTRY: ContextVar[str] = ContextVar("country", default="")


@contextmanager
def clock_of(country: str) -> Iterator[None]:
    """Write every clock as in this country."""
    token = COUNTRY.set(country)
    try:
        yield
    finally:
        COUNTRY.reset(token)


def forget_the_clock(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let no request write its clocks as the one before did."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with clock_of(""):
            return get_response(request)

    return middleware
