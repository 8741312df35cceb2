"""Makes the backup of the day, for a timer; the server runs it too."""

import logging
import os
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.daily_backups import NotMadeError, back_up_due

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Make today's backup in the folder BACKUPS if it is due, and let go of old ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--log", action="store_true", help="say it in the log, not here")

    def handle(self, *, log: bool, **_: Any) -> None:
        os.umask(0o077)
        if log:
            os.nice(10)  # beside a server, whose pages come first
        try:
            file = back_up_due(datetime.now(UTC))
        except NotMadeError as error:
            if not log:
                raise CommandError(f"No backup was made. {error}") from error
            why = str(error).replace("%", "")
            logger.error(f"No backup was made (%s): {why}", 500)
            sys.exit(1)
        if not log:
            self.stdout.write(f"{file} was made." if file else "None is due, or one is being made.")
