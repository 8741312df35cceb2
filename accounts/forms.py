"""What a person types about themselves, those they care for, and whom they share with."""

import unicodedata
from typing import Any, cast

from allauth.account.forms import LoginForm, SignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dates import MONTHS

from accounts import countries
from accounts.glyphs import not_drawable, undrawable_letters
from accounts.models import Patient, Role, User


class LogInForm(LoginForm):
    """It asks whose device it is: that decides what the device may keep."""

    remember = forms.BooleanField(
        label="This is my own phone or computer",
        required=False,
        initial=True,
        help_text="Untick this on a device that others use. Then you are logged out after "
        "30 minutes without use and when the browser closes. Nothing half typed is saved there.",
    )


class NewAccountForm(SignupForm):
    """A known address takes as long as a new one, so that the time tells nothing."""

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return saved


class AddPasskeyForm(AddWebAuthnForm):
    passwordless = forms.BooleanField(
        label="Log in with this passkey alone",
        required=False,
        initial=True,
        help_text="Untick this for a security key that you use after your password.",
    )


class NameForm(forms.Form):
    name = forms.CharField(
        label="What should the diary call you?",
        help_text="People you share a diary with see this name.",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class PatientForm(forms.Form):
    """Who the patient is and where they live. Owner and role are not here, whatever is posted."""

    name = forms.CharField(
        label="Name or nickname",
        help_text="It is on every page, and on what you print.",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    latin_name = forms.CharField(
        label="Name in Latin letters",
        help_text="As on the wristband. Needed where paper cannot show the name above.",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birth_month = forms.TypedChoiceField(
        label="Month of birth", coerce=int, choices=[("", "Choose"), *MONTHS.items()]
    )
    birth_year = forms.IntegerField(
        label="Year of birth",
        help_text="Four digits, such as 2017.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(
        label="Temperatures in", choices=Patient.Unit.choices, widget=forms.RadioSelect
    )
    country = forms.ChoiceField(
        label="Country",
        help_text="To find the local emergency number.",
        choices=lambda: [("", "Choose"), *countries.countries()],
    )
    zone = forms.ChoiceField(label="Time zone: the nearest city")
    team_name = forms.CharField(
        label="What do you call the care team?",
        help_text="For example: the ward, the day clinic, Nurse Kim.",
        max_length=80,
        initial="care team",
    )

    def __init__(self, *args: Any, patient: Patient | None = None, **kwargs: Any) -> None:
        if patient is not None:
            kwargs["initial"] = {name: getattr(patient, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["data-undrawable"] = undrawable_letters()
        # A zone that is kept under another of its names stays as it is.
        kept = patient.zone if patient else ""
        extra = [(kept, kept)] if kept and kept not in countries.zone_names() else []
        zone = cast(forms.ChoiceField, self.fields["zone"])
        zone.choices = [("", "Choose"), *extra, *countries.zones()]

    def clean_latin_name(self) -> str:
        name: str = self.cleaned_data["latin_name"]
        if not_drawable(name) or any(c.isalpha() and not _is_latin(c) for c in name):
            raise ValidationError("Use Latin letters only, as on the wristband, such as Li Wei.")
        return name

    def clean_birth_year(self) -> int:
        year: int = self.cleaned_data["birth_year"]
        if not 1900 <= year <= timezone.now().year:
            raise ValidationError(f"Type a year from 1900 to {timezone.now().year}.")
        return year

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        now = timezone.now()
        if (missing := not_drawable(data.get("name", ""))) and data.get("latin_name") == "":
            self.add_error(
                "latin_name",
                f"Paper cannot show “{''.join(missing[:3])}”. Type the name in Latin letters too, "
                "as on the wristband. Both are printed.",
            )
        if (data.get("birth_year", 0), data.get("birth_month", 0)) > (now.year, now.month):
            self.add_error("birth_month", "This month has not come yet.")
        return data


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("LATIN", "FEMININE", "MASCULINE"))


class InviteForm(forms.Form):
    role = forms.ChoiceField(
        label="What may they do?",
        choices=[
            (Role.READER, "Only read"),
            (Role.WRITER, "Read, log symptoms and change the treatment"),
        ],
        initial=Role.READER,
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        label="Their email",
        help_text="Leave it empty to read the code aloud.",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class JoinForm(forms.Form):
    code = forms.CharField(
        label="The code",
        help_text="Twelve letters and digits. Capitals and spaces do not matter.",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
