"""Two who write at once in PostgreSQL, each in a thread and on a connection of its own."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from accounts.memory import one_reading
from accounts.turns import TURN

ROUNDS = 600  # looks, some 20 ms apart: a busy machine has time


class Pause:
    """Whoever comes here first stays until the other is through, or has to wait for them."""

    def __init__(self) -> None:
        self.is_reached, self.other = Event(), Event()
        self.has_waited = False

    def after(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return `real` with the pause behind it."""

        def paused(*args: Any, **more: Any) -> Any:
            done = real(*args, **more)
            self.stay()
            return done

        return paused

    def before(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def paused(*args: Any, **more: Any) -> Any:
            self.stay()
            return real(*args, **more)

        return paused

    def stay(self) -> None:
        if self.is_reached.is_set():
            return
        self.is_reached.set()
        for _ in range(ROUNDS):
            if self.other.wait(0.02):
                return
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    self.has_waited = True
                    return
        raise AssertionError("the other neither came through nor waits")


def race(
    pause: Pause, first: Callable[[], Any], second: Callable[[], Any], *, diary: UUID | None = None
) -> tuple[Any, Any]:
    """Let the second begin when the first has come to the pause. Return what came of each: what it
    returned or raised. `diary` is the one of the page that both have open."""
    outcomes: dict[int, Any] = {}

    def run(number: int, deed: Callable[[], Any]) -> None:
        TURN.set(diary)
        try:
            with one_reading():
                outcomes[number] = deed()
        except Exception as error:  # noqa: BLE001 (told to the test)
            outcomes[number] = error
        finally:
            connection.close()
            if number:
                pause.other.set()

    threads = [Thread(target=run, args=(n, deed)) for n, deed in enumerate((first, second))]
    threads[0].start()
    reached = pause.is_reached.wait(30)
    threads[1].start()
    for thread in threads:
        thread.join(60)
    assert reached, f"the pause was never reached: {outcomes.get(0)!r}"
    return outcomes[0], outcomes[1]


def let_several_write(patch: pytest.MonkeyPatch) -> None:
    """The control: without the turn of a diary."""
    from accounts import turns
    from config.postgresql.base import DatabaseWrapper
    from summary.erasure import deletion

    patch.setattr(DatabaseWrapper, "_take_turn", lambda _self: None)
    for module in (turns, deletion):
        patch.setattr(module, "take_turns", lambda _patients: None)
