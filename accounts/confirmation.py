"""A fresh password, or the second step, before what cannot be taken back."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import urlencode

from accounts.access import UserRequest


def is_confirmed(request: HttpRequest) -> bool:
    """Has this person typed the password, or used their second step, a moment ago?"""
    return bool(did_recently_reauthenticate(request))


def ask_again(request: UserRequest, back: str) -> HttpResponseRedirect:
    """Ask for the password first; then they choose again on the page they came from. Nothing is
    done from the password page itself, where it would come without a word."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    page = methods[0]["url"] if methods else resolve_url("account_login")
    return HttpResponseRedirect(f"{page}?{urlencode({'next': back})}")
