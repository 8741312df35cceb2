"""Files are made in a process of their own, two at a time: what a large one takes of memory and
time is never taken from the pages."""

import logging
import multiprocessing
import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from multiprocessing.connection import Connection
from threading import BoundedSemaphore, Lock
from typing import Any, BinaryIO, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, override

from accounts.countries import COUNTRY, clock_of

logger = logging.getLogger(__name__)
P = ParamSpec("P")
# Loaded once, when the first file is asked for; each file is a copy of that process.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["config.maker"])
AT_ONCE = 2
MOST = 8  # made or waiting; each holds a thread of the server, see config/server.py
WAIT = 60  # seconds for a turn
PATIENCE = 120  # seconds for one file
PART = 65_536  # bytes
PLACES, TURNS, START = BoundedSemaphore(MOST), BoundedSemaphore(AT_ONCE), Lock()


class NoTurnError(Exception):
    """Too many files are being made."""


class NotMadeError(Exception):
    """The process of a file failed, was killed, or took too long. The log says where it failed."""


def made(make: Callable[P, bytes], *args: P.args, **kwargs: P.kwargs) -> bytes | BinaryIO:
    """Return the file that `make` returns, in the language and the clock of whoever asks.

    Whether they may is for the view to ask before. Raises NoTurnError or NotMadeError.
    """
    if settings.FILES_IN_PLACE:
        return make(*args, **kwargs)
    if not PLACES.acquire(blocking=False):
        raise NoTurnError
    try:
        if not TURNS.acquire(timeout=WAIT):
            raise NoTurnError
        try:
            return _made_elsewhere((make, args, kwargs, get_language(), COUNTRY.get()))
        finally:
            TURNS.release()
    finally:
        PLACES.release()


def _made_elsewhere(job: tuple[Any, ...]) -> BinaryIO:
    """Return the file as one to be read from. It is in memory, but not in that of this process,
    which would not give it back."""
    receiver, sender = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_work, args=(sender, *job), daemon=True)
    with receiver:
        with START, sender:
            process.start()
        try:
            if not receiver.poll(PATIENCE):
                logger.error("A file took longer than %s seconds", PATIENCE)
                raise NotMadeError
            with ExitStack() as unfinished:
                file = unfinished.enter_context(os.fdopen(os.memfd_create("made"), "w+b"))
                while part := receiver.recv_bytes():
                    file.write(part)
                file.seek(0)
                unfinished.pop_all()
            return file
        except EOFError:
            raise NotMadeError from None
        finally:
            process.kill()
            process.join()
            process.close()


def _work(
    sender: Connection,
    make: Callable[..., bytes],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    language: str,
    country: str,
) -> None:
    """Make one file and send it; what fails goes to the log, where nothing of the diary may be."""
    os.nice(10)  # pages come first
    try:
        with override(language), clock_of(country):
            file = make(*args, **kwargs)
        for start in range(0, len(file), PART):
            sender.send_bytes(file[start : start + PART])
        sender.send_bytes(b"")  # that was all of it
    except Exception:
        logger.exception("A file was not made (%s)", 500)


def says_when_not_made(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Say in plain words that there is no file, and what to do."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (NoTurnError, NotMadeError) as error:
            is_busy = isinstance(error, NoTurnError)
            status = 503 if is_busy else 500
            page = render(request, "summary/not_made.html", {"is_busy": is_busy}, status=status)
            if is_busy:
                page.headers["Retry-After"] = str(WAIT)
            return page

    return answered
