"""Who opened a diary: noted once a day and person, after the page was sent: nobody waits for it."""

import logging
from datetime import date
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpResponse
from django.utils import timezone

from accounts.models import Patient, User, Visit

logger = logging.getLogger(__name__)
MOST = 10_000  # then it begins anew, and asks the database once more
# The last day that this process noted, by patient and person. It saves a question to the database.
_NOTED: dict[tuple[UUID, UUID], date] = {}


class DiaryPage(HttpResponse):
    """A page of a diary. Once it was sent, it is noted who opened it."""

    def __init__(self, content: str, *, patient: Patient, user: User, **more: Any) -> None:
        super().__init__(content, **more)
        self._patient, self._user = patient, user

    def close(self) -> None:
        note_visit(self._patient, self._user)
        super().close()


def note_visit(patient: Patient, user: User) -> None:
    """Note that `user` opened the diary today. What cannot be noted now is noted by the next page;
    it never takes away the page that was asked for."""
    now = timezone.now()
    today, key = now.astimezone(patient.tz).date(), (patient.pk, user.pk)
    if _NOTED.get(key) == today:
        return
    visit = Visit(patient_id=patient.pk, user_id=user.pk, day=today, at=now)
    try:
        Visit.objects.bulk_create([visit], ignore_conflicts=True)
    except DatabaseError:
        logger.warning("A visit could not be noted")
    else:
        if len(_NOTED) >= MOST:
            _NOTED.clear()
        _NOTED[key] = today
