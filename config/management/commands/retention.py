"""Lets diaries go that nobody has written in for years."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from summary.erasure.retention import old_diaries, propose


class Command(BaseCommand):
    help = "Mark diaries without an entry for RETENTION_YEARS to be deleted after 7 days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list them")

    def handle(self, *, dry_run: bool, **_: Any) -> None:
        years = settings.RETENTION_YEARS
        if not years:
            raise CommandError("RETENTION_YEARS is not set: diaries are kept for ever.")
        found = old_diaries(years) if dry_run else propose(years)
        for diary in found:
            self.stdout.write(f"{diary.patient}  last day {diary.last_day.isoformat()}")
        what = "would be deleted" if dry_run else "will be deleted, unless their owners keep them"
        self.stdout.write(f"{len(found)} {what}.")
