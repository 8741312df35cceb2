"""Makes rows of the dates that a form of `diary.treatment.forms.dates` yields."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from diary.core.errors import Refusal
from diary.core.words import treatment_name
from diary.judging.standing import giving
from diary.models import Course
from diary.treatment.actions.courses import edit_course, start_cycle
from diary.treatment.actions.doses import (
    Times,
    record_infusion,
    set_single_infusion,
    start_pump,
    stop_pump,
)

# A form's cleaned data. Without a first day nothing is known yet, and nothing is changed.
Said = Mapping[str, Any]


@transaction.atomic
def date_courses(said: Iterable[tuple[Course, Said]], *, by: User) -> None:
    """Give several courses their dates together."""
    for course, data in said:
        try:
            date_course(course, data, by=by)
        except Refusal as refused:
            raise Refusal(f"{treatment_name(course)}: {refused}") from None


@transaction.atomic
def date_course(course: Course, said: Said, *, by: User) -> None:
    """Give one course its dates. Raises Refused where they do not fit each other."""
    first: date | None = said["first_day"]
    if first is None:
        return
    match giving(course):
        case "pump":
            edit_course(course, started=first, ended=None, by=by)
            start_cycle(course, started=first, number=said["number"], by=by)
            _pump(course, said, first, by)
        case "single-infusion":
            times = Times(first, said["begun"], said["over"])
            set_single_infusion(course, times=times, is_planned=said["done"] == "no", by=by)
        case "infusion":
            edit_course(course, started=first, ended=None, by=by)
            _last_infusion(course, said, by)
        case _:
            edit_course(course, started=first, ended=said.get("last_day"), by=by)


def _pump(course: Course, said: Said, first: date, by: User) -> None:
    day, at = said["pump_day"], said["pump_time"]
    if said["pump"] == "running":
        start_pump(course, day=day or first, at=at, by=by)
    elif said["pump"] == "stopped":
        stop_pump(course, day=day, at=at, by=by)


def _last_infusion(course: Course, said: Said, by: User) -> None:
    if said["last_day"] is None:
        return
    times = Times(said["last_day"], said["begun"], said["over"], said["is_running"])
    record_infusion(course, times=times, by_injection=said.get("route") == "sc", by=by)
