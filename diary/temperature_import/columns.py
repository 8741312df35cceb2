"""Which column holds what: a suggestion for the person who chooses, and nothing more."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from diary.temperature_import import moments
from diary.temperature_import.numbers import unit_in, value_of
from diary.temperature_import.text import FileSheet
from therapies.catalogue import catalogue
from therapies.urgency import is_possible

SHOWN = 24  # characters of an example
LOOKED_AT = 300  # lines, to recognise a column
ENOUGH = 0.5  # of its filled cells have to look like it
WORDS = re.compile(r"temp|°|fever|fieber|fièvre|celsius|fahrenheit", re.IGNORECASE)


class Suggestion(NamedTuple):
    """Columns by their place; None where nothing looks like it, "" where only a person can say."""

    day: int | None
    clock: int | None
    value: int | None
    unit_column: int | None
    unit: str
    orders: frozenset[str]  # in which the days can be read; empty where that does not matter
    is_said_by_line: bool  # the unit stands on the lines

    @property
    def order(self) -> str:
        return next(iter(self.orders)) if len(self.orders) == 1 else ""


def suggest(sheet: FileSheet) -> Suggestion:
    day = _best(sheet, moments.has_clock)
    clock = None
    if day is None:
        day = _best(sheet, moments.is_day)
        clock = _best(sheet, moments.is_clock, without=(day,))
    value = _best(sheet, _is_reading, without=(day, clock), named=WORDS)
    unit_column = _best(sheet, is_unit, without=(day, clock, value))
    said = unit_column is not None or any(_unit_beside(cell) for cell in cells(sheet, value))
    heading = unit_in(sheet.heading.cell(value)) if sheet.heading and value is not None else ""
    return Suggestion(
        day=day,
        clock=clock,
        value=value,
        unit_column=unit_column,
        unit="line" if said else heading,
        orders=frozenset(moments.needs_order(cells(sheet, day))),
        is_said_by_line=said,
    )


def names(sheet: FileSheet) -> list[tuple[str, str]]:
    """Return every column that holds anything: its number, its heading and its first example."""
    found = []
    for column in sheet.filled:
        heading = sheet.heading.cell(column) if sheet.heading else ""
        example = next(filter(None, cells(sheet, column)), "")
        words = (
            f"{heading} (such as {_cut(example)})" if heading and example else heading or example
        )
        found.append((str(column), f"{column + 1}: {_cut(words, 2 * SHOWN) or 'empty'}"))
    return found


def cells(sheet: FileSheet, column: int | None) -> list[str]:
    return [row.cell(column) for row in sheet.body] if column is not None else []


def is_unit(cell: str) -> bool:
    return bool(unit_in(cell)) and value_of(cell) is None


def _unit_beside(cell: str) -> bool:
    return bool(unit_in(cell)) and value_of(cell) is not None


def _is_reading(cell: str) -> bool:
    """A temperature that somebody can have, in either unit."""
    value = value_of(cell)
    rules = catalogue().rules
    return value is not None and any(is_possible(rules, value, unit) for unit in ("C", "F"))


def _best(
    sheet: FileSheet,
    fits: Callable[[str], bool],
    *,
    without: Iterable[int | None] = (),
    named: re.Pattern[str] | None = None,
) -> int | None:
    """Return the column that fits best; among equals one that is named so, then the first."""
    ranked = []
    for column in sheet.filled:
        filled = [cell for row in sheet.body[:LOOKED_AT] if (cell := row.cell(column))]
        share = sum(fits(cell) for cell in filled) / len(filled) if filled else 0.0
        if column in without or share < ENOUGH:
            continue
        heading = sheet.heading.cell(column) if sheet.heading else ""
        ranked.append((bool(named and named.search(heading)), share, -column))
    return -max(ranked)[2] if ranked else None


def _cut(text: str, length: int = SHOWN) -> str:
    return text if len(text) <= length else f"{text[:length]}…"
