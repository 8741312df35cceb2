"""What to look for in the history."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import Patient
from diary.appointments.periods import LONGEST, latest_day, since_appointment
from diary.core.fields import LineField, PossibleDayField, choice_field
from diary.core.words import day_words
from diary.history.search import ANY_READING, OWN, Search, writers
from diary.models import CheckIn
from therapies.catalogue import catalogue
from therapies.rulebook import Level
from therapies.templatetags.spelling import symptom_label

ANY = ("", "Any")
READINGS = {"temperature": [(ANY_READING, "Temperature, a fever or not")]}
UNKNOWN = {"invalid_choice": "Choose one from the list."}


class FindForm(forms.Form):
    use_required_attribute = False

    words = LineField(
        label="Words",
        help_text="In notes, calls, reasons, appointments, questions and answers.",
        max_length=100,
        error_messages={"max_length": "That is longer than 100 characters. Shorten it."},
    )
    symptom = forms.ChoiceField(label="Symptom", required=False, error_messages=UNKNOWN)
    level = forms.ChoiceField(label="Flagged as", required=False, error_messages=UNKNOWN)
    told_by = forms.ChoiceField(label="Told by", required=False, error_messages=UNKNOWN)
    by = forms.ChoiceField(label="Written by", required=False, error_messages=UNKNOWN)
    therapy = forms.ChoiceField(
        label="Flagged for a treatment", required=False, error_messages=UNKNOWN
    )

    since = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, patient: Patient, today: date, sought: Search) -> None:
        super().__init__(data, initial=vars(sought))
        own = sorted(patient.own_symptoms.values_list("name", flat=True).distinct())
        listed = [
            choice
            for s in catalogue().symptoms.values()
            for choice in [(s.slug, symptom_label(s)), *READINGS.get(s.kind, ())]
        ]
        self._offer("symptom", [(f"{OWN}{name}", f"“{name}”") for name in own], listed)
        levels = [(level.slug, catalogue().words(level).word) for level in reversed(Level)]
        self._offer("level", levels)
        self._offer("told_by", CheckIn.ToldBy.choices)
        self._offer("by", [(str(one.pk), str(one)) for one in writers(patient)])
        slugs = patient.courses.exclude(therapy="").values_list("therapy", flat=True)
        known = catalogue().therapies
        self._offer("therapy", [(s, known[s].name) for s in sorted(set(slugs)) if s in known])
        self._offer_since(since_appointment(patient, today))

    def _offer_since(self, days: tuple[date, date] | None) -> None:
        if days is None:
            del self.fields["since"]
        else:
            self.since_day = days[0]
            self.fields["since"].label = f"Since the last appointment, {day_words(days[0])}"

    def _offer(self, name: str, *lists: Any) -> None:
        choice_field(self, name).choices = [
            ANY,
            *(choice for choices in lists for choice in choices),
        ]

    @property
    def sought(self) -> Search:
        said = {name: self.cleaned_data[name] for name in self.fields}
        since = self.since_day.isoformat() if said.pop("since", False) else ""
        return Search(**said, since=since)


PRESETS = (7, 14, 21, 30, 90)
DEFAULT_DAYS = 30
APPOINTMENT = "appointment"
NO_PRESET = "Choose one of the numbers of days that are offered, or your own dates below."
TYPED = ["%Y-%m-%d", "%d %B %Y", "%d %b %Y"]
AS_TYPED = "Write the day like 2026-11-21 or 21 November 2026."


class DayInput(forms.DateInput):
    input_type = "date"


class PeriodForm(forms.Form):
    """A stretch of days that ends with the latest (`days`, or `since` the last appointment), or one
    of the user's own (`first` to `last`)."""

    PRESETS = PRESETS

    days = forms.TypedChoiceField(
        coerce=int,
        choices=[(days, f"{days} days") for days in PRESETS],
        required=False,
        empty_value=None,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": NO_PRESET},
    )
    since = forms.ChoiceField(
        choices=[(APPOINTMENT, "Since the last appointment")],
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": NO_PRESET},
    )
    first = PossibleDayField(
        label="First day",
        required=False,
        input_formats=TYPED,
        widget=DayInput(format="%Y-%m-%d"),
        error_messages={"invalid": AS_TYPED},
    )
    last = PossibleDayField(
        label="Last day",
        required=False,
        input_formats=TYPED,
        widget=DayInput(format="%Y-%m-%d"),
        error_messages={"invalid": AS_TYPED},
    )

    def __init__(self, data: QueryDict, *, patient: Patient, today: date) -> None:
        super().__init__(data)
        self.patient, self.today = patient, today
        self.latest = latest_day(patient, today)
        for name in ("first", "last"):
            self.fields[name].widget.attrs["max"] = self.latest.isoformat()

    @cached_property
    def since_days(self) -> tuple[date, date] | None:
        """The days since the last appointment, where one is marked as held."""
        return since_appointment(self.patient, self.today, self.latest)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if self.errors:
            return said
        if not said["first"] and not said["last"]:
            if said["since"]:
                return self._since(said)
            said["days"] = said["days"] or DEFAULT_DAYS
            said["last"] = self.latest
            said["first"] = self.latest - timedelta(days=said["days"] - 1)
            return said
        said["days"], said["since"] = None, ""
        self._check_own(said["first"], said["last"])
        return said

    def _since(self, said: dict[str, Any]) -> dict[str, Any]:
        said["days"] = None
        if self.since_days is None:
            self.add_error("since", "No appointment before today is marked as held.")
        else:
            said["first"], said["last"] = self.since_days
        return said

    def _check_own(self, first: date | None, last: date | None) -> None:
        if first is None or last is None:
            missing = "last" if last is None else "first"
            self.add_error(missing, f"Say the {missing} day too.")
        elif last > self.latest:
            today = "today, " if self.latest == self.today else ""
            self.add_error(
                "last", f"The last day can be {today}{day_words(self.latest)}, or before."
            )
        elif first > last:
            self.add_error("first", "The first day is after the last day.")
        elif last - first > LONGEST:
            self.add_error("first", "That is more than ten years. Choose a shorter time.")
        elif first.year < 1900:
            self.add_error("first", "Choose a day after 1900.")
