"""One round of a worker: what is due becomes messages.

Who moves `next_due` on does so by a statement that names what was read; of two workers one changes
a row and the other none.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.memory import one_reading
from accounts.models import Patient
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
    Kind,
    Message,
    QuietHours,
    Reminder,
)

logger = logging.getLogger(__name__)
PART = 200  # rows of one transaction: pages that save wait for no longer
LONGEST_LEAD = timedelta(hours=12)  # before a bag change
CHASE = timedelta(minutes=30)  # then somebody who has not answered is told once more
FORGOTTEN = DAY  # an urgent entry older than that is told by the pages
EVENING = "18:00"  # before an appointment


def plan(now: datetime) -> None:
    """Make a message of all that is due, what is urgent first. One diary that cannot be read holds
    up no other: it is in the log."""
    _write(_apart(_urgent, _with_urgent(now), now), now)
    _follow_zones(now)
    while _by_clock(now):
        pass
    _write(_by_diary(now), now)


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
    moved = Reminder.objects.filter(stopped__isnull=True, kind__in=BY_CLOCK)
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


def _by_clock(now: datetime) -> bool:
    """Do so with some of the reminders that are due. Say whether there were any."""
    with transaction.atomic():
        asked = Reminder.objects.filter(stopped__isnull=True, next_due__lte=now)
        rows = list(asked.select_related("patient").order_by("next_due")[:PART])
        mine = [(reminder, reminder.next_due) for reminder in rows if _move_on(reminder, now)]
        needed = [(r, at) for r, at in mine if at is not None and _is_fresh(at, now)]
        _write(_each_or_all(needed, now), now)
        return bool(rows)


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
    mine = wanted.filter(patient__in=by_patient) if by_patient else ()
    yield from _apart(lambda one, at: _evenings(one, by_patient[one.patient_id], at), mine, now)


def _evenings(
    reminder: Reminder, coming: Iterable[Appointment], now: datetime
) -> Iterator[Message]:
    clock = (reminder.times or [time.fromisoformat(EVENING)])[0]
    for one in coming:
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


def _write(messages: Iterable[Message], now: datetime) -> None:
    """Write what is not written yet, each at the end of the quiet hours that it falls in. What two
    workers write at once is there once."""
    found = _unwritten(list(messages))
    if not found:
        return
    hours = QuietHours.objects.filter(patient__in={message.patient_id for message in found})
    quiet = {(one.patient_id, one.user_id): one for one in hours.select_related("patient")}
    for message in found:
        mine = quiet.get((message.patient_id, message.user_id))
        if mine is not None and message.kind not in NEVER_QUIET:
            message.at = due.after_quiet(max(message.at, now), mine.quiet, mine.patient.tz)
    Message.objects.bulk_create(found, ignore_conflicts=True)


def _unwritten(messages: list[Message]) -> list[Message]:
    """A reading alone: most rounds find only what is there already, and nobody has to wait."""
    slots = {message.slot for message in messages}
    there = Message.objects.filter(slot__in=slots) if slots else Message.objects.none()
    known = set(there.values_list("user", "patient", "slot"))
    return [m for m in messages if (m.user_id, m.patient_id, m.slot) not in known]


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
