"""The next bag change, and what happens to a pump at home."""

from typing import Any

from django import forms

from accounts.models import Patient
from diary.core.days import instant
from diary.core.fields import ClockField, DayField, check_day, skipped_words
from diary.models import BagPlan, PumpEvent

HOURS = {"hours": 1, "days": 24}


LONGEST = 31 * 24  # hours; more is a slip of the finger


class BagForm(forms.Form):
    """When the bag is changed next, how often, or both."""

    day = DayField(label="The next bag change is on")
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
        super().__init__(data, initial=initial)
        self.patient = patient

    def clean_day(self) -> Any:
        check_day(self.cleaned_data["day"], self.patient, may_come=True)
        return self.cleaned_data["day"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        day, at = data.get("day"), data.get("at")
        if not self.errors and (day is None) != (at is None):
            missing = "day" if day is None else "at"
            self.add_error(missing, "The next bag change needs a day and a time.")
        if day and at and (text := skipped_words(day, at, self.patient)):
            self.add_error("at", text)
        if (data.get("every") or 0) * HOURS.get(data.get("unit", ""), 1) > LONGEST:
            self.add_error("every", "This is more than a month. Look at the number.")
        if not self.errors and data["day"] is None and data["every"] is None:
            self.add_error(None, "Say when the next change is, or how often a bag is changed.")
        return data

    @property
    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        every = data["every"]
        return {
            "due": instant(data["day"], data["at"], self.patient.tz) if data["day"] else None,
            "every_hours": every * HOURS[data["unit"] or "hours"] if every else None,
        }


class PumpEventForm(forms.Form):
    """One tap."""

    id = forms.UUIDField()
    kind = forms.ChoiceField(choices=PumpEvent.Kind.choices)

    @property
    def said(self) -> dict[str, Any]:
        return {"event_id": self.cleaned_data["id"], "kind": self.cleaned_data["kind"]}
