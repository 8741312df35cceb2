"""What somebody chose for their summaries of a patient."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import Patient, User, write_audit
from summary.models import Choice


@transaction.atomic
def choose(
    patient: Patient, *, parts: Sequence[str], paper: str, spelling: str, by: User
) -> Choice:
    """Remember the parts, the paper and the spelling for this user and this patient."""
    said = {"parts": list(parts), "paper": paper, "spelling": spelling}
    choice, _ = Choice.objects.update_or_create(patient=patient, user=by, defaults=said)
    write_audit("choose summary", choice, patient=patient, by=by)
    return choice
