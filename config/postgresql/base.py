"""Django's PostgreSQL, and at the beginning of a transaction the turn to write in one diary.

SQLite has one writer, and much rests on it: what a transaction reads stays true until its end. Here
that holds within a diary: a transaction begun for it (accounts/turns.py) waits for the one before,
in whichever process that is, and reads what it wrote. Others write beside it. docs/adr/0102.
"""

from typing import Any, cast

import psycopg
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper, OperationalError
from django.utils.functional import cached_property
from psycopg import InterfaceError
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction

from accounts.memory import forget
from accounts.turns import TURN, WAIT, number_of

# What Django does not take for a database that cannot be used just now.
GONE = (ReadOnlySqlTransaction, IdleInTransactionSessionTimeout, InterfaceError)


class ErrorWrapper(DatabaseErrorWrapper):
    """Tells as what it is for whoever writes, that nothing can be written just now: a server that
    became a standby, and a connection that is gone."""

    wrapper: Any

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, ReadOnlySqlTransaction):
            self.wrapper.connection.close()  # a new one finds who is the primary now
        if isinstance(error, GONE):
            self.wrapper.errors_occurred = True
            raise OperationalError(*error.args).with_traceback(trace) from error
        super().__exit__(kind, error, trace)


class DatabaseWrapper(base.DatabaseWrapper):
    @cached_property
    def wrap_database_errors(self) -> ErrorWrapper:
        return ErrorWrapper(self)

    def why_unreachable(self) -> str:
        """Return what the server, or the way there, says to a new connection; the pool does not
        tell. Empty where it can be reached."""
        try:
            psycopg.connect(**self.get_connection_params()).close()
        except psycopg.Error as error:
            return " ".join(str(error).split())
        return ""

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 (Django calls it so)
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        if not autocommit:
            self._take_turn()
            forget()  # what was read before the transaction, as SQLite's BEGIN does

    def _take_turn(self) -> None:
        patient, connection = TURN.get(), cast(Any, self.connection)
        if patient is None:
            return
        try:
            with self.wrap_database_errors:
                connection.execute(WAIT, [number_of(patient)])
        except BaseException:
            self.close()  # the pool rolls back
            raise
