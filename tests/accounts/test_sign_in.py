"""Signing up, logging in, forgotten passwords: right, wrong, guessed, and told apart by nothing."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import LazySettings, settings
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Patient, User
from tests.conftest import PASSWORD

LogIn = Callable[[User], Client]
LOGIN, SIGN_UP = reverse("account_login"), reverse("account_signup")
RESET = reverse("account_reset_password")
NEW = {"name": "Dad", "email": "new@example.org", "password1": PASSWORD}


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def still() -> Iterator[None]:
    """The clock stands: answers carry the second in which they were given."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture
def mandatory(settings: LazySettings) -> None:
    """As it is once a mail server is set."""
    settings.SIGN_UP = "open"
    settings.EMAIL_HOST = "mail.example.org"
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True


def _log_in(client: Client, email: str, password: str = PASSWORD) -> HttpResponse:
    return client.post(LOGIN, {"login": email, "password": password})


def _same(response: HttpResponse, email: str) -> tuple[object, ...]:
    """Everything of an answer that somebody could compare, without tokens, the second and what
    they typed."""
    body = re.sub(rb'"X-CSRFToken": "[^"]+"|value="\w{64}"', b"", response.content)
    changing = ("Content-Length", "Expires", "X-Request-ID")
    headers = {k: v for k, v in response.headers.items() if k not in changing}
    cookies = sorted(response.cookies)
    return response.status_code, headers, cookies, body.replace(email.encode(), b"EMAIL")


def test_signing_up_asks_for_a_name_and_leads_to_the_start(client: Client) -> None:
    response = client.post(SIGN_UP, NEW)
    assert response.url == reverse("setup_who")
    user = User.objects.get()
    assert (user.name, user.email) == ("Dad", "new@example.org")
    assert b"Welcome, Dad" in client.get("/").content
    assert not mail.outbox, "without a mail server nothing waits for an email"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, b"What should the diary call you?"),
        ({"password1": "short"}, b"at least 12 characters"),
        ({"password1": "password123456"}, b"too common"),
        ({"password1": "new@example.org"}, b"too similar"),
        ({"email": "nobody"}, b"valid email"),
    ],
)
def test_what_cannot_be_used_is_asked_again(
    change: dict[str, str], words: bytes, client: Client
) -> None:
    response = client.post(SIGN_UP, {**NEW, **change})
    assert words in response.content
    assert b"error-summary" in response.content
    assert not User.objects.exists()


def test_with_a_mail_server_nobody_gets_in_before_the_code_from_the_email(
    client: Client, mandatory: None
) -> None:
    response = client.post(SIGN_UP, NEW)
    assert response.url == reverse("account_email_verification_sent")
    assert client.get(reverse("account_menu")).status_code == 302
    (message,) = mail.outbox
    code = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", message.body, re.MULTILINE)[1]
    assert code not in message.subject
    response = client.post(response.url, {"code": "XXXX-XXXX"})
    assert client.get(reverse("account_menu")).status_code == 302
    client.post(reverse("account_email_verification_sent"), {"code": code})
    assert client.get(reverse("account_menu")).status_code == 200


def test_messages_name_neither_person_nor_illness(
    client: Client, owner: User, patient: Patient, mandatory: None
) -> None:
    owner.name = patient.name = "Zebedee"
    owner.save()
    patient.save()
    client.post(SIGN_UP, {**NEW, "name": "Zebedee"})
    Client().post(SIGN_UP, {**NEW, "email": owner.email})
    Client().post(RESET, {"email": owner.email})
    Client().post(RESET, {"email": "nobody@example.org"})
    assert len(mail.outbox) == 4
    for message in mail.outbox:
        said = f"{message.subject} {message.body} {message.from_email}".lower()
        for word in (
            "zebedee",
            "symptom",
            "side-effect",
            "side effect",
            "leuk",
            "therap",
            "cancer",
        ):
            assert word not in said, message.subject


def test_log_in_says_the_same_for_a_wrong_password_and_an_unknown_email(
    owner: User, still: None
) -> None:
    known, unknown = owner.email, "nobody@example.org"
    first = _log_in(Client(), known, "not the password")
    second = _log_in(Client(), unknown, "not the password")
    assert b"The email or password is wrong" in first.content
    assert _same(first, known) == _same(second, unknown)


def test_sign_up_says_the_same_for_a_known_and_a_new_email(
    owner: User, mandatory: None, still: None
) -> None:
    known, unknown = owner.email, "nobody@example.org"
    answers = []
    for email in (known, unknown):
        client = Client()
        first = client.post(SIGN_UP, {**NEW, "email": email})
        answers.append([_same(first, email), _same(client.get(first.url), email)])
    assert answers[0] == answers[1]
    assert [message.to for message in mail.outbox] == [[known], [unknown]]
    assert User.objects.filter(email=known).count() == 1


