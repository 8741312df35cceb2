"""Where a patient stands with each therapy, at any moment: read from courses, cycles and doses.

Nothing here knows medicine: how a therapy is given, how long a cycle runs and for how many hours an
infusion matters come from the catalogue. What is not recorded falls to the more urgent side
(decisions JC-09, JC-23 and JC-24).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from operator import attrgetter

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects

from accounts.models import Patient
from diary.days import end_of, local_day, midnights
from diary.given import HOUR, deciding, doses_given, infusions, pump_runs
from diary.models import Course, Cycle, Dose
from diary.phrases import day_words, treatment_name
from therapies.catalogue import catalogue
from therapies.standing import Standing

# An instant exactly so many hours after still counts; the answer changes just after it.
JUST_AFTER = timedelta(milliseconds=1)
STATUSES = ("active", "break", "planned", "ended")


def standings(patient: Patient, at: datetime) -> list[Standing]:
    """Say where the patient stands with every therapy. At most three queries, however long."""
    return standings_from(courses_between(patient, at, at), at, patient.tz)


def courses_between(
    patient: Patient, first: datetime, last: datetime, *, also: Q | None = None
) -> list[Course]:
    """Return every course that was not withdrawn, and of its doses only the few that can change an
    answer from `first` to `last`; tablets never can. The functions below need only the cycles of a
    pump; `also` brings the others too, and every dose that meets it."""
    courses = list(patient.courses.filter(withdrawn__isnull=True).select_related("bag_plan"))
    whole = also is not None
    prefetch_related_objects([c for c in courses if whole or giving(c) == "pump"], "cycles")
    prefetch_related_objects(
        [c for c in courses if whole or giving(c) not in ("", "tablet")],
        Prefetch("doses", queryset=_doses_around(first, last, also or Q())),
    )
    return courses


def standings_from(courses: Iterable[Course], at: datetime, tz: tzinfo) -> list[Standing]:
    """Say where each course of a known therapy stands; what runs comes first.

    Reads `course.cycles` of therapies by pump and `course.doses` of all but tablets, so prefetch
    them. Courses that the catalogue does not know have no standing.
    """
    known = [course for course in courses if course.withdrawn is None and giving(course)]
    return sorted((standing_of(course, known, at, tz) for course in known), key=_order)


def change_moments(
    courses: Iterable[Course], tz: tzinfo, start: datetime, end: datetime
) -> list[datetime]:
    """Return the UTC instants between `start` and `end` from which some rule may answer otherwise.

    From one of them until the next, `standings_from` means the same to every rule.
    """
    moments = set(midnights(start, end, tz))
    for course in courses:
        if not course.is_dated or course.withdrawn or giving(course) in ("", "tablet"):
            continue
        doses = doses_given(course, tz)
        ends = [end_of(day, tz) for day in (course.started, course.ended) if day is not None]
        ends += [given.ended for given in doses if given.ended is not None]
        hours = catalogue().rules.hours_after
        moments.update(given.started for given in doses)
        moments.update(ends)
        moments.update(moment + h * HOUR + JUST_AFTER for moment in ends for h in hours)
    return sorted(moment.astimezone(UTC) for moment in moments if start < moment < end)


def treatment_lines(courses: Iterable[Course], at: datetime, tz: tzinfo) -> list[str]:
    """Say in one line for each course where it stands: "Blinatumomab · day 6 of 28, cycle 1".

    What is over is named as long as it counts. Reads the same rows as `standings_from`.
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
        match.when.ended_up_to or 0
        for rule in rules.rules
        for match in rule.matches
        if standing.therapy in match.therapies
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
    days = [given.day for given in doses_given(course, tz)]
    if standing.status == "planned" or (days and min(days) > day):
        return replace(standing, status="planned")
    infused = max((d for d in days if d <= day), default=course.started)
    return replace(standing, days_since_infusion=(day - infused).days)


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
    if not course.is_dated:
        return "dates not recorded"
    if standing.days_since_infusion is not None:
        days = standing.days_since_infusion
        return f"day {days} after the infusion" if days else "day of the infusion (day 0)"
    if standing.status in ("planned", "ended") or not giving(course):
        return _dates(course, standing, at, tz)
    if standing.days_since_start is not None:
        return f"day {standing.days_since_start}" if standing.days_since_start else "first day"
    if giving(course) == "pump":
        return _cycle_words(course, standing)
    return _infusion_words(course, at, tz)


def _cycle_words(course: Course, standing: Standing) -> str:
    """Day and cycle, and what about the pump is open."""
    therapy = catalogue().therapies[course.therapy]
    days_on, days_off = therapy.days_on or 0, therapy.days_off or 0
    day = standing.cycle_day
    if day is None:
        return "cycle not recorded"
    cycle = f"cycle {standing.cycle}"
    if day <= days_on:
        stopped = "" if standing.infusing else ", pump stopped"
        return f"day {day} of {days_on}, {cycle}{stopped}"
    if standing.infusing:
        return f"day {day}, {cycle}, pump stop not recorded"
    late = ", next cycle not recorded" if day > days_on + days_off else ""
    return f"day {day}, break, {cycle}{late}"


def _infusion_words(course: Course, at: datetime, tz: tzinfo) -> str:
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
    return f"{_days_words(days)} after the last {kind}" if days else f"{kind} today"


def _dates(course: Course, standing: Standing, at: datetime, tz: tzinfo) -> str:
    """The words for what has only dates: planned, ended, and what the catalogue does not know."""
    if standing.status == "planned":
        is_ahead = course.started > local_day(at, tz)
        first = course.started if is_ahead else min(g.day for g in doses_given(course, tz))
        return f"planned for {day_words(first)}"
    if standing.ended_days_ago is not None:
        return f"ended {_days_words(standing.ended_days_ago)} ago"
    return f"since {day_words(course.started)}"


def _days_words(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _doses_around(first: datetime, last: datetime, also: Q) -> QuerySet[Dose]:
    """Return, of each course, the doses that run or still matter from `first` to `last`, the one
    before, the one after, and those of its first day; and those that meet `also`."""
    margin = max(catalogue().rules.hours_after, default=0) * HOUR + JUST_AFTER
    is_given = Q(status=Dose.Status.GIVEN) & ~Q(kind=Dose.Kind.TABLET)
    same = Dose.objects.filter(is_given, course=OuterRef("course"))
    before = same.filter(started__lte=first).order_by("-started").values("pk")[:1]
    after = same.filter(started__gt=last).order_by("started").values("pk")[:1]
    matters = Q(ended__isnull=True) | Q(ended__gte=first - margin)
    around = (
        Q(matters, started__lte=last)
        | Q(local_day=F("course__started"))
        | Q(pk=Subquery(before))
        | Q(pk=Subquery(after))
    )
    return Dose.objects.filter((is_given & around) | also)
