"""Every change of who is on duty, and of who is told next."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts.models import Patient, Share, User, write_audit
from diary.core.errors import Refusal, refusing
from diary.duty.roster import roster_of
from diary.models import DutyPlan, DutyTurn

FASTER = "Somebody changed who is on duty a moment ago. Check who it is now, then choose again."


@transaction.atomic
def hand_over(
    patient: Patient, *, to: User, until: datetime | None, after: UUID | None, by: User
) -> DutyTurn:
    """Put somebody on duty up to `until`, or until the next one is; nobody stays on longer than
    they can open the diary. `after` is the turn that `by` saw, None where there was none.

    Raises Refusal where somebody else was faster, or where `to` cannot open the diary.
    """
    now = timezone.now()
    member = roster_of(patient).member(to.pk)
    if member is None:
        raise Refusal(f"{to} cannot open the diary. Choose somebody else.")
    ends = [end for end in (until, member.until) if end]
    _end_what_is_over(patient, now)
    current = patient.duty_turns.filter(ended=None)
    mine = {"user": to, "by": by, "until": min(ends, default=None)}
    same = current.filter(**mine).first()
    if same and same.pk != after:  # a second tap
        return same
    current.filter(pk__in=[after] if after else []).update(ended=now)
    # The database keeps one open turn: of two at the same moment, one takes effect.
    with refusing(FASTER):
        turn = patient.duty_turns.create(began=now, **mine)
    word = "take duty" if to.pk == by.pk else "hand over duty"
    write_audit(word, to, patient=patient, by=by)
    return turn


@transaction.atomic
def give_back(turn: DutyTurn, *, by: User) -> bool:
    """End one's own turn: duty goes back to who handed it over, for the time that is left, or else
    to the first in the order. False where it was over already."""
    patient, now = turn.patient, timezone.now()
    _end_what_is_over(patient, now)
    mine = patient.duty_turns.filter(pk=turn.pk, user=by, ended=None)
    if not mine.update(ended=now):
        return False
    giver = roster_of(patient).member(turn.by_id) if turn.by_id else None
    if giver is None or giver.user.pk == by.pk:
        write_audit("end duty", by, patient=patient, by=by)
        return True
    ends = [end for end in (turn.until, giver.until) if end]
    mine_again = {"user": giver.user, "by": by, "until": min(ends, default=None)}
    patient.duty_turns.create(began=now, **mine_again)
    write_audit("give duty back", giver.user, patient=patient, by=by)
    return True


def mark_seen(turn: DutyTurn) -> None:
    """The person it was handed to knows it."""
    DutyTurn.objects.filter(pk=turn.pk, seen=None).update(seen=timezone.now())


@transaction.atomic
def move_up(patient: Patient, *, user: UUID, by: User) -> None:
    """Let somebody be told one place earlier."""
    order = [member.user.pk for member in roster_of(patient).members]
    place = order.index(user) if user in order else 0
    if place:
        order[place - 1 : place + 1] = [user, order[place - 1]]
        set_order(patient, order=order, by=by)


@transaction.atomic
def set_order(patient: Patient, *, order: Iterable[UUID], by: User) -> None:
    """Keep in which order people are told. Who is not named comes after them."""
    plan, _ = DutyPlan.objects.get_or_create(patient=patient)
    plan.order = [str(user) for user in order]
    plan.save(update_fields=["order"])
    write_audit("change duty order", plan, patient=patient, by=by)


@transaction.atomic
def set_minutes(patient: Patient, *, minutes: int, by: User) -> None:
    """Keep after how many minutes without an answer the next person is told."""
    plan, _ = DutyPlan.objects.get_or_create(patient=patient)
    if plan.minutes != minutes:
        plan.minutes = minutes
        plan.save(update_fields=["minutes"])
        write_audit("change duty minutes", plan, patient=patient, by=by)


def _end_what_is_over(patient: Patient, now: datetime) -> None:
    """Close the turn that does not count any more, so that the next one can be opened."""
    lasting = patient.duty_turns.filter(ended=None)
    lasting.filter(until__lte=now).update(ended=F("until"))
    held = Share.objects.active().filter(
        patient=patient, user=OuterRef("user"), confirmed__lte=OuterRef("began")
    )
    lasting.exclude(user=patient.owner_id).filter(~Exists(held)).update(ended=now)
