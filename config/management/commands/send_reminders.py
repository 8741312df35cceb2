"""Sends what is due, once or again and again."""

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.worker import REMINDERS_EVERY, work
from diary.core.words import count_words
from reminders.worker import make_round


class Command(BaseCommand):
    help = "Send the reminders that are due. With --loop, go on until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true")

    def handle(self, *, loop: bool, **_: Any) -> None:
        if not loop:
            self.stdout.write(f"Sent: {count_words(make_round(), 'message')}.")
            return
        stop = Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        work(stop, "reminders", make_round, every=REMINDERS_EVERY)
