"""What is deleted is gone from every file of the diary, and comes back with no backup."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from summary.erasure.ledger import FILE, lines_in
from tests.config.running import manage, prepare, run_in_django, serving
from tests.config.world import CANARY

FILL = """
from accounts.models import User
from tests.config.canaries import fill_every_text
fill_every_text(User.objects.create_user("dad@example.org", None, name="Dad"), "Bo")
"""
# A friend, who was only made to wait for a yes, is somebody else's account.
ASK = """
from accounts.models import Patient, User
from summary.erasure.actions import ask_for_diary, ask_for_account
User.objects.filter(email__startswith="friend").delete()
dad = User.objects.get(email="dad@example.org")
ask_for_diary(Patient.objects.get(), by=dad)
"""
KEEP = """
from accounts.models import Erasure, Patient
from summary.erasure.actions import keep
keep(Erasure.objects.get(), by=Patient.objects.get().owner)
"""
OVER = """
from datetime import timedelta
from accounts.models import Erasure
for one in Erasure.objects.waiting():
    one.due -= timedelta(days=9)
    one.save()
"""
COUNT = """
from accounts.models import Patient, User
print(Patient.objects.count(), User.objects.count())
"""


def holding(folder: Path, *more: Path) -> list[str]:
    """Name every file that has a canary in it."""
    files = [path for path in folder.rglob("*") if path.is_file() and "static" not in path.parts]
    return sorted(path.name for path in (*files, *more) if CANARY.encode() in path.read_bytes())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    prepare(data := tmp_path / "data")
    run_in_django(data, FILL)
    return data


def test_no_byte_of_a_deleted_diary_is_left_while_the_server_runs(data: Path) -> None:
    with serving(data) as server:
        # A connection stays open, as in every thread of the server: its log is not thrown away.
        with closing(sqlite3.connect(data / "diary.sqlite3")) as reader:
            reader.execute("SELECT count(*) FROM accounts_patient").fetchone()
            assert server.get("/")[0] == 200
            assert "diary.sqlite3" in holding(data)
            run_in_django(data, ASK + OVER)
            assert "diary.sqlite3" in holding(data)
            done = manage(data, "erase_due")
            assert (done.returncode, done.stdout) == (0, "Deleted: 1 thing.\n"), done.stderr
            assert (data / "diary.sqlite3-wal").exists()
            assert holding(data, server.log) == []
        assert server.get("/")[0] == 200
    assert holding(data) == []
    assert run_in_django(data, COUNT) == "0 1"
    with closing(sqlite3.connect(data / "diary.sqlite3")) as after:
        assert after.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert after.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_check_finds_what_was_only_deleted_and_not_swept(data: Path) -> None:
    with closing(sqlite3.connect(data / "diary.sqlite3")) as careless:
        careless.execute("PRAGMA secure_delete=OFF")
        careless.execute("DELETE FROM diary_emergencynote")
        careless.execute("DELETE FROM diary_contact")
        careless.commit()
        assert "diary.sqlite3" in holding(data)


def test_starting_the_diary_deletes_what_is_due(data: Path) -> None:
    run_in_django(data, ASK + OVER)
    assert manage(data, "prepare", "--quiet").returncode == 0
    assert run_in_django(data, COUNT) == "0 1"
    assert holding(data) == []


def test_an_older_backup_brings_nothing_back(data: Path, tmp_path: Path) -> None:
    backup = tmp_path / "copy"
    assert manage(data, "backup", str(backup)).returncode == 0
    run_in_django(data, ASK + OVER)
    assert manage(data, "erase_due").returncode == 0
    ledger = data / FILE
    assert CANARY not in ledger.read_text()
    assert ledger.stat().st_mode & 0o077 == 0
    done = manage(data, "restore", str(backup))
    assert done.returncode == 0, done.stderr
    # The account was not deleted, and neither was the friend's, who has nothing to do with it.
    assert run_in_django(data, COUNT) == "0 2"
    (restored,) = data.glob("diary.sqlite3")
    assert b"Call now" not in restored.read_bytes()
    assert {line.kind for line in lines_in(ledger)} == {"diary"}


@pytest.mark.parametrize("lost", ["ledger", "database"])
def test_either_the_ledger_or_the_old_database_is_enough(
    data: Path, tmp_path: Path, lost: str
) -> None:
    backup = tmp_path / "copy"
    assert manage(data, "backup", str(backup)).returncode == 0
    run_in_django(data, ASK + OVER)
    assert manage(data, "erase_due").returncode == 0
    if lost == "ledger":
        (data / FILE).unlink()
    else:
        for file in data.glob("diary.sqlite3*"):
            file.unlink()
    assert manage(data, "restore", str(backup)).returncode == 0
    assert run_in_django(data, COUNT).split()[0] == "0"


def test_a_backup_carries_the_ledger_to_another_machine(data: Path, tmp_path: Path) -> None:
    old, new, there = tmp_path / "old", tmp_path / "new", tmp_path / "there"
    assert manage(data, "backup", str(old)).returncode == 0
    run_in_django(data, ASK + OVER)
    assert manage(data, "erase_due").returncode == 0
    assert manage(data, "backup", str(new)).returncode == 0
    there.mkdir()
    (there / "secret-key").write_text((data / "secret-key").read_text())
    for file in (new, old):
        assert manage(there, "restore", str(file)).returncode == 0
        assert run_in_django(there, COUNT).split()[0] == "0"


def test_what_waited_in_a_backup_waits_anew_and_is_not_deleted_at_once(
    data: Path, tmp_path: Path
) -> None:
    """It may have been kept since."""
    run_in_django(data, ASK + OVER)
    assert manage(data, "backup", str(tmp_path / "copy")).returncode == 0
    run_in_django(data, KEEP)
    assert manage(data, "restore", str(tmp_path / "copy")).returncode == 0
    assert manage(data, "prepare", "--quiet").returncode == 0
    assert run_in_django(data, COUNT).split()[0] == "1"
    assert run_in_django(data, KEEP) == ""
