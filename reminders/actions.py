"""What a person changes about their reminders, each in one transaction with its line in the log."""

import secrets
from collections.abc import Sequence
from datetime import datetime, time

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Patient, User, save_change, write_audit
from accounts.secrets import hash_of
from reminders import due
from reminders.models import BY_CLOCK, Feed, Message, QuietHours, Reminder


@transaction.atomic
def set_reminder(
    patient: Patient,
    kind: str,
    *,
    by: User,
    clocks: Sequence[time] = (),
    weekdays: str = due.EVERY_DAY,
    days: int | None = None,
    minutes: int | None = None,
) -> Reminder:
    """Set what somebody wants to hear of this kind, instead of what they wanted before."""
    now = timezone.now()
    _end(Reminder.objects.filter(patient=patient, user=by, kind=kind), now)
    following = None
    if kind in BY_CLOCK:
        following = due.next_moment(clocks, weekdays, patient.tz, after=now)
    reminder = Reminder.objects.create(
        patient=patient,
        user=by,
        kind=kind,
        clocks=[f"{clock:%H:%M}" for clock in sorted(set(clocks))],
        weekdays=weekdays,
        days=days,
        minutes=minutes,
        next_due=following,
        zone=patient.zone,
        created=now,
    )
    write_audit("set reminder", reminder, patient=patient, by=by)
    return reminder


@transaction.atomic
def stop_reminder(reminder: Reminder, *, by: User) -> bool:
    """Stop it, and what of it waits. Say whether it was still on."""
    was_on = _end(Reminder.objects.filter(pk=reminder.pk), timezone.now())
    if was_on:
        write_audit("stop reminder", reminder, patient=reminder.patient, by=by)
    return was_on


def _end(reminders: QuerySet[Reminder], now: datetime) -> bool:
    still = reminders.filter(stopped__isnull=True)
    waiting = Message.objects.filter(reminder__in=still.values("pk"), state=Message.State.WAITING)
    waiting.update(state=Message.State.DROPPED)
    return bool(still.update(stopped=now, next_due=None))


@transaction.atomic
def set_quiet(patient: Patient, *, start: time | None, end: time | None, by: User) -> None:
    """Set the quiet hours of this person; without both there are none."""
    if start is None or end is None:
        if not QuietHours.objects.filter(patient=patient, user=by).delete()[0]:
            return
    else:
        QuietHours.objects.update_or_create(
            patient=patient, user=by, defaults={"start": start, "end": end}
        )
    write_audit("set quiet hours", None, patient=patient, by=by)


@transaction.atomic
def make_feed(patient: Patient, *, by: User) -> str:
    """Return the code of a new calendar address, which is shown once. The one before ends."""
    now, code = timezone.now(), secrets.token_urlsafe(32)
    Feed.objects.filter(patient=patient, user=by, ended__isnull=True).update(ended=now)
    feed = Feed.objects.create(patient=patient, user=by, code_hash=hash_of(code), created=now)
    write_audit("make calendar", feed, patient=patient, by=by)
    return code


@transaction.atomic
def end_feed(feed: Feed, *, by: User) -> None:
    if feed.ended is None:
        save_change("end calendar", feed, patient=feed.patient, by=by, ended=timezone.now())


def put_away(message: Message) -> None:
    """Take it from the page."""
    Message.objects.filter(pk=message.pk, seen__isnull=True).update(seen=timezone.now())
