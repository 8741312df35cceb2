"""An entry about somebody else goes to their diary, and leaves a trail in the one it was in."""

from uuid import UUID, uuid5

from django.db import transaction

from accounts.models import Patient, User, write_audit
from diary.check_ins.actions import record_check_in, remove_check_in
from diary.check_ins.data import CheckInData, Origin, ReportData
from diary.core.errors import Conflict, Refusal
from diary.models import CheckIn, Look, OwnSymptom, Version

REASON = "Written in another diary"
TWICE = "This entry was moved there before. Edit it there, then remove it here."


def moved_id(check_in: CheckIn, to: Patient) -> UUID:
    """Return its id there: the same for every try, so that two taps move it once."""
    return uuid5(to.pk, str(check_in.pk))


def move_check_in(check_in: CheckIn, *, to: Patient, by: User) -> CheckIn:
    """Write it there as it counts now, with its moment and author, judged by the treatments there;
    here it is removed, and what was urgent stays open until a person closes it.

    Each step can be taken twice: after a crash the next try goes on. Raises Refusal.
    """
    moved = to.check_ins.filter(pk=moved_id(check_in, to)).first()
    current = check_in.versions.order_by("-number")[:1].get()
    if current.kind == Version.Kind.REMOVED:
        if moved is None:
            raise Refusal("This entry was removed. Restore it first, then move it.")
        return moved
    if Look.objects.filter(check_in=check_in).exists():
        raise Refusal("This came from a one-minute check. Remove it here, and do the check again.")
    try:
        moved = record_check_in(to, _data(check_in, current, to, by), by=by)
    except Conflict:
        raise Refusal(TWICE) from None
    with transaction.atomic():
        remove_check_in(check_in, reason=REASON, by=by)
        write_audit("move check-in", check_in, patient=check_in.patient, by=by)
    return moved


def _data(check_in: CheckIn, current: Version, to: Patient, by: User) -> CheckInData:
    reports = tuple(current.reports.all())
    for name in {report.own_name for report in reports} - {""}:
        _list_own(check_in.patient, name, to, by)
    return CheckInData(
        id=moved_id(check_in, to),
        at=check_in.at,
        told_by=check_in.told_by,
        kind=current.kind,
        note=current.note,
        reports=tuple(map(ReportData.of, reports)),
        received=check_in.received,
        origin=_origin(check_in, to),
    )


def _list_own(patient: Patient, name: str, to: Patient, by: User) -> None:
    """A symptom of one's own has to be on the list there, for the entry to be corrected."""
    own = patient.own_symptoms.filter(name=name).first()
    if own and not to.own_symptoms.filter(name=name).exists():
        OwnSymptom.objects.create(patient=to, name=name, kind=own.kind, by=by)


def _origin(check_in: CheckIn, to: Patient) -> Origin:
    """Let it say who wrote it and where they were: whoever moved it is in the audit."""
    kept_by = check_in.kept_by
    if kept_by:
        kept_by, _ = to.kept_authors.get_or_create(name=kept_by.name)
    return Origin(check_in.by, kept_by, check_in.zone, check_in.local_day)
