"""What is done beside the pages, again and again: each in a thread of its own, so that a backup,
which may take minutes, puts off no message."""

import logging
from collections.abc import Callable
from threading import Event, Thread
from time import perf_counter

from django.conf import settings
from django.db import connection

from config import daily_backups
from reminders.worker import make_round

logger = logging.getLogger(__name__)
REMINDERS_EVERY, BACKUPS_EVERY = 20, 60  # seconds
# By name, when each that runs in this process was done last; at first, when it was begun.
BEATS: dict[str, float] = {}


def work(stop: Event, name: str, do: Callable[[], object], *, every: float) -> None:
    """Go on until `stop` is set. A round that fails is in the log, and the next one begins anew."""
    BEATS[name] = perf_counter()
    while not stop.wait(every):
        try:
            do()
            BEATS[name] = perf_counter()
        except Exception:
            logger.exception(f"A round of {name} failed (%s)", 500)
            connection.close()  # the next round begins with a new one
    connection.close()


def start(stop: Event) -> None:
    """Begin what this server does itself."""
    if settings.REMINDERS == "here":
        _begin(stop, "reminders", make_round, REMINDERS_EVERY)
    if settings.BACKUPS:
        _begin(stop, "backups", daily_backups.ask_another_process, BACKUPS_EVERY)


def _begin(stop: Event, name: str, do: Callable[[], object], every: float) -> None:
    Thread(target=work, args=[stop, name, do], kwargs={"every": every}, daemon=True).start()
