"""What was given, as the treatment pages list it."""

from dataclasses import dataclass
from datetime import date

from diary.days import DAY, end_of, local_day, start_of
from diary.models import Course, Dose
from diary.phrases import clock, day_words


@dataclass(frozen=True, slots=True)
class DoseSaid:
    """One dose in words: its day, and its times where they are known."""

    dose: Dose
    day: str
    what: str


def doses_of(course: Course, limit: int) -> list[DoseSaid]:
    """Return the latest infusions, injections and pump runs. One query."""
    doses = course.doses.exclude(kind=Dose.Kind.TABLET).order_by("-started")[:limit]
    return [DoseSaid(dose, day_words(dose.local_day), _what(dose, course)) for dose in doses]


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


@dataclass(frozen=True, slots=True)
class TabletDay:
    day: date
    words: str
    answer: str  # taken, missed or none


def tablet_days(course: Course, last: date, length: int) -> list[TabletDay]:
    """Return the days of a stretch that ends with `last`, the latest first. One query."""
    first = max(course.started, last - (length - 1) * DAY)
    rows = course.doses.filter(kind=Dose.Kind.TABLET, local_day__range=(first, last))
    said = {Dose.Status.GIVEN: "taken", Dose.Status.MISSED: "missed"}
    answers = {dose.local_day: said[Dose.Status(dose.status)] for dose in rows}
    days = [last - n * DAY for n in range((last - first).days + 1)]
    return [TabletDay(day, f"{day:%A} {day_words(day)}", answers.get(day, "")) for day in days]
