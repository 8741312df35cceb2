"""One round of a worker: what is due becomes messages, and messages are taken, each by one worker.

Who moves `next_due` on, or a message from waiting to taken, does so by a statement that names what
was read; of two workers one changes a row and the other none.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When

from accounts.memory import one_reading
from accounts.models import Patient, Share
from diary.care_card.readings import next_reading
from diary.check_ins.follow_up import follow_up_of
from diary.core.days import DAY, MINUTE, local_day
from diary.duty.alarms import Alarm, alarms_of
from diary.duty.escalation import Escalation
from diary.duty.roster import roster_of
from diary.models import Appointment, BagPlan, Call, Dose, Finding
from reminders import due, facts
from reminders.models import (
    BY_CLOCK,
    NEVER_QUIET,
    Heartbeat,
    Kind,
    Message,
    QuietHours,
    Reminder,
)

logger = logging.getLogger(__name__)
PART = 200  # rows of one transaction: pages that save wait for no longer
BATCH = 50  # messages over one connection to the mail server
LONGEST_LEAD = timedelta(hours=12)  # before a bag change
CHASE = timedelta(minutes=30)  # then somebody who has not answered is told once more
FORGOTTEN = DAY  # an urgent entry older than that is told by the pages
KEPT = timedelta(days=30)  # a message, after it was due
EVENING = "18:00"  # before an appointment


def plan(now: datetime) -> int:
    """Make a message of all that is due, what is urgent first. Return how many. One diary that
    cannot be read holds up no other: it is in the log."""
    made = _write(_apart(_urgent, _with_urgent(now), now), now)
    _follow_zones(now)
    seen = PART
    while seen:
        seen, written = _by_clock(now)
        made += written
    return made + _write(_by_diary(now), now)


def _each_or_all(asked: Collection[tuple[Reminder, datetime]], now: datetime) -> list[Message]:
    """Return the messages of all together; where one cannot be read, those of the others."""
    try:
        return list(_messages(asked))
    except Exception:
        logger.exception("Reminders are planned one by one (%s)", 500)
        return list(_apart(lambda one, _now: _messages([one]), asked, now))


def _apart(
    of_one: Callable[[Any, datetime], Iterable[Message]], those: Iterable[Any], now: datetime
) -> Iterator[Message]:
    """Yield what follows from each, one by one."""
    for one in those:
        try:
            yield from list(of_one(one, now))
        except Exception:
            logger.exception("A reminder could not be planned (%s)", 500)


def _follow_zones(now: datetime) -> None:
    """Count anew for those who moved to another zone since."""
    moved = Reminder.objects.filter(stopped__isnull=True, next_due__isnull=False)
    for reminder in moved.exclude(zone=F("patient__zone")).select_related("patient"):
        reminder.zone, reminder.next_due = reminder.patient.zone, _following(reminder, now)
        reminder.save(update_fields=["zone", "next_due"])


def _following(reminder: Reminder, after: datetime) -> datetime | None:
    """Return the next moment; of a row that cannot be read none."""
    try:
        tz = reminder.patient.tz
        return due.next_moment(reminder.times, reminder.weekdays, tz, after=after)
    except (ValueError, LookupError):
        logger.error("A reminder cannot be read, and is put to rest")
        return None


def _by_clock(now: datetime) -> tuple[int, int]:
    """Return how many reminders were due, and how many messages came of them."""
    with transaction.atomic():
        asked = Reminder.objects.filter(stopped__isnull=True, next_due__lte=now)
        rows = list(asked.select_related("patient").order_by("next_due")[:PART])
        mine = [(reminder, reminder.next_due) for reminder in rows if _move_on(reminder, now)]
        needed = [(r, at) for r, at in mine if at is not None and _is_fresh(at, now)]
        return len(rows), _write(_each_or_all(needed, now), now)


def _move_on(reminder: Reminder, now: datetime) -> bool:
    """Set the next moment. Say whether it was this worker that did."""
    before = reminder.next_due
    after = max(before or now, now - due.TOO_LATE)
    following = _following(reminder, after)
    mine = Reminder.objects.filter(pk=reminder.pk, next_due=before, stopped__isnull=True)
    return bool(mine.update(next_due=following))


def _is_fresh(at: datetime, now: datetime) -> bool:
    return not due.is_too_late(at, now, is_urgent=False)


def _messages(asked: Collection[tuple[Reminder, datetime]]) -> Iterator[Message]:
    """Yield a message for each reminder whose question the diary does not answer yet."""
    groups: dict[str, list[tuple[Reminder, datetime]]] = defaultdict(list)
    for reminder, at in asked:
        groups[reminder.kind].append((reminder, at))
    for kind, group in groups.items():
        needed = _needed(Kind(kind), group)
        for reminder, at in group:
            if reminder.pk in needed:
                yield _message(reminder, at, f"{kind} {at:%Y-%m-%dT%H:%M}")


def _needed(kind: Kind, asked: Collection[tuple[Reminder, datetime]]) -> set[UUID]:
    """Return which of these reminders are still needed."""
    patients = {reminder.patient_id: reminder.patient for reminder, _ in asked}
    if kind == Kind.ENTRY:
        entries = facts.last_entries(patients)
        return {
            r.pk
            for r, at in asked
            if due.is_entry_needed(
                due.since_when(at, r.times, r.weekdays, r.patient.tz),
                entries.get(r.patient_id, (None, None))[0],
            )
        }
    if kind == Kind.TEMPERATURE:
        first = min(at for _, at in asked) - due.JUST_MEASURED
        measured = facts.last_measured(patients, first)
        return {
            r.pk for r, at in asked if due.is_temperature_needed(at, measured.get(r.patient_id))
        }
    if kind == Kind.TABLETS:
        days = {local_day(at, r.patient.tz) for r, at in asked}
        still = {day: facts.with_open_tablets(patients, day) for day in days}
        return {r.pk for r, at in asked if r.patient_id in still[local_day(at, r.patient.tz)]}
    if kind == Kind.SILENCE:
        entries = facts.last_entries(patients)
        return {
            r.pk
            for r, at in asked
            if due.is_silent(
                at,
                entries[r.patient_id][1]
                if r.patient_id in entries
                else local_day(r.created, r.patient.tz),
                r.days or 1,
                r.patient.tz,
            )
        }
    confirmed = facts.numbers_confirmed(patients.values())
    return {r.pk for r, at in asked if due.are_numbers_old(at, confirmed[r.patient_id])}


def _by_diary(now: datetime) -> Iterator[Message]:
    """Yield what follows from the diary itself: bag changes, appointments, the next reading."""
    wanted = Reminder.objects.filter(stopped__isnull=True).select_related("patient")
    yield from _bags(wanted.filter(kind=Kind.BAG), now)
    yield from _appointments(wanted.filter(kind=Kind.APPOINTMENT), now)
    followed = wanted.filter(kind=Kind.FEVER, patient__in=_with_urgent(now).values("pk"))
    yield from _apart(_fevers, followed, now)


def _fevers(reminder: Reminder, now: datetime) -> Iterator[Message]:
    asked = next_reading(reminder.patient, now=now)
    if asked is not None and asked.is_due and _is_fresh(asked.at, now):
        yield _message(reminder, asked.at, f"fever {asked.at:%Y-%m-%dT%H:%M}")


def _with_urgent(now: datetime) -> QuerySet[Patient]:
    """Return the patients with something urgent of late that no person has closed."""
    since = now - FORGOTTEN - DAY
    found = Finding.objects.filter(level="urgent", found__gte=since)
    worse = Call.objects.filter(outcome=Call.Outcome.WORSE, recorded__gte=since)
    late = Q(pk__in=found.values("patient")) | Q(pk__in=worse.values("patient"))
    return Patient.objects.filter(late)


def _urgent(patient: Patient, now: datetime) -> Iterator[Message]:
    """Yield what is told to whom about urgent entries that nobody has answered: who that is says
    `diary.duty.escalation` alone. Each is told at once, and once more; no setting stops it."""
    with one_reading():
        roster = roster_of(patient)
        for alarm in alarms_of(follow_up_of([patient])):
            yield from _told(patient, alarm, roster.escalation(alarm, now), now)


def _told(
    patient: Patient, alarm: Alarm, escalation: Escalation, now: datetime
) -> Iterator[Message]:
    answered = max(alarm.acknowledged, default=None)
    found = min((m for m in alarm.opened if answered is None or m > answered), default=now)
    for one in escalation.recipients:
        if now - one.since > FORGOTTEN:
            continue
        for slot, at in (("urgent", one.since), ("urgent again", one.since + CHASE)):
            if at <= now:
                yield Message(
                    patient_id=patient.pk,
                    user_id=one.who,
                    kind=Kind.URGENT,
                    slot=f"{slot} {found:%Y-%m-%dT%H:%M:%S}",
                    due=at,
                    at=at,
                )


def _bags(wanted: QuerySet[Reminder], now: datetime) -> Iterator[Message]:
    soon = BagPlan.objects.filter(
        due__gt=now - due.TOO_LATE,
        due__lte=now + LONGEST_LEAD,
        course__withdrawn__isnull=True,
        course__doses__kind=Dose.Kind.PUMP,
        course__doses__ended__isnull=True,
    ).values_list("course__patient", "course", "due")
    plans: dict[UUID, set[tuple[UUID, datetime]]] = defaultdict(set)
    for patient, course, at in soon:
        if at is not None:
            plans[patient].add((course, at))
    for reminder in wanted.filter(patient__in=plans) if plans else ():
        for course, changed in plans[reminder.patient_id]:
            at = changed - timedelta(minutes=reminder.minutes or 0)
            if at <= now and _is_fresh(at, now):
                yield _message(reminder, at, f"bag {course} {changed:%Y-%m-%dT%H:%M}")


def _appointments(wanted: QuerySet[Reminder], now: datetime) -> Iterator[Message]:
    """The evening before. What was written down later than that is known to whoever did."""
    days = (now.date() - DAY, now.date() + 2 * DAY)
    coming = Appointment.objects.filter(state=Appointment.State.PLANNED, day__range=days)
    by_patient = defaultdict(list)
    for appointment in coming:
        by_patient[appointment.patient_id].append(appointment)
    for reminder in wanted.filter(patient__in=by_patient) if by_patient else ():
        clock = (reminder.times or [time.fromisoformat(EVENING)])[0]
        for one in by_patient[reminder.patient_id]:
            at = due.moment_of(one.day - DAY, clock, reminder.patient.tz)
            if one.created < at <= now and _is_fresh(at, now):
                yield _message(reminder, at, f"appointment {one.pk} {one.day}")


def _message(reminder: Reminder, at: datetime, slot: str) -> Message:
    return Message(
        patient_id=reminder.patient_id,
        user_id=reminder.user_id,
        reminder=reminder,
        kind=reminder.kind,
        slot=slot,
        due=at,
        at=at,
    )


def _write(messages: Iterable[Message], now: datetime) -> int:
    """Write what is not written yet, each at the end of the quiet hours that it falls in. Return
    how many: what two workers write at once is there once, and counted twice."""
    found = _unwritten(list(messages))
    if not found:
        return 0
    hours = QuietHours.objects.filter(patient__in={message.patient_id for message in found})
    quiet = {(one.patient_id, one.user_id): one for one in hours.select_related("patient")}
    for message in found:
        mine = quiet.get((message.patient_id, message.user_id))
        if mine is not None and message.kind not in NEVER_QUIET:
            message.at = due.after_quiet(max(message.at, now), mine.quiet, mine.patient.tz)
    Message.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def _unwritten(messages: list[Message]) -> list[Message]:
    """A reading alone: most rounds find only what is there already, and nobody has to wait."""
    slots = {message.slot for message in messages}
    there = Message.objects.filter(slot__in=slots) if slots else Message.objects.none()
    known = set(there.values_list("user", "patient", "slot"))
    return [m for m in messages if (m.user_id, m.patient_id, m.slot) not in known]


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
    for message in messages:
        mine = Message.objects.filter(pk=message.pk, state=message.state, taken=message.taken)
        mine.update(state=Message.State.WAITING, taken=None)


def settle(message: Message, state: str, now: datetime, *, again: datetime | None = None) -> bool:
    """Say what became of a message. Only the worker that took it can."""
    mine = Message.objects.filter(pk=message.pk, state=Message.State.TAKEN, taken=message.taken)
    sent = now if state == Message.State.SENT else None
    changed = {"state": state, "sent": sent, "tries": message.tries + 1}
    return bool(mine.update(**changed, **({"at": again} if again else {})))


def is_still_needed(message: Message, now: datetime) -> bool:
    """Has nobody done meanwhile what it asks for? Only what waited is looked at once more."""
    reminder = message.reminder
    if reminder is None:
        with one_reading():
            roster = roster_of(message.patient)
            alarms = alarms_of(follow_up_of([message.patient]))
            return any(roster.is_told(message.user_id, alarm, now) for alarm in alarms)
    has_waited = message.tries or message.at - message.due >= MINUTE
    if reminder.stopped is not None or not has_waited:
        return reminder.stopped is None
    reminder.patient = message.patient
    if message.kind in BY_CLOCK:
        return reminder.pk in _needed(Kind(message.kind), [(reminder, message.due)])
    return any(one.slot == message.slot for one in _anew(reminder, message.due, now))


def _anew(reminder: Reminder, due_at: datetime, now: datetime) -> Iterator[Message]:
    """Yield what the diary asks for now of what it asked for then."""
    mine = Reminder.objects.filter(pk=reminder.pk).select_related("patient")
    if reminder.kind == Kind.BAG:
        return _bags(mine, due_at)
    if reminder.kind == Kind.APPOINTMENT:
        return _appointments(mine, due_at)
    return _fevers(reminder, now)


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
