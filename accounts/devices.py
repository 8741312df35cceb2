"""Devices that logged in before: each has log-in tries of its own, so that a stranger's wrong tries
use up only what is left to devices that never did."""

import secrets

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from accounts.models import User

SALT = "accounts.devices"
MAX_AGE = 365 * 24 * 60 * 60
MAX_ACCOUNTS = 8  # a family may share a tablet


def budget_of(request: HttpRequest, email: str) -> str:
    """Return the key of this device's own tries at this account; empty for a device not known."""
    number, accounts = _read(request)
    mark = _mark_of(email)
    if mark in accounts:
        return f"{number}:{mark}"
    user = request.user
    if isinstance(user, User) and _is_email_of(user, email):  # the password is asked once more
        return f"{request.session.session_key}:{mark}"
    return ""


def remember_device(request: HttpRequest, response: HttpResponse, *, emails: list[str]) -> None:
    """Leave a signed cookie: a number by chance, and a mark for each account that logged in here.
    It opens nothing."""
    number, accounts = _read(request)
    marks = [_mark_of(email) for email in emails]
    accounts = [*marks, *(mark for mark in accounts if mark not in marks)][:MAX_ACCOUNTS]
    response.set_signed_cookie(
        settings.DEVICE_COOKIE_NAME,
        ".".join([number or secrets.token_urlsafe(12), *accounts]),
        salt=SALT,
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        value = request.get_signed_cookie(settings.DEVICE_COOKIE_NAME, salt=SALT, max_age=MAX_AGE)
    except (KeyError, signing.BadSignature):
        return "", []
    number, *accounts = (value or "").split(".")
    return number, accounts


def _mark_of(email: str) -> str:
    return salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()[:32]


def _is_email_of(user: User, email: str) -> bool:
    return EmailAddress.objects.filter(user=user, email__iexact=email).exists() or (
        user.email.lower() == email.lower()
    )
