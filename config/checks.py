"""Refuses a database that could lose what was acknowledged as saved."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Warned
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from config.history import missing_guards

FULL = 2
SAFE = {
    "synchronous_commit": ("on", "remote_apply"),
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "server_encoding": ("UTF8",),
}
# WAL needs memory shared between processes, which no network filesystem gives.
NETWORK_FILESYSTEMS = ("nfs", "cifs", "smb", "fuse.sshfs", "fuse.davfs", "davfs", "afs", "ceph")


@register(Tags.database)
def saved_means_on_disk(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report every opened database with settings under which a power cut loses entries."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        found += [Error(words, id="config.E001") for words in unsafe(connections[alias])]
    return found


@register(Tags.database)
def nothing_is_rewritten(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report a guard of the history that is not there; `manage.py prepare` brings it back."""
    names = [name for alias in databases or () for name in missing_guards(connections[alias])]
    hint = "Run manage.py prepare"
    return [Warned(f"{name} is missing", hint=hint, id="config.W001") for name in names]


def unsafe(connection: BaseDatabaseWrapper) -> list[str]:
    """Say what is unsafe about this database as it is really open, whatever the settings say."""
    kind = _unsafe_sqlite if connection.vendor == "sqlite" else _unsafe_server
    return kind(connection)


def _unsafe_server(connection: BaseDatabaseWrapper) -> list[str]:
    """What was acknowledged is on the server's disk, and on that of its synchronous standby."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(SAFE)])
        found = dict(cursor.fetchall())
    return [
        f"PostgreSQL runs with {name}={found[name]}, not {safe[0]}"
        for name, safe in SAFE.items()
        if found[name] not in safe
    ]


def _unsafe_sqlite(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
        file = cursor.execute("PRAGMA database_list").fetchone()[2]
    if not file:  # in memory: a test database
        return []
    words = []
    if journal != "wal":
        words.append(f"SQLite runs with journal_mode={journal}, not WAL: {file}")
    if synchronous < FULL:
        words.append(f"SQLite runs with synchronous={synchronous}, not FULL: {file}")
    kind = filesystem_of(Path(file))
    if kind.startswith(NETWORK_FILESYSTEMS):
        words.append(f"SQLite cannot lock a database on a network filesystem ({kind}): {file}")
    return words


def close_pool(connection: BaseDatabaseWrapper) -> None:
    """Close those that PostgreSQL's wrapper keeps."""
    if connection.vendor == "postgresql":
        cast(Any, connection).close_pool()


def filesystem_of(file: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str:
    """Return the kind of filesystem that holds a file; empty where the system does not say."""
    if not mounts.exists():
        return ""
    best, kind = -1, ""
    for line in mounts.read_text().splitlines():
        before, _, after = line.partition(" - ")
        point = before.split()[4].replace("\\040", " ")
        # A later mount on the same point covers the earlier one.
        if file.resolve().is_relative_to(point) and len(point) >= best:
            best, kind = len(point), after.split()[0]
    return kind


def refuse_unsafe_database() -> None:
    """Stop the web server before it takes the first entry into a database that may lose it."""
    from config.errors import start_words  # needs every app loaded

    connection = connections["default"]
    try:
        words = unsafe(connection)
        words += [
            f"{name} is missing: run manage.py prepare" for name in missing_guards(connection)
        ]
        if words:
            raise ImproperlyConfigured("; ".join(words))
    except DatabaseError as error:
        if sentence := start_words(error):
            raise SystemExit(sentence) from error
        raise
    finally:
        connection.close()  # a connection must not be carried into forked workers
        close_pool(connection)
