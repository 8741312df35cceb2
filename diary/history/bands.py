"""Treatment by day: what ran, what paused, what was given, taken or missed.

What nobody recorded stays open; a day that is still to come has no band.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from diary.core.days import end_of, local_day
from diary.core.words import treatment_name
from diary.history.timeline import Timeline
from diary.judging.holds import hold_among, holds_of
from diary.judging.standing import giving, standing_of
from diary.models import Course, Dose
from therapies.standing import Standing

TABLETS = {
    Dose.Status.GIVEN: ("taken", "tablets taken"),
    Dose.Status.LATE: ("late", "tablets taken late"),
    Dose.Status.MISSED: ("missed", "tablets missed"),
}


class BandDay(NamedTuple):
    """One day of one treatment. `kind` is how it is drawn, `words` say the same."""

    kind: str  # on, break, open, taken, late, missed or dose
    words: str


class TreatmentBand(NamedTuple):
    """One treatment over a stretch of days; days outside of it are missing."""

    name: str
    days: dict[date, BandDay]
    cycles: tuple[tuple[date, int], ...] = ()  # day 1 of each cycle, and its number
    numbers: Mapping[date, int] = MappingProxyType({})  # which day of the treatment each day was


def bands_of(read: Timeline, tz: ZoneInfo, now: datetime) -> list[TreatmentBand]:
    """Return a band for every treatment that was under way on one of the days."""
    days = [day.day for day in read.days if day.day <= local_day(now, tz)]
    doses: dict[tuple[UUID, date], list[Dose]] = defaultdict(list)
    for day in read.days:
        for said in day.doses:
            if said.dose.status != Dose.Status.PLANNED:
                doses[said.dose.course_id, day.day].append(said.dose)
    known = [course for course in read.courses if giving(course)]
    bands = [_band(course, known, days, doses, tz, now) for course in read.courses]
    return [band for band in bands if band.days]


def _band(
    course: Course,
    known: Sequence[Course],
    days: Iterable[date],
    doses: dict[tuple[UUID, date], list[Dose]],
    tz: ZoneInfo,
    now: datetime,
) -> TreatmentBand:
    found, numbers, holds = {}, {}, holds_of(course)
    for day in days if course.is_dated else ():
        at = min(end_of(day, tz), now)
        where = standing_of(course, known, at, tz)
        given = doses.get((course.pk, day), [])
        hold = hold_among(holds, course.ended, day)
        if said := _day(giving(course), where, given, on_hold=hold is not None):
            found[day] = said
            if (number := _number(where)) is not None:
                numbers[day] = number
    is_pump = giving(course) == "pump"
    cycles = ((c.started, c.number) for c in course.cycles.all()) if is_pump else ()
    return TreatmentBand(treatment_name(course), found, tuple(cycles), numbers)


def _number(where: Standing) -> int | None:
    """Return the day of the treatment as the rest of the diary counts it."""
    counted = (where.cycle_day, where.days_since_infusion, where.days_since_start)
    return next((number for number in counted if number is not None), None)


def _day(given_as: str, where: Standing, doses: Sequence[Dose], *, on_hold: bool) -> BandDay | None:
    """Return what is drawn for a day; what is on record goes before the dates of the course.
    On hold no tablet is missed."""
    for dose in doses:
        if on_hold and dose.status == Dose.Status.MISSED:
            continue
        if dose.kind == Dose.Kind.TABLET:
            return BandDay(*TABLETS[Dose.Status(dose.status)])
        if dose.kind != Dose.Kind.PUMP:
            return BandDay("dose", f"{dose.get_kind_display()} given")
    if where.status in ("planned", "ended"):
        return BandDay("on", "pump") if doses else None
    if given_as == "pump" and (where.infusing or doses):
        return BandDay("on", "pump, on hold" if on_hold else "pump")
    if on_hold:
        return BandDay("break", "on hold")
    if given_as == "pump":
        return BandDay("break", "break")
    return BandDay("open", "tablets not recorded" if given_as == "tablet" else "under way")
