"""A known and an unknown account get the same answer for the same work: one hash, counted, never
timed."""

from collections.abc import Callable
from typing import ClassVar

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from tests.accounts.test_sign_in import (
    LOGIN,
    NEW,
    RESET,
    SIGN_UP,
    _same,
    mandatory,
    still,
)
from tests.conftest import PASSWORD

__all__ = ["mandatory", "still"]
UNKNOWN = "nobody@example.org"
Ask = Callable[[Client, str], HttpResponse]


class CountingHasher(MD5PasswordHasher):
    hashed: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        self.hashed.append(password)
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def counting(settings: LazySettings, db: None) -> None:
    cache.clear()
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]


def asked(ask: Ask, email: str, language: str) -> tuple[object, int]:
    """Return the whole answer, followed where it leads, and how many hashes it took."""
    client = Client(headers={"Accept-Language": language})
    CountingHasher.hashed.clear()
    first = ask(client, email)
    hashes = len(CountingHasher.hashed)
    pages = [_same(first, email)]
    if first.status_code == 302:
        pages.append(_same(client.get(first.url), email))
        pages.append(_same(client.post(first.url, {"code": "XXXX-XXXX"}), email))
    return pages, hashes


def log_in(client: Client, email: str) -> HttpResponse:
    return client.post(LOGIN, {"login": email, "password": "not the password"})


def sign_up(client: Client, email: str) -> HttpResponse:
    return client.post(SIGN_UP, {**NEW, "email": email})


def reset(client: Client, email: str) -> HttpResponse:
    return client.post(RESET, {"email": email})


@pytest.mark.parametrize("language", ["en-gb", "en-us"])
@pytest.mark.parametrize(("ask", "hashes"), [(log_in, 1), (sign_up, 1), (reset, 0)])
@pytest.mark.usefixtures("mandatory", "still")
def test_with_a_mail_server_nothing_tells_them_apart(
    owner: User, ask: Ask, hashes: int, language: str
) -> None:
    known, unknown = (asked(ask, email, language) for email in (owner.email, UNKNOWN))
    assert known == unknown
    assert known[1] == hashes


@pytest.mark.parametrize("language", ["en-gb", "en-us"])
@pytest.mark.parametrize(("ask", "hashes"), [(log_in, 1), (sign_up, 1), (reset, 0)])
@pytest.mark.usefixtures("still")
def test_nor_without_one(
    owner: User, ask: Ask, hashes: int, language: str, settings: LazySettings
) -> None:
    settings.SIGN_UP = "open"
    known, unknown = (asked(ask, email, language) for email in (owner.email, UNKNOWN))
    assert known == unknown
    assert known[1] == hashes


@pytest.mark.parametrize("is_active", [True, False])
def test_neither_does_an_account_without_a_password_or_that_was_closed(
    owner: User, is_active: bool
) -> None:
    owner.set_unusable_password()
    owner.is_active = is_active
    owner.save()
    assert asked(log_in, owner.email, "en-gb")[1] == 1


def test_the_right_password_takes_one_too(owner: User) -> None:
    CountingHasher.hashed.clear()
    assert Client().post(LOGIN, {"login": owner.email, "password": PASSWORD}).url == "/"
    assert CountingHasher.hashed == [PASSWORD]


def test_whoever_signed_up_so_logs_in_and_whoever_was_there_keeps_their_password(
    owner: User, settings: LazySettings
) -> None:
    settings.SIGN_UP = "open"
    other = "another quiet heron by the lake"
    for email in (owner.email.upper(), UNKNOWN):
        answer = Client().post(SIGN_UP, {**NEW, "email": email, "password1": other}, follow=True)
        assert "yours is ready. Log in." in answer.content.decode()
    assert User.objects.count() == 2
    for email, password in ((owner.email, PASSWORD), (UNKNOWN, other)):
        assert Client().post(LOGIN, {"login": email, "password": password}).url == "/"
    assert Client().post(LOGIN, {"login": owner.email, "password": other}).status_code == 200
