"""Every change to what was given: infusions, injections, the pump, and the tablets of a day.

A time of day is the patient's own clock. Where it is not known, the dose lasts from the beginning
to the end of its day, so that it counts until that day is over (JC-23).
"""

from datetime import date, datetime, time, tzinfo
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User, write_audit
from diary.check_ins.actions import reassess
from diary.core.days import DAY, end_of, instant, latest_instant, local_day, start_of
from diary.core.errors import Refusal, refusing
from diary.core.words import day_words, moment_words
from diary.judging.standing import current_cycle, dosing
from diary.models import Course, Cycle, Dose
from diary.treatment.actions.courses import judge_again, refuse_after, running_pump, start_cycle


class Times(NamedTuple):
    """When something was given, as it was said. Only the day; or from a time, until one or running.
    An end at or before the beginning was on the next day."""

    day: date
    begun: time | None = None
    over: time | None = None
    is_running: bool = False

    @property
    def precision(self) -> str:
        return Dose.Precision.DAY if self.begun is None else Dose.Precision.MINUTE

    def started(self, tz: tzinfo) -> datetime:
        return start_of(self.day, tz) if self.begun is None else instant(self.day, self.begun, tz)

    def ended(self, tz: tzinfo) -> datetime | None:
        if self.is_running:
            return None
        if self.begun is None or self.over is None:
            return end_of(self.day, tz)
        day = self.day if self.over > self.begun else self.day + DAY
        return max(_ended(day, self.over, tz), self.started(tz))


def _ended(day: date, clock: time, tz: tzinfo) -> datetime:
    """Where the clock shows a time twice, a dose lasts from the first to the last, until now."""
    return latest_instant(day, clock, tz, timezone.now())


@transaction.atomic
def record_infusion(course: Course, times: Times, *, by: User, by_injection: bool = False) -> Dose:
    """Record a drip or an injection that was given, or runs. The same again changes nothing."""
    tz = course.patient.tz
    _refuse_day(course, times.day)
    dose, is_new = course.doses.get_or_create(
        kind=Dose.Kind.INJECTION if by_injection else Dose.Kind.INFUSION,
        status=Dose.Status.GIVEN,
        precision=times.precision,
        started=times.started(tz),
        ended=times.ended(tz),
        local_day=times.day,
    )
    if is_new:
        judge_again("record infusion", dose, times.day, by)
    return dose


@transaction.atomic
def start_infusion(course: Course, *, by: User) -> Dose:
    """Record that a drip begins now; one that runs already goes on."""
    running = course.doses.filter(kind=Dose.Kind.INFUSION, ended__isnull=True).last()
    if running is not None:
        return running
    now = timezone.now()
    day = local_day(now, course.patient.tz)
    _refuse_day(course, day)
    dose = course.doses.create(kind=Dose.Kind.INFUSION, started=now, local_day=day)
    judge_again("start infusion", dose, day, by)
    return dose


@transaction.atomic
def stop_infusion(dose: Dose, *, by: User) -> Dose:
    """Record that a drip ends now; one that has ended keeps its end."""
    if dose.ended is not None:
        return dose
    dose.ended = max(timezone.now(), dose.started)
    dose.save(update_fields=["ended"])
    judge_again("stop infusion", dose, dose.local_day, by)
    return dose


@transaction.atomic
def set_single_infusion(course: Course, times: Times, *, is_planned: bool, by: User) -> Dose:
    """Record the infusion, or the first of those that belong together; the later ones stay."""
    tz = course.patient.tz
    refuse_after(course, times.day)
    since = min(course.started, times.day)
    later = list(course.doses.order_by("started"))[1:] if dosing(course) == "infusion" else []
    course.doses.exclude(pk__in=[dose.pk for dose in later]).delete()
    course.started, course.is_dated = min([times.day, *(d.local_day for d in later)]), True
    course.save(update_fields=["started", "is_dated"])
    dose = course.doses.create(
        kind=Dose.Kind.INFUSION,
        status=Dose.Status.PLANNED if is_planned else Dose.Status.GIVEN,
        precision=times.precision,
        started=times.started(tz),
        ended=times.ended(tz),
        local_day=times.day,
    )
    judge_again("set the infusion", dose, since, by)
    return dose


@transaction.atomic
def correct_dose(dose: Dose, times: Times, *, by: User, by_injection: bool = False) -> Dose:
    """Correct when a drip or an injection was given."""
    course, tz = dose.course, dose.course.patient.tz
    _refuse_day(course, times.day)
    since = min(dose.local_day, times.day)
    dose.kind = Dose.Kind.INJECTION if by_injection else Dose.Kind.INFUSION
    dose.precision, dose.local_day = times.precision, times.day
    dose.started, dose.ended = times.started(tz), times.ended(tz)
    dose.save()
    judge_again("correct dose", dose, since, by)
    return dose


@transaction.atomic
def remove_dose(dose: Dose, *, by: User) -> None:
    """Take out what was recorded by mistake."""
    course, since = dose.course, dose.local_day
    write_audit("remove dose", dose, patient=course.patient, by=by)
    dose.delete()
    reassess(course.patient, since=since, by=by)


