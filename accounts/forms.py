"""What a person types about themselves, those they care for, and whom they share with."""

import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

from allauth.account.forms import LoginForm, SignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dates import MONTHS

from accounts import countries
from accounts.actions import TermFields, shares_inbox
from accounts.ends import End, ends_for, moment_of
from accounts.glyphs import not_drawable, undrawable_letters
from accounts.models import AgeChoice, Patient, Role, Share, User


class LogInForm(LoginForm):
    """It asks whose device it is: that decides what the device may keep."""

    remember = forms.BooleanField(
        label="This is my own phone or computer",
        required=False,
        initial=True,
        help_text="Untick this on a device that others use. Then you are logged out after "
        "30 minutes without use and when the browser closes. Nothing half typed is saved there.",
    )


READY = "If nobody had an account with that email, yours is ready. Log in."


class NewAccountForm(SignupForm):
    """A known address takes as long as a new one, so that the time tells nothing. Where no mail can
    say the rest and anybody may sign up, both are led to the log-in page, where only whoever knows
    the password gets further. The first account of all has nobody to be told apart from."""

    def validate_unique_email(self, value: str) -> str:
        try:
            email: str = super().validate_unique_email(value)
        except ValidationError:
            if not _tells_nobody_apart():
                raise
            self.account_already_exists = True
            return value
        return email

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        is_alike = _tells_nobody_apart()
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        if not is_alike:
            saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
            return saved
        user: Any = None if self.account_already_exists else self.save(request)
        messages.info(request, READY)
        return user, redirect("account_login")


def _tells_nobody_apart() -> bool:
    return not settings.EMAIL_HOST and settings.SIGN_UP == "open" and User.objects.exists()


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


ROLE_WORDS = {
    Role.READER: "Only read",
    Role.WRITER: "Read, log symptoms and change the treatment",
    Role.MANAGER: "All that, and invite people and export the diary",
}
AS_NOW = "as-now"
LONGEST = timedelta(days=3660)


class TermsForm(forms.Form):
    """What somebody may do, and until when. `roles` are those that whoever asks may give."""

    role = forms.ChoiceField(label="What may they do?", widget=forms.RadioSelect)
    ends = forms.ChoiceField(label="Until when?", initial=End.NONE, widget=forms.RadioSelect)
    last_day = forms.DateField(
        label="The last day",
        help_text="Only for “At the end of a day”.",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "That is not a day. Type it as 2026-11-21."},
    )
    without_notes = forms.BooleanField(
        label="Hide the notes of entries from them",
        help_text="They see that there is a note, not its words. Only where they only read.",
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        patient: Patient,
        roles: Iterable[str],
        share: Share | None = None,
        **kwargs: Any,
    ) -> None:
        self.patient, self.share = patient, share
        if share is not None:
            said = {"role": share.role, "ends": AS_NOW, "without_notes": share.without_notes}
            kwargs["initial"] = said
        super().__init__(*args, **kwargs)
        role, ends = (cast(forms.ChoiceField, self.fields[name]) for name in ("role", "ends"))
        role.choices = [(one, words) for one, words in ROLE_WORDS.items() if one in roles]
        as_now = [] if share is None else [(AS_NOW, "As it is now")]
        ends.choices = [*as_now, *ends_for(patient)]
        if share is None:
            role.initial = Role.READER

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        today = timezone.now().astimezone(self.patient.tz).date()
        day = data.get("last_day")
        if data.get("ends") == End.DATE and "last_day" not in self.errors:
            if day is None:
                self.add_error("last_day", "Choose the last day.")
            elif not today <= day <= today + LONGEST:
                self.add_error("last_day", "Choose today or a later day, within ten years.")
        if data.get("without_notes") and data.get("role") != Role.READER:
            self.add_error("without_notes", "Somebody who writes has to see the notes.")
        return data

    @property
    def terms(self) -> TermFields:
        """Return what was chosen, as the actions take it."""
        said = self.cleaned_data
        until = (
            self.share.until
            if self.share is not None and said["ends"] == AS_NOW
            else moment_of(said["ends"], self.patient, last_day=said["last_day"])
        )
        return {"role": said["role"], "until": until, "without_notes": said["without_notes"]}


class InviteForm(TermsForm):
    email = forms.EmailField(
        label="Their email",
        help_text="Then only this address can use the code. Leave it empty to read the code aloud.",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class OwnLogInForm(forms.Form):
    """An invitation of the young person to the diary that is about them."""

    email = forms.EmailField(
        label="Their own email",
        help_text="One that nobody else who sees this diary uses. Leave it empty to read the code "
        "aloud.",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        self.patient = patient
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if shares_inbox([email], self.patient):
            raise ValidationError("Somebody who sees this diary uses that email. Type another.")
        return email


class AgeChoiceForm(forms.Form):
    """What somebody who manages the diary is once it is the young person's own."""

    role = forms.ChoiceField(
        label="From that day on",
        choices=[(AgeChoice.END, "May not see it any more"), *ROLE_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )

    def __init__(self, *args: Any, guardian: User, **kwargs: Any) -> None:
        self.guardian = guardian
        kwargs["auto_id"] = f"id_{guardian.pk}_%s"  # one form for each on the page
        super().__init__(*args, **kwargs)


class JoinForm(forms.Form):
    code = forms.CharField(
        label="The code",
        help_text="Twelve letters and digits. Capitals and spaces do not matter.",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
