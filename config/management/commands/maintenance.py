"""Closes the diary for a while, and opens it again."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.maintenance import close, next_time, open_again


class Command(BaseCommand):
    help = "Close the diary (on) or open it again (off). Urgent help and phones go on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("state", choices=("on", "off"))
        parser.add_argument(
            "--until", metavar="HH:MM", help="when it should be over, on this clock"
        )

    def handle(self, *, state: str, until: str | None, **_: Any) -> None:
        if state == "off":
            open_again()
            self.stdout.write("The diary is open.")
            return
        try:
            close(next_time(until, datetime.now(UTC)) if until else None)
        except ValueError as error:
            raise CommandError(f"{until} is not a time. Type one such as 14:00.") from error
        self.stdout.write(
            "The diary is closed, until `manage.py maintenance off`. Pages say so; urgent help "
            "works, and phones keep what is typed and send it later."
        )
