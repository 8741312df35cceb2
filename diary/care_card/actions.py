"""What happened after a finding: who was called, what they said, and what was said on the card. All
of it is only ever added."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User, write_audit
from diary.check_ins.follow_up import follow_up_of
from diary.duty.alarms import alarms_of
from diary.models import Call, CheckIn, Finding
from diary.models.threads import threads_of


@transaction.atomic
def record_call(
    check_in: CheckIn,
    *,
    outcome: str,
    at: datetime,
    by: User,
    whom: str = "",
    advice: str = "",
    reason: str = "",
    id: UUID | None = None,  # noqa: A002 (the name of the field)
    measure_at: datetime | None = None,
) -> Call:
    """Note a call, or that the prompt was closed without one. Closing one reading of a fever closes
    every other one until then (docs/adr/0036)."""
    if outcome == Call.Outcome.CLOSED:
        calls = follow_up_of([check_in.patient]).told
        is_new = id is None or not check_in.calls.filter(pk=id).exists()
        for other in closed_with(check_in, until=at) if is_new else ():
            there = _whom(other, calls)
            note_call(other, outcome=outcome, whom=there, at=at, reason=reason, by=by)
        whom = whom or _whom(check_in, calls)
    return note_call(
        check_in,
        outcome=outcome,
        whom=whom,
        at=at,
        advice=advice,
        reason=reason,
        by=by,
        id=id,
        measure_at=measure_at,
    )


def _whom(check_in: CheckIn, calls: Mapping[UUID, Call]) -> str:
    """Name who was told about another reading of the same fever, if anybody was."""
    call = calls.get(check_in.pk)
    return (call.whom or check_in.patient.team_name) if call else ""


@transaction.atomic
def note_call(
    check_in: CheckIn,
    *,
    outcome: str,
    at: datetime,
    by: User,
    whom: str = "",
    advice: str = "",
    reason: str = "",
    id: UUID | None = None,  # noqa: A002 (the name of the field)
    measure_at: datetime | None = None,
) -> Call:
    """Note it with this check-in alone. Sending it twice notes it once; what an old page says
    otherwise under the same id is kept as well."""
    same = Call.objects.filter(check_in=check_in, outcome=outcome)
    if id is None or Call.objects.filter(pk=id).exclude(pk__in=same).exists():
        id = uuid4()  # noqa: A001
    call, is_new = check_in.calls.get_or_create(
        id=id,
        defaults={
            "outcome": outcome,
            "whom": whom,
            "at": at,
            "advice": advice,
            "measure_at": measure_at,
            "reason": reason,
            "by": by,
            "recorded": timezone.now(),
        },
    )
    if is_new:
        word = "acknowledge" if outcome == Call.Outcome.SEEN else "record call"
        write_audit(word, call, patient=check_in.patient, by=by)
    return call


def closed_with(check_in: CheckIn, *, until: datetime) -> list[CheckIn]:
    """Return the other entries of the same fever, but for those with another urgent sign, or where
    it got worse: such an entry is closed on its own card."""
    mine, rows = check_in.patient.check_ins, follow_up_of([check_in.patient])
    threads = threads_of(rows.fevers)
    thread = next((t for t in threads if check_in.pk in t.check_ins), None)
    if thread is None:
        return []
    fevers = [fever.finding for fever in thread.fevers]
    others = Finding.objects.filter(version__check_in__in=thread.check_ins, level="urgent")
    rest = mine.filter(pk__in=thread.check_ins, at__lte=until).exclude(pk=check_in.pk)
    more = others.exclude(pk__in=fevers).values("version__check_in")
    return list(rest.exclude(pk__in=more).exclude(pk__in=rows.worse))


def record_event(check_in: CheckIn, *, outcome: str, by: User, id: UUID | None = None) -> Call:  # noqa: A002
    """Note what was said on the card: that it got worse, or where the patient is now. Said again on
    an old page after somebody was reached, it is news."""
    known = check_in.calls.filter(pk=id).first() if id else None
    answered = (Call.Outcome.REACHED, Call.Outcome.CLOSED)
    if known and check_in.calls.filter(outcome__in=answered, recorded__gte=known.recorded).exists():
        id = None  # noqa: A001
    return record_call(check_in, outcome=outcome, at=timezone.now(), by=by, id=id)


@transaction.atomic
def acknowledge(check_in: CheckIn, *, shown: datetime, by: User, id: UUID | None = None) -> bool:  # noqa: A002
    """Note that somebody has seen what is urgent: nobody else is told about it from then on. It
    changes nothing of the prompt. False where something urgent was found since the page was
    `shown`: that, they have not seen."""
    alarms = alarms_of(follow_up_of([check_in.patient]))
    mine = [alarm for alarm in alarms if check_in.pk in alarm.members]
    if any(max(alarm.opened) > shown for alarm in mine):
        return False
    if mine:
        record_event(check_in, outcome=Call.Outcome.SEEN, by=by, id=id)
    return True
