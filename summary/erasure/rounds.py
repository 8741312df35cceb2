"""The round: now and then a request of anybody starts a look at what is due to be deleted, beside
the request, which waits for nothing."""

import logging
from collections.abc import Callable
from threading import Thread
from time import perf_counter

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from accounts import majority
from summary.erasure.deletion import erase_due

logger = logging.getLogger(__name__)
EVERY = 60 * 60  # seconds; one question about a few rows


def erasure_rounds(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Begin one once the process is that old: at its start, `prepare` has just looked."""
    next_round = perf_counter() + EVERY

    def middleware(request: HttpRequest) -> HttpResponse:
        nonlocal next_round
        if perf_counter() >= next_round:
            next_round = perf_counter() + EVERY
            Thread(target=make_round, daemon=True).start()
        return get_response(request)

    return middleware


def make_round() -> None:
    """Hand over the diaries of those who came of age, then delete what is due: what was asked for
    before is theirs to keep. Where that fails, on a full disk say, the diary runs on."""
    try:
        for part in (majority.make_round, erase_due):
            try:
                part()
            except (DatabaseError, OSError, ValueError, LookupError) as error:
                why = type(error).__name__
                logger.error("A round failed (%s): the next one tries again", why)
    finally:
        connection.close()
