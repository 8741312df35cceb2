"""Clocks on a page, as in the country of the patient."""

from datetime import datetime

from django import template
from django.utils import timezone

from accounts.ends import last_day_of
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
def day_for(at: datetime, patient: Patient) -> str:
    """For a page alone: the day of a moment, as people say it."""
    days = (one.astimezone(patient.tz).date() for one in (at, timezone.now()))
    return words.near_day_words(*days)


@register.filter
def until_for(until: datetime | None, patient: Patient) -> str:
    """Until when somebody has access, in words: a day to its end, or a moment."""
    if until is None:
        return "with no end"
    last = last_day_of(until, patient)
    return (
        f"until the end of {words.day_words(last)}"
        if last
        else f"until {moment_for(until, patient)}"
    )


@register.filter
def on_duty_until(until: datetime | None, patient: Patient) -> str:
    """What follows the name of who is on duty: nothing where no end was chosen."""
    if until is None:
        return ""
    return f", until {words.until_words(until, patient.tz, timezone.now())}"


@register.filter
def has_12_hours(patient: Patient | None) -> bool:
    """The page without a network has no patient."""
    return patient is not None and words.has_12_hours(patient.country)
