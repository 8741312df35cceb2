"""How long a link for a clinic is open, and the passcode that opens it."""

from datetime import timedelta

from django import forms

LASTS = {"15": "15 minutes", "60": "1 hour", "1440": "1 day", "4320": "3 days", "10080": "7 days"}


class LinkForm(forms.Form):
    minutes = forms.ChoiceField(
        label="Open for",
        choices=LASTS.items(),
        initial="60",
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of these times."},
    )

    @property
    def lasts(self) -> timedelta:
        return timedelta(minutes=int(self.cleaned_data["minutes"]))


class PasscodeForm(forms.Form):
    passcode = forms.CharField(
        label="Passcode",
        max_length=20,
        help_text="8 digits. The family has it.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Type the 8 digits."},
    )
