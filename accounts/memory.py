"""What one request has read of a diary, so that its header, strips and page read it once.

It holds for one request and its one patient; whatever is written in between is read anew.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connection
from django.http import HttpRequest, HttpResponse

from accounts.turns import TURN

Value = TypeVar("Value")
_MEMORY: ContextVar[dict[Hashable, Any] | None] = ContextVar("memory", default=None)


def remembered(key: Hashable, read: Callable[[], Value]) -> Value:
    """Return what was read under this key, or read it. Outside of a request it is always read."""
    memory = _MEMORY.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    value: Value = memory[key]
    return value


def forget() -> None:
    """Read everything anew from here on."""
    if (memory := _MEMORY.get()) is not None:
        memory.clear()


@contextmanager
def one_reading() -> Iterator[None]:
    """Remember within the block, beginning with nothing; nothing of it is known outside."""
    token = _MEMORY.set({})
    try:
        with connection.execute_wrapper(_watched):
            yield
    finally:
        _MEMORY.reset(token)


def request_memory(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let every request be one reading, and write in one diary: the door says in which."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = TURN.set(None)
        try:
            with one_reading():
                return get_response(request)
        finally:
            TURN.reset(token)

    return middleware


def _watched(
    execute: Callable[..., Any],
    sql: str,
    params: Any,
    many: bool,  # noqa: FBT001 (Django calls it so)
    context: dict[str, Any],
) -> Any:
    """Forget what was read as soon as anything else than a question goes to the database."""
    try:
        return execute(sql, params, many, context)
    finally:
        if not sql.startswith(("SELECT", "(SELECT")):  # PostgreSQL puts parts in brackets
            forget()
