"""The drill: what was backed up comes back, and nothing else happens to it."""

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from config import backups
from config.backups import RefusedError
from tests.config.running import manage, prepare, run_in_django, serving

FILL = """
from accounts.models import User, Patient, Share
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
dad = User.objects.create_user("dad@example.org", "four quiet herons", name="Dad")
aunt = User.objects.create_user("aunt@example.org", "four quiet herons", name="Aunt")
ana = Patient.objects.create(owner=dad, name="Ana", birth_month=5, birth_year=2017,
    zone="Europe/London", unit="C", country="GB")
now = timezone.now()
Share.objects.create(patient=ana, user=aunt, role="reader", accepted=now, confirmed=now)
help = User.objects.create_user("help@example.org", "four quiet herons", name="Weekend help")
Share.objects.create(patient=ana, user=help, role="writer", accepted=now, confirmed=now)
session = SessionStore(); session["_auth_user_id"] = str(dad.pk); session.save()
"""
LATER = """
from accounts.models import Patient, Share
from django.utils import timezone
Share.objects.filter(role="reader").update(revoked=timezone.now())
Share.objects.filter(role="writer").update(role="reader", without_notes=True, until=timezone.now())
Patient.objects.update(name="Changed since")
"""
LOOK = """
from accounts.models import Patient, Share, AuditEntry
from django.contrib.sessions.models import Session
print(Patient.objects.get().name, Share.objects.active().count(),
    Share.objects.filter(role="reader", without_notes=True, revoked=None).count(),
    Session.objects.count(),
    AuditEntry.objects.filter(action="backup-restored").count())
"""


def small_database(file: Path) -> Path:
    with closing(sqlite3.connect(file)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, words TEXT)")
        made.executemany("INSERT INTO entry (words) VALUES (?)", [(f"day {n}",) for n in range(50)])
        made.execute("CREATE TABLE django_session (session_key TEXT PRIMARY KEY)")
        made.execute("INSERT INTO django_session VALUES ('a-key-to-an-open-session')")
        made.commit()
    return file


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return small_database(tmp_path / "diary.sqlite3")


@pytest.fixture
def backup(database: Path, tmp_path: Path) -> Path:
    backups.make_backup(database, tmp_path / "copy", key="k")
    return tmp_path / "copy"


