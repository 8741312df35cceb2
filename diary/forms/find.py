"""What to look for in the history."""

from datetime import date
from typing import Any

from django import forms

from accounts.models import Patient
from diary.appointments.periods import since_appointment
from diary.core.words import day_words
from diary.models import CheckIn
from diary.sought import ANY_READING, OWN, Sought, writers
from therapies.catalogue import catalogue
from therapies.rulebook import Level
from therapies.templatetags.spelling import symptom_label

ANY = ("", "Any")
READINGS = {"temperature": [(ANY_READING, "Temperature, a fever or not")]}
UNKNOWN = {"invalid_choice": "Choose one from the list."}


class FindForm(forms.Form):
    use_required_attribute = False

    words = forms.CharField(
        label="Words",
        help_text="In notes, calls, reasons, appointments, questions and answers.",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": "That is longer than 100 characters. Please shorten it."},
    )
    symptom = forms.ChoiceField(label="Symptom", required=False, error_messages=UNKNOWN)
    level = forms.ChoiceField(label="Flagged as", required=False, error_messages=UNKNOWN)
    told_by = forms.ChoiceField(label="Told by", required=False, error_messages=UNKNOWN)
    by = forms.ChoiceField(label="Written by", required=False, error_messages=UNKNOWN)
    therapy = forms.ChoiceField(
        label="Flagged for a treatment", required=False, error_messages=UNKNOWN
    )

    since = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, patient: Patient, today: date, sought: Sought) -> None:
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
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [ANY, *(choice for choices in lists for choice in choices)]

    @property
    def sought(self) -> Sought:
        said = {name: self.cleaned_data[name] for name in self.fields}
        since = self.since_day.isoformat() if said.pop("since", False) else ""
        return Sought(**said, since=since)
