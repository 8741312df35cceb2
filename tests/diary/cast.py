"""What tests about treatment log."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone

from accounts.models import Patient, User
from diary.actions.check_ins import CheckInData, ReportData, record_check_in
from diary.models import CheckIn


def log_symptom(
    patient: Patient, symptom: str, answer: str, *, by: User, days_ago: int = 0
) -> CheckIn:
    """Log one symptom now, or some days ago."""
    now = timezone.now()
    data = CheckInData(
        id=uuid4(),
        at=now - timedelta(days=days_ago),
        told_by="caregiver",
        kind="symptoms",
        note="",
        reports=(ReportData(symptom, answer),),
        received=now,
    )
    return record_check_in(patient, data, by=by)


def log_temperature(patient: Patient, degrees: str, unit: str, *, by: User) -> CheckIn:
    """Log one reading now."""
    now = timezone.now()
    data = CheckInData(
        id=uuid4(),
        at=now,
        told_by="caregiver",
        kind="symptoms",
        note="",
        reports=(ReportData("fever", "reading", Decimal(degrees), unit),),
        received=now,
    )
    return record_check_in(patient, data, by=by)
