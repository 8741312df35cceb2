"""A stranger's wrong tries slow the stranger down, not the family: a device that logged in before
has tries of its own."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.devices import budget_of, remember_device
from accounts.models import User
from tests.config.running import run_in_django
from tests.conftest import PASSWORD

LOGIN, REAUTHENTICATE = reverse("account_login"), reverse("account_reauthenticate")


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def try_to_log_in(client: Client, email: str, password: str = PASSWORD) -> HttpResponse:
    return client.post(LOGIN, {"login": email, "password": password})


@pytest.fixture
def device(owner: User) -> Client:
    """The family's phone: it logged in, and out again."""
    client = Client()
    assert try_to_log_in(client, owner.email).url == "/"
    client.post(reverse("account_logout"))
    return client


def guess_at(email: str, tries: int = 12) -> None:
    """A stranger, from the same network."""
    for _ in range(tries):
        try_to_log_in(Client(), email, "a guess")


def test_a_strangers_tries_do_not_shut_out_a_device_that_logged_in_before(
    device: Client, owner: User
) -> None:
    guess_at(owner.email)
    assert b"Too many tries" in try_to_log_in(Client(), owner.email).content
    assert try_to_log_in(device, owner.email.upper()).url == "/"


def test_the_device_itself_is_slowed_down_and_never_locked(device: Client, owner: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            assert b"is wrong" in try_to_log_in(device, owner.email, "a guess").content
        assert b"Too many tries" in try_to_log_in(device, owner.email).content
        assert try_to_log_in(Client(), owner.email).url == "/", "the others' tries are their own"
        clock.shift(timedelta(minutes=5, seconds=2))
        assert try_to_log_in(device, owner.email).url == "/"


def test_it_counts_for_its_own_account_only(device: Client, owner: User, stranger: User) -> None:
    """Whoever has an account here gets no more tries at somebody else's."""
    guess_at(stranger.email)
    assert b"Too many tries" in try_to_log_in(device, stranger.email).content


def test_a_device_may_know_several_accounts(device: Client, owner: User, writer: User) -> None:
    assert try_to_log_in(device, writer.email).url != LOGIN
    device.post(reverse("account_logout"))
    guess_at(owner.email)
    a_minute_later = timezone.now() + timedelta(minutes=1, seconds=1)
    with time_machine.travel(a_minute_later):  # the strangers' address may try again
        guess_at(writer.email, 6)
    for user in (owner, writer):
        client = Client()
        client.cookies["device"] = device.cookies["device"].value
        assert not try_to_log_in(client, user.email).content


def remembering(request: HttpRequest, email: str) -> HttpRequest:
    """The next request of a device on which this account has logged in."""
    response = HttpResponse()
    remember_device(request, response, emails=[email])
    request.COOKIES[settings.DEVICE_COOKIE_NAME] = response.cookies["device"].value
    return request


@pytest.fixture
def unknown() -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    return request


def test_a_device_is_known_for_a_year(unknown: HttpRequest) -> None:
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as clock:
        device = remembering(unknown, "dad@example.org")
        clock.shift(timedelta(days=365))
        assert budget_of(device, "dad@example.org")
        clock.shift(timedelta(seconds=1))
        assert not budget_of(device, "dad@example.org")


def test_a_device_knows_the_eight_accounts_that_logged_in_last(unknown: HttpRequest) -> None:
    emails = [f"aunt{n}@example.org" for n in range(9)]
    for email in emails:
        device = remembering(unknown, email)
    assert [bool(budget_of(device, email)) for email in emails] == [False] + [True] * 8


@pytest.mark.parametrize("spoil", [lambda v: v[:-1] + "~", lambda v: "x" + v, lambda _: "made up"])
def test_a_cookie_that_was_made_up_or_changed_counts_for_nothing(
    device: Client, owner: User, spoil: Callable[[str], str]
) -> None:
    guess_at(owner.email)
    forged = Client()
    forged.cookies["device"] = spoil(device.cookies["device"].value)
    assert b"Too many tries" in try_to_log_in(forged, owner.email).content


def test_the_cookie_holds_no_word_and_opens_nothing(device: Client, owner: User) -> None:
    cookie = device.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    value, *_signature = cookie.value.split(":")
    assert re.fullmatch(r"[\w-]{16}\.[0-9a-f]{32}", value)
    assert owner.email not in value
    thief = Client()
    thief.cookies["device"] = cookie.value
    assert thief.get(reverse("account_menu")).status_code == 302


def test_with_https_it_is_bound_to_the_host(tmp_path: Path) -> None:
    code = (
        "from django.conf import settings; import json; "
        "print(json.dumps([settings.DEVICE_COOKIE_NAME, settings.SESSION_COOKIE_SECURE]))"
    )
    https = json.loads(run_in_django(tmp_path, code, ORIGIN="https://diary.example.org"))
    assert https == ["__Host-device", True]


def test_who_is_logged_in_can_give_the_password_once_more(
    owner: User, log_in: Callable[[User], Client]
) -> None:
    """A session that is older than the cookie counts as a device of its own too."""
    client = log_in(owner)
    guess_at(owner.email)
    answer = client.post(REAUTHENTICATE, {"password": PASSWORD})
    assert answer.status_code == 302, answer.content


def test_both_kinds_of_device_get_the_same_answers(device: Client, owner: User) -> None:
    device.get(LOGIN)  # it says once that one logged out
    known, new = (
        re.sub(rb'"X-CSRFToken": "[^"]+"|value="\w{64}"', b"", answer.content)
        for answer in (
            try_to_log_in(device, owner.email, "a guess"),
            try_to_log_in(Client(), owner.email, "a guess"),
        )
    )
    assert known == new
