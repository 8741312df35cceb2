"""Says what is wrong with this installation, and what to do."""

import platform
import sys
from argparse import ArgumentParser
from typing import Any

import django
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from config.doctor import examine


class Command(BaseCommand):
    help = "Say what is wrong and what to do, a line each. Ends with 1 if anything is."
    requires_system_checks = []  # they are among what is looked at

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mail", default="", metavar="ADDRESS", help="send a test mail there")

    def handle(self, *, mail: str, **_: Any) -> None:
        self.stdout.write(
            f"Side-effect Diary {settings.VERSION} with Django {django.__version__}, "
            f"Python {platform.python_version()} and {connection.display_name}"
        )
        found = examine(mail_to=mail)
        for fault in found:
            self.stdout.write(f"{fault.what} – {fault.do}.")
        if found:
            sys.exit(1)
        self.stdout.write("Nothing is wrong that a program can see.")
