"""Backups that nobody has to think of: one each night in the folder BACKUPS, one before each
migration. Old ones go, but only those made here, and only once a new one was read back."""

import logging
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError

from config.backups import RefusedError, make_backup
from config.environment import fingerprint
from config.images import database_file, place_of_file
from config.models import Mark
from config.passphrases import passphrase_at_hand

logger = logging.getLogger(__name__)
QUIET_HOUR = 4  # on the clock of this machine
TOO_OLD = timedelta(hours=36)
LEASE = timedelta(hours=2)  # then another try; of a node that died in between, too
DAYS, WEEKS, MONTHS = 7, 4, 12
BEFORE_MIGRATIONS = 3
BEGUN, MADE, BY_HAND = "backup begun", "backup made", "backup by hand"
DAILY, BEFORE = "daily", "before-update"
DRAFTS_FOR = 24 * 60 * 60  # seconds; what is older was left by a process that was killed
PLAIN = "The backup is not encrypted (%s): whoever has the file can read it. Set BACKUP_PASSPHRASE."


class NotMadeError(Exception):
    """A backup could not be made; says why in plain words."""


class BackupFile(NamedTuple):
    """One file of this diary, and when it was made."""

    at: datetime
    file: Path


def is_due(now: datetime) -> bool:
    """Was none made since the last quiet hour? A moment to come is that of a wrong clock."""
    made = Mark.objects.moment(MADE)
    here = now.astimezone()
    quiet = here.replace(hour=QUIET_HOUR, minute=0, second=0, microsecond=0)
    last = quiet if quiet <= here else quiet - timedelta(days=1)
    return made is None or not last <= made <= now


def is_too_old(made: datetime | None, now: datetime) -> bool:
    return made is None or now - made > TOO_OLD


def ask_another_process() -> None:
    """Let a process of its own make what is due: reading every row takes a whole processor, which
    pages would wait for."""
    now = datetime.now(UTC)
    begun = Mark.objects.moment(BEGUN)
    is_at_work = (
        begun is not None and abs(now - begun) < LEASE
    )  # here, on another node, or it failed
    if is_due(now) and not is_at_work:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "back_up_due", "--log"]
        most = LEASE.total_seconds()  # a disk that hangs
        subprocess.run(command, stdin=subprocess.DEVNULL, check=False, timeout=most)  # noqa: S603 (ours)


def back_up_due(now: datetime) -> Path | None:
    """Make today's backup, if none is there and no other node makes it. Raises NotMadeError."""
    if not settings.BACKUPS:
        raise NotMadeError("BACKUPS is not set: it names the folder for backups.")
    if not is_due(now) or not Mark.objects.claim(BEGUN, now, LEASE):
        return None
    file = _make(Path(settings.BACKUPS), DAILY, now)
    Mark.objects.put(MADE, now)
    _prune(Path(settings.BACKUPS), DAILY, _worth_keeping)
    return file


def back_up_before_migrating(now: datetime) -> Path:
    """Raises NotMadeError: then nothing may be migrated."""
    folder = Path(settings.BACKUPS or settings.DATA_DIR / "backups")
    if not settings.BACKUPS:
        folder.mkdir(exist_ok=True, mode=0o700)
    file = _make(folder, BEFORE, now)
    _prune(folder, BEFORE, lambda moments: sorted(moments)[-BEFORE_MIGRATIONS:])
    return file


def kept_backups() -> list[Path]:
    """Return every file that was made here and is still there."""
    folders = {Path(settings.DATA_DIR) / "backups", Path(settings.BACKUPS or settings.DATA_DIR)}
    return [one.file for f in folders for kind in (DAILY, BEFORE) for one in made_here(f, kind)]


def newest(folder: Path) -> BackupFile | None:
    return max((*made_here(folder, DAILY), *made_here(folder, BEFORE)), default=None)


def made_here(folder: Path, kind: str) -> list[BackupFile]:
    """Return the files of this kind that this diary made, by their names: those of another diary
    in the same folder have another key, and are none of its business."""
    name = re.compile(rf"diary-{_key()}-{kind}-(\d{{8}}T\d{{6}}Z)\.backup")
    found = ((name.fullmatch(file.name), file) for file in folder.glob("diary-*.backup"))
    return [
        BackupFile(datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC), file)
        for match, file in found
        if match and file.is_file() and not file.is_symlink()
    ]


def _name(kind: str, at: datetime) -> str:
    return f"diary-{_key()}-{kind}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup"


def _key() -> str:
    return fingerprint(settings.SECRET_KEY)[:8]


def _make(folder: Path, kind: str, now: datetime) -> Path:
    file = folder / _name(kind, now)
    for draft in _left_behind(folder, place_of_file()):
        draft.unlink(missing_ok=True)
    try:
        passphrase = passphrase_at_hand()
        key = fingerprint(settings.SECRET_KEY)
        with database_file() as database:
            make_backup(database, file, key=key, passphrase=passphrase)
    except RefusedError as error:
        raise NotMadeError(str(error)) from error
    except (DatabaseError, sqlite3.Error) as error:
        raise NotMadeError(f"The database says: {error}.") from error
    except OSError as error:
        raise NotMadeError(f"{folder} cannot be written: {error.strerror}.") from error
    if not passphrase:
        logger.warning(PLAIN, file.name)
    return file


def _left_behind(folder: Path, database: Path) -> Iterator[Path]:
    """Yield what a backup that was killed left, here or beside the database, perhaps in the clear:
    see config/backups.py, _draft."""
    # An image of PostgreSQL is a draft itself, and so is what stands beside it.
    ours = r"\.?diary(-until-[\dTZ.]+)?\.sqlite3(-[0-9a-f]{12})?"
    places = ((folder, rf"diary-{_key()}-[\w-]+\.backup"), (database.parent, ours))
    for place, name in places:
        draft = re.compile(rf"\.{name}-[0-9a-f]{{12}}(-wal|-shm|-journal)?")
        for file in place.glob(".*"):
            if draft.fullmatch(file.name) and time.time() - file.stat().st_mtime > DRAFTS_FOR:
                yield file


def _prune(
    folder: Path, kind: str, worth: Callable[[Iterable[datetime]], Iterable[datetime]]
) -> None:
    files = made_here(folder, kind)
    keep = set(worth(one.at for one in files))
    for one in files:
        if one.at not in keep:
            try:
                one.file.unlink()
            except OSError as error:
                logger.error("An old backup could not be deleted (%s)", error.errno)


def _worth_keeping(moments: Iterable[datetime]) -> set[datetime]:
    """Return the last one of each of the last days, weeks and months that have one."""
    keep: set[datetime] = set()
    ordered = sorted(moments)
    for most, form in ((DAYS, "%Y-%m-%d"), (WEEKS, "%G-%V"), (MONTHS, "%Y-%m")):
        last = {f"{at:{form}}": at for at in ordered}
        keep |= {last[name] for name in sorted(last)[-most:]}
    return keep
