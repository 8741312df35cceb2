"""One round: what is due is planned, and what waits is sent."""

import socket
from itertools import count

from django.utils import timezone

from reminders import claims, rounds
from reminders.send import send_all

FORGETS = 1_000  # rounds, about six hours
NUMBERS = count()


def make_round() -> int:
    """Return how many messages were sent."""
    try:
        rounds.plan(timezone.now())
    finally:  # what is planned already is sent
        sent = send_all()
    claims.beat(socket.gethostname(), timezone.now())
    if next(NUMBERS) % FORGETS == 0:
        claims.forget(timezone.now())
    return sent
