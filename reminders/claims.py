"""Who sends which message: of several workers one takes it, and says what became of it.

A message goes from waiting to taken by a statement that names what was read; of two workers one
changes a row and the other none.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Case, When

from accounts.models import Share
from reminders.models import Heartbeat, Kind, Message

BATCH = 50  # messages over one connection to the mail server
KEPT = timedelta(days=30)  # a message, after it was due


def take(now: datetime) -> list[Message]:
    """Take some of what waits, what is urgent first, then the earliest. What two workers read, one
    of them takes."""
    urgent_first = Case(When(kind=Kind.URGENT, then=0), default=1)
    asked = Message.objects.claimable(now).select_related("patient", "user", "reminder")
    with transaction.atomic():
        seen = list(asked.order_by(urgent_first, "at")[:BATCH])
        return [message for message in seen if _take(message, now)]


def _take(message: Message, now: datetime) -> bool:
    same = Message.objects.filter(pk=message.pk, state=message.state, taken=message.taken)
    message.taken, message.state = now, Message.State.TAKEN
    return bool(same.update(state=message.state, taken=now))


def give_back(messages: Iterable[Message]) -> None:
    """Let others take what was taken and not sent."""
    taken = {message.pk: message.taken for message in messages}
    mine = Message.objects.filter(pk__in=taken, taken__in=taken.values(), state=Message.State.TAKEN)
    mine.update(state=Message.State.WAITING, taken=None)


def settle(message: Message, state: str, now: datetime, *, again: datetime | None = None) -> bool:
    """Say what became of a message. Only the worker that took it can."""
    mine = Message.objects.filter(pk=message.pk, state=Message.State.TAKEN, taken=message.taken)
    sent = now if state == Message.State.SENT else None
    changed = {"state": state, "sent": sent, "tries": message.tries + 1}
    return bool(mine.update(**changed, **({"at": again} if again else {})))


def still_heard(messages: Collection[Message], now: datetime) -> set[UUID]:
    """Return which of these go to somebody who may still hear of the diary. One query."""
    patients = {message.patient_id for message in messages}
    shares = Share.objects.active(now).filter(patient__in=patients)
    circle = set(shares.values_list("user", "patient"))
    return {
        one.pk
        for one in messages
        if one.kind == Kind.URGENT or not _is_leaving(one)
        if one.patient.owner_id == one.user_id or (one.user_id, one.patient_id) in circle
    }


def _is_leaving(message: Message) -> bool:
    """Does the account or the diary wait to be deleted? What is urgent is told all the same."""
    user = message.user
    return bool(message.patient.erase_due or user.erase_due or not user.is_active)


def forget(now: datetime) -> None:
    """Let go of what was sent long ago."""
    Message.objects.filter(due__lt=now - KEPT).delete()


def beat(name: str, now: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
