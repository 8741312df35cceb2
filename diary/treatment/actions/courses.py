"""Every change to courses and cycles: one transaction, one audit row, always `by`.

The check-ins that a change touches are judged again afterwards; findings are only added.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from accounts.models import Patient, User, write_audit
from diary.check_ins.actions import reassess
from diary.core.days import end_of, local_day
from diary.core.errors import Refusal, refusing
from diary.core.words import day_words
from diary.judging.holds import holds_of
from diary.models import Course, Cycle, Dose


@transaction.atomic
def choose_treatments(
    patient: Patient, *, therapies: Iterable[str], others: Mapping[str, str], by: User
) -> list[Course]:
    """Keep what was chosen while the dates are still to be said; `others` are names by kind.

    What was chosen before, has no dates yet and is not chosen any more was a mistake.
    """
    wanted = [("therapy", slug, "") for slug in therapies]
    wanted += [(kind, "", name) for kind, name in others.items() if name]
    undated = {
        (str(course.kind), course.therapy, course.name): course
        for course in patient.courses.filter(is_dated=False, withdrawn__isnull=True)
    }
    for key, course in undated.items():
        if key not in wanted:
            withdraw_course(course, by=by)
    return [
        undated.get((kind, therapy, name))
        or start_course(patient, by=by, kind=kind, therapy=therapy, name=name, is_dated=False)
        for kind, therapy, name in wanted
    ]


@transaction.atomic
def start_course(
    patient: Patient,
    *,
    by: User,
    kind: str = Course.Kind.THERAPY,
    therapy: str = "",
    name: str = "",
    started: date | None = None,
    ended: date | None = None,
    is_dated: bool = True,
) -> Course:
    """Record a course of a `therapy` that the sources describe or, of another kind, of what the
    family calls by this `name`."""
    course = patient.courses.create(
        kind=kind,
        therapy=therapy,
        name=name,
        started=started or local_day(timezone.now(), patient.tz),
        ended=ended,
        is_dated=is_dated,
    )
    judge_again("start course", course, course.started, by)
    return course


@transaction.atomic
def edit_course(
    course: Course, *, started: date, ended: date | None, by: User, name: str = ""
) -> Course:
    """Give or correct the days of a course, and the name where it is the family's own."""
    _refuse_days(course, started, ended)
    since = min(course.started, started)
    course.started, course.ended, course.is_dated = started, ended, True
    course.name = name or course.name
    course.save(update_fields=["started", "ended", "is_dated", "name"])
    if ended is not None:
        _stop_what_runs(course, ended)
    judge_again("edit course", course, since, by)
    return course


@transaction.atomic
def end_course(course: Course, *, ended: date, by: User) -> Course:
    """Record the last day. What still runs is over with it."""
    return edit_course(course, started=course.started, ended=ended, by=by)


@transaction.atomic
def withdraw_course(course: Course, *, by: User) -> Course:
    """Take out a course that was entered by mistake. What was found while it stood here stays."""
    if course.withdrawn is None:
        course.withdrawn = timezone.now()
        course.save(update_fields=["withdrawn"])
        judge_again("withdraw course", course, course.started, by)
    return course


@transaction.atomic
def start_cycle(course: Course, *, started: date, by: User, number: int | None = None) -> Cycle:
    """Record that a cycle has begun; it never begins by counting (JC-24)."""
    cycles = list(course.cycles.all())
    last = cycles[-1] if cycles else None
    if number is None:
        number = last.number + 1 if last else 1
    refuse_after(course, started)
    if last is not None and (started <= last.started or number <= last.number):
        raise Refusal(
            f"Cycle {last.number} began on {day_words(last.started)}. "
            f"Cycle {number} begins later than that."
        )
    if (running := running_pump(course)) is not None and last is not None:
        raise Refusal(
            f"The pump of {day_words(running.local_day)} is still recorded as running. "
            "First record when it was stopped."
        )
    with refusing(f"Cycle {number} is recorded already."):
        cycle = course.cycles.create(number=number, started=started)
    _start_no_later_than(course, started)
    judge_again("start cycle", cycle, started, by)
    return cycle


