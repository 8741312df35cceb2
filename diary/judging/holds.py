"""When a treatment was on hold. A hold ends with its course at the latest.

The engine reads none of this: a course on hold stays under way to every rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from diary.core.words import day_words, span_words
from diary.models import Course, Hold


class Pause(Protocol):
    @property
    def started(self) -> date: ...
    @property
    def ended(self) -> date | None: ...
    @property
    def withdrawn(self) -> datetime | None: ...


Paused = TypeVar("Paused", bound=Pause)


@dataclass(frozen=True, slots=True)
class HoldLine:
    """One hold in words, as the page of its treatment lists it."""

    hold: Hold
    words: str
    is_over: bool


def holds_of(course: Course) -> list[Hold]:
    """Return what was not entered by mistake, the earliest first; reads `course.holds`."""
    return [hold for hold in course.holds.all() if hold.withdrawn is None]


def last_day_of(hold: Hold, course: Course) -> date | None:
    """Return its last day; None while it is open and the course goes on."""
    return min((day for day in (hold.ended, course.ended) if day is not None), default=None)


def hold_on(course: Course, day: date) -> Hold | None:
    """Return the hold that the course was on, on that day."""
    return hold_among(holds_of(course), course.ended, day)


def hold_among(holds: Iterable[Paused], course_ended: date | None, day: date) -> Paused | None:
    """The same for any rows that say when a course was on hold."""
    return next(
        (
            hold
            for hold in holds
            if hold.withdrawn is None
            and hold.started <= day <= min(hold.ended or day, course_ended or day)
        ),
        None,
    )


def days_words(hold: Hold, course: Course) -> str:
    """Return its days: since its first day, or from the first to the last."""
    last = last_day_of(hold, course)
    if last is None:
        return f"since {day_words(hold.started)}"
    return span_words(hold.started, max(last, hold.started))


def hold_words(hold: Hold, course: Course) -> str:
    return f"on hold {days_words(hold, course)}"


def holds_said(course: Course, today: date) -> list[HoldLine]:
    """Return every hold of a course in words, the latest first."""
    return [
        HoldLine(hold, _said(hold, course, today), is_over=_is_over(hold, course, today))
        for hold in reversed(holds_of(course))
    ]


def _said(hold: Hold, course: Course, today: date) -> str:
    words = days_words(hold, course)
    if hold.ended is None and hold.started > today:
        words = f"from {day_words(hold.started)}"
    return f"{words}: {hold.reason}" if hold.reason else words


def _is_over(hold: Hold, course: Course, today: date) -> bool:
    last = last_day_of(hold, course)
    return last is not None and last < today
