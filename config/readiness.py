"""What has to hold for the diary to take an entry: /readyz asks, and the doctor."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from time import perf_counter
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from config import daily_backups, worker
from config.models import Mark

LEAST_FREE = 0.05  # of the disk
STILL = 5 * 60  # seconds without a round: the worker stands still
READY = "ready"  # the mark that is written
STARTED = perf_counter()
_SEEN: list[str] = []


class Fault(NamedTuple):
    """What is wrong and what to do, in words that name nobody."""

    what: str
    do: str


def faults() -> list[Fault]:
    """Return what keeps this server from being ready. Two queries, and one more until no migration
    is missing."""
    parts = (unmigrated, unwritable, disk, worker_at_rest, no_backup)
    return [fault for part in parts for fault in faults_of(part)]


def faults_of(part: Callable[[], Iterator[Fault]]) -> Iterator[Fault]:
    """A database that fails is a fault itself, whatever was asked of it."""
    try:
        yield from part()
    except DatabaseError:
        yield Fault(
            "The database does not answer, or nothing can be written to it",
            "check that its disk is not full and that it runs, then run manage.py doctor",
        )


def unmigrated() -> Iterator[Fault]:
    """What is there once stays there for as long as this process runs, and is not asked again."""
    if not _SEEN and not missing_migrations():
        _SEEN.append("every migration")
    if not _SEEN:
        yield Fault(
            "The database is not that of this version", "stop the diary and run manage.py prepare"
        )


def missing_migrations() -> set[tuple[str, str]]:
    rows = MigrationRecorder.Migration.objects.values_list("app", "name")
    return set(_migrations_here()) - set(rows)


@cache
def _migrations_here() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations or ())


def unwritable() -> Iterator[Fault]:
    """Write for real: a transaction that is taken back would find room on a full disk. Raises
    DatabaseError."""
    Mark.objects.put(READY, datetime.now(UTC))
    yield from ()


def disk() -> Iterator[Fault]:
    if free_part() < LEAST_FREE:
        yield Fault(
            "Less than 5 percent of the disk is free",
            "delete or move other files, or take a larger disk: on a full one nothing is saved",
        )


def free_part() -> float:
    found = shutil.disk_usage(settings.DATA_DIR)
    return found.free / found.total


def worker_at_rest() -> Iterator[Fault]:
    """Each that runs in this process; the doctor asks for those of others."""
    for name, beat in worker.BEATS.items():
        if name == "reminders" and perf_counter() - beat > STILL:
            yield Fault("The worker that sends reminders stands still", "restart the diary")


def no_backup() -> Iterator[Fault]:
    if not settings.BACKUPS or perf_counter() - STARTED < STILL:  # the first is being made
        return
    if daily_backups.is_too_old(Mark.objects.moment(daily_backups.MADE), datetime.now(UTC)):
        yield Fault(
            "The last backup is too old, or there is none",
            "run manage.py back_up_due: it says what is in the way",
        )
