"""The dates of a treatment, asked by the way it is given. Without a first day they stay unknown."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Patient
from diary.core.days import DAY
from diary.core.fields import (
    CalendarForm,
    ClockField,
    ComingDayField,
    DayField,
    check_clock,
    today_of,
)
from diary.core.words import treatment_name
from diary.judging.standing import giving, is_transplant
from diary.models import Course
from diary.treatment.actions.doses import Times
from therapies.catalogue import catalogue

UNKNOWN = "Leave it empty if you do not know. The diary is then more careful."
MOST_CYCLES = 99
ROUTES = [("iv", "By drip into a vein"), ("sc", "As an injection under the skin")]


def dates_form(course: Course, data: Any = None, **initial: Any) -> "DatesForm":
    """Return the form that asks for the dates of this course."""
    forms_by_giving: dict[str, type[DatesForm]] = {
        "pump": PumpForm,
        "single-infusion": SingleInfusionForm,
        "infusion": InfusionForm,
        "tablet": TabletForm,
    }
    named = TransplantForm if is_transplant(course) else NamedForm
    return forms_by_giving.get(giving(course), named)(data, course=course, initial=initial)


def dates_question(dated: Sequence["DatesForm"], patient: Patient) -> str:
    """Return what a page with these forms asks: tablets are started, all else is given."""
    if dated and all(type(form) is TabletForm for form in dated):
        return f"When did {patient.you_or_name} start?"
    return "When was it given?"


class DatesForm(CalendarForm):
    """What all of them share. Fields are named by course, as one page may ask for several."""

    first_day = ComingDayField()

    def __init__(self, data: Any = None, *, course: Course, **more: Any) -> None:
        super().__init__(data, patient=course.patient, prefix=f"c-{course.pk}", **more)
        self.course = course

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        filled = [n for n, v in data.items() if v and v != "unknown" and n != "first_day"]
        if filled and data.get("first_day") is None and "first_day" not in self.errors:
            self.add_error("first_day", "The other dates need this one.")
        return data

    @property
    def name(self) -> str:
        return treatment_name(self.course)

    @property
    def is_own_named(self) -> bool:
        return not self.course.therapy

    @property
    def is_ahead(self) -> bool:
        day = self.cleaned_data.get("first_day")
        return day is not None and day > today_of(self.patient)


class SpanForm(DatesForm):
    """Two days, of which the second cannot come before the first."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "This is before the first day.")
        return data


class TabletForm(SpanForm):
    first_day = ComingDayField(label="First day of the tablets", help_text=UNKNOWN)
    last_day = DayField(label="Last day", help_text="Only if it has ended.")


class NamedForm(TabletForm):
    """Another medicine, a trial or chemotherapy."""

    first_day = ComingDayField(label="First day", help_text="Leave it empty if you do not know.")


class TransplantForm(DatesForm):
    """One day, after which more signs are urgent where some treatments came before (JC-54)."""

    first_day = ComingDayField(label="Day of the transplant", help_text=UNKNOWN)

    @property
    def is_own_named(self) -> bool:
        return False


class SingleInfusionForm(DatesForm):
    first_day = ComingDayField(label="Day of the infusion", help_text=UNKNOWN)
    done = forms.ChoiceField(
        label="Given, or planned",
        help_text="Only if it is today.",
        choices=[("yes", "It was given on that day"), ("no", "It is planned for that day")],
        widget=forms.RadioSelect,
        required=False,
    )
    begun = ClockField(label="It began at")
    over = ClockField(label="It ended at")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        check_times(self, self.patient, "first_day")
        day, done = data.get("first_day"), data.get("done")
        if day is None:
            return data
        if not done and day != today_of(self.patient) and "done" not in self.errors:
            done = data["done"] = "no" if self.is_ahead else "yes"  # only today may be either
        if not done and "done" not in self.errors:
            self.add_error("done", "Choose: was it given, or is it planned?")
        elif done == "yes" and self.is_ahead:
            self.add_error("done", "This day is in the future.")
        elif done == "no" and day < today_of(self.patient):
            self.add_error("done", "This day is over. Was it given, or on another day?")
        elif done == "no" and data.get("begun"):
            self.add_error("begun", "It is in the future. Leave the times empty.")
        return data


