"""Makes the diary ready to be served, in one start of Python."""

import hashlib
import os
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from config.daily_backups import NotMadeError, back_up_before_migrating
from config.errors import start_words
from config.history import put_guards
from config.readiness import missing_migrations
from summary.erasure.rounds import make_round

A_DAY = 24 * 60 * 60  # seconds
FIRST_STEPS = """
  1. Open that address and choose "Create an account".
  2. Add the person whose diary it is, and the care team's number.
  To look around first, stop it with Ctrl+C and run `make demo`.
  Everything is kept in {data}. Back it up: see README, "Backup".
"""

NOT_MIGRATED = """Nothing was changed: the backup before the update could not be made. {why}
Free some space, or back up by hand, then start again. --without-backup updates without one."""


class Command(BaseCommand):
    help = "Check, migrate, make the cache table, and collect static files if they changed."
    requires_system_checks = []  # run below, with the database included

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="say nothing where all went well")
        parser.add_argument(
            "--without-backup", action="store_true", help="migrate without a backup before it"
        )

    def handle(self, *, quiet: bool, without_backup: bool, **_: Any) -> None:
        os.umask(0o077)  # nobody else on this machine reads the database
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self.check(databases=["default"])
            if not without_backup:
                back_up_what_is_there()
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
            begun().unlink(missing_ok=True)
            put_guards(connection)
            call_command("createcachetable", verbosity=0)
            make_round()
        except DatabaseError as error:
            if words := start_words(error):
                raise CommandError(words) from error
            raise
        collect_static_if_changed(settings.DATA_DIR / "static.stamp")
        if quiet:
            return
        self.stdout.write(f"The diary is at {settings.ORIGIN} (stop it with Ctrl+C)")
        if not get_user_model().objects.exists():
            self.stdout.write(FIRST_STEPS.format(data=settings.DATA_DIR))


def back_up_what_is_there() -> None:
    """Keep the database as it is before a migration changes it; a new one has nothing to keep. An
    update that failed half-way and is tried again keeps the backup from before it."""
    is_new = not connection.introspection.table_names()
    if is_new or not missing_migrations() or is_half_done():
        return
    try:
        back_up_before_migrating(datetime.now(UTC))
    except NotMadeError as error:
        raise CommandError(NOT_MIGRATED.format(why=error)) from error
    begun().touch()


def is_half_done() -> bool:
    return begun().exists() and time.time() - begun().stat().st_mtime < A_DAY


def begun() -> Path:
    """Return the file that is there from the backup before an update until the update is done."""
    return Path(settings.DATA_DIR) / "update.begun"


def collect_static_if_changed(stamp: Path) -> bool:
    """Collect and compress the static files, unless they are those of the last time."""
    now = static_state()
    if stamp.exists() and stamp.read_text() == now and Path(settings.STATIC_ROOT).exists():
        return False
    call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
    stamp.write_text(now)
    return True


def static_state() -> str:
    """Sum up every static file by name, size and time, and how they are stored."""
    state = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            found = Path(storage.path(path)).stat()
            state.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return state.hexdigest()
