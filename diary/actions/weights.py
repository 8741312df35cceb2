"""Weight: recorded, and taken out where it was entered by mistake."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.audit import write_audit
from accounts.models import Patient, User
from diary.models import Weight


@transaction.atomic
def record_weight(
    patient: Patient,
    *,
    day: date,
    value: Decimal,
    unit: str,
    by: User,
    id: UUID,  # noqa: A002 (the name of the field)
) -> Weight:
    """Sending it twice keeps it once."""
    if Weight.objects.exclude(patient=patient).filter(pk=id).exists():
        id = uuid4()  # noqa: A001
    said = {"day": day, "value": value, "unit": unit, "by": by, "recorded": timezone.now()}
    weight, is_new = patient.weights.get_or_create(id=id, defaults=said)
    if is_new:
        write_audit("record weight", weight, patient=patient, by=by)
    return weight


@transaction.atomic
def withdraw_weight(weight: Weight, *, by: User) -> None:
    if weight.withdrawn is None:
        weight.withdrawn = timezone.now()
        weight.save(update_fields=["withdrawn"])
        write_audit("withdraw weight", weight, patient=weight.patient, by=by)