@transaction.atomic
def start_pump(course: Course, *, day: date, by: User, at: time | None = None) -> Dose:
    """Record that the pump was connected, or started again."""
    tz = course.patient.tz
    _refuse_day(course, day)
    started = start_of(day, tz) if at is None else instant(day, at, tz)
    before = course.doses.filter(kind=Dose.Kind.PUMP, ended__gt=started).order_by("-ended").first()
    if before is not None and before.ended is not None:
        if before.ended == end_of(day, tz):  # stopped that day, and nobody knows when
            before.ended = max(started, before.started)
            before.save(update_fields=["ended"])
        elif at is None and before.ended < end_of(day, tz):
            started = before.ended
        else:
            raise Refusal(f"The pump ran until {moment_words(before.ended, tz)}.")
    with refusing("The pump is already recorded as running."):
        dose = course.doses.create(
            kind=Dose.Kind.PUMP,
            precision=Dose.Precision.DAY if at is None else Dose.Precision.MINUTE,
            started=started,
            local_day=day,
        )
    judge_again("start pump", dose, day, by)
    return dose


@transaction.atomic
def stop_pump(course: Course, *, day: date, by: User, at: time | None = None) -> Dose:
    """Record that the pump was stopped. Where its start was never recorded, it ran from day 1 of
    the cycle, as was assumed until now."""
    tz = course.patient.tz
    ended = end_of(day, tz) if at is None else _ended(day, at, tz)
    dose = running_pump(course) or _assumed_pump(course, day)
    if ended < dose.started:
        raise Refusal(f"The pump was started on {moment_words(dose.started, tz)}, after this.")
    dose.ended = ended
    if at is None:
        dose.precision = Dose.Precision.DAY
    dose.save()
    judge_again("stop pump", dose, dose.local_day, by)
    return dose


@transaction.atomic
def correct_pump(
    dose: Dose,
    *,
    day: date,
    by: User,
    at: time | None = None,
    stopped: date | None = None,
    stopped_at: time | None = None,
) -> Dose:
    """Correct when a pump was started and stopped; without a stop it is running."""
    course, tz = dose.course, dose.course.patient.tz
    _refuse_day(course, day)
    since = min(dose.local_day, day)
    dose.started = start_of(day, tz) if at is None else instant(day, at, tz)
    dose.local_day, dose.ended = day, None
    if stopped is not None:
        over = end_of(stopped, tz) if stopped_at is None else _ended(stopped, stopped_at, tz)
        if over < dose.started:
            raise Refusal("The pump cannot stop before it was started.")
        dose.ended = over
    is_exact = at is not None and (stopped is None or stopped_at is not None)
    dose.precision = Dose.Precision.MINUTE if is_exact else Dose.Precision.DAY
    others = course.doses.filter(kind=Dose.Kind.PUMP).exclude(pk=dose.pk)
    later = others.filter(Q(ended__gt=dose.started) | Q(ended__isnull=True))
    if dose.ended is not None:
        later = later.filter(started__lt=dose.ended)
    if (other := later.first()) is not None:
        raise Refusal(f"Another run of the pump began on {moment_words(other.started, tz)}.")
    dose.save()
    judge_again("correct pump", dose, since, by)
    return dose


@transaction.atomic
def begin_next_cycle(
    course: Course,
    *,
    started: date,
    by: User,
    stopped: date | None = None,
    stopped_at: time | None = None,
) -> Cycle:
    """Record the next cycle, and when the pump of the last one was stopped."""
    if stopped is not None:
        stop_pump(course, day=stopped, at=stopped_at, by=by)
    return start_cycle(course, started=started, by=by)


@transaction.atomic
def record_tablet(
    course: Course, *, day: date, taken: bool | None, by: User, late: bool = False
) -> Dose | None:
    """Record the tablets of one day as taken, taken late or missed; None takes the answer back."""
    answer = course.doses.filter(kind=Dose.Kind.TABLET, local_day=day)
    if taken is None:
        known = answer.first()
        if known is not None:
            write_audit("remove tablets", known, patient=course.patient, by=by)
            known.delete()
        return None
    _refuse_day(course, day)
    dose, _ = course.doses.update_or_create(
        kind=Dose.Kind.TABLET,
        local_day=day,
        defaults={
            "status": _tablet_status(taken=taken, late=late),
            "precision": Dose.Precision.DAY,
            "started": start_of(day, course.patient.tz),
            "ended": end_of(day, course.patient.tz),
        },
    )
    write_audit("record tablets", dose, patient=course.patient, by=by)
    return dose


def _tablet_status(*, taken: bool, late: bool) -> Dose.Status:
    if not taken:
        return Dose.Status.MISSED
    return Dose.Status.LATE if late else Dose.Status.GIVEN


def _assumed_pump(course: Course, day: date) -> Dose:
    """Return the run of a pump of which only the cycle is recorded. Raises Refusal where a stop is
    recorded in this cycle already."""
    cycle = current_cycle(course, day)
    first = cycle.started if cycle else course.started
    tz = course.patient.tz
    last = course.doses.filter(kind=Dose.Kind.PUMP, ended__gt=start_of(first, tz)).last()
    if last is not None and last.ended is not None:
        raise Refusal(f"The pump is recorded as stopped on {moment_words(last.ended, tz)}.")
    return Dose(
        course=course,
        kind=Dose.Kind.PUMP,
        precision=Dose.Precision.DAY,
        started=start_of(first, tz),
        local_day=first,
    )


def _refuse_day(course: Course, day: date) -> None:
    """What was given lies within the days of its course."""
    if day < course.started:
        raise Refusal(
            f"This is before the first day, {day_words(course.started)}. "
            "If that is wrong, correct the first day of the treatment."
        )
    refuse_after(course, day)
