"""Holds a file between its preview and the yes: one per person, for an hour, for nobody else."""

import zlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import Patient, User
from diary.models import HeldFile

KEPT_FOR = timedelta(hours=1)


@transaction.atomic
def hold(
    kind: str,
    content: bytes,
    *,
    by: User,
    said: dict[str, Any] | None = None,
    patient: Patient | None = None,
) -> HeldFile:
    """Keep a file that was checked; whatever this person or anybody left lying before is gone."""
    now = timezone.now()
    by.held_files.all().delete()
    HeldFile.objects.filter(created__lt=now - KEPT_FOR).delete()
    return HeldFile.objects.create(
        by=by,
        patient=patient,
        kind=kind,
        content=zlib.compress(content, 1),
        said=said or {},
        created=now,
    )


def held(key: UUID, kind: str, *, by: User, patient: Patient | None = None) -> HeldFile:
    """Return the file that this person sent. Raises Http404 for all others, and when it is old."""
    found = _still(by).filter(pk=key, kind=kind, patient=patient).first()
    if found is None:
        raise Http404
    return found


def content_of(file: HeldFile) -> bytes:
    return zlib.decompress(bytes(file.content))


def _still(by: User) -> QuerySet[HeldFile]:
    return by.held_files.filter(created__gte=timezone.now() - KEPT_FOR)
