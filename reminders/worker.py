"""The worker: round after round, it plans what is due and sends what waits."""

import logging
import socket
from itertools import count
from threading import Event

from django.db import connection
from django.utils import timezone

from reminders import claims, rounds
from reminders.send import send_all

logger = logging.getLogger(__name__)
EVERY = 20  # seconds
FORGETS = 1_000  # rounds, about six hours


def work(stop: Event) -> None:
    """Go on until `stop` is set. A round that fails is in the log, and the next one begins anew."""
    for number in count():
        if stop.wait(EVERY):
            break
        try:
            make_round()
            if number % FORGETS == 0:
                claims.forget(timezone.now())
        except Exception:
            logger.exception("A round of reminders failed (%s)", 500)
            connection.close()  # the next round begins with a new one
    connection.close()


def make_round() -> int:
    """Return how many messages were sent."""
    try:
        rounds.plan(timezone.now())
    finally:  # what is planned already is sent
        sent = send_all()
    claims.beat(socket.gethostname(), timezone.now())
    return sent
