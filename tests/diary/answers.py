"""What tests of check-ins say: made-up treatments, and answers as they are typed and kept."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Patient
from diary.management import examples
from diary.models import Contact, Course

said, reading = examples.check_in_data, examples.reading


def london_day(back: int = 0) -> date:
    """The day in Ana's zone, or one before it: for an hour of every summer night the day in UTC
    is another one."""
    return timezone.now().astimezone(ZoneInfo("Europe/London")).date() - timedelta(days=back)


def typed(**answers: Any) -> dict[str, str]:
    """The fields of the page: symptoms with underscores, others by their own name."""
    own = {"id", "opened", "shown", "told_by", "day", "time", "note", "unit", "do", "q", "reason"}
    own |= {"based_on", "searched", "enter"}
    fields = {"id": str(uuid4()), "told_by": "caregiver", "do": "save"}
    for name, value in answers.items():
        if name in ("temperature_C", "temperature_F"):
            fields[name.replace("_", "-")] = value
        else:
            fields[name if name in own else f"s-{name.replace('_', '-')}"] = value
    return fields


def on_blinatumomab(patient: Patient, now: datetime, *, day: int = 6) -> Course:
    """In the first cycle, the pump running since `day` 1."""
    first = now.astimezone(patient.tz).date() - timedelta(days=day - 1)
    return examples.start_pump(patient, first, now - timedelta(days=day - 1))


def on_tablets(patient: Patient, first: date, therapy: str = "imatinib") -> Course:
    return Course.objects.create(patient=patient, therapy=therapy, started=first)


def after_car_t(patient: Patient, now: datetime, *, days: int) -> Course:
    infused = now.astimezone(patient.tz).date() - timedelta(days=days)
    return Course.objects.create(patient=patient, therapy="tisagenlecleucel", started=infused)


def with_numbers(patient: Patient) -> None:
    Contact.objects.create(patient=patient, kind="always", label="Ward 7", number="020 7946 0123")
    Contact.objects.create(patient=patient, kind="day", label="Clinic", number="020 7946 0456")
