"""What was given, as the treatment pages list it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import prefetch_related_objects

from diary.core.days import DAY, end_of, local_day, start_of
from diary.core.words import clock, day_words
from diary.judging.facts import facts_of
from diary.judging.holds import hold_on
from diary.models import Course, Dose


class DoseLine(NamedTuple):
    """One dose in words: its day, and its times where they are known."""

    dose: Dose
    day: str
    what: str


def doses_of(course: Course, limit: int) -> list[DoseLine]:
    """Return the latest infusions, injections and pump runs. One query."""
    doses = course.doses.exclude(kind=Dose.Kind.TABLET).order_by("-started")[:limit]
    return [DoseLine(dose, day_words(dose.local_day), _what(dose, course)) for dose in doses]


def _what(dose: Dose, course: Course) -> str:
    """Return what was given and until when. A time that is the edge of its day is not known."""
    tz = course.patient.tz
    kind = dose.get_kind_display().capitalize()
    if dose.status == Dose.Status.PLANNED:
        return f"{kind}, planned"
    begun = (
        "" if dose.started == start_of(dose.local_day, tz) else f" from {clock(dose.started, tz)}"
    )
    if dose.ended is None:
        return f"{kind}{begun}, running: no end is recorded"
    over = local_day(dose.ended, tz)
    at = "" if dose.ended == end_of(over, tz) else f" at {clock(dose.ended, tz)}"
    if dose.kind == Dose.Kind.PUMP:
        return f"{kind}{begun}, stopped on {day_words(over)}{at}"
    if over == dose.local_day:
        return f"{kind}{begun}{at.replace(' at ', ' to ')}" if at else f"{kind}{begun}"
    return f"{kind}{begun} to {day_words(over)}{at}"


class TabletDay(NamedTuple):
    """One day of tablets: a word, and a mark for the week at a glance."""

    day: date
    words: str
    answer: str  # taken, late, missed or none
    is_on_hold: bool = False

    @property
    def status_words(self) -> str:
        unknown = "on hold" if self.is_on_hold else "not recorded"
        return {"late": "taken late", "": unknown}.get(self.answer, self.answer)

    @property
    def mark(self) -> str:
        unknown = "‖" if self.is_on_hold else ""
        return {"taken": "●", "late": "◐", "missed": "✕"}.get(self.answer, unknown)


ANSWERS = {Dose.Status.GIVEN: "taken", Dose.Status.LATE: "late", Dose.Status.MISSED: "missed"}


def tablet_days(course: Course, last: date, length: int) -> list[TabletDay]:
    """Return the days of a stretch that ends with `last`, the latest first."""
    first = max(course.started, last - (length - 1) * DAY)
    return _tablet_days([course], first, last)[course.pk][::-1]


def tablet_weeks(courses: Sequence[Course], today: date) -> dict[UUID, list[TabletDay]]:
    """Return the last seven days of each course, today last."""
    return _tablet_days(courses, today - 6 * DAY, today) if courses else {}


def _tablet_days(courses: Sequence[Course], first: date, last: date) -> dict[UUID, list[TabletDay]]:
    prefetch_related_objects(courses, "holds")
    rows = _tablets(courses, first)
    answers = {(dose.course_id, dose.local_day): ANSWERS[Dose.Status(dose.status)] for dose in rows}
    days = [first + n * DAY for n in range((last - first).days + 1)]
    return {
        course.pk: [
            _tablet_day(course, day, answers.get((course.pk, day), ""))
            for day in days
            if day >= course.started
        ]
        for course in courses
    }


def _tablets(courses: Sequence[Course], first: date) -> Iterable[Dose]:
    """Return what was answered since a day. Those of the last days are read with the rest."""
    facts = facts_of(courses[0].patient)
    if first >= facts.tablets_since:
        return facts.tablets
    return Dose.objects.filter(course__in=courses, kind=Dose.Kind.TABLET, local_day__gte=first)


def _tablet_day(course: Course, day: date, answer: str) -> TabletDay:
    """On hold no tablet is missed, whatever was answered before the hold was recorded."""
    is_on_hold = hold_on(course, day) is not None
    shown = "" if is_on_hold and answer == "missed" else answer
    return TabletDay(day, f"{day:%A} {day_words(day)}", shown, is_on_hold)
