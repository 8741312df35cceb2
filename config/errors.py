"""What a page and a start say when the database fails: the cause, what was kept, what to do."""

import logging
import sqlite3
import sys
from typing import Any, cast

from django.conf import settings
from django.db import DatabaseError, OperationalError, close_old_connections, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from accounts.access import patient_for
from config.request_ids import short_number
from diary.core.errors import DAMAGED, is_busy, postgresql_code, sqlite_code
from diary.team.numbers import Numbers, numbers_of
from therapies.pages.urgent import chosen_country, urgent_page

logger = logging.getLogger(__name__)
UNREADABLE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
RETRY_AFTER = "5"  # seconds: whoever held the database is gone by then
SECRET = ("password", "code", "csrfmiddlewaretoken")


def restore_words(error: BaseException | None) -> str:
    """Say how to go on where the database itself cannot be read; empty for any other error."""
    if postgresql_code(error) in DAMAGED:
        return (
            "PostgreSQL cannot read its own files: they are damaged. Nothing was changed. Put your "
            "last backup into a new database: docs/deploy.md, PostgreSQL."
        )
    if sqlite_code(error) not in UNREADABLE:
        return ""
    file = settings.DATABASES["default"]["NAME"]
    return (
        f"The database {file} cannot be read: it is damaged, or is not a database. Nothing "
        "was changed. Put your last backup in its place: "
        ".venv/bin/python manage.py restore FILE (README, Backup and restore)."
    )


def start_words(error: BaseException | None) -> str:
    """Say in one line why the diary cannot start; empty where that takes a traceback."""
    if words := restore_words(error):
        return words
    if connection.vendor != "postgresql" or postgresql_code(error) is None:
        return ""
    why = cast(Any, connection).why_unreachable()
    return why and f"The database of DATABASE_URL cannot be reached. Nothing was changed. {why}"


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer where a view or a middleware failed. Nothing here may need a working database."""
    error = sys.exc_info()[1]
    match = request.resolver_match
    is_urgent = match is not None and match.view_name in ("urgent", "patient_urgent")
    if is_urgent and isinstance(error, DatabaseError):
        return _whom_to_call(request)
    if restore_words(error):
        # Logs drop what a message is filled with, and messages without a hole: the status fills one
        logger.error("The database cannot be read (%s): stop the diary, run `restore`", 503)
        return _page("database_unreadable.html", 503)
    if isinstance(error, OperationalError):
        is_gone = postgresql_code(error) == ""
        return _not_written(request, is_busy=is_busy(error), is_gone=is_gone)
    return _page("500.html", 500)


def _whom_to_call(request: HttpRequest) -> HttpResponse:
    """The page of urgent help without what the database knows; a phone shows the one it keeps."""
    logger.error("Urgent help was shown without the family's own numbers (%s)", 503)
    chosen = request.COOKIES.get(settings.COUNTRY_COOKIE_NAME, "")
    here = chosen_country(chosen, request.headers.get("Accept-Language", ""))
    return HttpResponse(urgent_page(here), status=503)


def _page(template: str, status: int) -> HttpResponse:
    return HttpResponse(
        render_to_string(template, {"request_number": short_number()}), status=status
    )


def _not_written(request: HttpRequest, *, is_busy: bool, is_gone: bool) -> HttpResponse:
    """Give back what was typed, to be sent again, and the numbers. A server that is gone is not
    asked once more: each question waits, and holds a thread that urgent help may need."""
    status = 503 if is_busy else 507
    cause = "the database is held, or gone for a moment" if is_busy else "is the disk full?"
    logger.error(f"Nothing can be written (%s): {cause}", status)
    close_old_connections()  # one that broke, so that the numbers may still be found
    numbers = None if is_gone else _numbers(request)
    context = given_back(request) | {"is_busy": is_busy, "numbers": numbers}
    headers = {"Retry-After": RETRY_AFTER} if is_busy else {}
    page = render_to_string("not_written.html", context)
    return HttpResponse(page, status=status, headers=headers)


def given_back(request: HttpRequest) -> dict[str, Any]:
    """Return what was sent, for a page that can send it again; nothing secret, and no file."""
    names = [name for name in request.POST if not any(word in name for word in SECRET)]
    is_account = request.path.startswith("/account/") or request.method != "POST"
    return {
        "fields": [(name, text) for name in names for text in request.POST.getlist(name)],
        "action": "" if is_account else request.get_full_path(),
        "has_files": bool(request.FILES),
        "csrf_token": get_token(request),
        "request_number": short_number(),
    }


def _numbers(request: HttpRequest) -> Numbers | None:
    patient_id = request.resolver_match.kwargs.get("patient_id") if request.resolver_match else None
    try:
        return numbers_of(patient_for(request.user, patient_id)) if patient_id else None
    except (AttributeError, DatabaseError, Http404):
        return None
