"""The rows of PostgreSQL as SQLite keeps them, and back, for config/images.py."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper

from config.backups import RefusedError, add_to_sum

PART = 2_000  # rows at a time
FEW, BYTES = 20, 17  # where a column is of this type of PostgreSQL's: a photo is large
PLAIN = {int, str, float, bytes, type(None)}
TO_SQLITE: dict[type, Callable[[Any], Any]] = {
    bool: int,
    UUID: lambda value: value.hex,
    datetime: lambda value: str(value.astimezone(UTC).replace(tzinfo=None)),
    date: str,
    time: str,
    Decimal: lambda value: int(value) if value == value.to_integral_value() else float(value),
    memoryview: bytes,
}
# By the type of the column there. All else goes over as the text or the number that it is.
TO_POSTGRESQL: dict[str, Callable[[Any], Any]] = {
    "bool": bool,
    "timestamptz": lambda text: f"{text}+00",
    "numeric": lambda number: Decimal(str(number)),
}


def rows_of(source: BaseDatabaseWrapper, table: str, names: list[str]) -> Iterator[tuple[Any, ...]]:
    """Yield every row as SQLite gives it back."""
    columns = ", ".join(f'"{name}"' for name in names)
    with source.chunked_cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{table}"')  # noqa: S608
        is_large = any(column.type_code == BYTES for column in cursor.description)
        while rows := cursor.fetchmany(FEW if is_large else PART):
            for row in rows:
                yield tuple(
                    value if type(value) in PLAIN else TO_SQLITE[type(value)](value)
                    for value in row
                )


class Column(NamedTuple):
    table: str
    name: str
    kind: str
    scale: int | None  # digits behind the point, of a number


def columns_of(target: BaseDatabaseWrapper) -> list[Column]:
    with target.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, udt_name, numeric_scale "
            "FROM information_schema.columns WHERE table_schema = current_schema()"
        )
        return [Column(*row) for row in cursor.fetchall()]


def load_table(image: sqlite3.Connection, cursor: Any, table: str, columns: list[Column]) -> None:
    names = ", ".join(f'"{column.name}"' for column in columns)
    readers = [TO_POSTGRESQL.get(column.kind, _same) for column in columns]
    rows = image.execute(f'SELECT {names} FROM "{table}"')  # noqa: S608
    try:
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(
                    [None if v is None else read(v) for read, v in zip(readers, row, strict=True)]
                )
    except psycopg.Error as error:  # a text with a character that it does not know, say
        raise RefusedError(f"PostgreSQL cannot hold a row of {table}.") from error
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND table_name = %s AND is_identity = 'YES'",
        [table],
    )
    for (counted,) in cursor.fetchall():
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, %s), max({counted})) "  # noqa: S608
            f'FROM "{table}" HAVING max({counted}) IS NOT NULL',
            [table, counted],
        )


def sum_of(rows: Iterable[tuple[Any, ...]], places: "dict[int, Column]") -> list[Any]:
    """Sum rows up. In these places stands JSON, whose keys may change their order on the way, or a
    number, of which SQLite may hold more digits than its column has."""
    said: list[Any] = [0, 0]
    for row in rows:
        values = list(row)
        for place, column in places.items():
            value = values[place]
            if value is None:
                continue
            if column.kind == "jsonb":  # a bare number is one in SQLite
                said_in_json = json.loads(value) if isinstance(value, str) else value
                values[place] = json.dumps(said_in_json, sort_keys=True)
            else:
                least = Decimal(1).scaleb(-(column.scale or 0))
                values[place] = str(Decimal(str(value)).quantize(least, ROUND_HALF_UP))
        add_to_sum(said, tuple(values))
    return [said[0], said[1] % 2**256]


def _same(value: Any) -> Any:
    return value
