"""Copies everything into one file, also while the diary runs."""

from argparse import ArgumentParser
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from config.backups import RefusedError, make_backup
from config.daily_backups import BY_HAND
from config.environment import fingerprint
from config.images import database_file
from config.models import Mark
from config.passphrases import passphrase_to_seal

SEALED = "It is encrypted. Write the passphrase down, apart from the file: nobody opens it without."
PLAIN = "It is not encrypted: whoever has the file can read it."


class Command(BaseCommand):
    help = "Copy the diary into FILE and check the copy. FILE must not exist yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file: Path, **_: Any) -> None:
        key = fingerprint(settings.SECRET_KEY)
        try:
            passphrase = passphrase_to_seal()
            with database_file() as database:
                sums = make_backup(database, file, key=key, passphrase=passphrase)
        except RefusedError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        with suppress(DatabaseError):  # it is made, whatever became of the database since
            Mark.objects.put(BY_HAND, datetime.now(UTC))
        rows = sum(int(number) for number, _sum in sums.values())
        self.stdout.write(
            f"{file} holds {rows} rows of {len(sums)} tables, and was read back and compared.\n"
            f"Keep a copy of {settings.DATA_DIR / 'secret-key'} too, in another place: "
            "codes from an authenticator app need it.\n" + (SEALED if passphrase else PLAIN)
        )
