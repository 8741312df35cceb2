"""The JSON schema of an exported diary, made from the rows and the columns they stand for.

`diary.schema.json` is this, written down; a test compares the two, so that a column cannot
change the format unseen.
"""

from dataclasses import fields
from datetime import date, datetime, time
from decimal import Decimal
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.db.models import CharField, DecimalField, Field, PositiveSmallIntegerField, TextField

from diary.looks.strokes import HEIGHT, MOST_LINES, MOST_POINTS, WIDTH
from summary.export.as_json import FORMAT, VERSION
from summary.export.columns import TABLES, columns
from summary.export.shapes import Author, Cited, LookAnswer, Records

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
# What has no column of its own to say how long it may be.
LENGTHS = {Author: 254, LookAnswer: 500, Cited: 500}
MOST_ROWS = 100_000
ORDER = ("patient", "period", "authors")


def schema() -> Schema:
    said = _row(Records)
    head = {"format": {"const": FORMAT}, "version": {"const": VERSION}}
    said["properties"] = {**head, **said["properties"]}
    said["required"] = [*head, *said["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A side-effect diary",
        "description": __doc__.split("\n")[0],
        **said,
    }


def _row(shape: type[Any]) -> Schema:
    """Every name is needed and no other is known: what is empty says so."""
    known = columns(shape) if shape in TABLES else {}
    hints = get_type_hints(shape)
    names = [field.name for field in fields(shape)]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": names,
        "properties": {n: _value(hints[n], known.get(n), LENGTHS.get(shape)) for n in names},
    }


def _value(hint: Any, column: "Field[Any, Any] | None", longest: int | None) -> Schema:
    if get_origin(hint) in {Union, UnionType}:
        only = next(one for one in get_args(hint) if one is not type(None))
        said = _value(only, column, longest)
        # The other words of a schema say nothing about null, but those of an object do.
        is_row = said["type"] == "object"
        return (
            {"anyOf": [{"type": "null"}, said]}
            if is_row
            else {**said, "type": [said["type"], "null"]}
        )
    if get_origin(hint) is tuple:
        return _list(hint, column)
    if hint in PATTERNS:
        return {"type": "string", "pattern": PATTERNS[hint]}
    if hint is bool:
        return {"type": "boolean"}
    if hint is int:
        return {"type": "integer", "minimum": 0, "maximum": _largest(column)}
    if hint is Decimal:
        return {"type": "string", "pattern": _digits(column)}
    if hint is str:
        return _text(column, longest)
    return _row(hint)


def _list(hint: Any, column: "Field[Any, Any] | None") -> Schema:
    of, *more = get_args(hint)
    if more and more[0] is not Ellipsis:  # a point of a line: across, down
        sides = [{"type": "integer", "minimum": 0, "maximum": most} for most in (WIDTH, HEIGHT)]
        return {"type": "array", "prefixItems": sides, "items": False, "minItems": len(sides)}
    most = MOST_ROWS
    if column is not None and column.name == "strokes":
        return {"type": "array", "items": _value(of, None, None), "maxItems": MOST_LINES}
    if get_origin(of) is tuple:
        most = MOST_POINTS
    return {"type": "array", "items": _value(of, None, None), "maxItems": most}


def _text(column: "Field[Any, Any] | None", longest: int | None) -> Schema:
    if isinstance(column, CharField | TextField):
        longest = column.max_length
        if column.choices:
            blank = [""] if column.blank else []
            return {"enum": [*blank, *(str(value) for value, _ in column.flatchoices)]}
    return {"type": "string", "maxLength": longest or 2000}


def _largest(column: "Field[Any, Any] | None") -> int:
    return 32767 if isinstance(column, PositiveSmallIntegerField) else 9999


def _digits(column: "Field[Any, Any] | None") -> str:
    if not isinstance(column, DecimalField):
        raise TypeError(column)
    whole = column.max_digits - column.decimal_places
    return f"^[0-9]{{1,{whole}}}[.][0-9]{{1,{column.decimal_places}}}$"
