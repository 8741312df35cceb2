"""Puts a backup in the place of the database, and keeps what was there."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from accounts.models import AuditEntry
from config.backups import (
    RefusedError,
    carry_over_revocations,
    migrations_in,
    opened,
    put_in_place,
    read_backup,
    staged_copy,
)
from config.environment import fingerprint
from config.history import put_guards
from config.images import held_still, load_image, standing_in
from config.passphrases import passphrases_to_open
from summary.erasure.actions import put_off
from summary.erasure.deletion import erase_again
from summary.erasure.ledger import (
    LedgerLine,
    add_lines,
    ledger_beside,
    lines_done,
    lines_in,
    lines_of,
)

OTHER_KEY = """This backup was made with another secret key. Codes from authenticator apps cannot be
read without it: put that secret-key file into {data} first.
If it is lost, --without-key restores anyway and removes those second factors."""


class Command(BaseCommand):
    help = "Put the backup FILE in place. Stop the diary first. The old database is kept."
    requires_system_checks = []  # the database that is here now may be damaged

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--without-key",
            action="store_true",
            help="the secret key of the backup is lost: remove second factors that need it",
        )

    def handle(self, *, file: Path, without_key: bool, **_: Any) -> None:
        try:
            if connection.vendor == "sqlite":
                database = Path(str(settings.DATABASES["default"]["NAME"]))
                done = restore(file, database, put_in_place, without_key=without_key)
            else:
                with held_still() as database:
                    done = restore(file, database, load, without_key=without_key)
        except RefusedError as error:
            raise CommandError(f"Nothing was changed. {error}") from error
        self.stdout.write(f"The diary is as it was at {done.made}. Everyone has to log in again.")
        if done.aside:
            self.stdout.write(f"The old database is saved as {done.aside}")
        if not done.revoked:
            self.stdout.write("Look at Sharing: access revoked since that time may be back.")


class Restoration(NamedTuple):
    """When the backup was made, where the old database is, and whether what was revoked since could
    be found in it."""

    made: str
    aside: Path | None
    revoked: bool


def restore(
    file: Path, database: Path, put: Callable[[Path, Path], Path | None], *, without_key: bool
) -> Restoration:
    """Make a copy of the backup ready, and let `put` put it in the place of `database`, a file of
    SQLite with what is there now."""
    with opened(file, database, passphrases_to_open()) as plain:
        note = check_backup(plain, without_key=without_key)
        erased = lines_known(database, note)
        add_lines(ledger_beside(database), erased)
        with staged_copy(plain, database) as staged:
            key_lost = note["key"] != fingerprint(settings.SECRET_KEY)
            make_ready(staged, key_lost=key_lost, erased=erased)
            revoked = carry_over_revocations(database, staged)
            return Restoration(note["made"], put(staged, database), revoked)


def load(staged: Path, image: Path) -> Path | None:
    """Let PostgreSQL hold what is in the staged copy, with the tables of this version; return the
    image of what it held."""
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    call_command("createcachetable", verbosity=0)
    put_guards(connection)
    load_image(staged, connection)
    return image if image.exists() else None


def check_backup(file: Path, *, without_key: bool) -> dict[str, str]:
    """Return the note of a backup that this version of the diary can run."""
    note = read_backup(file)
    known = set(MigrationLoader(None).disk_migrations or {})
    if newer := migrations_in(file) - known:
        names = ", ".join(sorted(f"{app} {name}" for app, name in newer))
        raise RefusedError(f"{file} was made by a newer version of the diary ({names}).")
    if note["key"] != fingerprint(settings.SECRET_KEY) and not without_key:
        raise RefusedError(OTHER_KEY.format(data=settings.DATA_DIR))
    return note


def lines_known(database: Path, note: dict[str, str]) -> set[LedgerLine]:
    """Return all that was ever deleted, as far as the ledger, the database that is here now and the
    backup know."""
    known = lines_in(ledger_beside(database)) | lines_of(note.get("erased", ""))
    return known | (lines_done(database) if database.exists() else set())


def make_ready(staged: Path, *, key_lost: bool, erased: set[LedgerLine]) -> None:
    """Bring the staged copy up to this version, while the real database stays untouched. What was
    deleted since the backup is deleted again; what waited then waits anew."""
    with standing_in(staged):
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        call_command("createcachetable", verbosity=0)
        Session.objects.all().delete()
        if key_lost:
            sealed = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
            Authenticator.objects.filter(type__in=sealed).delete()
        erase_again(erased)
        put_off()
        AuditEntry.objects.create(at=timezone.now(), action="backup-restored")
