"""Backups that nobody has to think of: made once and read back; old ones go, and nothing else."""

import os
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import time_machine
from django.db import OperationalError

from config import daily_backups, worker
from config.backups import RefusedError, read_backup
from config.daily_backups import BEFORE, BEGUN, DAILY, MADE, NotMadeError, back_up_due, made_here
from config.envelopes import is_sealed
from config.management.commands import prepare as command
from config.models import Mark
from tests.config.running import full, manage, prepare, run_in_django, serving, small_disk

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
WORDS = "four quiet herons by the river"


@pytest.fixture
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for backups, which are empty files here."""
    settings.BACKUPS = str(tmp_path)
    monkeypatch.setattr(daily_backups, "make_backup", lambda _, target, **__: target.touch())
    with time_machine.travel(NOW, tick=False):
        yield tmp_path


def moments(folder: Path, kind: str = DAILY) -> list[datetime]:
    return sorted(one.at for one in made_here(folder, kind))


def test_one_is_made_a_day_at_the_quiet_hour_and_what_was_missed_is_made_up_for(
    db: None, folder: Path
) -> None:
    assert back_up_due(NOW)  # none is there
    assert not back_up_due(NOW + timedelta(hours=15))
    assert back_up_due(NOW + timedelta(hours=16, minutes=1))
    assert not back_up_due(NOW + timedelta(hours=20))
    assert back_up_due(NOW + timedelta(days=9))
    assert len(moments(folder)) == 3


def test_of_two_nodes_one_makes_it(db: None, folder: Path) -> None:
    assert Mark.objects.claim(BEGUN, NOW, daily_backups.LEASE)  # by the other
    assert back_up_due(NOW) is None
    assert back_up_due(NOW + daily_backups.LEASE)  # it died on the way


def test_a_clock_that_went_wrong_stops_no_backup(db: None, folder: Path) -> None:
    ahead = NOW + timedelta(days=400)
    assert back_up_due(ahead)
    assert back_up_due(NOW)


def test_one_that_cannot_be_made_deletes_nothing_and_is_tried_again(
    db: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days in range(30):
        at = NOW - timedelta(days=31 - days)
        (folder / daily_backups._name(DAILY, at)).touch()
    before = moments(folder)

    def fail(*_: Any, **__: Any) -> None:
        raise RefusedError("It does not hold what was backed up.")

    monkeypatch.setattr(daily_backups, "make_backup", fail)
    with pytest.raises(NotMadeError, match="does not hold"):
        back_up_due(NOW)
    assert moments(folder) == before
    assert Mark.objects.moment(MADE) is None


def test_seven_days_four_weeks_and_twelve_months_are_kept(db: None, folder: Path) -> None:
    for days in range(800, 0, -1):
        (folder / daily_backups._name(DAILY, NOW - timedelta(days=days))).touch()
    back_up_due(NOW)
    kept = moments(folder)
    assert kept[-7:] == [NOW - timedelta(days=days) for days in range(6, -1, -1)]
    assert len({f"{at:%G-%V}" for at in kept}) >= 4
    assert len({f"{at:%Y-%m}" for at in kept}) == 12
    assert len(kept) <= 7 + 4 + 12


def test_after_a_long_time_away_nothing_is_lost(db: None, folder: Path) -> None:
    for days in (700, 701, 702):
        (folder / daily_backups._name(DAILY, NOW - timedelta(days=days))).touch()
    back_up_due(NOW)
    assert len(moments(folder)) == 4


def test_no_file_that_it_did_not_make_is_deleted(db: None, folder: Path) -> None:
    old = NOW - timedelta(days=3000)
    ours = folder / daily_backups._name(DAILY, old)
    others = [
        folder / ours.name.replace(daily_backups._key(), "0" * 8),  # another diary
        folder / f"{ours.name}.old",
        folder / "diary-by-hand.backup",
        folder / ours.name.replace(DAILY, BEFORE),
    ]
    for days in range(3000, 2000, -1):
        (folder / daily_backups._name(DAILY, NOW - timedelta(days=days))).touch()
    for file in others:
        file.touch()
    link = folder / daily_backups._name(DAILY, old - timedelta(days=1))
    link.symlink_to(folder / "diary-by-hand.backup")
    back_up_due(NOW)
    assert not ours.exists()
    assert all(file.exists() for file in (*others, link))


def test_what_a_killed_one_left_goes_after_a_day(db: None, folder: Path) -> None:
    name = daily_backups._name(DAILY, NOW)
    drafts = {hours: folder / f".{name}-{hours:012x}" for hours in (1, 25)}
    for hours, draft in drafts.items():
        draft.touch()
        os.utime(draft, (time.time() - hours * 3600,) * 2)
    back_up_due(NOW)
    assert [draft.exists() for draft in drafts.values()] == [True, False]


def test_so_does_what_was_left_of_an_image_of_postgresql(
    db: None, folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily_backups, "place_of_file", lambda: folder / "diary.sqlite3")
    hexes = "-0123456789ab", "-ba9876543210"
    left = (
        f".diary.sqlite3{hexes[0]}",
        f"..diary.sqlite3{hexes[0]}{hexes[1]}",
        f".diary-until-20261130T120000.000000Z.sqlite3{hexes[0]}-wal",
    )
    kept = ("diary.sqlite3", "diary-until-20261130T120000.000000Z.sqlite3", ".diary.sqlite3-note")
    for name in (*left, *kept):
        (folder / name).touch()
        os.utime(folder / name, (time.time() - 25 * 3600,) * 2)
    back_up_due(NOW)
    assert [name for name in (*left, *kept) if (folder / name).exists()] == list(kept)


def test_before_migrations_the_last_three_are_kept(db: None, folder: Path) -> None:
    back_up_due(NOW)
    for days in range(5):
        daily_backups.back_up_before_migrating(NOW + timedelta(days=days))
    assert moments(folder, BEFORE) == [NOW + timedelta(days=days) for days in (2, 3, 4)]
    assert len(moments(folder)) == 1


def test_a_round_that_fails_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, tries = Event(), []

    def fail() -> None:
        tries.append(1)
        if len(tries) == 3:
            stop.set()
        raise OperationalError("busy")

    monkeypatch.setattr(worker, "BEATS", {})
    worker.work(stop, "backups", fail, every=0.01)
    assert len(tries) == 3


def test_the_server_makes_one_encrypted_where_it_has_a_passphrase(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "backups"
    folder.mkdir()
    prepare(data)
    surroundings = {"BACKUPS": str(folder), "BACKUP_PASSPHRASE": WORDS}
    done = manage(data, "back_up_due", **surroundings)
    assert done.returncode == 0, done.stderr
    (file,) = folder.iterdir()
    assert is_sealed(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "None is due" in manage(data, "back_up_due", **surroundings).stdout
    assert not list(data.glob(".*"))  # nothing in the clear is left


def test_the_server_asks_for_it_by_itself(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "backups"
    folder.mkdir()
    prepare(data)
    code = "import config.wsgi; from config import server, worker; worker.BACKUPS_EVERY = 0.2; "
    code += "server.main()"
    with serving(data, run=code, BACKUPS=str(folder)) as server:
        until = time.monotonic() + 60
        while not list(folder.glob("diary-*.backup")) and time.monotonic() < until:
            time.sleep(0.2)
        (file,) = folder.glob("diary-*.backup")
        assert read_backup(file)["format"] == "1"
        assert "not encrypted" in server.log.read_text()


OLDER = """
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder.Migration.objects.filter(app="config").delete()
connection.cursor().execute("DROP TABLE config_mark")
"""


def test_an_update_makes_one_first_and_a_start_without_an_update_none(tmp_path: Path) -> None:
    data = tmp_path / "data"
    prepare(data)
    assert manage(data, "prepare", "--quiet").returncode == 0
    assert not (data / "backups").exists()
    run_in_django(data, OLDER)
    done = manage(data, "prepare", "--quiet")
    assert done.returncode == 0, done.stderr
    (file,) = (data / "backups").iterdir()
    assert read_backup(file)["format"] == "1"
    assert run_in_django(data, "from config.models import Mark; print(Mark.objects.count())") == "0"


def test_an_update_that_is_tried_again_keeps_the_backup_from_before_it(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    settings.DATA_DIR, made = tmp_path, []
    monkeypatch.setattr(command, "missing_migrations", lambda: {("diary", "9999")})
    monkeypatch.setattr(command, "back_up_before_migrating", made.append)
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            command.back_up_what_is_there()
        assert made == [NOW]
        os.utime(command.begun(), (NOW.timestamp(), NOW.timestamp()))
        clock.shift(timedelta(days=2))  # another update, of somebody who went back to the old one
        command.back_up_what_is_there()
    assert len(made) == 2


def test_whoever_deletes_is_told_of_every_backup(
    db: None, folder: Path, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    (settings.DATA_DIR / "backups").mkdir(parents=True)
    back_up_due(NOW)
    daily_backups.back_up_before_migrating(NOW)
    settings.BACKUPS = ""
    daily_backups.back_up_before_migrating(NOW)
    settings.BACKUPS = str(folder)
    assert len(daily_backups.kept_backups()) == 3


def test_while_one_is_at_work_no_other_is_started(
    db: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(daily_backups.subprocess, "run", lambda *words, **_: started.append(words))
    daily_backups.ask_another_process()
    Mark.objects.put(BEGUN, NOW)
    daily_backups.ask_another_process()
    assert len(started) == 1


def test_where_it_cannot_be_made_nothing_is_migrated(tmp_path: Path) -> None:
    (data := tmp_path / "data").mkdir()
    try:
        with small_disk(data):
            prepare(data)
            run_in_django(data, OLDER)
            with full(data):
                os.truncate(data / "filler", (data / "filler").stat().st_size - 400_000)
                done = manage(data, "prepare", "--quiet")
            assert done.returncode != 0
            assert "Nothing was changed: the backup before the update" in done.stderr
            assert "Traceback" not in done.stderr
            look = "from config.readiness import missing_migrations as m; print(len(m()))"
            assert run_in_django(data, look) == "1"
            assert manage(data, "prepare", "--without-backup").returncode == 0
            assert run_in_django(data, look) == "0"
    except PermissionError as error:
        pytest.skip(str(error))
