"""Medicines given as needed: recorded, and taken out where they were entered by mistake."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.audit import write_audit
from accounts.models import Patient, User
from diary.models import Medicine


@transaction.atomic
def record_medicine(
    patient: Patient,
    *,
    medicine: str,
    name: str,
    amount: str,
    at: datetime,
    next_hours: int | None,
    by: User,
    id: UUID | None = None,  # noqa: A002 (the name of the field)
) -> Medicine:
    """Note what was given, and when. Sending it twice notes it once; it judges no reading again,
    because a mask lowers nothing."""
    if id is None or Medicine.objects.exclude(patient=patient).filter(pk=id).exists():
        id = uuid4()  # noqa: A001
    given, is_new = patient.medicines.get_or_create(
        id=id,
        defaults={
            "medicine": medicine,
            "name": name,
            "amount": amount,
            "at": at,
            "next_hours": next_hours,
            "by": by,
            "recorded": timezone.now(),
        },
    )
    if is_new:
        write_audit("record medicine", given, patient=patient, by=by)
    return given


@transaction.atomic
def withdraw_medicine(medicine: Medicine, *, by: User) -> None:
    """Take out what was entered by mistake; the history still says that it stood there."""
    if medicine.withdrawn is None:
        medicine.withdrawn = timezone.now()
        medicine.save(update_fields=["withdrawn"])
        write_audit("withdraw medicine", medicine, patient=medicine.patient, by=by)
