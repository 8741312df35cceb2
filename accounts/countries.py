"""Countries and time zones, from the tables inside the tzdata package."""

from functools import cache
from importlib.resources import files

Choices = list[tuple[str, str]]


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
