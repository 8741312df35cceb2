"""What is wrong with this installation, and what to do about it, in words for whoever runs it."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.checks import run_checks
from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError, connection
from django.db.models import Max

from accounts.models import AuditEntry
from config import daily_backups, maintenance, proxy
from config.backups import RefusedError, opened, read_backup
from config.images import place_of_file
from config.models import Mark
from config.passphrases import passphrase_at_hand, passphrases_at_hand
from config.readiness import Fault, disk, faults_of, unmigrated, unwritable
from reminders.models import Heartbeat
from reminders.page import BEATS

ASTRAY = timedelta(minutes=2)  # clocks of machines are seldom in step to the second


def examine(*, mail_to: str = "") -> list[Fault]:
    """Return all that is wrong. Connects to the mail server, and sends a mail only to `mail_to`."""
    parts: tuple[Callable[[], Iterator[Fault]], ...] = (
        closed,
        no_tls,
        clock,
        network_time,
        disk,
        permissions,
        lambda: mail(mail_to),
        backups,
        newest_backup,
        unmigrated,
        unwritable,
        limits,
        reminders,
        integrity,
        unsafe_settings,
    )
    return list(dict.fromkeys(fault for part in parts for fault in faults_of(part)))


def closed() -> Iterator[Fault]:
    if maintenance.is_closed():
        yield Fault("The diary is closed for maintenance", "run manage.py maintenance off")


def no_tls() -> Iterator[Fault]:
    if settings.HTTPS and (seen := proxy.https_was_hidden()):
        yield Fault(
            f"A browser came by https, and the proxy did not say so ({_day(seen)})",
            "let the proxy set X-Forwarded-Proto: https, see docs/deploy.md, HTTPS",
        )


def clock() -> Iterator[Fault]:
    now = datetime.now(UTC)
    last = AuditEntry.objects.aggregate(last=Max("at"))["last"]
    if last and last > now + ASTRAY:
        yield Fault(
            f"The diary has entries of {_day(last)}, and this machine says {_day(now)}",
            "set the clock by the network (timedatectl set-ntp true)",
        )
    if abs(_database_clock() - now) > ASTRAY:
        yield Fault(
            "The clocks of this machine and of the database differ by minutes",
            "set both by the network (timedatectl set-ntp true)",
        )


def _database_clock() -> datetime:
    """SQLite has none of its own."""
    if connection.vendor == "sqlite":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        at: datetime = cursor.fetchone()[0]
    return at


def network_time() -> Iterator[Fault]:
    """Only where the machine says so itself; a container knows nothing of it."""
    program = shutil.which("timedatectl")
    if program is None:
        return
    asked = [program, "show", "--property=NTPSynchronized", "--value"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=10)  # noqa: S603
    except subprocess.TimeoutExpired:
        return
    if said.stdout.strip() == "no":
        yield Fault(
            "The clock of this machine is not set by the network",
            "run timedatectl set-ntp true: every time of saving comes from it",
        )


def permissions() -> Iterator[Fault]:
    data = Path(settings.DATA_DIR)
    files = [data / name for name in ("secret-key", "backup-passphrase")]
    if connection.vendor == "sqlite":
        files += [Path(f"{place_of_file()}{rest}") for rest in ("", "-wal", "-shm")]
    for path, right in ((data, "700"), *((file, "600") for file in files)):
        if path.exists() and path.stat().st_mode & 0o077:
            yield Fault(f"Others on this machine may open {path}", f"run chmod {right} {path}")


def mail(to: str) -> Iterator[Fault]:
    """Say hello to the mail server; without one, codes are read out (docs/deploy.md)."""
    if not settings.EMAIL_HOST:
        if to:
            yield Fault("There is no mail server: nothing was sent", "set EMAIL_HOST")
        return
    post = get_connection()
    try:
        post.open()
        if to:
            words = "The diary can send mail. Nobody has to do anything."
            EmailMessage("A test of the diary", words, to=[to], connection=post).send()
        post.close()
    except OSError as error:
        yield Fault(
            f"The mail server {settings.EMAIL_HOST} refuses ({type(error).__name__})",
            "check EMAIL_HOST, EMAIL_PORT, EMAIL_TLS, EMAIL_USER and EMAIL_PASSWORD",
        )


def backups() -> Iterator[Fault]:
    marks = (Mark.objects.moment(daily_backups.MADE), Mark.objects.moment(daily_backups.BY_HAND))
    made = max((at for at in marks if at), default=None)
    if daily_backups.is_too_old(made, datetime.now(UTC)):
        when = f"The last backup is of {_day(made)}" if made else "There is no backup"
        todo = "run manage.py back_up_due: it says what is in the way"
        if not settings.BACKUPS:
            todo = "set BACKUPS to a folder, best on another disk: then one is made each night"
        yield Fault(when, todo)
    todo = "set BACKUP_PASSPHRASE, and write it down apart from the files"
    try:
        if settings.BACKUPS and not passphrase_at_hand():
            yield Fault("Backups are not encrypted: whoever has a file can read it", todo)
    except RefusedError as error:
        yield Fault(str(error).rstrip("."), todo)


def newest_backup() -> Iterator[Fault]:
    """Read back the newest that was made by itself, as a restore would."""
    if not settings.BACKUPS or not (newest := daily_backups.newest(Path(settings.BACKUPS))):
        return
    database = place_of_file()
    try:
        with opened(newest.file, database, passphrases_at_hand()) as plain:
            read_backup(plain)
    except (RefusedError, OSError) as error:
        yield Fault(
            f"The newest backup cannot be read. {error}".rstrip("."),
            "keep the older ones, and make a new one with manage.py backup",
        )


def limits() -> Iterator[Fault]:
    try:
        cache.get("doctor")
    except DatabaseError as error:
        yield Fault(
            f"Log-in tries cannot be counted, so nobody can log in. {error}",
            "start the server that CACHE_URL names, or unset CACHE_URL to count in the database",
        )


def reminders() -> Iterator[Fault]:
    if not Heartbeat.objects.filter(at__gte=datetime.now(UTC) - BEATS).exists():
        yield Fault(
            "Nobody sends reminders: no worker was round in the last minutes",
            "start the diary, or manage.py send_reminders --loop where REMINDERS is elsewhere",
        )


def integrity() -> Iterator[Fault]:
    """PostgreSQL looks after its own pages."""
    if connection.vendor != "sqlite":
        return
    try:
        with connection.cursor() as cursor:
            is_whole = cursor.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except DatabaseError:
        is_whole = False
    if not is_whole:
        yield Fault(
            "The database is damaged",
            "stop the diary, and restore the last backup with manage.py restore",
        )


def unsafe_settings() -> Iterator[Fault]:
    """What Django and config/checks.py find; with https also what a deployment has to have."""
    found = run_checks(databases=["default"], include_deployment_checks=settings.HTTPS)
    for message in found:
        if not message.is_silenced():
            yield Fault(message.msg.rstrip("."), message.hint or "see docs/deploy.md, Settings")


def _day(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M %Z}"
