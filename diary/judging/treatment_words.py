"""Where a treatment stands, in words: its cycle and pump, its last infusion, or its dates."""

from datetime import datetime, tzinfo

from diary.core.days import local_day
from diary.core.words import count_words, day_words
from diary.judging.given_doses import deciding, doses_given, infusions
from diary.models import Course
from therapies.catalogue import catalogue
from therapies.standing import Standing


def cycle_words(course: Course, standing: Standing, at: datetime, tz: tzinfo) -> str:
    """Day and cycle, and what about the pump is open."""
    therapy = catalogue().therapies[course.therapy]
    days_on, days_off = therapy.days_on or 0, therapy.days_off or 0
    day = standing.cycle_day
    if day is None:
        return "cycle not recorded"
    cycle = f"cycle {standing.cycle}"
    if day <= days_on:
        stopped = "" if standing.infusing else ", pump stopped"
        stopped = ", pump stopped today" if stopped_today(course, at, tz) else stopped
        return f"day {day} of {days_on}, {cycle}{stopped}"
    if stopped_today(course, at, tz):
        return f"day {day}, {cycle}, pump stopped today"
    if standing.infusing:
        return f"day {day}, {cycle}, pump stop not recorded"
    late = ", next cycle not recorded" if day > days_on + days_off else ""
    return f"day {day}, break, {cycle}{late}"


def stopped_today(course: Course, at: datetime, tz: tzinfo) -> bool:
    """Was a pump stopped today at a time that nobody said? To the rules it runs all day."""
    running = [run for run in doses_given(course, tz) if run.is_running(at)]
    day = local_day(at, tz)
    return any(running) and all(run.ended and local_day(run.ended, tz) == day for run in running)


def infusion_words(course: Course, at: datetime, tz: tzinfo) -> str:
    day = local_day(at, tz)
    begun = infusions(course, at, tz)
    recorded = [given for given in doses_given(course, tz) if given.started <= at]
    if not begun:
        return "infusion later today"
    last = deciding(begun, at)
    kind = "injection" if last.injected else "infusion"
    if last.is_running(at) and last.ended is None:
        return f"{kind} running" if last.day == day else f"end of the {kind} not recorded"
    days = (day - last.day).days
    if not recorded:
        return f"day {days} after the first day, no infusion recorded" if days else "first day"
    return f"{count_words(days, 'day')} after the last {kind}" if days else f"{kind} today"


def dates_words(course: Course, standing: Standing, at: datetime, tz: tzinfo) -> str:
    """The words for what has only dates: planned, ended, and what the catalogue does not know."""
    if standing.status == "planned":
        is_ahead = course.started > local_day(at, tz)
        first = course.started if is_ahead else min(g.day for g in doses_given(course, tz))
        return f"planned for {day_words(first)}"
    if standing.ended_days_ago is not None:
        return f"ended {count_words(standing.ended_days_ago, 'day')} ago"
    return f"since {day_words(course.started)}"
