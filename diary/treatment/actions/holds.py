"""Every change to the holds of a course: one transaction, one audit row, always `by`.

No check-in is judged again, because no rule reads a hold.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User, save_change, write_audit
from diary.core.days import DAY
from diary.core.errors import Refusal, refusing
from diary.core.words import day_words
from diary.judging.holds import days_words, holds_of, last_day_of
from diary.models import Course, Hold


@transaction.atomic
def put_on_hold(
    course: Course, *, started: date, ended: date | None, reason: str, by: User
) -> Hold:
    """Record that the team paused a treatment. Without a last day it is on hold until resumed."""
    _refuse_days(course, started, ended)
    with refusing("This treatment is already on hold."):
        hold = course.holds.create(
            started=started, ended=ended, reason=reason, by=by, recorded=timezone.now()
        )
    write_audit("put on hold", hold, patient=course.patient, by=by)
    return hold


@transaction.atomic
def resume(hold: Hold, *, again: date, by: User) -> Hold:
    """Record the first day on which the treatment was given again."""
    if again <= hold.started:
        raise Refusal(
            f"It was put on hold on {day_words(hold.started)}. "
            "Give a later day, or remove the hold if it was a mistake."
        )
    save_change("resume", hold, patient=hold.course.patient, by=by, ended=again - DAY)
    return hold


@transaction.atomic
def change_hold(hold: Hold, *, started: date, ended: date | None, reason: str, by: User) -> Hold:
    """Correct the days of a hold, or why it was ordered."""
    _refuse_days(hold.course, started, ended, but=hold)
    said = {"started": started, "ended": ended, "reason": reason}
    with refusing("This treatment is already on hold."):
        save_change("change hold", hold, patient=hold.course.patient, by=by, **said)
    return hold


@transaction.atomic
def withdraw_hold(hold: Hold, *, by: User) -> Hold:
    """Mark a hold that was entered by mistake."""
    if hold.withdrawn is None:
        patient, now = hold.course.patient, timezone.now()
        save_change("withdraw hold", hold, patient=patient, by=by, withdrawn=now)
    return hold


def _refuse_days(
    course: Course, started: date, ended: date | None, *, but: Hold | None = None
) -> None:
    """A hold lies within the days of its course, and no two of them share a day."""
    if ended is not None and ended < started:
        raise Refusal("The last day is before the first day.")
    if course.is_dated and started < course.started:
        raise Refusal(
            f"This is before the first day of the treatment, {day_words(course.started)}."
        )
    if course.ended is not None and max(started, ended or started) > course.ended:
        raise Refusal(f"This is after the last day of the treatment, {day_words(course.ended)}.")
    for other in holds_of(course):
        last = last_day_of(other, course) or date.max
        if other != but and started <= last and other.started <= (ended or date.max):
            raise Refusal(
                f"This treatment is already on hold, {days_words(other, course)}. "
                "Change that hold instead."
            )
