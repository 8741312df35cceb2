"""Writes a diary as one JSON file, by the schema in `diary.schema.json`.

The same diary gives the same bytes: nothing in it says when it was made. Its log says when the ones
before were.
"""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from summary.export import Records

FORMAT = "side-effect-diary"
VERSION = 1
HEAD = {"format": FORMAT, "version": VERSION}


def as_json(found: Records) -> bytes:
    """Return the file, with one line for each course, check-in and so on."""
    said = {**HEAD, **{name: getattr(found, name) for name in found.__slots__}}
    parts = (f"{_text(name)}: {_lines(value)}" for name, value in said.items())
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def plain(value: Any) -> Any:
    """Return a row as JSON has it: times in UTC, decimals as text so that 38.0 stays 38.0."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    return {name: plain(getattr(value, name)) for name in value.__slots__}


def _lines(value: Any) -> str:
    if isinstance(value, tuple) and value:
        return "[\n" + ",\n".join(map(_text, value)) + "\n]"
    return _text(value)


def _text(value: Any) -> str:
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False)
