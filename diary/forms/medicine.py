"""A medicine given as needed."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Patient
from diary.core.days import latest_instant
from diary.core.fields import CLOCKS_DIFFER, ClockField, DayField, check_clock, check_day
from diary.judging.medicines import known_by
from therapies.catalogue import catalogue
from therapies.templatetags.spelling import spelled

OTHER = "other"
HALF = timedelta(minutes=30)
MOST_HOURS = 168


class MedicineForm(forms.Form):
    """What, when, and how long to wait as the family was told: the diary knows no dose."""

    WHEN: ClassVar[list[tuple[str, str]]] = [
        ("now", "Just now"),
        ("half", "Half an hour ago"),
        ("other", "At another time"),
    ]

    id = forms.UUIDField(widget=forms.HiddenInput)
    medicine = forms.ChoiceField(
        label="Which medicine?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the medicine, or “Another one”."},
    )
    name = forms.CharField(
        label="Its name, if it is another one or has another name",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    when = forms.ChoiceField(
        label="When was it given?", choices=WHEN, widget=forms.RadioSelect, initial="now"
    )
    day = DayField(label="Day", help_text="Empty means today.")
    time = ClockField(label="Time")
    amount = forms.CharField(
        label="How much",
        required=False,
        max_length=40,
        help_text="As it stands on the plan of the team. The diary does not check it.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    next_hours = forms.IntegerField(
        label="Hours until the next dose may be given",
        required=False,
        min_value=1,
        max_value=MOST_HOURS,
        help_text="As your team or the packet says. The diary never fills this in.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Write whole hours, such as 6."},
    )

    def __init__(self, data: Any = None, *, patient: Patient, now: datetime) -> None:
        super().__init__(data)
        self.patient, self.now = patient, now
        known = [(m.slug, spelled(m.name)) for m in catalogue().medicines.values()]
        self.fields["medicine"].choices = [*known, (OTHER, "Another one")]  # type: ignore[attr-defined]
        self.fields["id"].initial = uuid4

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("medicine") == OTHER and not data.get("name") and "name" not in self.errors:
            self.add_error("name", "Write the name of the medicine.")
        if data.get("when") == "other" and data.get("time") is None and "time" not in self.errors:
            self.add_error("time", "Give the time; roughly is enough.")
        if not {"day", "time"} & self.errors.keys():
            try:
                check_day(data.get("day"), self.patient)
                check_clock(self._day(data), data.get("time"), self.patient)
            except ValidationError as fault:
                self.add_error("time", fault)
        return data

    def _day(self, data: dict[str, Any]) -> Any:
        return data.get("day") or self.now.astimezone(self.patient.tz).date()

    @property
    def given(self) -> dict[str, Any]:
        """What was given. A name that the catalogue knows counts as that medicine."""
        data, chosen = self.cleaned_data, self.cleaned_data["medicine"]
        return {
            "id": data["id"],
            "medicine": known_by(data["name"]) if chosen == OTHER else chosen,
            "name": data["name"],
            "amount": data["amount"],
            "at": self._at,
            "next_hours": data["next_hours"],
        }

    @property
    def _at(self) -> datetime:
        data = self.cleaned_data
        if data["when"] == "half":
            return self.now - HALF
        if data["when"] == "now":
            return self.now
        soon = self.now + CLOCKS_DIFFER
        return min(latest_instant(self._day(data), data["time"], self.patient.tz, soon), self.now)
