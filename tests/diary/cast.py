"""What tests about treatment log."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import time_machine
from django.utils import timezone

from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.core.days import start_of
from diary.management.examples import check_in_data, reading
from diary.models import CheckIn, Course, Look, PumpEvent, Report, Version


def log_symptom(
    patient: Patient, symptom: str, answer: str, *, by: User, days_ago: int = 0
) -> CheckIn:
    """Log one symptom now, or some days ago."""
    now = timezone.now()
    at = now - timedelta(days=days_ago)
    data = check_in_data(at, ReportData(symptom, answer), received=now)
    return record_check_in(patient, data, by=by)


def log_temperature(patient: Patient, degrees: str, unit: str, *, by: User) -> CheckIn:
    """Log one reading now."""
    return record_check_in(patient, check_in_data(timezone.now(), reading(degrees, unit)), by=by)


def log_then(patient: Patient, at: datetime, *reports: ReportData, by: User) -> CheckIn:
    """Log what was the matter at a moment, at that moment."""
    with time_machine.travel(at, tick=False):
        return record_check_in(patient, check_in_data(at, *reports), by=by)


def log_ten_years(patient: Patient, last: date, *, by: User) -> None:
    """Log a mild headache on each of 3600 days up to the last one, as rows."""
    check_ins, versions = [], []
    for day in (last - timedelta(days=n) for n in range(3600)):
        at = start_of(day, patient.tz)
        when = {"at": at, "zone": patient.zone, "local_day": day, "received": at}
        check_ins.append(CheckIn(id=uuid4(), patient=patient, by=by, told_by="self", **when))
        versions.append(Version(check_in=check_ins[-1], number=1, kind="symptoms", at=at, by=by))
    CheckIn.objects.bulk_create(check_ins)
    Version.objects.bulk_create(versions)
    Report.objects.bulk_create(
        Report(version=version, symptom="headache", answer="mild") for version in versions
    )


def log_look(patient: Patient, at: datetime, day: date, *, by: User) -> Look:
    """Log a daily look without an answer."""
    when = {"at": at, "zone": patient.zone, "local_day": day}
    told = {"id": uuid4(), "told_by": "caregiver", "by": by}
    return Look.objects.create(patient=patient, which="child", answers=[], **when, **told)


def log_alarm(pump: Course, at: datetime, day: date, *, by: User) -> PumpEvent:
    when = {"at": at, "zone": pump.patient.zone, "local_day": day}
    return PumpEvent.objects.create(id=uuid4(), course=pump, kind="alarm", by=by, **when)
