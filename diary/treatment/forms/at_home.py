"""A medicine given as needed."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Patient
from diary.core.days import CLOCK_TOLERANCE, instant, latest_instant
from diary.core.fields import (
    CalendarForm,
    ClockField,
    ComingDayField,
    DayField,
    LineField,
    check_clock,
    check_day,
    choice_field,
    parse,
    skipped_words,
)
from diary.judging.medicines import known_by
from diary.models import BagPlan, PumpEvent, Weight
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

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    medicine = forms.ChoiceField(
        label="Which medicine?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the medicine, or “Another one”."},
    )
    name = LineField(label="Its name, if it is another one or has another name", max_length=80)
    when = forms.ChoiceField(
        label="When was it given?", choices=WHEN, widget=forms.RadioSelect, initial="now"
    )
    day = DayField(label="Day", help_text="Empty means today.")
    time = ClockField(label="Time")
    amount = LineField(
        label="How much",
        max_length=40,
        help_text="Copy it from the team’s plan. The diary does not check it.",
    )
    next_hours = forms.IntegerField(
        label="Hours until the next dose may be given",
        required=False,
        min_value=1,
        max_value=MOST_HOURS,
        help_text="As your team or the packet says. The diary never fills this in.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Type whole hours, such as 6."},
    )

    def __init__(self, data: Any = None, *, patient: Patient, now: datetime) -> None:
        super().__init__(data)
        self.patient, self.now = patient, now
        known = [(m.slug, spelled(m.name)) for m in catalogue().medicines.values()]
        choice_field(self, "medicine").choices = [*known, (OTHER, "Another one")]

    def clean(self) -> dict[str, Any]:
        """Return what `record_medicine` wants to know. A name that the catalogue knows counts as
        that medicine."""
        data = self.cleaned_data
        if data.get("medicine") == OTHER and not data.get("name") and "name" not in self.errors:
            self.add_error("name", "Type the name of the medicine.")
        if data.get("when") == "other" and data.get("time") is None and "time" not in self.errors:
            self.add_error("time", "Give the time. A guess is good enough.")
        if not {"day", "time"} & self.errors.keys():
            try:
                check_day(data.get("day"), self.patient)
                check_clock(self._day(data), data.get("time"), self.patient)
            except ValidationError as fault:
                self.add_error("time", fault)
        if self.errors:
            return data
        kept = {name: data[name] for name in ("id", "medicine", "name", "amount", "next_hours")}
        if kept["medicine"] == OTHER:
            kept["medicine"] = known_by(data["name"])
        return {**kept, "at": self._at(data)}

    def _day(self, data: dict[str, Any]) -> Any:
        return data.get("day") or self.now.astimezone(self.patient.tz).date()

    def _at(self, data: dict[str, Any]) -> datetime:
        if data["when"] == "half":
            return self.now - HALF
        if data["when"] == "now":
            return self.now
        soon = self.now + CLOCK_TOLERANCE
        return min(latest_instant(self._day(data), data["time"], self.patient.tz, soon), self.now)


class WeightForm(CalendarForm):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    value = forms.CharField(
        label="Weight",
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": "Type the weight, such as 32.4."},
    )
    unit = forms.ChoiceField(
        label="Unit",
        choices=Weight.Unit.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the unit."},
    )
    day = DayField(label="Day", help_text="Empty means today.")

    def __init__(self, data: Any, *, patient: Patient, today: date, unit: str) -> None:
        super().__init__(data, patient=patient, initial={"unit": unit})
        self.today = today

    def clean_value(self) -> Decimal:
        try:
            value = parse(self.cleaned_data["value"])
        except ValueError:
            value = Decimal(0)
        if not 0 < value < 1000:
            raise ValidationError("That is not a weight. Type digits, such as 32.4.")
        return value

    def clean_day(self) -> date:
        return self.cleaned_data["day"] or self.today


HOURS = {"hours": 1, "days": 24}


LONGEST = 31 * 24  # hours; more is a slip of the finger


class BagForm(CalendarForm):
    """When the bag is changed next, how often, or both."""

    day = ComingDayField(label="The next bag change is on")
    at = ClockField(label="At")
    every = forms.IntegerField(
        label="A bag is changed every", required=False, min_value=1, max_value=LONGEST
    )
    unit = forms.ChoiceField(
        label="Hours or days", choices=[("hours", "hours"), ("days", "days")], required=False
    )

    def __init__(self, data: Any = None, *, patient: Patient, plan: BagPlan | None) -> None:
        initial: dict[str, Any] = {"unit": "hours"}
        if plan is not None and plan.due is not None:
            due = plan.due.astimezone(patient.tz)
            initial |= {"day": due.date(), "at": due.time()}
        if plan is not None and plan.every_hours is not None:
            in_days = plan.every_hours % 24 == 0
            initial["every"] = plan.every_hours // (24 if in_days else 1)
            initial["unit"] = "days" if in_days else "hours"
        super().__init__(data, patient=patient, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Return what `set_bag_plan` wants to know."""
        data = self.cleaned_data
        day, at = data.get("day"), data.get("at")
        if not self.errors and (day is None) != (at is None):
            missing = "day" if day is None else "at"
            self.add_error(missing, "The next bag change needs a day and a time.")
        if day and at and (text := skipped_words(day, at, self.patient)):
            self.add_error("at", text)
        if (data.get("every") or 0) * HOURS.get(data.get("unit", ""), 1) > LONGEST:
            self.add_error("every", "This is more than a month. Check the number.")
        if not self.errors and data["day"] is None and data["every"] is None:
            self.add_error(None, "Give the next change, or how often to change the bag.")
        if self.errors:
            return data
        every = data["every"]
        return {
            "due": instant(data["day"], data["at"], self.patient.tz) if data["day"] else None,
            "every_hours": every * HOURS[data["unit"] or "hours"] if every else None,
        }


class PumpEventForm(forms.Form):
    """One tap."""

    id = forms.UUIDField()
    kind = forms.ChoiceField(choices=PumpEvent.Kind.choices)

    def clean(self) -> dict[str, Any]:
        return {"event_id": self.cleaned_data.get("id"), "kind": self.cleaned_data.get("kind")}
