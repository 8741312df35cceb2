"""Clocks on a page, as in the country of the patient."""

from datetime import datetime

from django import template
from django.utils import timezone

from accounts.models import Patient
from diary.core import words

register = template.Library()


@register.filter
def moment_for(at: datetime, patient: Patient) -> str:
    return words.moment_words(at, patient.tz)


@register.filter
def when_for(at: datetime, patient: Patient) -> str:
    """For a page alone: "today, 21:40" is soon another day."""
    return words.when_words(at, patient.tz, timezone.now())


@register.filter
def has_12_hours(patient: Patient | None) -> bool:
    """The page without a network has no patient."""
    return patient is not None and words.has_12_hours(patient.country)
