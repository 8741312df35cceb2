"""The audit row that is written beside every change, in the same transaction."""

from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import AuditEntry, Patient, User


def write_audit(
    action: str, row: models.Model | None, *, patient: Patient | None, by: User | None
) -> None:
    """Note that `by` did `action` to `row`; the content stays out.

    `by` is None only where nobody was logged in: the operator at the command line.
    """
    AuditEntry.objects.create(
        at=timezone.now(),
        by=by,
        patient=patient,
        action=action,
        row=f"{row._meta.model_name}:{row.pk}" if row is not None else "",
    )


def save_change(
    action: str, row: models.Model, *, patient: Patient, by: User, **columns: Any
) -> None:
    """Give a row these values, and note it."""
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=[*columns])
    write_audit(action, row, patient=patient, by=by)
