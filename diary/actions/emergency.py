"""What the family enters for a hospital that does not know the patient."""

from django.db import transaction
from django.utils import timezone

from accounts.audit import write_audit
from accounts.models import Patient, User
from diary.models import EmergencyNote


@transaction.atomic
def set_emergency_note(
    patient: Patient, *, diagnosis: str, allergies: str, line: str, other: str, by: User
) -> EmergencyNote:
    """Keep it as it was typed. Nothing of it is interpreted."""
    note, _ = EmergencyNote.objects.update_or_create(
        patient=patient,
        defaults={
            "diagnosis": diagnosis,
            "allergies": allergies,
            "line": line,
            "other": other,
            "by": by,
            "kept_by": None,
            "changed": timezone.now(),
        },
    )
    write_audit("set emergency note", note, patient=patient, by=by)
    return note
