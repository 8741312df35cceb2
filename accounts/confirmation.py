"""The password once more, before something that whoever picks up an open phone must not do."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    raise_if_reauthentication_required,
)
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import urlencode

from accounts.access import UserRequest
from accounts.models import Patient


def confirm(request: HttpRequest) -> None:
    """Ask for the password or second step, unless it was given in the last ten minutes. What was
    sent is done afterwards, without typing it again."""
    raise_if_reauthentication_required(request, app="accounts")


def confirm_by_others(request: HttpRequest, patient: Patient) -> None:
    """Ask whoever changes something that the owner answers for."""
    if request.method == "POST" and not patient.is_owner:
        confirm(request)


def is_confirmed(request: HttpRequest) -> bool:
    """Has this person typed the password, or used their second step, a moment ago?"""
    return bool(did_recently_reauthenticate(request))


def ask_again(request: UserRequest, back: str) -> HttpResponseRedirect:
    """Ask for the password first; then they choose again on the page they came from. Nothing is
    done from the password page itself, where it would come without a word."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    page = methods[0]["url"] if methods else resolve_url("account_login")
    return HttpResponseRedirect(f"{page}?{urlencode({'next': back})}")
