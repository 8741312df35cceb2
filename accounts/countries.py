"""Countries with their time zones, from the tables inside the tzdata package, and the country whose
clock is written on the pages of one patient."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files

from django.http import HttpRequest, HttpResponse

Choices = list[tuple[str, str]]
COUNTRY: ContextVar[str] = ContextVar("country", default="")


@cache
def countries() -> Choices:
    """ISO codes with plain names, in the order of the names."""
    return sorted(((code, name) for code, name in _rows("iso3166.tab")), key=lambda place: place[1])


@cache
def zones() -> list[tuple[str, Choices]]:
    """Every zone that somebody lives in, grouped by continent, under the name of its city."""
    groups: dict[str, Choices] = {}
    for name in sorted({row[2] for row in _rows("zone.tab")}):
        continent, _, city = name.partition("/")
        groups.setdefault(continent, []).append((name, city.replace("_", " ").replace("/", ", ")))
    return sorted(groups.items())


@cache
def zones_of(country: str) -> list[str]:
    """The zones of one country; several where it is wide."""
    return [row[2] for row in _rows("zone.tab") if row[0] == country]


@cache
def zone_names() -> frozenset[str]:
    return frozenset(name for _, group in zones() for name, _ in group)


def _rows(table: str) -> list[list[str]]:
    text = (files("tzdata") / "zoneinfo" / table).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


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
