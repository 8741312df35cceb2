"""Where a patient stands with each therapy, at any moment: read from courses, cycles and doses.

Nothing here knows medicine: how a therapy is given, how long a cycle runs and for how many hours an
infusion matters come from the catalogue. What is not recorded falls to the more urgent side
(decisions JC-09, JC-23 and JC-24).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from operator import attrgetter

from accounts.models import Patient
from diary.core.days import HOUR, end_of, local_day, midnights
from diary.core.words import treatment_name
from diary.judging.facts import facts_between
from diary.judging.given_doses import (
    MILLISECOND,
    deciding,
    doses_given,
    infusions,
    pump_runs,
    zones_of,
    zones_of_all,
)
from diary.judging.holds import hold_on, hold_words
from diary.judging.treatment_words import cycle_words, dates_words, infusion_words
from diary.models import Course, Cycle
from therapies.catalogue import catalogue
from therapies.standing import Standing

STATUSES = ("active", "break", "planned", "ended")


def standings(patient: Patient, at: datetime) -> list[Standing]:
    """Say where the patient stands with every therapy."""
    return standings_from(courses_between(patient, at, at), at, patient.tz)


def courses_between(patient: Patient, first: datetime, last: datetime) -> list[Course]:
    """Return every course that was not withdrawn with its holds, and of its cycles and doses only
    the few that can change an answer from `first` to `last`; tablets never can."""
    return list(facts_between(patient, first, last).courses)


def standings_from(courses: Iterable[Course], at: datetime, tz: tzinfo) -> list[Standing]:
    """Say where each course of a known therapy stands; what runs comes first. Where its days come
    out differently in two zones, it stands there twice (JC-68).

    Reads `course.cycles` of therapies by pump and `course.doses` of all but tablets. Courses that
    the catalogue does not know have no standing.
    """
    kept = [course for course in courses if course.withdrawn is None]
    known = [course for course in kept if giving(course)]
    found: dict[Standing, None] = {}
    for course in known:
        transplants = [c for c in kept if is_transplant(c) and _may_follow(c, course)]
        same = [c for c in known if c.therapy == course.therapy]
        for zone in zones_of(course, [*same, *transplants], tz):
            standing = standing_of(course, known, at, zone)
            days = _days_since_transplant(transplants, at, zone)
            found[replace(standing, days_since_transplant=days)] = None
    return sorted(found, key=_order)


def change_moments(
    courses: Iterable[Course], tz: tzinfo, start: datetime, end: datetime
) -> list[datetime]:
    """Return the UTC instants between `start` and `end` from which some rule may answer otherwise.

    From one of them until the next, `standings_from` means the same to every rule.
    """
    courses = [course for course in courses if course.withdrawn is None]
    zones = zones_of_all(courses, tz)
    moments = {moment for zone in zones for moment in midnights(start, end, zone)}
    hours = catalogue().rules.hours_after
    for course in courses:
        if not course.is_dated or giving(course) in ("", "tablet"):
            continue
        days = [day for day in (course.started, course.ended) if day is not None]
        ends = [end_of(day, zone) for day in days for zone in zones]
        for zone in zones:
            doses = doses_given(course, zone)
            moments.update(given.started for given in doses)
            ends += [given.ended for given in doses if given.ended is not None]
        moments.update(ends)
        moments.update(moment + h * HOUR + MILLISECOND for moment in ends for h in hours)
    return sorted(moment.astimezone(UTC) for moment in moments if start < moment < end)


def treatment_lines(courses: Iterable[Course], at: datetime, tz: tzinfo) -> list[str]:
    """Say in one line for each course where it stands: "Blinatumomab · day 6 of 28, cycle 1".

    What is over is named as long as it counts. Reads the same rows as `standings_from`, and holds.
    """
    kept = [course for course in courses if course.withdrawn is None]
    known = [course for course in kept if giving(course)]
    lines = [
        (where, f"{treatment_name(course)} · {_words(course, where, at, tz)}")
        for course in kept
        if still_counts(where := standing_of(course, known, at, tz))
    ]
    return [line for _, line in sorted(lines, key=lambda pair: _order(pair[0]))]


def words_for(course: Course, known: Sequence[Course], at: datetime, tz: tzinfo) -> str:
    """Say where one course stands, without its name; also long after its end."""
    return _words(course, standing_of(course, known, at, tz), at, tz)


def giving(course: Course) -> str:
    """Return how the catalogue says it is given; empty for what it does not know."""
    therapy = catalogue().therapies.get(course.therapy)
    return therapy.giving if therapy else ""


def dosing(course: Course) -> str:
    """Return how its doses are recorded: several infusions that belong together are like others."""
    therapy = catalogue().therapies.get(course.therapy)
    return "infusion" if therapy and therapy.infusions > 1 else giving(course)


def is_transplant(course: Course) -> bool:
    return course.kind == Course.Kind.TRANSPLANT


def current_cycle(course: Course, day: date) -> Cycle | None:
    """Return the latest cycle that had begun on that day; only recorded cycles exist (JC-24)."""
    begun = [cycle for cycle in course.cycles.all() if cycle.started <= day]
    return max(begun, key=attrgetter("started", "number"), default=None)


def still_counts(standing: Standing) -> bool:
    """Does any rule still look at it? A rule's own days after the end may be the longest."""
    rules = catalogue().rules
    if standing.ended_days_ago is None or standing.therapy in rules.never_end:
        return True
    own = [
        match.when.ended_up_to
        for rule in rules.rules
        for match in rule.matches
        if match.when.ended_up_to is not None and standing.therapy in match.therapies
    ]
    return standing.ended_days_ago <= max([rules.counts_after_end_days, *own])


