"""Puts a backup in the place of the database, and keeps what was there."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

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
        database = Path(str(settings.DATABASES["default"]["NAME"]))
        try:
            with opened(file, database, passphrases_to_open()) as plain:
                note = check_backup(plain, without_key=without_key)
                erased = lines_known(database, note)
                add_lines(ledger_beside(database), erased)
                with staged_copy(plain, database) as staged:
                    key_lost = note["key"] != fingerprint(settings.SECRET_KEY)
                    make_ready(staged, key_lost=key_lost, erased=erased)
                    revoked = carry_over_revocations(database, staged)
                    aside = put_in_place(staged, database)
        except RefusedError as error:
            raise CommandError(f"Nothing was changed. {error}") from error
        self.stdout.write(
            f"The diary is as it was at {note['made']}. Everyone has to log in again."
        )
        if aside:
            self.stdout.write(f"The old database is saved as {aside}")
        if not revoked:
            self.stdout.write("Look at Sharing: access revoked since that time may be back.")


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
    connection.close()
    real = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(staged)
    try:
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        call_command("createcachetable", verbosity=0)
        Session.objects.all().delete()
        if key_lost:
            sealed = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
            Authenticator.objects.filter(type__in=sealed).delete()
        erase_again(erased)
        put_off()
        AuditEntry.objects.create(at=timezone.now(), action="backup-restored")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = real
