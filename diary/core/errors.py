"""What an action raises where it changes nothing, in words for the page."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, OperationalError, transaction

BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class UndoRefusal(Exception):  # noqa: N818 (as below)
    """What was saved can no longer be undone, only removed or corrected."""


class Conflict(Exception):  # noqa: N818 (it is not an error of ours: the page says what happened)
    """The id is taken by a check-in that says something else."""


class Refusal(ValidationError):  # noqa: N818 (as above)
    """The change does not fit what is recorded already; says why in plain words."""

    def __str__(self) -> str:
        return str(self.message)


class BusyError(OperationalError):
    """Others save in this diary for too long."""


def sqlite_code(error: BaseException | None) -> int:
    """Return SQLite's own number for what went wrong, without its second byte of detail."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else None
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF


def is_busy(error: BaseException | None) -> bool:
    """Did others hold the database for too long? Then the same can be sent again soon."""
    return isinstance(error, BusyError) or sqlite_code(error) in BUSY


@contextmanager
def refusing(text: str) -> Iterator[None]:
    """Turn a broken constraint into words: somebody else was faster, or it is there already."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Refusal(text) from None
