"""The diary in PostgreSQL as a file of SQLite, and back: both databases have one form of backup,
and one way to restore it (docs/adr/0102).

The file has the tables that the migrations make there, those that were applied in PostgreSQL and no
others; then each row is copied with its values as Django keeps them in SQLite.
"""

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from accounts.models import Eraser, erasing
from config.backups import (
    LEFT_OUT,
    RefusedError,
    Sums,
    add_to_sum,
    open_database,
    sums_of,
    tables_in,
)
from config.databases import sqlite
from config.sqlite.base import DatabaseWrapper

PART = 2_000  # rows at a time
FEW, BYTES = 20, 17  # where a column is of this type of PostgreSQL's: a photo is large
NOT_COPIED = (*LEFT_OUT, Eraser._meta.db_table)  # no row of the last can ever be seen
PATIENT = "SET LOCAL idle_in_transaction_session_timeout = 0"  # while the tables are made
RUNNING = "The diary is running. Stop it first, then restore."
HERE = "FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"


def place_of_file() -> Path:
    """Return where the database of SQLite is, or for PostgreSQL where its images are made."""
    if connection.vendor == "sqlite":
        return Path(str(settings.DATABASES["default"]["NAME"]))
    return Path(settings.DATA_DIR) / "diary.sqlite3"


@contextmanager
def database_file() -> Iterator[Path]:
    """Give the diary as a file of SQLite: the database itself, or an image of one moment of
    PostgreSQL, which is gone after the block. Raises RefusedError."""
    place = place_of_file()
    if connection.vendor == "sqlite":
        yield place
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = place.with_name(f".{place.name}-{secrets.token_hex(6)}")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(PATIENT)
            if not write_image(connection, file):
                raise RefusedError("There is no diary yet in the database of DATABASE_URL.")
        yield file
    finally:
        _remove(file)


@contextmanager
def held_still() -> Iterator[Path]:
    """Hold PostgreSQL for us alone and give the image of what it holds, to be kept; no file where
    it holds no diary. What is loaded within the block counts from its end on. Raises RefusedError
    while the diary runs."""
    file = settings.DATA_DIR / f"diary-until-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.sqlite3"
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_loaded = False
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(PATIENT)
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND application_name LIKE 'diary-%' "
                "AND application_name <> current_setting('application_name')"
            )
            if cursor.fetchone()[0]:
                raise RefusedError(RUNNING)
            try:
                # A server that is started now waits, and goes on with what was restored.
                for table in tables_of(connection):
                    cursor.execute(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE')
            except DatabaseError as error:
                raise RefusedError(RUNNING) from error
            write_image(connection, file)
            yield file
            is_loaded = True
    except BaseException:
        if not is_loaded:  # else nobody knows whether it counts: then this is the only copy
            _remove(file)
        raise


def _remove(file: Path) -> None:
    for rest in ("", "-wal", "-shm", "-journal"):
        Path(f"{file}{rest}").unlink(missing_ok=True)


@contextmanager
def standing_in(file: Path) -> Iterator[BaseDatabaseWrapper]:
    """Let a file of SQLite be the diary's database within the block."""
    real = connections["default"]
    made = connections.configure_settings({"default": sqlite(file.parent) | {"NAME": str(file)}})
    stand_in = DatabaseWrapper(made["default"], "default")
    if not real.in_atomic_block:
        real.close()
    connections["default"] = stand_in
    try:
        yield stand_in
    finally:
        stand_in.close()
        connections["default"] = real


def write_image(source: BaseDatabaseWrapper, file: Path) -> bool:
    """Write what this transaction sees to a new file, read it back and compare. False, and no file,
    where there is no diary yet. Raises RefusedError where a newer version of the code made it."""
    if "django_migrations" not in tables_of(source):
        return False
    with source.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    file.touch(mode=0o600, exist_ok=False)
    _make_tables(file, applied)
    there = set(tables_of(source))
    sums: Sums = {}
    with closing(open_database(file)) as image:
        image.execute("PRAGMA synchronous=OFF")
        image.execute("BEGIN")
        for table in tables_in(image):
            image.execute(f'DELETE FROM "{table}"')  # noqa: S608 (as all below: our own names)
            if table in there and table not in NOT_COPIED:
                sums[table] = _copy_table(source, image, table)
        image.execute("COMMIT")
        found = sums_of(image)
    if {name: found.get(name) for name in sums} != sums:
        raise RefusedError("The copy does not hold what is in the database.")
    return True


def _make_tables(file: Path, applied: set[tuple[str, str]]) -> None:
    with standing_in(file) as image:
        with image.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
        executor = MigrationExecutor(image)
        if newer := applied - set(executor.loader.disk_migrations or {}):
            names = ", ".join(sorted(f"{app} {name}" for app, name in newer))
            raise RefusedError(f"The database is of a newer version of the diary ({names}).")
        every = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
        plan = [step for step in every if (step[0].app_label, step[0].name) in applied]
        executor.migrate(None, plan=plan)
        with image.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")


def _copy_table(source: BaseDatabaseWrapper, image: sqlite3.Connection, table: str) -> list[Any]:
    names = [row[1] for row in image.execute(f'PRAGMA table_info("{table}")')]
    into = f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(names))})'  # noqa: S608
    said: list[Any] = [0, 0]

    def noted() -> Iterator[tuple[Any, ...]]:
        for row in _rows_of(source, table, names):
            add_to_sum(said, row)
            yield row

    image.executemany(into, noted())
    return [said[0], f"{said[1] % 2**256:064x}"]