def test_the_drill_brings_back_what_was_there_and_revives_no_access(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "copy"
    prepare(data)
    run_in_django(data, FILL)
    with serving(data):
        made = manage(data, "backup", str(file))
        assert made.returncode == 0, made.stderr
    run_in_django(data, LATER)
    done = manage(data, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert run_in_django(data, LOOK) == "Ana 0 1 0 1"
    (aside,) = data.glob("diary-until-*.sqlite3")
    with closing(sqlite3.connect(aside)) as old:
        assert old.execute("SELECT name FROM accounts_patient").fetchone() == ("Changed since",)


def test_a_running_diary_is_not_replaced_under_its_feet(database: Path, tmp_path: Path) -> None:
    (staged := tmp_path / "staged").write_bytes(small_database(tmp_path / "other").read_bytes())
    with closing(sqlite3.connect(database)) as worker:
        worker.execute("SELECT count(*) FROM entry").fetchone()
        with pytest.raises(RefusedError, match="Stop it first"):
            backups.put_in_place(staged, database)
        worker.execute("INSERT INTO entry (words) VALUES ('saved meanwhile')")
        worker.commit()
    with closing(sqlite3.connect(database)) as after:
        assert after.execute("SELECT count(*) FROM entry").fetchone() == (51,)


def test_a_memory_stick_takes_one_too(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(backups.os, "link", refuse)
    backups.make_backup(database, tmp_path / "copy", key="k")
    assert backups.read_backup(tmp_path / "copy")["format"] == "1"
    with pytest.raises(RefusedError, match="never overwrites"):
        backups.make_backup(database, tmp_path / "copy", key="k")


def test_a_damaged_database_does_not_stand_in_the_way(database: Path, tmp_path: Path) -> None:
    (staged := tmp_path / "staged").write_bytes(small_database(tmp_path / "other").read_bytes())
    database.write_bytes(b"not a database at all" * 500)
    Path(f"{database}-wal").write_bytes(b"left over")
    aside = backups.put_in_place(staged, database)
    assert aside
    assert aside.read_bytes().startswith(b"not a database")
    assert not Path(f"{database}-wal").exists()
    with closing(sqlite3.connect(database)) as after:
        assert after.execute("SELECT count(*) FROM entry").fetchone() == (50,)


def test_a_backup_is_for_its_owner_only_and_holds_no_session(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert b"a-key-to-an-open-session" not in backup.read_bytes()
    assert [path.name for path in backup.parent.glob(".copy*")] == []


def test_a_backup_never_overwrites_a_file(database: Path, tmp_path: Path) -> None:
    (taken := tmp_path / "taken").write_text("mine")
    with pytest.raises(RefusedError, match="exists already"):
        backups.make_backup(database, taken, key="k")
    assert taken.read_text() == "mine"


def test_a_copy_taken_while_somebody_writes_is_whole(database: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(database, timeout=30)) as writer:
            while not stop.is_set():
                writer.execute("INSERT INTO entry (words) VALUES (hex(randomblob(200)))")
                writer.commit()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        for number in range(5):
            backups.make_backup(database, tmp_path / f"copy-{number}", key="k")
            backups.read_backup(tmp_path / f"copy-{number}")
    finally:
        stop.set()
        writing.join()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("UPDATE entry SET words = 'other' WHERE id = 7", "does not hold what was backed up"),
        ("DELETE FROM entry WHERE id = 7", "does not hold what was backed up"),
        ("DROP TABLE entry", "does not hold what was backed up"),
        ("DROP TABLE backup_note", "was not made by the backup command"),
        ("UPDATE backup_note SET value = '2' WHERE name = 'format'", "does not know"),
    ],
)
def test_a_changed_backup_is_refused(backup: Path, fault: str, words: str) -> None:
    with closing(sqlite3.connect(backup)) as changed:
        changed.execute(fault)
        changed.commit()
    with pytest.raises(RefusedError, match=words):
        backups.read_backup(backup)


@pytest.mark.parametrize("spoil", ["cut", "scribble", "text", "missing"])
def test_a_damaged_file_is_refused(backup: Path, spoil: str) -> None:
    whole = backup.read_bytes()
    if spoil == "missing":
        backup.unlink()
    else:
        half = len(whole) // 2
        spoiled = {
            "cut": whole[:half],
            "scribble": whole[: half - 900] + b"\xff" * 1800 + whole[half + 900 :],
            "text": b"hello",
        }
        backup.write_bytes(spoiled[spoil])
    with pytest.raises(RefusedError):
        backups.read_backup(backup)


def test_a_copy_that_came_out_wrong_is_never_called_a_backup(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backups._write_note

    def lose_a_row(draft: Path, note: dict[str, str]) -> None:
        real(draft, note)
        with closing(sqlite3.connect(draft)) as copy:
            copy.execute("DELETE FROM entry WHERE id = 3")
            copy.commit()

    monkeypatch.setattr(backups, "_write_note", lose_a_row)
    with pytest.raises(RefusedError):
        backups.make_backup(database, tmp_path / "copy", key="k")
    assert not (tmp_path / "copy").exists()


def test_a_backup_of_a_newer_version_or_with_another_key_changes_nothing(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    for folder in (data, other):
        prepare(folder)
    run_in_django(other, FILL)
    assert manage(other, "backup", str(tmp_path / "copy")).returncode == 0
    before = (data / "diary.sqlite3").read_bytes()

    foreign_key = manage(data, "restore", str(tmp_path / "copy"))
    assert foreign_key.returncode != 0
    assert "another secret key" in foreign_key.stderr

    with closing(sqlite3.connect(other / "diary.sqlite3")) as newer:
        newer.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('diary', '9999_x', '2030')"
        )
        newer.commit()
    assert manage(other, "backup", str(tmp_path / "newer")).returncode == 0
    refused = manage(data, "restore", str(tmp_path / "newer"), "--without-key")
    assert refused.returncode != 0
    assert "newer version" in refused.stderr
    assert (data / "diary.sqlite3").read_bytes() == before

    lost = manage(data, "restore", str(tmp_path / "copy"), "--without-key")
    assert lost.returncode == 0, lost.stderr
    assert run_in_django(data, LOOK) == "Ana 2 0 0 1"
