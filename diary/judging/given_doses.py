"""What was given, in stretches of time: doses as recorded, and those that have to be assumed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from diary.core.days import HOUR, end_of, local_day, start_of
from diary.models import Course, Cycle, Dose
from therapies.catalogue import catalogue

# An instant exactly so many hours after still counts; the answer changes just after it.
MILLISECOND = timedelta(milliseconds=1)
# At one moment the days of two zones are at most so far apart.
ZONES_APART = timedelta(days=2)


class GivenDose(NamedTuple):
    """One dose that was given, or that has to be assumed; `ended` is empty while it runs."""

    started: datetime
    ended: datetime | None
    day: date
    injected: bool = False

    def is_running(self, at: datetime) -> bool:
        return self.started <= at and (self.ended is None or at < self.ended)

    def is_over(self, at: datetime) -> bool:
        return self.ended is not None and self.ended <= at

    def hours_since(self, at: datetime) -> float:
        """Return hours since its end, 0 while it runs."""
        return 0.0 if self.ended is None else max((at - self.ended) / HOUR, 0.0)


def doses_given(course: Course, tz: tzinfo) -> list[GivenDose]:
    """Return the doses that were given, earliest first, tablets aside; reads `course.doses`.

    One whose end was never recorded is over when the next begins, or with the course's last day.
    """
    doses = sorted(
        (d for d in course.doses.all() if d.status == Dose.Status.GIVEN and d.kind != "tablet"),
        key=attrgetter("started"),
    )
    found: list[GivenDose] = []
    for dose, following in zip(doses, [*doses[1:], None], strict=False):
        ended = dose.ended
        if ended is None and following is not None:
            ended = following.started
        elif ended is None and course.ended is not None:
            ended = max(end_of(course.ended, tz), dose.started)
        injected = dose.kind == Dose.Kind.INJECTION
        found.append(GivenDose(dose.started, ended, dose.local_day, injected))
    return found


def pump_runs(course: Course, cycle: Cycle | None, tz: tzinfo) -> list[GivenDose]:
    """Return when the pump ran. A cycle of which nothing about the pump is recorded runs from its
    first day on (JC-23)."""
    runs = doses_given(course, tz)
    first = cycle.started if cycle else course.started
    begin = start_of(first, tz)
    later = min((c.started for c in course.cycles.all() if c.started > first), default=None)
    end = start_of(later, tz) if later else None
    for run in runs:
        if (run.ended is None or run.ended > begin) and (end is None or run.started < end):
            return runs
    over = end_of(course.ended, tz) if course.ended else None
    return [*runs, GivenDose(begin, over, first)]


def infusions(course: Course, at: datetime, tz: tzinfo) -> list[GivenDose]:
    """Return what had been given by drip or injection at a moment.

    The first day of the course counts as an infusion of which only the day is known, unless one is
    recorded for that day. Of a course that is over and has no infusion on record nothing is
    assumed: then the days since its end decide.
    """
    doses = doses_given(course, tz)
    begun = [given for given in doses if given.started <= at]
    is_over = course.ended is not None and local_day(at, tz) > course.ended
    first = course.started
    if not any(given.day == first for given in doses) and (begun or not is_over):
        begun.append(GivenDose(start_of(first, tz), end_of(first, tz), first))
    return begun


def deciding(begun: Sequence[GivenDose], at: datetime) -> GivenDose:
    """Return the last dose; a drip that still matters goes before a later injection."""
    last = min(begun, key=lambda given: (given.hours_since(at), at - given.started))
    drips = [g for g in begun if not g.injected and g.hours_since(at) <= _longest_hours()]
    if last.injected and drips:
        return min(drips, key=lambda given: given.hours_since(at))
    return last


def matters_since(first: datetime) -> datetime:
    """Return the moment since which a dose has to have run to matter to a rule at `first`."""
    return first - _longest_hours() * HOUR - MILLISECOND


def doses_around(
    patient: UUID, begin: datetime, end: datetime, since: datetime, also: Q | None = None
) -> QuerySet[Dose]:
    """Return, of each course that was not withdrawn, the doses that run or still matter from
    `begin` to `end`, the one before, the one after, and those of its first day; and those that meet
    `also`; no tablets. `since` is what `matters_since(begin)` gives."""
    others = Dose.Kind.but_tablets()
    is_given = Q(status=Dose.Status.GIVEN)
    courses = Course.objects.filter(patient=patient, withdrawn__isnull=True)
    same = Dose.objects.filter(is_given, course=OuterRef("pk"), kind__in=others)
    before = same.filter(started__lte=begin).order_by("-started").values("pk")[:1]
    after = same.filter(started__gt=end).order_by("started").values("pk")[:1]
    matters = Q(ended__isnull=True) | Q(ended__gte=since)
    around = (
        Q(matters, started__lte=end)
        | Q(local_day=F("course__started"))
        | Q(pk__in=courses.values_list(Subquery(before)))
        | Q(pk__in=courses.values_list(Subquery(after)))
    )
    wanted = is_given & around if also is None else (is_given & around) | also
    return Dose.objects.filter(wanted, course__in=courses, kind__in=others)


def cycles_around(patient: UUID, first: date, last: date) -> QuerySet[Cycle]:
    """Return, of each course that was not withdrawn, the cycles that begin from `first` to `last`,
    the one before and the one after."""
    courses = Course.objects.filter(patient=patient, withdrawn__isnull=True)
    same = Cycle.objects.filter(course=OuterRef("pk"))
    before = same.filter(started__lt=first).order_by("-started", "-number").values("pk")[:1]
    after = same.filter(started__gt=last).order_by("started").values("pk")[:1]
    around = (
        Q(started__range=(first, last))
        | Q(pk__in=courses.values_list(Subquery(before)))
        | Q(pk__in=courses.values_list(Subquery(after)))
    )
    return Cycle.objects.filter(around, course__in=courses)


def _longest_hours() -> int:
    """Return for how many hours after its end a dose matters to some rule."""
    return max(catalogue().rules.hours_after, default=0)


def zones_of(course: Course, others: Sequence[Course], tz: tzinfo) -> list[tzinfo]:
    """Return the diary's own zone first, then those in which the days of this course, of its doses
    and of `others` that decide about it were written down (JC-68): counted there and where the
    diary is now, a window may close a day apart. Reads `course.doses`."""
    names = {course.zone, *(other.zone for other in others), *_zones_of_doses(course)}
    zones = {ZoneInfo(name) for name in names if name}
    return [tz, *sorted(zones - {tz}, key=str)]


def zones_of_all(courses: Iterable[Course], tz: tzinfo) -> list[tzinfo]:
    """Return every zone in which a day of any of these courses may be counted."""
    found: dict[tzinfo, None] = {tz: None}
    for course in courses:
        found.update(dict.fromkeys(zones_of(course, (), tz)))
    return list(found)


def _zones_of_doses(course: Course) -> Iterator[str]:
    # Tablets are many, and none of their days decides; they are not loaded for that.
    if "doses" in getattr(course, "_prefetched_objects_cache", {}):
        given = (dose for dose in course.doses.all() if dose.status == Dose.Status.GIVEN)
        yield from (dose.zone for dose in given if dose.kind != Dose.Kind.TABLET)
