"""What an action raises where it changes nothing, in words for the page."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, OperationalError, transaction

BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
# What PostgreSQL says where the same may be sent again soon, by the classes and codes of its
# errors: the connection is gone or cannot be had (08, 53300, 57P0x), who wrote before took too long
# (55P03, 57014), both waited for each other (40), or this is a standby that cannot write (25006).
SOON = ("08", "40", "53300", "53200", "55P03", "57", "25006", "25P03")
DAMAGED = ("XX001", "XX002")


class UndoRefusal(Exception):  # noqa: N818 (as below)
    """What was saved can no longer be undone, only removed or corrected."""


class Conflict(Exception):  # noqa: N818 (it is not an error of ours: the page says what happened)
    """The id is taken by a check-in that says something else."""


class Refusal(ValidationError):  # noqa: N818 (as above)
    """The change does not fit what is recorded already; says why in plain words."""

    def __str__(self) -> str:
        return str(self.message)


class BusyError(OperationalError):
    """Others save in this diary for too long, or a server that saving needs is away."""


def sqlite_code(error: BaseException | None) -> int:
    """Return SQLite's own number for what went wrong, without its second byte of detail."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else None
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF


def postgresql_code(error: BaseException | None) -> str | None:
    """Return PostgreSQL's own code for what went wrong: empty where no server said anything, None
    where it is not an error of PostgreSQL's."""
    cause: Any = error.__cause__ if isinstance(error, DatabaseError) else None
    return str(cause.sqlstate or "") if hasattr(cause, "sqlstate") else None


def is_busy(error: BaseException | None) -> bool:
    """Did others hold the database for too long, or is its server gone for a moment? Then the same
    can be sent again soon."""
    if isinstance(error, BusyError) or sqlite_code(error) in BUSY:
        return True
    code = postgresql_code(error)
    if code == "":  # the connection broke, or there was none
        return isinstance(error, OperationalError)
    return bool(code and code.startswith(SOON))


@contextmanager
def refusing(text: str) -> Iterator[None]:
    """Turn a broken constraint into words: somebody else was faster, or it is there already."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Refusal(text) from None
