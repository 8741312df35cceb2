"""What is left of deleted rows in the files of the database."""

from django.db import connection


def empty_the_log() -> bool:
    """Take what was deleted out of SQLite's log too, as far as nobody is reading just now; say
    whether all of it is out."""
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        is_busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy
