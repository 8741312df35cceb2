"""Deletes for good what waited for its seven days."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.daily_backups import kept_backups
from diary.core.words import count_words
from summary.erasure.deletion import erase_due


class Command(BaseCommand):
    help = "Delete what people asked to delete more than 7 days ago. `prepare` does it too."

    def handle(self, **_: Any) -> None:
        done = erase_due()
        self.stdout.write(f"Deleted: {count_words(done, 'thing')}.")
        data = settings.DATA_DIR
        aside = sorted([*data.glob("diary-until-*.sqlite3"), *kept_backups()])
        if done and aside:
            names = "\n".join(f"  {file}" for file in aside)
            self.stdout.write(f"It may still be in these copies. Delete them by hand:\n{names}")
