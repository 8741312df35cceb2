"""Temperatures of another app, saved as check-ins of their own time."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Patient, User, write_audit
from diary.care_card.actions import note_call
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import CheckInData, ReportData
from diary.core.errors import Conflict
from diary.models import Call, CheckIn, CheckInQuerySet, Report, Version
from diary.temperature_import.lines import FileLine, id_of
from therapies.catalogue import catalogue

# Saved together. Others wait for the database meanwhile, and one of them may have a fever to save.
BATCH = 20
PORTION = 500  # in one request: it takes some seconds


def import_temperatures(
    patient: Patient,
    lines: Iterable[FileLine],
    *,
    told_by: str,
    note: str,
    by: User,
    received: datetime,
) -> int:
    """Save the oldest PORTION of these readings, each judged at its own time like any check-in;
    return how many are new.

    Whatever stops it in between loses nothing: imported again, only what is missing is added.
    """
    ordered = sorted(lines, key=lambda line: line.at or received)[:PORTION]
    added = 0
    for start in range(0, len(ordered), BATCH):
        added += _save(patient, ordered[start : start + BATCH], told_by, note, by, received)
    return added


@transaction.atomic
def _save(
    patient: Patient,
    lines: Sequence[FileLine],
    told_by: str,
    note: str,
    by: User,
    received: datetime,
) -> int:
    """The last batch is as much an import as the first: each says who imported."""
    added = 0
    for line in lines:
        data = _check_in(patient, line, told_by, note, received)
        try:
            check_in = record_check_in(patient, data, by=by)
        except Conflict:
            continue  # imported before, from another file or told by somebody else
        added += check_in.received == received
    write_audit("import temperatures", patient, patient=patient, by=by)
    return added


def _check_in(
    patient: Patient, line: FileLine, told_by: str, note: str, received: datetime
) -> CheckInData:
    reading = ReportData(catalogue().thermometer, Report.Answer.READING, line.degrees, line.unit)
    return CheckInData(
        id=id_of(patient, line),
        at=min(line.at or received, received),
        told_by=told_by,
        kind=Version.Kind.SYMPTOMS,
        note=note,
        reports=(reading,),
        received=received,
    )


def imported_at(patient: Patient, received: datetime) -> CheckInQuerySet:
    """Return what was imported together."""
    return CheckIn.objects.filter(patient=patient, received=received).order_by("-at")


@transaction.atomic
def close_imported(check_ins: CheckInQuerySet, *, reason: str, by: User) -> int:
    """Close every urgent entry among these that nobody has closed, with one reason."""
    followed = list(check_ins.followed())
    for check_in in followed:
        outcome = Call.Outcome.CLOSED
        note_call(check_in, outcome=outcome, at=timezone.now(), reason=reason, by=by)
    return len(followed)
