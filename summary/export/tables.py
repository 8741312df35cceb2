"""What is handed over, as tidy tables: one for each kind of row, one row for each thing, with the
keys of what it hangs below."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from diary.judging.fever import measured_words, saved_line_of
from diary.models import Report
from summary.export import Records, Row
from summary.export.columns import RECORDS, RowKind, type_of

KINDS = {
    str: "text",
    UUID: "id",
    bool: "yes or no",
    int: "number",
    Decimal: "number",
    date: "day",
    datetime: "moment",
    time: "time of day",
    list: "drawing",
}
# What tells one row from its neighbours, where it has no number of its own.
POSITION = "position"
AUTHORS = ("by", "user")
# What a temperature comes to, in the words of every page; no column of the database.
COUNTS_AS = "counts_as"


@dataclass(frozen=True, slots=True)
class Column:
    """`source` is its name in the row it comes from; `choices` is what may stand in it."""

    name: str
    kind: str
    source: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    keys: tuple[str, ...]  # of what its rows hang below
    columns: tuple[Column, ...]
    path: tuple[str, ...]  # the fields that lead to it


@cache
def tables() -> tuple[Table, ...]:
    """Return every table, whether it has rows or not."""
    return tuple(_tables(RECORDS, (), (), ""))


def rows(found: Records) -> Iterator[tuple[Table, list[list[Any]]]]:
    """Yield each table with its rows, as plain values in the order of its columns."""
    names = {author.id: author.name for author in found.authors}
    for table in tables():
        writer = _Writer(table, ZoneInfo(found.patient.zone), names)
        yield table, list(writer.rows(found, table.path, (), found.patient.zone))


def _tables(
    kind: RowKind, path: tuple[str, ...], keys: tuple[str, ...], parent: str
) -> Iterator[Table]:
    for name, below in kind.below.items():
        here, key = (*path, name), name.removesuffix("s")
        yield Table(f"{parent}_{name}" if parent else name, keys, tuple(_columns(below)), here)
        yield from _tables(below, here, (*keys, key), key)


def _columns(kind: RowKind) -> Iterator[Column]:
    if kind.is_many and not {"id", "number"} & set(kind.columns):
        yield Column(POSITION, "number")
    for name, column in kind.columns.items():
        if name in kind.below:
            continue
        values = KINDS[type_of(column)]
        choices = tuple((str(slug), str(label)) for slug, label in column.flatchoices)
        yield Column(name, values, name, choices)
        if values == "moment":
            yield Column(f"{name}_local", "local moment", name)
        if name in AUTHORS:
            yield Column(f"{name}_name", "text", name)
    if kind.model is Report:
        yield Column(COUNTS_AS, "text", COUNTS_AS)


@dataclass(frozen=True, slots=True)
class _Writer:
    table: Table
    tz: ZoneInfo
    names: dict[UUID, str]

    def rows(
        self, row: Row, path: tuple[str, ...], keys: tuple[Any, ...], zone: str
    ) -> Iterator[list[Any]]:
        """Follow the path down, gathering keys and the zone that holds there."""
        zone = getattr(row, "zone", "") or zone
        held = getattr(row, path[0])
        held = held if isinstance(held, tuple) else () if held is None else (held,)
        for position, one in enumerate(held, start=1):
            if len(path) > 1:
                yield from self.rows(one, path[1:], (*keys, _key(one, position)), zone)
            else:
                local = ZoneInfo(getattr(one, "zone", "") or zone)
                cells = [self.cell(one, c, position, local, row) for c in self.table.columns]
                yield [*keys, *cells]

    def cell(self, row: Row, column: Column, position: int, local: ZoneInfo, above: Row) -> Any:
        if column.name == POSITION:
            return position
        if column.name == COUNTS_AS:
            return measured_words(row, saved_line=saved_line_of(above))
        value = getattr(row, column.source)
        if column.kind == "text" and column.name != column.source:
            return self.names[value]
        if isinstance(value, datetime):
            tz = local if column.kind == "local moment" else UTC
            return (
                value.astimezone(tz).isoformat().replace("+00:00", "Z" if tz is UTC else "+00:00")
            )
        return value


def _key(row: Row, position: int) -> Any:
    return getattr(row, "id", None) or getattr(row, "number", None) or position
