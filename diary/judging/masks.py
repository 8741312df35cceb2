"""What may hide a fever behind a reading: medicines given as needed, and what is taken as a
treatment. It only adds words; the engine never hears of it, so it can lower nothing."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts.models import Patient
from diary.core import words
from diary.core.days import end_of, start_of
from diary.judging.facts import facts_between
from diary.judging.medicines import known_by, longest_mask, medicine_name
from diary.models import Course, Medicine
from therapies.catalogue import catalogue


class Masks(NamedTuple):
    """`given` as needed, the earliest first; `courses` of what can hide a fever."""

    given: tuple[Medicine, ...] = ()
    courses: tuple[Course, ...] = ()


NO_MASKS = Masks()


def masks_between(patient: Patient, first: datetime, last: datetime) -> Masks:
    """Return what was given up to `last` and may still matter at `first`, and every treatment of
    that kind."""
    facts, since = facts_between(patient, first, last), first - longest_mask()
    given = (medicine for medicine in facts.medicines if since <= medicine.at <= last)
    return Masks(tuple(given), masking_courses(facts.courses))


def masking_courses(courses: Iterable[Course]) -> tuple[Course, ...]:
    """Return the treatments that can hide a fever: the family's own words name them."""
    return tuple(course for course in courses if course.name and known_by(course.name))


def masking(given: Sequence[Medicine], at: datetime) -> list[Medicine]:
    """Return those that may hide a fever at this moment, of medicines with the earliest first. What
    was taken out hides nothing."""
    last = bisect_right(given, at, key=_moment)
    first = bisect_left(given, at - longest_mask(), key=_moment)
    return [medicine for medicine in given[first:last] if _masks(medicine, at)]


def mask_words(masks: Masks, at: datetime, tz: ZoneInfo) -> str:
    """Say what a reading of this moment may be masked by; nothing where nothing is known."""
    hiding = [f"{medicine_name(m)} at {_when(m.at, at, tz)}" for m in masking(masks.given, at)]
    hiding += _treatments(masks.courses, at, tz)
    return f"may be masked by {', '.join(hiding)}" if hiding else ""


def _treatments(courses: Sequence[Course], at: datetime, tz: ZoneInfo) -> Iterator[str]:
    """Yield what is taken as a treatment and may hide a fever: from its first day until its hours
    after the last day are over, and at any time where its days are not known (JC-31)."""
    for course in courses:
        first, last = _hours_of(course, tz)
        if not course.is_dated:
            yield f"{course.name}, taken since a day that is not known"
        elif first <= at and (last is None or at <= last):
            yield f"{course.name}, taken {_since(course, at.astimezone(tz).date())}"


def _hours_of(course: Course, tz: ZoneInfo) -> tuple[datetime, datetime | None]:
    hours = timedelta(hours=catalogue().medicines[known_by(course.name)].masks_hours)
    last = end_of(course.ended, tz) + hours if course.ended else None
    return start_of(course.started, tz), last


def _since(course: Course, day: date) -> str:
    if course.ended is None or course.ended >= day:
        return f"since {words.day_words(course.started)}"
    return f"until {words.day_words(course.ended)}"


def _moment(medicine: Medicine) -> datetime:
    return medicine.at


def _masks(medicine: Medicine, at: datetime) -> bool:
    known = catalogue().medicines.get(medicine.medicine)
    if known is None or medicine.withdrawn is not None:
        return False
    return medicine.at <= at <= medicine.at + timedelta(hours=known.masks_hours)


def _when(given: datetime, at: datetime, tz: ZoneInfo) -> str:
    same_day = given.astimezone(tz).date() == at.astimezone(tz).date()
    day = "" if same_day else f" on {words.day_words(given.astimezone(tz).date())}"
    return f"{words.clock(given, tz)}{day}"
