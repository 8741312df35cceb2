"""Authenticator app and recovery codes; what is kept of them is sealed."""

import json
import re
import time
from collections.abc import Iterator
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.adapters import SealedMFAAdapter
from accounts.models import AuditEntry, User
from accounts.secrets import seal, unseal
from tests.conftest import PASSWORD


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> Iterator[None]:
    """No tries counted yet, and the half-minute of a code does not end in the middle of a test."""
    cache.clear()
    with time_machine.travel(timezone.now(), tick=False):
        yield


def _log_in(email: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def with_app(owner: User) -> tuple[Client, str]:
    """Dad, logged in, with an authenticator app; and the secret that only the app should know."""
    client = _log_in(owner.email)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked.url.startswith(reverse("account_reauthenticate")), "the password is asked again"
    client.post(asked.url, {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'class="secret">([A-Z2-7]{32})<', page)[1]
    assert "<svg" in page, "the square to scan is in the page itself"
    assert "data:image" not in page
    client.post(reverse("mfa_activate_totp"), {"code": _code(secret)})
    assert Authenticator.objects.filter(type="totp").exists()
    return client, secret


def test_neither_secret_nor_seed_is_in_the_database_in_the_clear(
    with_app: tuple[Client, str],
) -> None:
    _, secret = with_app
    adapter = SealedMFAAdapter()
    kept = {row.type: row.data for row in Authenticator.objects.all()}
    assert adapter.decrypt(kept["totp"]["secret"]) == secret
    seed = adapter.decrypt(kept["recovery_codes"]["seed"])
    assert re.fullmatch(r"[0-9a-f]{80}", seed)
    everything = json.dumps(list(kept.values())) + repr(
        [session.get_decoded() for session in Session.objects.all()]
    )
    assert kept["totp"]["secret"] in everything, "the scan sees the rows"
    assert secret not in everything
    assert seed not in everything


@pytest.mark.django_db(transaction=True)  # it is told once the change is kept
def test_adding_one_ends_the_other_log_ins_and_the_address_is_told(
    owner: User, request: pytest.FixtureRequest
) -> None:
    elsewhere = _log_in(owner.email)
    here, _ = request.getfixturevalue("with_app")
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    assert {message.to[0] for message in mail.outbox} == {owner.email}


def test_logging_in_then_asks_for_the_app(with_app: tuple[Client, str], owner: User) -> None:
    _, secret = with_app
    client = _log_in(owner.email)
    assert client.get(reverse("account_menu")).status_code == 302, (
        "the password alone is not enough"
    )
    page = reverse("mfa_authenticate")
    assert b"not the code" in client.post(page, {"code": "000000"}).content
    code = _code(secret)
    assert client.post(page, {"code": code}).url == "/"
    assert client.get(reverse("account_menu")).status_code == 200
    again = _log_in(owner.email)
    again.post(page, {"code": code})
    assert again.get(reverse("account_menu")).status_code == 302, "a code works once"


def test_a_recovery_code_opens_the_account_once(with_app: tuple[Client, str], owner: User) -> None:
    client, _ = with_app
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"<li>\s*([0-9]{8})\s*</li>", page)
    assert len(codes) == 10
    for expected in (200, 302):
        lost = _log_in(owner.email)
        lost.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert lost.get(reverse("account_menu")).status_code == expected


def test_what_is_sealed_opens_with_the_same_key_only(settings: LazySettings) -> None:
    sealed = seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert sealed != seal("JBSWY3DPEHPK3PXP"), "the same text looks different each time"
    assert unseal(sealed) == "JBSWY3DPEHPK3PXP"
    assert unseal(sealed[:-8] + "AAAAAAA=") is None
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key"
    assert unseal(sealed) is None
    with pytest.raises(ValueError, match="another SECRET_KEY"):
        SealedMFAAdapter().decrypt(sealed)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed) == "JBSWY3DPEHPK3PXP", "a changed key still opens what is older"


def _reset(*arguments: str) -> str:
    out = StringIO()
    call_command("reset_password", *arguments, stdout=out)
    return re.search(r"New password: (\S+)", out.getvalue())[1]


def test_the_operator_gives_a_new_password_and_every_session_ends(owner: User) -> None:
    client = _log_in(owner.email)
    assert client.get(reverse("account_menu")).status_code == 200
    password = _reset(owner.email.upper())
    assert len(password) >= 16
    assert not Session.objects.exists()
    assert client.get(reverse("account_menu")).status_code == 302
    assert _log_in(owner.email).get(reverse("account_menu")).status_code == 302
    assert _log_in(owner.email, password).get(reverse("account_menu")).status_code == 200
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.by, entry.row) == ("reset password", None, f"user:{owner.pk}")


def test_the_operator_touches_nobody_else(owner: User, stranger: User) -> None:
    theirs = _log_in(stranger.email)
    _reset(owner.email)
    assert theirs.get(reverse("account_menu")).status_code == 200


def test_a_second_step_stays_unless_the_operator_removes_it(
    with_app: tuple[Client, str], owner: User
) -> None:
    assert _log_in(owner.email, _reset(owner.email)).get("/me/").status_code == 302
    password = _reset(owner.email, "--remove-second-step")
    assert _log_in(owner.email, password).get("/me/").status_code == 200
    assert AuditEntry.objects.filter(action="remove second step").count() == 1


def test_an_unknown_email_is_an_error_for_the_operator(db: None) -> None:
    with pytest.raises(CommandError, match="Nobody has an account"):
        call_command("reset_password", "nobody@example.org")
