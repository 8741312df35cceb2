"""A diary in which every column that somebody may have typed in carries a canary."""

from typing import Any

from django.apps import apps
from django.db import models

from accounts.models import Patient, User, erasing
from diary.models import Call, Contact, HeldFile, KeptAuthor, Look
from tests.config.world import CANARY, Diary, make_diary

# Columns of codes, marks and sums, in which nobody's words are.
CODES = {
    "zone", "country", "password", "code_hash", "token_hash", "passcode", "action", "row", "kind",
    "therapy", "medicine", "symptom", "rule", "level", "group", "basis", "call_first", "citations",
    "catalogue_hash", "which", "parts", "shows", "order",
}  # fmt: skip
TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


def fill_every_text(owner: User, name: str) -> Diary:
    """Make a diary as `make_diary` does, and type where it typed nothing."""
    diary = make_diary(owner, name)
    patient = diary.patient
    Patient.objects.filter(pk=patient.pk).update(latin_name=CANARY)
    KeptAuthor.objects.create(patient=patient, name=CANARY)
    HeldFile.objects.update(content=CANARY.encode())
    Contact.objects.filter(patient=patient).update(number=CANARY)
    with erasing():
        Call.objects.filter(patient=patient).update(reason=CANARY)
        Look.objects.filter(patient=patient).update(strokes=[CANARY])
    return diary


def typed_columns() -> list[tuple[type[models.Model], Any]]:
    """Return every column that words may stand in, with its table."""
    ours = [m for m in apps.get_models() if m._meta.app_label in ("accounts", "diary", "summary")]
    return [
        (model, field)
        for model in ours
        for field in model._meta.concrete_fields
        if isinstance(field, TEXT) and not field.choices and field.name not in CODES
    ]


def without_canary() -> list[str]:
    """Name the columns that hold words and no canary."""
    return [str(field) for model, field in typed_columns() if not _has_canary(model, field)]


def _has_canary(model: type[models.Model], field: Any) -> bool:
    values = model._default_manager.values_list(field.attname, flat=True)
    return any(CANARY in str(bytes(v) if isinstance(v, memoryview) else v) for v in values)
