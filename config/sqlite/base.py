"""Django's SQLite, and in front of its write lock a queue of the threads of this process.

SQLite lets whoever asks at the right moment write next, and the others sleep and ask again: of
twenty at once some waited for seconds. Here the thread that gives its turn back wakes the next one.
Another process (a backup, a command) still meets SQLite's own lock.
"""

import sqlite3
from functools import lru_cache
from threading import Lock
from typing import Any

from django.db.backends.sqlite3 import base

TURN = Lock()


class KeptTextCursor(base.SQLiteCursorWrapper):
    """Keeps a text as SQLite reads it: a page asks by the same few long ones, without a value."""

    def convert_query(self, query: str, *, param_names: Any = None) -> Any:
        if param_names is None:
            return _converted(query)
        return super().convert_query(query, param_names=param_names)


@lru_cache(maxsize=256)
def _converted(query: str) -> Any:
    convert: Any = base.SQLiteCursorWrapper.convert_query
    return convert(None, query)


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction takes its turn when it begins, and gives it back with its end. Who waits for
    longer than SQLite would is told the same: the database is busy."""

    _has_turn = False

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002 (Django calls it so)
        return self.connection.cursor(factory=KeptTextCursor)

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> Any:
        result = super()._commit()  # type: ignore[misc]
        self._give_turn()
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _take_turn(self) -> None:
        if not TURN.acquire(timeout=self.settings_dict["OPTIONS"]["timeout"]):
            busy = sqlite3.OperationalError("Nobody gave the turn to write back in time")
            busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
            with self.wrap_database_errors:
                raise busy
        self._has_turn = True

    def _give_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            TURN.release()
