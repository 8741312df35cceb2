"""The first step of setting up: whose diary it is."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts import countries
from accounts.forms import PatientForm
from accounts.models import Patient, User

# Countries whose thermometers show °F; only a suggestion, which a later step shows.
FAHRENHEIT = frozenset({"US", "PR", "GU", "VI", "AS", "MP", "BS", "KY", "LR", "PW", "FM", "MH"})


class WhoForm(PatientForm):
    """For whom, and where. The unit and the team are asked in later steps."""

    who = forms.ChoiceField(
        label="Whose diary it is",
        choices=[("self", "My own"), ("child", "My child’s"), ("other", "Somebody else’s")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whose diary it is."},
    )
    unit = None  # type: ignore[assignment]
    team_name = None  # type: ignore[assignment]
    field_order = ["who", "name", "latin_name", "birth_month", "birth_year", "country", "zone"]

    def __init__(self, data: Any = None, *, user: User, country: str = "") -> None:
        super().__init__(data, initial={"country": country})
        self.user = user
        zones = countries.zones_of(country)
        if len(zones) == 1:
            self.initial["zone"] = zones[0]

    def clean_who(self) -> str:
        who: str = self.cleaned_data["who"]
        if who == "self" and self.user.patients.filter(is_self=True).exists():
            raise ValidationError("You already have your own diary. Find it under People.")
        return who

    @property
    def known(self) -> Patient | None:
        """The diary this person began already with the same words: the button was pressed twice,
        or forgotten."""
        data = self.cleaned_data
        return self.user.patients.filter(
            name=data["name"], birth_month=data["birth_month"], birth_year=data["birth_year"]
        ).first()

    def patient_data(self) -> dict[str, Any]:
        """Return what `create_patient` wants to know."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "who"}
        unit = Patient.Unit.F if data["country"] in FAHRENHEIT else Patient.Unit.C
        return {**data, "is_self": self.cleaned_data["who"] == "self", "unit": unit}


def country_of(languages: str, known: set[str]) -> str:
    """Guess a country from what the browser says about languages: "en-GB,en;q=0.9"."""
    for tag in languages.split(","):
        region = tag.partition(";")[0].strip().partition("-")[2].upper()
        if region in known:
            return region
    return ""
