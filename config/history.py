"""What is only ever added to: triggers in the database refuse to rewrite it (docs/adr/0100).

`manage.py prepare` makes those that are missing: all of PostgreSQL's at its first start, and in
SQLite, where migrations make them, those that went with a table that a migration remade.
"""

from collections.abc import Sequence

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


REFUSAL = "only ever added to"
# PostgreSQL's triggers call a function, which has to be there as it is written here.
FUNCTION = "refuse_to_rewrite"
BODY = f"""
BEGIN
  IF NOT EXISTS (SELECT 1 FROM {ERASER}) THEN
    RAISE EXCEPTION '% is {REFUSAL}', TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END
"""  # noqa: S608 (our own names)
MAKE_FUNCTION = (
    f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${BODY}$$"
)
THERE = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    # One that was switched off is as good as none; functions are in the same list.
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid, true) FROM pg_trigger "  # noqa: S608
    "WHERE tgenabled = 'O' AND NOT tgisinternal "
    "UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pg_function_is_visible(oid) "
    f"AND proname = '{FUNCTION}'",
}


def missing_guards(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return what has to be run for every guard that is not there as it should be, by its name. A
    database that a migration has still to bring there lacks nothing."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        cursor.execute(THERE[connection.vendor])
        there = dict(cursor.fetchall())
        if ERASER not in tables:
            return {}
        columns = {
            table: [c.name for c in connection.introspection.get_table_description(cursor, table)]
            for table in HISTORY
            if table in tables
        }
    is_sqlite = connection.vendor == "sqlite"
    missing = {}
    if not is_sqlite and there.get(FUNCTION) != BODY:
        missing[FUNCTION] = MAKE_FUNCTION
    for table, names in columns.items():
        wanted = _of_sqlite(table, names) if is_sqlite else _of_postgresql(table, names)
        missing |= {name: words for name, words in wanted.items() if there.get(name) != words}
    return missing


def put_guards(connection: BaseDatabaseWrapper) -> None:
    """Make the guards that are not there as they should be."""
    missing = missing_guards(connection)
    with connection.cursor() as cursor:
        for name, words in missing.items():
            if name != FUNCTION:
                on = "" if connection.vendor == "sqlite" else f" ON {_table_of(name)}"
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
            cursor.execute(words)


def _table_of(guard: str) -> str:
    return guard.partition("_not_")[0]


def _kept(table: str, columns: Sequence[str]) -> list[str]:
    """Return the columns that never change; none where no column does."""
    return [name for name in columns if name not in HISTORY[table]] if HISTORY[table] else []


def _of_sqlite(table: str, columns: Sequence[str]) -> dict[str, str]:
    """Return two triggers, by their names."""
    kept = ", ".join(f'"{name}"' for name in sorted(_kept(table, columns)))
    updating = f"UPDATE OF {kept}" if kept else "UPDATE"
    return {
        f"{table}_not_updated": _trigger(f"{table}_not_updated", updating, table),
        f"{table}_not_deleted": _trigger(f"{table}_not_deleted", "DELETE", table),
    }


def _trigger(name: str, what: str, table: str) -> str:
    return (
        f'CREATE TRIGGER "{name}" BEFORE {what} ON "{table}" '  # noqa: S608 (our own names)
        f'WHEN NOT EXISTS (SELECT 1 FROM "{ERASER}") '
        f"BEGIN SELECT RAISE(ABORT, '{table} is {REFUSAL}'); END"
    )


def _of_postgresql(table: str, columns: Sequence[str]) -> dict[str, str]:
    """Return three triggers, as PostgreSQL writes them itself: its columns are in their order."""
    kept = ", ".join(_kept(table, columns))
    guards = {
        "updated": (f"UPDATE OF {kept}" if kept else "UPDATE", "ROW"),
        "deleted": ("DELETE", "ROW"),
        "emptied": ("TRUNCATE", "STATEMENT"),
    }
    return {
        f"{table}_not_{done}": f"CREATE TRIGGER {table}_not_{done} BEFORE {what} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION {FUNCTION}()"
        for done, (what, each) in guards.items()
    }
