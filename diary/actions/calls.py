"""What happened after a finding: who was called, what they said, and what was said on the card. All
of it is only ever added."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.audit import write_audit
from accounts.models import User
from diary.models import Call, CheckIn


@transaction.atomic
def record_call(
    check_in: CheckIn,
    *,
    outcome: str,
    whom: str,
    at: datetime,
    advice: str,
    reason: str,
    by: User,
    id: UUID | None = None,  # noqa: A002 (the name of the field)
    measure_at: datetime | None = None,
) -> Call:
    """Note a call, or that the prompt was closed without one. Sending it twice notes it once; what
    an old page says otherwise under the same id is kept as well."""
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
        write_audit("record call", call, patient=check_in.patient, by=by)
    return call


def record_event(check_in: CheckIn, *, outcome: str, by: User, id: UUID | None = None) -> Call:  # noqa: A002
    """Note what was said on the card: that it got worse, or where the patient is now. Said again on
    an old page after somebody was reached, it is news."""
    known = check_in.calls.filter(pk=id).first() if id else None
    answered = (Call.Outcome.REACHED, Call.Outcome.CLOSED)
    if known and check_in.calls.filter(outcome__in=answered, recorded__gte=known.recorded).exists():
        id = None  # noqa: A001
    return record_call(
        check_in,
        outcome=outcome,
        whom="",
        at=timezone.now(),
        advice="",
        reason="",
        by=by,
        id=id,
    )
