"""Where a patient stands with one therapy at one moment, and what that means for a rule's time.

A fact that is not known is None, and means what decision JC-23 says: the more urgent side.
"""

from dataclasses import dataclass

from therapies.rulebook import Rulebook, TimeWindow

HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Standing:
    """Days are whole days of the patient's calendar; hours count from the end of an infusion.

    CAR-T: the infusion day is day 0. Tablets: the first day is day 0. Pump: the cycle's first day
    is day 1. `course` is the caller's own name for the course, and comes back with each finding.
    """

    therapy: str
    status: str = "active"  # active, break, ended or planned
    cycle: int | None = None
    cycle_day: int | None = None
    days_since_start: int | None = None
    days_since_infusion: int | None = None
    infusing: bool | None = None
    hours_since_infusion_end: float | None = None
    ended_days_ago: int | None = None
    days_since_transplant: int | None = None  # a stem cell transplant after this therapy began
    is_before_infusion: bool = False  # the day of the infusion, and it is not given yet
    route: str | None = None
    course: str = ""


def has_begun(standing: Standing) -> bool:
    """A planned therapy does not count, nor does an infusion that is still to come."""
    if standing.status == "planned":
        return False
    return standing.days_since_infusion is None or standing.days_since_infusion >= 0


def counts(rules: Rulebook, standing: Standing, when: TimeWindow = TimeWindow()) -> bool:  # noqa: B008
    """Does the therapy still count? A rule's own time wins over the general days after the end."""
    if when.days_since_transplant is not None:
        return True
    if standing.status != "ended" or standing.therapy in rules.never_end:
        return True
    last = rules.counts_after_end_days if when.ended_up_to is None else when.ended_up_to
    return standing.ended_days_ago is None or standing.ended_days_ago <= last


def route_fits(standing: Standing, when: TimeWindow) -> bool:
    """An unknown route is by drip, which is what a rule about a route asks for."""
    return when.route is None or standing.route in (None, when.route)


def in_time(rules: Rulebook, standing: Standing, when: TimeWindow) -> bool:
    """Is the moment inside every window of `when`? An unknown day is inside."""
    return (
        _within(when.days_since_infusion, standing.days_since_infusion)
        and _within(when.days_since_start, standing.days_since_start)
        and _after_transplant(when.days_since_transplant, standing.days_since_transplant)
        and (not when.running or is_running(rules, standing))
        and (when.hours_after is None or _is_soon_after(rules, standing, when.hours_after))
    )


def is_running(rules: Rulebook, standing: Standing) -> bool:
    """A pump that is not known to have stopped is running; a drip runs only when it is said to."""
    if standing.infusing is None:
        return standing.therapy in rules.pump_days and standing.status == "active"
    return standing.infusing


def _within(window: tuple[int, int | None] | None, days: int | None) -> bool:
    if window is None or days is None:
        return True
    first, last = window
    return first <= days and (last is None or days <= last)


def _after_transplant(window: tuple[int, int | None] | None, days: int | None) -> bool:
    """Unlike other days, those since a transplant are counted only where there was one."""
    return window is None or (days is not None and _within(window, days))


def _is_soon_after(rules: Rulebook, standing: Standing, hours: int) -> bool:
    """Is it running, or did it end at most `hours` ago, as far as can be known?"""
    if is_running(rules, standing):
        return True
    if standing.hours_since_infusion_end is not None:
        return standing.hours_since_infusion_end <= hours
    days = _days_since_infusion_end(rules, standing)
    if days is not None:
        return (days - 1) * HOURS_A_DAY < hours
    # Nothing is known: a pump may just have stopped; of a drip, none has been given yet.
    return standing.therapy in rules.pump_days


def _days_since_infusion_end(rules: Rulebook, standing: Standing) -> int | None:
    """Return the calendar days since the last infusion ended, by whatever is known; fewer than none
    while the days of a pump are not over."""
    if standing.days_since_infusion is not None:
        return standing.days_since_infusion
    if standing.ended_days_ago is not None:
        return standing.ended_days_ago
    pump_days = rules.pump_days.get(standing.therapy)
    if pump_days is not None and standing.cycle_day is not None:
        return standing.cycle_day - pump_days
    return None
