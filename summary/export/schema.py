"""The JSON schema of an exported diary, made from the rows and the columns they stand for.

`diary.schema.json` is this, written down; a test compares the two, so that a column cannot
change the format unseen.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from diary.treatment.looks.strokes import HEIGHT, MOST_LINES, MOST_POINTS, WIDTH
from summary.export.as_json import FORMAT, VERSION
from summary.export.columns import RECORDS, Column, RowKind, type_of

Schema = dict[str, Any]

# From 1900 to 2200, because other years cannot be a diary's and trip calendars.
YEAR = "(19|20|21)[0-9]{2}"
DAY = f"{YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{6})?"
PATTERNS = {
    UUID: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    date: f"^{DAY}$",
    time: f"^{CLOCK}$",
    datetime: f"^{DAY}T{CLOCK}Z$",
}
MOST_ROWS = 100_000
MOST_LETTERS = 2000  # where the column does not say


def schema() -> Schema:
    said = _row(RECORDS)
    head = {"format": {"const": FORMAT}, "version": {"const": VERSION}}
    said["properties"] = {**head, **said["properties"]}
    said["required"] = [*head, *said["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A side-effect diary",
        "description": __doc__.split("\n")[0],
        **said,
    }


def _row(kind: RowKind) -> Schema:
    """Every name is needed and no other is known: what is empty says so."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(kind.parts),
        "properties": {
            name: _rows(part) if isinstance(part, RowKind) else _value(part)
            for name, part in kind.parts.items()
        },
    }


def _rows(kind: RowKind) -> Schema:
    if kind.is_many:
        return _list(_row(kind), MOST_ROWS)
    return {"anyOf": [{"type": "null"}, _row(kind)]} if kind.is_optional else _row(kind)


def _list(items: Schema, most: int) -> Schema:
    return {"type": "array", "items": items, "maxItems": most}


def _value(column: Column) -> Schema:
    said = _of_type(type_of(column), column)
    return {**said, "type": [said["type"], "null"]} if column.null else said


def _of_type(kind: type[Any], column: Any) -> Schema:
    if kind in PATTERNS:
        return {"type": "string", "pattern": PATTERNS[kind]}
    if kind is bool:
        return {"type": "boolean"}
    if kind is int:
        return _whole(32767)
    if kind is list:
        return _strokes()
    if kind is Decimal:
        whole = column.max_digits - column.decimal_places
        digits = f"^[0-9]{{1,{whole}}}[.][0-9]{{1,{column.decimal_places}}}$"
        return {"type": "string", "pattern": digits}
    if column.choices:
        blank = [""] if column.blank else []
        return {"enum": [*blank, *(str(value) for value, _ in column.flatchoices)]}
    return {"type": "string", "maxLength": column.max_length or MOST_LETTERS}


def _whole(most: int) -> Schema:
    return {"type": "integer", "minimum": 0, "maximum": most}


def _strokes() -> Schema:
    """Lines of points: across, down."""
    sides = [_whole(WIDTH), _whole(HEIGHT)]
    point = {"type": "array", "prefixItems": sides, "items": False, "minItems": len(sides)}
    return _list(_list(point, MOST_POINTS), MOST_LINES)
