"""Closed for a while. A file in DATA_DIR says so: every request looks for it, no database is asked,
and it stays when that one is taken away or replaced."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from config.errors import given_back

# What goes on: whom to call, and what a phone needs to keep an entry.
OPEN = {"urgent", "urgent_country", "patient_urgent", "offline", "service_worker", "manifest"}
LATER, LATEST = 5 * 60, 10 * 60  # seconds after which a phone tries again: it may end early


class MaintenanceMiddleware:
    """It stands behind the token of forms, so that what was typed can be given back, and before
    anybody is asked who they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        if not is_closed() or (request.resolver_match and request.resolver_match.view_name in OPEN):
            return None
        now, until = datetime.now(UTC), closed_until()
        left = (until - now).total_seconds() if until else LATER
        seconds = max(1, min(LATEST, int(left)))
        page = render_to_string(
            "maintenance.html", given_back(request) | {"until": until and clock_of(until, now)}
        )
        return HttpResponse(page, status=503, headers={"Retry-After": str(seconds)})


def is_closed() -> bool:
    return _file().exists()


def closed_until() -> datetime | None:
    """Return when it should be over, if that was said and is still to come."""
    try:
        until = datetime.fromisoformat(_file().read_text().strip())
        return until if until > datetime.now(UTC) else None
    except (OSError, ValueError, TypeError):  # not there any more, or made by hand
        return None


def close(until: datetime | None) -> None:
    _file().write_text(until.isoformat() if until else "")


def open_again() -> None:
    _file().unlink(missing_ok=True)


def next_time(clock: str, now: datetime) -> datetime:
    """Return the next moment at which this machine's clock shows HH:MM. Raises ValueError."""
    asked, here = datetime.strptime(clock, "%H:%M"), now.astimezone()  # noqa: DTZ007 (only its hour)
    moment = here.replace(hour=asked.hour, minute=asked.minute, second=0, microsecond=0)
    return moment if moment > here else moment + timedelta(days=1)


def clock_of(until: datetime, now: datetime) -> str:
    day = "" if until.astimezone().date() == now.astimezone().date() else "%a %d %b, "
    return f"{until.astimezone():{day}%H:%M (%Z)}"


def _file() -> Path:
    return Path(settings.DATA_DIR) / "maintenance"