@transaction.atomic
def edit_cycle(cycle: Cycle, *, started: date, by: User) -> Cycle:
    """Correct day 1. A first cycle takes the first day of its course along."""
    course, before = cycle.course, cycle.started
    refuse_after(course, started)
    others = list(course.cycles.exclude(pk=cycle.pk))
    for other in others:
        is_earlier = other.number < cycle.number
        if other.started == started or (other.started < started) is not is_earlier:
            raise Refusal(
                f"Cycle {other.number} began on {day_words(other.started)}. "
                "The cycles must follow each other."
            )
    cycle.started = started
    cycle.save(update_fields=["started"])
    if course.started == before and not any(other.number < cycle.number for other in others):
        course.started = started
        course.save(update_fields=["started"])
    _start_no_later_than(course, started)
    judge_again("edit cycle", cycle, min(before, started), by)
    return cycle


@transaction.atomic
def remove_cycle(cycle: Cycle, *, by: User) -> None:
    """Take out a cycle that was recorded by mistake."""
    write_audit("remove cycle", cycle, patient=cycle.course.patient, by=by)
    course, since = cycle.course, cycle.started
    cycle.delete()
    reassess(course.patient, since=since, by=by)


def refuse_after(course: Course, day: date) -> None:
    """Nothing of a course lies after its last day."""
    if course.ended is not None and day > course.ended:
        raise Refusal(
            f"This is after the last day, {day_words(course.ended)}. "
            "If that is wrong, correct the last day of the treatment."
        )


def running_pump(course: Course) -> Dose | None:
    """Return the pump that was started and is not recorded as stopped."""
    return course.doses.filter(kind=Dose.Kind.PUMP, ended__isnull=True).first()


def judge_again(action: str, row: Course | Cycle | Dose, since: date, by: User) -> None:
    """Note a change to a course or to what belongs to it, and judge the check-ins from then on."""
    patient = (row if isinstance(row, Course) else row.course).patient
    write_audit(action, row, patient=patient, by=by)
    reassess(patient, since=since, by=by)


def _refuse_days(course: Course, started: date, ended: date | None) -> None:
    """The days of a course hold everything that is recorded in it."""
    if ended is not None and ended < started:
        raise Refusal("The last day is before the first day.")
    cycle = course.cycles.order_by("started").first()
    if cycle is not None and started > cycle.started:
        raise Refusal(
            f"Cycle {cycle.number} began on {day_words(cycle.started)}, before this first day. "
            "Correct the cycle first."
        )
    for hold in holds_of(course):
        if hold.started < started or (ended is not None and hold.started > ended):
            raise Refusal(
                f"This treatment was put on hold on {day_words(hold.started)}, outside of these "
                "days. Change the hold first."
            )
    given = course.doses.exclude(status=Dose.Status.PLANNED).aggregate(
        first=Min("local_day"), last=Max("local_day"), over=Max("ended")
    )
    if given["first"] is not None and started > given["first"]:
        raise Refusal(
            f"Something is recorded on {day_words(given['first'])}, before this first day. "
            "Correct that first."
        )
    days = [given["last"]] if given["last"] else []
    days += [local_day(given["over"], course.patient.tz)] if given["over"] else []
    if ended is not None and days and ended < max(days):
        raise Refusal(
            f"Something is recorded on {day_words(max(days))}, after this last day. "
            "Correct that first."
        )


def _stop_what_runs(course: Course, ended: date) -> None:
    """With the course's last day the pump or the drip is over; when on that day is not known."""
    tz = course.patient.tz
    for dose in course.doses.filter(ended__isnull=True).exclude(kind=Dose.Kind.TABLET):
        dose.ended = max(end_of(ended, tz), dose.started)
        dose.precision = Dose.Precision.DAY
        dose.save(update_fields=["ended", "precision"])


def _start_no_later_than(course: Course, day: date) -> None:
    if course.started > day or not course.is_dated:
        course.started, course.is_dated = day, True
        course.save(update_fields=["started", "is_dated"])
