"""What is handed over, as tidy tables: one for each kind of row, one row for each thing, with the
keys of what it hangs below."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID
from zoneinfo import ZoneInfo

from diary.judging.fever import measured_words, saved_line_of
from summary.export import Records, shapes
from summary.export.columns import TABLES, columns

KINDS = {
    str: "text",
    UUID: "id",
    bool: "yes or no",
    int: "number",
    Decimal: "number",
    date: "day",
    datetime: "moment",
    time: "time of day",
    tuple: "drawing",
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
    return tuple(_tables(Records, (), (), ""))


def rows(found: Records) -> Iterator[tuple[Table, list[list[Any]]]]:
    """Yield each table with its rows, as plain values in the order of its columns."""
    names = {author.id: author.name for author in found.authors}
    for table in tables():
        writer = _Writer(table, ZoneInfo(found.patient.zone), names)
        yield table, list(writer.rows(found, table.path, (), found.patient.zone))


def _tables(
    shape: type[Any], path: tuple[str, ...], keys: tuple[str, ...], parent: str
) -> Iterator[Table]:
    hints = get_type_hints(shape)
    for field in fields(shape):
        below = _row_in(hints[field.name])
        if below is None:
            continue
        name = f"{parent}_{field.name}" if parent else field.name
        here = (*path, field.name)
        is_many = get_origin(hints[field.name]) is tuple
        yield Table(name, keys, tuple(_columns(below, is_many=is_many)), here)
        yield from _tables(below, here, (*keys, _singular(field.name)), _singular(field.name))


def _row_in(hint: Any) -> type[Any] | None:
    """Return the kind of row that this field holds, one or many, if it holds any."""
    for part in (hint, *get_args(hint)):
        if isinstance(part, type) and is_dataclass(part):
            return part
    return None


def _singular(name: str) -> str:
    return name.removesuffix("s")


def _columns(shape: type[Any], *, is_many: bool) -> Iterator[Column]:
    hints, known = get_type_hints(shape), columns(shape) if shape in TABLES else {}
    names = [field.name for field in fields(shape)]
    if is_many and not {"id", "number"} & set(names):
        yield Column(POSITION, "number")
    for name in names:
        if _row_in(hints[name]) is not None:
            continue
        choices = tuple(known[name].choices or ()) if name in known else ()
        said = tuple((str(slug), str(label)) for slug, label in choices)
        yield Column(name, _kind(hints[name]), name, said)
        if _kind(hints[name]) == "moment":
            yield Column(f"{name}_local", "local moment", name)
        if name in AUTHORS:
            yield Column(f"{name}_name", "text", name)
    if shape is shapes.Report:
        yield Column(COUNTS_AS, "text", COUNTS_AS)


def _kind(hint: Any) -> str:
    if get_origin(hint) in (Union, UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    return KINDS[get_origin(hint) or hint]


@dataclass(frozen=True, slots=True)
class _Writer:
    table: Table
    tz: ZoneInfo
    names: dict[UUID, str]

    def rows(
        self, row: Any, path: tuple[str, ...], keys: tuple[Any, ...], zone: str
    ) -> Iterator[list[Any]]:
        """Follow the path down, gathering keys and the zone that holds there."""
        zone = getattr(row, "zone", zone)
        held = getattr(row, path[0])
        held = held if isinstance(held, tuple) else () if held is None else (held,)
        for position, one in enumerate(held, start=1):
            if len(path) > 1:
                yield from self.rows(one, path[1:], (*keys, _key(one, position)), zone)
            else:
                local = ZoneInfo(getattr(one, "zone", zone))
                cells = [self.cell(one, c, position, local, row) for c in self.table.columns]
                yield [*keys, *cells]

    def cell(self, row: Any, column: Column, position: int, local: ZoneInfo, above: Any) -> Any:
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


def _key(row: Any, position: int) -> Any:
    return getattr(row, "id", None) or getattr(row, "number", None) or position
