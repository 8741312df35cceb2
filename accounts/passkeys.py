"""The form to add a passkey, in our words."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms


class AddPasskeyForm(AddWebAuthnForm):
    passwordless = forms.BooleanField(
        label="Log in with this passkey alone",
        required=False,
        initial=True,
        help_text="Untick it for a security key that should only come after your password.",
    )
