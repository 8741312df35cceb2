"""The queue in front of the database's one writer: a turn always comes back, and waiting ends."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction

from config.sqlite.base import TURN, DatabaseWrapper

WAIT = 0.2
pytestmark = pytest.mark.django_db


def connected(file: Path) -> DatabaseWrapper:
    settings = {
        **connections["default"].settings_dict,
        "NAME": str(file),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": WAIT},
    }
    return DatabaseWrapper(settings, "queue")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[DatabaseWrapper]:
    database = connected(tmp_path / "queue.sqlite3")
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE written (n INTEGER UNIQUE)")
    yield database
    database.close()
    assert not TURN.locked()


@pytest.fixture
def write(database: DatabaseWrapper, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Begin a transaction with it; Django finds it by its name."""
    monkeypatch.setattr(connections._connections, "queue", database, raising=False)
    return lambda: transaction.atomic(using="queue")


def insert(database: DatabaseWrapper, n: int) -> None:
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO written VALUES (%s)", [n])


def test_a_transaction_has_the_turn_until_it_ends(database: DatabaseWrapper, write: Any) -> None:
    with write():
        assert TURN.locked()
        with write():
            insert(database, 1)
        assert TURN.locked()
    assert not TURN.locked()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_failure_gives_the_turn_back(
    database: DatabaseWrapper, write: Any, error: type[BaseException]
) -> None:
    with pytest.raises(error), write():
        insert(database, 1)
        raise error
    assert not TURN.locked()
    with write():
        insert(database, 1)  # nothing of it stayed


def test_a_connection_that_is_closed_gives_the_turn_back(
    database: DatabaseWrapper, write: Any
) -> None:
    with pytest.raises(RuntimeError), write():
        database.connection.close()
        raise RuntimeError
    database.close()
    assert not TURN.locked()


def test_where_another_process_writes_the_turn_comes_back_too(
    database: DatabaseWrapper, write: Any
) -> None:
    other = sqlite3.connect(database.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"), write():
        pass
    assert not TURN.locked()
    other.close()


def test_who_waits_too_long_is_told_that_the_database_is_busy(write: Any) -> None:
    with TURN:
        begun = time.monotonic()
        with pytest.raises(OperationalError) as refused, write():
            pass
    assert refused.value.__cause__.sqlite_errorcode == sqlite3.SQLITE_BUSY  # type: ignore[union-attr]
    assert time.monotonic() - begun >= WAIT


def test_many_threads_write_each_once(database: DatabaseWrapper, tmp_path: Path) -> None:
    def work(start: int) -> None:
        mine = connected(tmp_path / "queue.sqlite3")
        mine.settings_dict["OPTIONS"]["timeout"] = 60
        for n in range(start, start + 20):
            mine.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
            insert(mine, n)
            mine.commit()
            mine.set_autocommit(True)
        mine.close()

    threads = [Thread(target=work, args=[100 * n]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.cursor() as cursor:
        assert cursor.execute("SELECT COUNT(*) FROM written").fetchone() == (160,)
