"""The turn to write in one diary: of two who save at once, the second is judged after the first."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.db import connection

from accounts.memory import forget
from accounts.models import Patient
from accounts.turns import writing_in
from diary.core.errors import BusyError

TURNS = [Lock() for _ in range(64)]  # a diary has one of them, and hardly ever a neighbour
PATIENCE = 10  # seconds, as for the database itself


@contextmanager
def turn_of(patient: Patient) -> Iterator[None]:
    """Hold the diary's turn within the block. Without it each would be judged beside the others
    and then once more under the lock of the database, where everybody waits for it. Other
    processes wait there.

    Raises BusyError. Whoever holds that lock already waits for nobody.
    """
    with writing_in(patient.pk):
        if connection.in_atomic_block:
            yield
            return
        turn = TURNS[patient.pk.int % len(TURNS)]
        if not turn.acquire(blocking=False):
            if not turn.acquire(timeout=PATIENCE):
                raise BusyError
            forget()  # what was read before the other one saved
        try:
            yield
        finally:
            turn.release()