def test_reset_says_the_same_for_a_known_and_an_unknown_email(owner: User, still: None) -> None:
    known, unknown = owner.email, "nobody@example.org"
    answers = []
    for email in (known, unknown):
        client = Client()
        first = client.post(RESET, {"email": email})
        answers.append([_same(first, email), _same(client.get(first.url), email)])
    assert answers[0] == answers[1]


def test_a_forgotten_password_is_replaced_by_a_code_from_the_email(owner: User) -> None:
    client, elsewhere = Client(), Client()
    _log_in(elsewhere, owner.email)
    assert elsewhere.get(reverse("account_menu")).status_code == 200

    page = client.post(RESET, {"email": owner.email}).url
    code = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", mail.outbox[0].body, re.MULTILINE)[1]
    page = client.post(page, {"code": code}).url
    new = "five loud geese by the road"
    client.post(page, {"password1": new, "password2": new})

    assert b"is wrong" in _log_in(Client(), owner.email).content
    assert _log_in(Client(), owner.email, new).url == "/"
    assert elsewhere.get(reverse("account_menu")).status_code == 302


def test_the_sixth_try_is_refused_and_after_the_wait_the_password_works(owner: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            assert b"is wrong" in _log_in(Client(), owner.email, "a guess").content
        refused = _log_in(Client(), owner.email)
        assert b"Too many tries" in refused.content
        assert "sessionid" not in refused.cookies
        clock.shift(timedelta(minutes=4, seconds=59))
        assert b"Too many tries" in _log_in(Client(), owner.email).content
        clock.shift(timedelta(minutes=5, seconds=2))
        assert _log_in(Client(), owner.email).url == "/"


def test_guessing_at_one_account_does_not_shut_out_another(owner: User, stranger: User) -> None:
    for _ in range(6):
        _log_in(Client(), stranger.email, "a guess")
    assert _log_in(Client(), owner.email).url == "/"


def test_one_address_cannot_try_many_accounts(owner: User) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for n in range(10):
            _log_in(Client(), f"guess{n}@example.org", "a guess")
        assert b"Too many tries" in _log_in(Client(), owner.email).content
        forged = Client(headers={"X-Forwarded-For": "203.0.113.9"})
        assert b"Too many tries" in _log_in(forged, owner.email).content


def test_the_session_gets_a_new_id_at_log_in(owner: User) -> None:
    client = Client()
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store["planted"] = True
    store.save()
    planted = store.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = planted

    _log_in(client, owner.email)

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert thief.get(reverse("account_menu")).status_code == 302


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(owner: User) -> None:
    here, elsewhere = Client(), Client()
    _log_in(here, owner.email)
    _log_in(elsewhere, owner.email)
    new = "five loud geese by the road"
    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert here.get(reverse("account_menu")).status_code == 200
    assert elsewhere.get(reverse("account_menu")).status_code == 302
    assert "password" in mail.outbox[-1].body.lower()


def test_the_others_can_be_logged_out_from_the_list(owner: User) -> None:
    here, elsewhere = Client(), Client()
    _log_in(here, owner.email)
    _log_in(elsewhere, owner.email)
    page = here.get(reverse("usersessions_list")).content.decode()
    assert page.count("<h2>Another device</h2>") == 1
    here.post(reverse("usersessions_list"))
    assert elsewhere.get(reverse("account_menu")).status_code == 302
    assert here.get(reverse("account_menu")).status_code == 200
    assert UserSession.objects.count() == 1


def test_logging_out_needs_a_post_and_ends_the_session(owner: User) -> None:
    client = Client()
    _log_in(client, owner.email)
    client.get(reverse("account_logout"))
    assert client.get(reverse("account_menu")).status_code == 200
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("account_logout"))
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    assert thief.get(reverse("account_menu")).status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_logging_in_never_leads_to_another_site(target: str, owner: User) -> None:
    response = Client().post(LOGIN, {"login": owner.email, "password": PASSWORD, "next": target})
    assert response.url == "/"


def test_ones_name_can_be_changed(owner: User, log_in: LogIn) -> None:
    client = log_in(owner)
    page = client.get(reverse("account_menu")).content.decode()
    assert 'value="Dad"' in page
    for name in (
        "account_change_password",
        "account_email",
        "mfa_index",
        "mfa_list_webauthn",
        "usersessions_list",
    ):
        assert f'href="{reverse(name)}"' in page
    assert client.post(reverse("account_menu"), {"name": " "}).status_code == 422
    client.post(reverse("account_menu"), {"name": "Papa", "email": "x@evil.example"})
    owner.refresh_from_db()
    assert (owner.name, owner.email) == ("Papa", "dad@example.org")
