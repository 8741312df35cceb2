"""What was done after a finding, and how long after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from diary.core import words as phrases
from diary.models import Call

CALLS = (Call.Outcome.REACHED, Call.Outcome.NO_ANSWER, Call.Outcome.CLOSED)


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call, or what was said on the card, with how long after the finding it was."""

    call: Call
    after: str
    tz: ZoneInfo
    was_reached: bool = False  # by an earlier call

    @property
    def words(self) -> str:
        call, at = self.call, phrases.moment_words(self.call.at, self.tz)
        if call.outcome == Call.Outcome.CLOSED:
            without = "" if self.was_reached or call.whom else " without a call"
            return f"{at}: closed{without} by {call.author}: {call.reason}"
        if call.outcome not in CALLS:
            return f"{at}: {Call.Outcome(call.outcome).label}, {self.after} ({call.author})"
        whom = call.whom or "the care team"
        said = f"{at}: called {whom}, {Call.Outcome(call.outcome).label}, {self.after}"
        advice = f". Advice: {call.advice}" if call.advice else ""
        again = phrases.moment_words(call.measure_at, self.tz) if call.measure_at else ""
        measure = f". Measure again on {again}" if again else ""
        return f"{said}{advice}{measure} ({call.author})"


def phoned(calls: Sequence[Call], found: datetime, tz: ZoneInfo) -> tuple[CallLine, ...]:
    """Return the calls in their order, counted from the moment of the finding."""
    reached = [c.recorded for c in calls if c.outcome == Call.Outcome.REACHED]
    return tuple(
        CallLine(call, _after(call.at, found), tz, any(r <= call.recorded for r in reached))
        for call in sorted(calls, key=lambda c: (c.at, c.recorded))
    )


def _after(called: datetime, found: datetime) -> str:
    if called >= found:
        return f"{phrases.minutes_words(called - found)} after the finding"
    return f"{phrases.minutes_words(found - called)} before the finding"