def standing_of(course: Course, known: Sequence[Course], at: datetime, tz: tzinfo) -> Standing:
    """Say where one course stands; `known` are all courses, as a restart goes on counting."""
    standing = _by_dates(course, at, tz)
    match giving(course) if course.is_dated else "":
        case "pump":
            return _by_pump(standing, course, at, tz)
        case "single-infusion":
            return _by_single_infusion(standing, course, at, tz)
        case "tablet":
            return _by_tablet(standing, course, known, at, tz)
        case "infusion":
            return _by_infusion(standing, course, at, tz)
        case _:
            return standing


def _by_dates(course: Course, at: datetime, tz: tzinfo) -> Standing:
    """What the course's own days say. A dose on record wins over a first or last day."""
    day = local_day(at, tz)
    standing = Standing(course.therapy, course=str(course.pk))
    if not course.is_dated:
        return standing
    if course.started <= day and (course.ended is None or day <= course.ended):
        return standing
    has_doses = giving(course) not in ("", "tablet")
    days = [g.day for g in doses_given(course, tz) if g.started <= at] if has_doses else []
    if day < course.started and not days:
        return replace(standing, status="planned")
    if course.ended is not None and day > (last := max([course.ended, *days])):
        return replace(standing, status="ended", ended_days_ago=(day - last).days)
    return standing


def _by_pump(standing: Standing, course: Course, at: datetime, tz: tzinfo) -> Standing:
    """Cycle day 1 is the cycle's first day. A pump whose stop is not recorded is running."""
    if standing.status == "planned":
        return standing
    day = local_day(at, tz)
    cycle = current_cycle(course, day)
    runs = pump_runs(course, cycle, tz)
    running = any(run.is_running(at) for run in runs)
    over = [run.hours_since(at) for run in runs if run.is_over(at)]
    cycle_day = (day - cycle.started).days + 1 if cycle else None
    days_on = catalogue().rules.pump_days[course.therapy]
    in_break = not running and cycle_day is not None and cycle_day > days_on
    return replace(
        standing,
        status="break" if in_break and standing.status == "active" else standing.status,
        cycle=cycle.number if cycle else None,
        cycle_day=cycle_day,
        infusing=running,
        hours_since_infusion_end=min(over) if over and not running else None,
    )


def _by_single_infusion(standing: Standing, course: Course, at: datetime, tz: tzinfo) -> Standing:
    """Day 0 is the day of the infusion; without one on record, the first day of the course."""
    day = local_day(at, tz)
    doses = doses_given(course, tz)
    days = [given.day for given in doses]
    if standing.status == "planned" or (days and min(days) > day):
        return replace(standing, status="planned")
    infused = max((d for d in days if d <= day), default=course.started)
    is_given = any(given.started <= at for given in doses)
    return replace(
        standing,
        days_since_infusion=(day - infused).days,
        is_before_infusion=infused == day and not is_given,
    )


def _may_follow(transplant: Course, course: Course) -> bool:
    """May the transplant have come after the treatment began? An unknown day may be any."""
    return transplant.started >= course.started or not (course.is_dated and transplant.is_dated)


def _days_since_transplant(transplants: Iterable[Course], at: datetime, tz: tzinfo) -> int | None:
    """Count from the last transplant; one of an unknown day counts as one of today (JC-23)."""
    day = local_day(at, tz)
    days = [(day - t.started).days if t.is_dated else 0 for t in transplants]
    return min((count for count in days if count >= 0), default=None)


def _by_infusion(standing: Standing, course: Course, at: datetime, tz: tzinfo) -> Standing:
    if standing.status == "planned":
        return standing
    begun = infusions(course, at, tz)
    if not begun:
        return replace(standing, infusing=False)
    last = deciding(begun, at)
    running = last.is_running(at)
    return replace(
        standing,
        infusing=running,
        hours_since_infusion_end=None if running else last.hours_since(at),
        route="sc" if last.injected else "iv",
    )


def _by_tablet(
    standing: Standing, course: Course, known: Sequence[Course], at: datetime, tz: tzinfo
) -> Standing:
    """The first day is day 0, and a restart does not begin the count again."""
    if standing.status == "planned":
        return standing
    day = local_day(at, tz)
    same = [c for c in known if c.therapy == course.therapy and c.is_dated]
    starts = [c.started for c in same if c.started <= day]
    return replace(standing, days_since_start=(day - min(starts)).days)


def _order(standing: Standing) -> int:
    return STATUSES.index(standing.status)


def _words(course: Course, standing: Standing, at: datetime, tz: tzinfo) -> str:
    """The day of the treatment, which counts on while the team has put it on hold."""
    words = _day_words(course, standing, at, tz)
    hold = hold_on(course, local_day(at, tz))
    is_on = standing.status in ("active", "break")
    return f"{words}, {hold_words(hold, course)}" if is_on and hold else words


def _day_words(course: Course, standing: Standing, at: datetime, tz: tzinfo) -> str:
    if not course.is_dated:
        return "dates not recorded"
    if standing.days_since_infusion is not None:
        days = standing.days_since_infusion
        return f"day {days} after the infusion" if days else "day of the infusion (day 0)"
    if standing.status in ("planned", "ended") or not giving(course):
        return dates_words(course, standing, at, tz)
    if standing.days_since_start is not None:
        return f"day {standing.days_since_start}" if standing.days_since_start else "first day"
    if giving(course) == "pump":
        return cycle_words(course, standing, at, tz)
    return infusion_words(course, at, tz)
