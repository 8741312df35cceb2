"""Who may create an account: everybody, only the invited, or nobody (the setting SIGN_UP)."""

from typing import Any

from allauth.core import context
from django import forms
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from accounts.actions import InvitationError, accept_invitation, code_hash
from accounts.models import Invitation, User
from accounts.secrets import seal, unseal

KEY = "sign_up_code"


class SignUpForm(forms.Form):
    """What allauth asks besides email and password."""

    name = forms.CharField(
        label="What should the diary call you?",
        help_text="People you share a diary with see this name.",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def clean(self) -> dict[str, Any]:
        """A code that was sent to an address opens no account for another one."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        offer = _offer(_code_in(context.request.session))
        if offer is not None and offer.email not in ("", data.get("email", "").lower()):
            self.add_error("email", "Your code was sent to another address. Type that one.")
        return data

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        take_up_invitation(request.session, by=user)


def sign_up_state() -> str:
    """Return open, invited or closed. Unset, it is open until the first account exists."""
    if settings.SIGN_UP:
        return str(settings.SIGN_UP)
    return "invited" if User.objects.exists() else "open"


def sign_up_context(request: HttpRequest) -> dict[str, object]:
    """Let templates ask for the state, what a code that was shown offers, and whether there is
    mail; only a page that does so costs a query."""
    return {
        "sends_mail": bool(settings.EMAIL_HOST),
        "sign_up": sign_up_state,
        "offer": lambda: KEY in request.session and _offer(_code_in(request.session)),
    }


def may_sign_up(session: SessionBase) -> bool:
    state = sign_up_state()
    return state == "open" or (state == "invited" and opens_sign_up(_code_in(session)))


def opens_sign_up(code: str) -> bool:
    """Say whether somebody could still take up the invitation with this code."""
    return _offer(code) is not None


def _offer(code: str) -> Invitation | None:
    offers = Invitation.objects.unused().select_related("patient", "by")
    return offers.filter(code_hash=code_hash(code)).first()


def remember_code(session: SessionBase, code: str) -> None:
    session[KEY] = seal(code)


def take_up_invitation(session: SessionBase, *, by: User) -> None:
    """Use the code that opened the sign-up, so that it opens no second one."""
    code = _code_in(session)
    session.pop(KEY, None)
    if not code:
        return
    try:
        accept_invitation(code, by=by)
    except InvitationError:
        return  # somebody else used it in between; the account stays, and opens no diary


def _code_in(session: SessionBase) -> str:
    return unseal(session.get(KEY, "")) or ""
