"""Whose turn it is to write in a diary, where the database lets several write at once: whoever
begins a transaction for a diary waits for the one before, and reads what it wrote.

SQLite has one writer anyway. PostgreSQL keeps the turn by a lock of its own, which ends with the
transaction however that ends (config/postgresql/base.py).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection

# The diary that the page or the round at work is about: its transactions take its turn.
TURN: ContextVar[UUID | None] = ContextVar("turn", default=None)
WAIT = "SELECT pg_advisory_xact_lock(%s)"


def number_of(patient: UUID) -> int:
    """Return what PostgreSQL calls the lock: 64 bits with a sign. Two diaries with one number only
    wait for each other."""
    return (patient.int >> 64) - 2**63


@contextmanager
def writing_in(patient: UUID) -> Iterator[None]:
    """Let transactions within the block take the turn of this diary; one that is open already takes
    it now. Raises OperationalError where others hold it for too long."""
    if patient == TURN.get():
        yield
        return
    if connection.in_atomic_block:
        take_turns([patient])
    token = TURN.set(patient)
    try:
        yield
    finally:
        TURN.reset(token)


def take_turns(patients: Iterable[UUID]) -> None:
    """Wait, within a transaction, for the turns of several diaries, in the order that everybody
    keeps."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for number in sorted(map(number_of, patients)):
                cursor.execute(WAIT, [number])