class InfusionDayForm(SingleInfusionForm):
    """The same on its own page, where there is something to say."""

    first_day = ComingDayField(label="Day of the infusion", required=True)
    field_order = ["first_day"]

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["done"].required = True
        text = "Choose: was it given, or is it planned?"
        self.fields["done"].error_messages["required"] = text

    def clean(self) -> dict[str, Any]:
        """Return what `set_single_infusion` wants to know."""
        data = super().clean()
        if self.errors:
            return data
        times = Times(data["first_day"], data["begun"], data["over"])
        return {"times": times, "is_planned": data["done"] == "no"}


class InfusionForm(SpanForm):
    first_day = ComingDayField(label="First day of this treatment", help_text=UNKNOWN)
    last_day = DayField(label="Day of the most recent dose")
    begun = ClockField(label="It began at")
    over = ClockField(label="It ended at")
    is_running = forms.BooleanField(label="It is running now", required=False)
    route = forms.ChoiceField(
        label="How that dose was given", choices=ROUTES, widget=forms.RadioSelect, required=False
    )

    def __init__(self, data: Any = None, *, course: Course, **more: Any) -> None:
        super().__init__(data, course=course, **more)
        if len(catalogue().therapies[course.therapy].routes) == 1:
            del self.fields["route"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        times = any(data.get(name) for name in ("begun", "over", "is_running", "route"))
        if times and not data.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", "Give the day of the most recent dose.")
        check_times(self, self.patient, "last_day")
        return data


class PumpForm(DatesForm):
    number = forms.IntegerField(
        label="Number of this cycle",
        help_text="1 for the first.",
        required=False,
        min_value=1,
        max_value=MOST_CYCLES,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Type the cycle as a number, such as 1."},
    )
    first_day = ComingDayField(
        label="Day 1 of this cycle", help_text=f"The day the pump was connected. {UNKNOWN}"
    )
    pump = forms.ChoiceField(
        label="The pump",
        choices=[
            ("running", "It is running"),
            ("stopped", "It was stopped"),
            ("unknown", "I do not know, or it has not begun"),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    pump_day = DayField(label="Running since, or stopped on")
    pump_time = ClockField(label="At")
    field_order = ["number", "first_day"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, day, pump = data.get("first_day"), data.get("pump_day"), data.get("pump")
        if first and not data.get("number") and "number" not in self.errors:
            self.add_error("number", "Say which cycle this is: 1 for the first.")
        if pump in ("running", "stopped") and self.is_ahead:
            self.add_error("pump", "Day 1 is still to come, so the pump cannot have begun.")
        if pump == "stopped" and not day and "pump_day" not in self.errors:
            self.add_error("pump_day", "Give the day the pump was stopped.")
        if first and day and day < first:
            self.add_error("pump_day", "This is before day 1 of the cycle.")
        if data.get("pump_time") and not day:
            self.add_error("pump_day", "The time needs a day.")
        check_clock_of(self, self.patient, "pump_day", "pump_time")
        if day and pump not in ("running", "stopped") and "pump" not in self.errors:
            self.add_error("pump", "Choose: is the pump running?")
        return data


def check_clock_of(form: forms.Form, patient: Patient, day: str, clock: str) -> None:
    """Refuse a day and time that have not come yet."""
    if {day, clock} & form.errors.keys():
        return
    try:
        check_clock(form.cleaned_data.get(day), form.cleaned_data.get(clock), patient)
    except ValidationError as fault:
        form.add_error(clock, fault)


def check_times(form: forms.Form, patient: Patient, day_name: str) -> None:
    """Both times, or none, or the first of what is running; and nothing that is still to come."""
    data = form.cleaned_data
    day, begun, over = data.get(day_name), data.get("begun"), data.get("over")
    running = data.get("is_running")
    if {"begun", "over", day_name} & form.errors.keys():
        return
    if running and over:
        form.add_error("over", "It cannot be running and ended. Leave one out.")
    elif running and not begun:
        form.add_error("begun", "Say when it began. A guess is good enough.")
    elif over and not begun:
        form.add_error("begun", "Give both times, or leave both empty.")
    elif begun and not over and not running:
        form.add_error("over", "Give both times, or leave both empty.")
    elif begun and not day:
        form.add_error(day_name, "The times need a day.")
    elif day:
        is_overnight = begun and over and over <= begun
        for name, on in (("begun", day), ("over", day + DAY if is_overnight else day)):
            try:
                check_clock(on, data.get(name), patient)
            except ValidationError as fault:
                form.add_error(name, fault)
