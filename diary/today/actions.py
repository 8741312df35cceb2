"""The family's own list of symptoms. A name is never changed or deleted: reports stand under it."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Patient, User, save_change, write_audit
from diary.models import OwnSymptom


@transaction.atomic
def add_own_symptom(patient: Patient, *, name: str, kind: str, by: User) -> OwnSymptom:
    """Put a symptom on the list. One that is there already, or was, comes back as it was."""
    known = patient.own_symptoms.filter(name__iexact=name).first()
    if known is not None:
        return put_back_own_symptom(known, by=by)
    try:
        with transaction.atomic():
            own = patient.own_symptoms.create(name=name, kind=kind, by=by)
    except IntegrityError:  # somebody else was quicker
        return patient.own_symptoms.get(name__iexact=name)
    write_audit("add own symptom", own, patient=patient, by=by)
    return own


@transaction.atomic
def retire_own_symptom(own: OwnSymptom, *, by: User) -> None:
    """Take it off the list; what was reported stays."""
    if own.retired is None:
        now = timezone.now()
        save_change("retire own symptom", own, patient=own.patient, by=by, retired=now)


@transaction.atomic
def put_back_own_symptom(own: OwnSymptom, *, by: User) -> OwnSymptom:
    if own.retired is not None:
        save_change("restore own symptom", own, patient=own.patient, by=by, retired=None)
    return own