def _rows_of(
    source: BaseDatabaseWrapper, table: str, names: list[str]
) -> Iterator[tuple[Any, ...]]:
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


def load_image(file: Path, target: BaseDatabaseWrapper) -> None:
    """Let PostgreSQL, whose tables are those of the file, hold what the file holds and nothing
    else; read it back and compare. Raises RefusedError, and then nothing was changed."""
    there = _columns_of(target)
    with closing(open_database(file, "ro")) as image, transaction.atomic():
        tables = [name for name in tables_in(image) if name not in NOT_COPIED]
        if lost := set(tables) - {column.table for column in there}:
            raise RefusedError(f"There is no place for {', '.join(sorted(lost))}.")
        with target.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what a migration has just written
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        with erasing(), target.cursor() as cursor:
            ours = set(tables_of(target)) & {*tables, *LEFT_OUT}  # none of another program
            cursor.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in sorted(ours)))
            for table in tables:
                _load_table(image, cursor, table, [c for c in there if c.table == table])
        for table in tables:
            names = [row[1] for row in image.execute(f'PRAGMA table_info("{table}")')]
            kinds = {column.name: column for column in there if column.table == table}
            places = {
                n: kinds[name]
                for n, name in enumerate(names)
                if name in kinds and kinds[name].kind in ("jsonb", "numeric")
            }
            before = image.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            if _sum(before, places) != _sum(_rows_of(target, table, names), places):
                raise RefusedError(f"PostgreSQL did not keep {table} as it is in the backup.")


def _sum(rows: Iterable[tuple[Any, ...]], places: "dict[int, _Column]") -> list[Any]:
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


class _Column(NamedTuple):
    table: str
    name: str
    kind: str
    scale: int | None  # digits behind the point, of a number


def _columns_of(target: BaseDatabaseWrapper) -> list[_Column]:
    with target.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, udt_name, numeric_scale "
            "FROM information_schema.columns WHERE table_schema = current_schema()"
        )
        return [_Column(*row) for row in cursor.fetchall()]


def _load_table(image: sqlite3.Connection, cursor: Any, table: str, columns: list[_Column]) -> None:
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


def _same(value: Any) -> Any:
    return value


def tables_of(database: BaseDatabaseWrapper) -> list[str]:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT tablename {HERE} ORDER BY tablename")
        return [name for (name,) in cursor.fetchall()]
