"""Days of the patient's calendar, as instants. A day may have 23 or 25 hours, or no midnight."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import groupby
from typing import NamedTuple

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# A phone's clock may be a little ahead of ours.
CLOCK_TOLERANCE = timedelta(minutes=5)


class Run(NamedTuple):
    """Days in a row."""

    first: date
    last: date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1


def runs(days: Iterable[date]) -> list[Run]:
    """Return days as runs of days in a row, the earliest first."""
    ordinals = runs_of_numbers(day.toordinal() for day in days)
    return [Run(date.fromordinal(first), date.fromordinal(last)) for first, last in ordinals]


def runs_of_numbers(numbers: Iterable[int]) -> list[tuple[int, int]]:
    found = []
    ordered = enumerate(sorted(set(numbers)))
    for _, group in groupby(ordered, key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        found.append((run[0], run[-1]))
    return found


def local_day(at: datetime, tz: tzinfo) -> date:
    return at.astimezone(tz).date()


def start_of(day: date, tz: tzinfo) -> datetime:
    """Return the first instant of the day, in UTC; where the clock skips midnight, the skip."""
    return datetime.combine(day, time(), tz).astimezone(UTC)


def end_of(day: date, tz: tzinfo) -> datetime:
    """Return 23:59 of the day, in UTC; the later one where the clock shows it twice."""
    return start_of(day + DAY, tz) - MINUTE


def instant(day: date, clock: time, tz: tzinfo, *, late: bool = False) -> datetime:
    """Return a moment of the local clock; where the clock shows it twice, the earlier one."""
    return datetime.combine(day, clock.replace(fold=int(late)), tz).astimezone(UTC)


def instants(day: date, clock: time, tz: tzinfo) -> list[datetime]:
    """Return when the local clock showed this, earliest first: twice in the hour that it repeats,
    never in the hour that it skips."""
    shown = datetime.combine(day, clock)
    folds = (instant(day, clock, tz, late=late) for late in (False, True))
    found = [at for at in folds if at.astimezone(tz).replace(tzinfo=None) == shown]
    return list(dict.fromkeys(found))


def latest_instant(day: date, clock: time, tz: tzinfo, now: datetime) -> datetime:
    """Return the latest such moment that is not in the future. Where all are, the earliest; where
    there is none, the moment as far into the hour after the skip."""
    found = instants(day, clock, tz) or [instant(day, clock, tz)]
    return max((at for at in found if at <= now), default=found[0])


def midnights(start: datetime, end: datetime, tz: tzinfo) -> Iterator[datetime]:
    """Yield the first instant of every local day that begins after `start` and before `end`."""
    day = local_day(start, tz)
    while (moment := start_of(day := day + DAY, tz)) < end:
        if moment > start:
            yield moment
