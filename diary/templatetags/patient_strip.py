"""What stands on top of every page of one patient, whichever page it is."""

from dataclasses import dataclass
from datetime import timedelta

from django import template
from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.models import Patient
from diary import phrases
from diary.models import CheckIn, Contact
from diary.treatment import courses_between, treatment_lines

register = template.Library()


@dataclass(frozen=True, slots=True)
class OpenPrompt:
    check_in: CheckIn
    text: str


@dataclass(frozen=True, slots=True)
class Strip:
    lines: list[str]
    number_missing: bool
    open: list[OpenPrompt]


@register.simple_tag
def patient_strip(patient: Patient) -> Strip:
    """Say where the treatment stands, whether the team's number is missing, and which urgent
    entries nobody has called about."""
    now = timezone.now()
    prefetch_related_objects([patient], "contacts")
    kinds = {contact.kind for contact in patient.contacts.all()}
    return Strip(
        lines=treatment_lines(courses_between(patient, now, now), now, patient.tz),
        number_missing=Contact.Kind.ALWAYS not in kinds,
        open=[OpenPrompt(c, _about(c)) for c in patient.check_ins.still_open().order_by("-at")],
    )


def _about(check_in: CheckIn) -> str:
    local = check_in.at.astimezone(check_in.patient.tz)
    today = timezone.now().astimezone(check_in.patient.tz).date()
    days = {today: "today", today - timedelta(days=1): "yesterday"}
    day = days.get(local.date(), phrases.day_words(local.date()))
    return f"entry of {day}, {local:%H:%M}"
