"""An applied migration is never edited, and the first released database still becomes today's.

A new migration is added to the list once it is final:
`sha256sum diary/migrations/0010_name.py >> tests/config/migrations.sha256`.
"""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.config.running import ROOT, manage

FROZEN = ROOT / "tests" / "config" / "migrations.sha256"
# Made once by accounts 0001 and diary 0001, with at least two rows in each of their tables.
FIRST_RELEASE = ROOT / "tests" / "config" / "first_release.sql"
APPS = ("accounts", "config", "diary", "reminders", "summary")
# Columns that a migration renamed or took away on purpose: "table.column": why its rows may differ.
CHANGED: dict[str, str] = {}
Columns = dict[str, dict[str, list[object]]]


def frozen() -> dict[str, str]:
    lines = FROZEN.read_text().splitlines()
    return {path: total for total, path in (line.split(maxsplit=1) for line in lines)}


def faults_in(listed: dict[str, str], root: Path) -> list[str]:
    """Say what to do about each migration that is not as it was listed."""
    files = {str(path.relative_to(root)): path for app in APPS for path in _migrations(root / app)}
    faults = [
        f"{path} was applied somewhere: bring it back" for path in listed if path not in files
    ]
    for path, file in files.items():
        if path not in listed:
            faults.append(
                f"{path} is new: run `sha256sum {path} >> tests/config/migrations.sha256`"
            )
        elif hashlib.sha256(file.read_bytes()).hexdigest() != listed[path]:
            faults.append(f"{path} was applied somewhere: bring it back, and add a new migration")
    return faults


def _migrations(app: Path) -> list[Path]:
    return sorted((app / "migrations").glob("0*.py"))


def test_an_applied_migration_is_never_edited() -> None:
    assert len(frozen()) >= 12
    assert faults_in(frozen(), ROOT) == []


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (lambda file: file.write_text("# edited\n"), "add a new migration"),
        (lambda file: file.unlink(), "bring it back"),
        (lambda file: file.with_name("0002_more.py").write_text(""), "is new: run `sha256sum"),
    ],
)
def test_an_edit_would_be_found(tmp_path: Path, plant: object, words: str) -> None:
    file = tmp_path / "diary" / "migrations" / "0001_initial.py"
    file.parent.mkdir(parents=True)
    file.write_text("operations = []\n")
    listed = {"diary/migrations/0001_initial.py": hashlib.sha256(file.read_bytes()).hexdigest()}
    assert faults_in(listed, tmp_path) == []
    plant(file)  # type: ignore[operator]
    (fault,) = faults_in(listed, tmp_path)
    assert words in fault


def rows_of(file: Path) -> Columns:
    """Return every column of the diary's own tables, in the order of the rows."""
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name.startswith(tuple(f"{app}_" for app in APPS))
        ]
        found: Columns = {}
        for table in tables:
            key = connection.execute(f"SELECT name FROM pragma_table_info('{table}') WHERE pk = 1")  # noqa: S608
            order = key.fetchone()[0]
            rows = connection.execute(f'SELECT * FROM "{table}" ORDER BY "{order}"').fetchall()  # noqa: S608
            found[table] = {
                name: [row[name] for row in rows] for name in (rows[0].keys() if rows else ())
            }
    return found


def lost_between(before: Columns, after: Columns) -> list[str]:
    return [
        f"{table}.{name}"
        for table, columns in before.items()
        for name, rows in columns.items()
        if f"{table}.{name}" not in CHANGED and after.get(table, {}).get(name) != rows
    ]


@pytest.mark.parametrize(
    "after", [{}, {"t": {}}, {"t": {"a": [1]}}, {"t": {"a": [2, 1]}}, {"t": {"a": [1, None]}}]
)
def test_a_lost_row_would_be_found(after: Columns) -> None:
    assert lost_between({"t": {"a": [1, 2]}}, after) == ["t.a"]


def test_the_first_released_database_becomes_todays_and_keeps_every_row(tmp_path: Path) -> None:
    file = tmp_path / "diary.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(FIRST_RELEASE.read_text())
    before = rows_of(file)
    assert {"accounts_user", "diary_checkin", "diary_report", "diary_finding"} <= set(before)
    assert all(len(rows) >= 2 for columns in before.values() for rows in columns.values())
    done = manage(tmp_path, "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    after = rows_of(file)
    lost = lost_between(before, after)
    assert not lost, f"{lost} changed on the way: is that meant? Then say why in CHANGED"
