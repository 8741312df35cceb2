"""The diary in PostgreSQL as a file of SQLite, and back: both databases have one form of backup,
and one way to restore it (docs/adr/0102).

The file has the tables that the migrations make there, those that were applied in PostgreSQL and no
others; then each row is copied with its values as Django keeps them in SQLite.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
from config.image_rows import columns_of, load_table, rows_of, sum_of
from config.sqlite.base import DatabaseWrapper

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
        for row in rows_of(source, table, names):
            add_to_sum(said, row)
            yield row

    image.executemany(into, noted())
    return [said[0], f"{said[1] % 2**256:064x}"]


def load_image(file: Path, target: BaseDatabaseWrapper) -> None:
    """Let PostgreSQL, whose tables are those of the file, hold what the file holds and nothing
    else; read it back and compare. Raises RefusedError, and then nothing was changed."""
    there = columns_of(target)
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
                load_table(image, cursor, table, [c for c in there if c.table == table])
        for table in tables:
            names = [row[1] for row in image.execute(f'PRAGMA table_info("{table}")')]
            kinds = {column.name: column for column in there if column.table == table}
            places = {
                n: kinds[name]
                for n, name in enumerate(names)
                if name in kinds and kinds[name].kind in ("jsonb", "numeric")
            }
            before = image.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            if sum_of(before, places) != sum_of(rows_of(target, table, names), places):
                raise RefusedError(f"PostgreSQL did not keep {table} as it is in the backup.")


def tables_of(database: BaseDatabaseWrapper) -> list[str]:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT tablename {HERE} ORDER BY tablename")
        return [name for (name,) in cursor.fetchall()]
