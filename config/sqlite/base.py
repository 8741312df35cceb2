"""Django's SQLite, and in front of its write lock a queue in which nobody overtakes.

SQLite lets whoever asks at the right moment write next, and the others sleep and ask again: of
twenty at once some waited for seconds. The system wakes those who wait for a file lock in the order
in which they came, across threads and processes, and takes the lock from whoever dies.
"""

import fcntl
import os
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction takes its turn when it begins, and gives it back with its end."""

    _turn: int | None = None  # the open file that is locked while it is ours

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
        if self._turn is None and not self.is_in_memory_db():
            queue = Path(self.settings_dict["NAME"]).with_suffix(".queue")
            file = os.open(queue, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            self._turn = file

    def _give_turn(self) -> None:
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None
