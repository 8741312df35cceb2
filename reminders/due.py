"""When a reminder is due, and whether it is still needed: no clock, no database.

Moments are aware and in UTC; clocks are those of the patient's own zone. An hour that the clock
skips moves a reminder to the next minute that exists; an hour that it repeats reminds once, in the
first of the two.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from diary.core.days import DAY, HOUR, MINUTE, instant, instants, local_day, start_of

EVERY_DAY = "0123456"  # weekdays as Python counts them: Monday is 0
LONGEST_SKIP = DAY  # one zone once skipped a whole day
# Later than that, a message would say "it is time" when it is not.
TOO_LATE = 3 * HOUR
CHECK_NUMBERS = 90 * DAY
JUST_MEASURED = HOUR  # who measured a while before the time has done it


class Quiet(NamedTuple):
    """The hours in which nothing is sent that can wait; they may go over midnight."""

    start: time
    end: time

    def holds(self, clock: time) -> bool:
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


def moment_of(day: date, clock: time, tz: tzinfo) -> datetime:
    """Return when the clock shows this on the day: the first time, or the next minute that there
    is."""
    for minutes in range(LONGEST_SKIP // MINUTE + 1):
        shown = datetime.combine(day, clock) + minutes * MINUTE
        if found := instants(shown.date(), shown.time(), tz):
            return found[0]
    return instant(day, clock, tz)


def moments(
    clocks: Iterable[time], weekdays: str, tz: tzinfo, *, after: datetime, until: datetime
) -> Iterator[datetime]:
    """Yield every moment after `after`, up to and with `until`, the earliest first, each once."""
    clocks = sorted(clocks)
    day, last = local_day(after, tz) - DAY, local_day(until, tz)
    before = after
    while day <= last:
        if str(day.weekday()) in weekdays:
            for clock in clocks:
                at = moment_of(day, clock, tz)
                if before < at <= until:
                    before = at
                    yield at
        day += DAY


def next_moment(
    clocks: Sequence[time], weekdays: str, tz: tzinfo, *, after: datetime
) -> datetime | None:
    """Return the first moment after `after`; None where there is no clock or no weekday."""
    if not clocks or not weekdays:
        return None
    ahead = moments(clocks, weekdays, tz, after=after, until=after + 9 * DAY)
    return next(ahead, None)


def after_quiet(at: datetime, quiet: Quiet | None, tz: tzinfo) -> datetime:
    """Return the moment itself, or the end of the quiet hours that it is in."""
    local = at.astimezone(tz)
    clock = local.time().replace(second=0, microsecond=0, fold=0)
    if quiet is None or not quiet.holds(clock):
        return at
    day = local.date()
    if clock >= quiet.end:  # the end is after midnight
        day += DAY
    return max(at, moment_of(day, quiet.end, tz))


def is_entry_needed(since: datetime, last_entry: datetime | None) -> bool:
    """Is there no entry since then? `since`: what `since_when` says of the slot."""
    return last_entry is None or last_entry < since


def since_when(slot: datetime, clocks: Sequence[time], weekdays: str, tz: tzinfo) -> datetime:
    """Return from when on an entry answers this slot: from the one before it on the same day, or
    from where the day began."""
    morning = start_of(local_day(slot, tz), tz)
    earlier = list(moments(clocks, weekdays, tz, after=morning, until=slot - MINUTE))
    return earlier[-1] if earlier else morning


def is_temperature_needed(slot: datetime, last_measured: datetime | None) -> bool:
    return last_measured is None or last_measured < slot - JUST_MEASURED


def is_silent(slot: datetime, last_day: date, days: int, tz: tzinfo) -> bool:
    """Has nobody written for so many days? `last_day`: that of the last entry, or where there is
    none, the day on which the reminder was set."""
    return local_day(slot, tz) - last_day >= days * DAY


def are_numbers_old(slot: datetime, confirmed: datetime) -> bool:
    return slot - confirmed >= CHECK_NUMBERS


def is_too_late(due: datetime, now: datetime, *, is_urgent: bool) -> bool:
    """Is it too late to say so? Never where it is urgent."""
    return not is_urgent and now - due > TOO_LATE


def next_try(tries: int, now: datetime) -> datetime:
    """Return when to try again what a mail server refused: after 1, 2, 4, ... minutes, at most an
    hour."""
    return now + min(timedelta(minutes=2 ** min(tries, 6)), HOUR)
