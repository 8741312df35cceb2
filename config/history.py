"""What is only ever added to: triggers in the database refuse to rewrite it (docs/adr/0100).

They are made by migrations, and again by `manage.py prepare` where one is missing: SQLite drops
them with the table when a migration remakes it.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

# Each table, and what may be noted in a row later.
HISTORY: dict[str, tuple[str, ...]] = {
    "accounts_auditentry": (),
    "accounts_visit": (),
    "diary_checkin": (),
    "diary_version": (),
    "diary_report": (),
    "diary_finding": (),
    "diary_call": (),
    "diary_look": (),
    "diary_photo": (),
    "diary_photoremoval": (),
    "diary_answer": (),
    "diary_appointmentnote": ("withdrawn",),
    "diary_medicine": ("withdrawn",),
    "diary_weight": ("withdrawn",),
    "diary_pumpevent": ("taken_back",),
}
ERASER = "accounts_eraser"


def missing_guards(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return what has to be run for every guard that is not there as it should be, by its name. A
    database that a migration has still to bring there lacks nothing."""
    if connection.vendor != "sqlite":
        return {}
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        there = dict(cursor.fetchall())
    if ERASER not in tables:
        return {}
    wanted = {
        name: words
        for table in HISTORY
        if table in tables
        for name, words in _guards(connection, table).items()
    }
    return {name: words for name, words in wanted.items() if there.get(name) != words}


def put_guards(connection: BaseDatabaseWrapper) -> None:
    """Make the guards that are not there as they should be."""
    missing = missing_guards(connection)
    with connection.cursor() as cursor:
        for name, words in missing.items():
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            cursor.execute(words)


def _guards(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    """Return two triggers of SQLite, by their names."""
    with connection.cursor() as cursor:
        columns = [
            row.name for row in connection.introspection.get_table_description(cursor, table)
        ]
    kept = ", ".join(f'"{name}"' for name in sorted(columns) if name not in HISTORY[table])
    updating = f"UPDATE OF {kept}" if HISTORY[table] else "UPDATE"
    return {
        f"{table}_not_updated": _trigger(f"{table}_not_updated", updating, table),
        f"{table}_not_deleted": _trigger(f"{table}_not_deleted", "DELETE", table),
    }


def _trigger(name: str, what: str, table: str) -> str:
    return (
        f'CREATE TRIGGER "{name}" BEFORE {what} ON "{table}" '  # noqa: S608 (our own names)
        f'WHEN NOT EXISTS (SELECT 1 FROM "{ERASER}") '
        f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
    )
