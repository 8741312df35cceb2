"""The doctor finds each wrong state, says what to do, and says nothing where nothing is wrong."""

from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from accounts.models import AuditEntry
from config import daily_backups, doctor, maintenance, readiness
from config.backups import make_backup
from config.daily_backups import BY_HAND, DAILY, MADE
from config.models import Mark
from reminders.models import Heartbeat
from tests.config.running import free_port, manage, prepare, run_in_django
from tests.config.test_backup import small_database
from tests.config.test_errors import DAMAGE

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
WORDS = "four quiet herons by the river"
Usage = namedtuple("Usage", "total used free")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def healthy(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation with which nothing is wrong."""
    settings.DATA_DIR = data = tmp_path / "data"
    data.mkdir(mode=0o700)
    settings.BACKUPS = str(tmp_path)
    (data / "backup-passphrase").write_text(WORDS)
    (data / "backup-passphrase").chmod(0o600)
    monkeypatch.setattr(readiness, "_SEEN", [])
    monkeypatch.setattr(doctor, "place_of_file", lambda: data / "diary.sqlite3")
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda _: Usage(100, 50, 50))
    with time_machine.travel(NOW, tick=False):
        Mark.objects.put(MADE, NOW)
        Heartbeat.objects.create(name="here", at=NOW)
        yield data


def said() -> str:
    return "\n".join(f"{fault.what} – {fault.do}" for fault in doctor.examine())


def test_where_nothing_is_wrong_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert said() == ""
    call_command("doctor")
    assert "Side-effect Diary 1." in (out := capsys.readouterr().out)
    assert "Nothing is wrong" in out


def test_each_line_says_what_is_wrong_and_what_to_do_and_it_ends_with_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    maintenance.close(None)
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    line = capsys.readouterr().out.splitlines()[1]
    assert line == "The diary is closed for maintenance – run manage.py maintenance off."


def hidden(settings: Any) -> Client:
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    settings.SILENCED_SYSTEM_CHECKS = [f"security.W{number:03}" for number in range(30)]
    settings.SILENCED_SYSTEM_CHECKS += ["async.E001"]
    client = Client()
    client.get("/urgent/", headers={"Sec-Fetch-Mode": "navigate"})
    return client


def test_a_proxy_that_hides_https_until_it_is_mended(settings: Any) -> None:
    client = hidden(settings)
    assert "X-Forwarded-Proto" in said()
    client.get("/urgent/", secure=True)
    assert said() == ""


def test_a_clock_that_was_set_back() -> None:
    AuditEntry.objects.create(at=NOW + timedelta(minutes=3), action="x")
    assert "set the clock by the network" in said()


def test_a_database_with_another_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_database_clock", lambda: NOW - timedelta(minutes=3))
    assert "clocks of this machine and of the database differ" in said()


@pytest.mark.parametrize(("answer", "is_wrong"), [("no\n", True), ("yes\n", False), ("", False)])
def test_a_clock_that_the_network_does_not_set(
    monkeypatch: pytest.MonkeyPatch, answer: str, is_wrong: bool
) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda _: "/bin/timedatectl")
    told = SimpleNamespace(stdout=answer)
    monkeypatch.setattr(doctor.subprocess, "run", lambda *_, **__: told)
    assert ("timedatectl set-ntp true" in said()) is is_wrong


def test_a_disk_that_is_nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda _: Usage(100, 96, 4))
    assert "Less than 5 percent" in said()


@pytest.mark.parametrize("name", [".", "secret-key", "backup-passphrase", "diary.sqlite3"])
def test_what_others_on_the_machine_may_open(healthy: Path, name: str) -> None:
    file = healthy / name
    if not file.exists():
        file.touch()
    file.chmod(0o640 if name != "." else 0o750)
    right = "700" if name == "." else "600"
    assert f"run chmod {right} {file}" in said()
    file.chmod(int(right, 8))
    assert said() == ""


def test_a_mail_server_that_does_not_answer(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert "The mail server 127.0.0.1 refuses (ConnectionRefusedError)" in said()


def test_it_says_hello_and_sends_a_mail_only_where_that_is_asked_for(settings: Any) -> None:
    assert "nothing was sent" in doctor.examine(mail_to="a@example.org")[0].what
    settings.EMAIL_HOST = "mail.example.org"
    assert said() == ""
    assert not mail.outbox
    doctor.examine(mail_to="a@example.org")
    assert [one.to for one in mail.outbox] == [["a@example.org"]]


def test_a_backup_that_is_too_old_or_none(settings: Any) -> None:
    Mark.objects.put(MADE, NOW - timedelta(hours=37))
    assert "The last backup is of" in said()
    Mark.objects.put(BY_HAND, NOW)
    assert said() == ""
    Mark.objects.all().delete()
    settings.BACKUPS = ""
    assert "There is no backup – set BACKUPS" in said()


def test_backups_that_anybody_can_read(healthy: Path) -> None:
    (healthy / "backup-passphrase").unlink()
    assert "Backups are not encrypted" in said()


def test_a_passphrase_that_is_too_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKUP_PASSPHRASE", "short")
    assert "BACKUP_PASSPHRASE needs at least 12 characters – set BACKUP_PASSPHRASE" in said()


def test_the_newest_backup_is_read_back(healthy: Path, tmp_path: Path) -> None:
    database = small_database(healthy / "diary.sqlite3")
    database.chmod(0o600)
    older, newer = (
        tmp_path / daily_backups._name(DAILY, NOW - timedelta(days=days)) for days in (1, 0)
    )
    make_backup(database, newer, key="k", passphrase=WORDS)
    older.write_bytes(b"no backup")
    assert said() == ""
    newer.write_bytes(newer.read_bytes()[:-10])
    assert "The newest backup cannot be read" in said()
    assert not list(healthy.glob(".*"))  # nothing in the clear is left


def test_a_migration_that_is_missing() -> None:
    MigrationRecorder.Migration.objects.filter(app="diary").latest("id").delete()
    assert "not that of this version – stop the diary and run manage.py prepare" in said()


def test_a_database_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("full")

    monkeypatch.setattr(Mark.objects, "put", fail)
    assert "nothing can be written to it" in said()


def test_a_worker_that_stands_still() -> None:
    Heartbeat.objects.update(at=NOW - timedelta(minutes=6))
    assert "Nobody sends reminders" in said()


def test_a_guard_that_is_missing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER diary_version_not_updated")
    assert "diary_version_not_updated is missing – Run manage.py prepare" in said()


def test_settings_that_may_lose_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.checks.unsafe", lambda _: ["SQLite runs with synchronous=0"])
    assert "SQLite runs with synchronous=0 – " in said()


def test_with_https_what_a_deployment_needs(settings: Any) -> None:
    settings.HTTPS, settings.SECURE_HSTS_SECONDS = True, 0
    assert "SECURE_HSTS_SECONDS" in said()


def test_a_damaged_database_and_one_that_is_whole(tmp_path: Path) -> None:
    data = tmp_path / "real"
    prepare(data)
    run_in_django(data, "from config.models import Mark; print(Mark.objects.count())")
    first = manage(data, "doctor")
    assert first.returncode == 1  # nothing runs here, and there is no backup
    assert len(first.stdout.splitlines()) == 3, first.stdout
    for rest in ("-wal", "-shm"):
        (data / f"diary.sqlite3{rest}").unlink(missing_ok=True)
    DAMAGE["damaged"](data / "diary.sqlite3")
    done = manage(data, "doctor")
    assert done.returncode == 1
    assert "The database is damaged – stop the diary" in done.stdout
    assert "Traceback" not in done.stderr
