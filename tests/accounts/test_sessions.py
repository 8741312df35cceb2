"""A log-in ends without use: after 30 minutes where others use the device, after 30 days on one's
own."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Patient, User
from accounts.sessions import SessionStore
from tests.conftest import PASSWORD

ME = reverse("account_menu")


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[Any]:
    cache.clear()
    with time_machine.travel(timezone.now(), tick=False) as moving:
        yield moving


def on(user: User, *, shared: bool) -> Client:
    client = Client()
    typed = {"login": user.email, "password": PASSWORD} | ({} if shared else {"remember": "on"})
    assert client.post(reverse("account_login"), typed).url == "/"
    return client


def is_in(client: Client, page: str = ME) -> bool:
    return client.get(page).status_code == 200


@pytest.mark.parametrize(
    ("shared", "idle"), [(True, timedelta(minutes=30)), (False, timedelta(days=30))]
)
@pytest.mark.parametrize(
    ("more", "stays"), [(timedelta(seconds=-1), True), (timedelta(seconds=1), False)]
)
def test_it_lasts_that_long_without_use_on_the_server(
    owner: User, clock: Any, idle: timedelta, more: timedelta, *, shared: bool, stays: bool
) -> None:
    client = on(owner, shared=shared)
    clock.shift(idle + more)
    thief = Client()  # whoever copied the cookie, and minds no date on it
    thief.cookies["session"] = client.cookies["session"].value
    assert is_in(thief) is stays


@pytest.mark.parametrize(
    ("shared", "pause"), [(True, timedelta(minutes=29)), (False, timedelta(days=29))]
)
def test_use_makes_it_last(owner: User, clock: Any, pause: timedelta, *, shared: bool) -> None:
    client = on(owner, shared=shared)
    for _ in range(4):
        clock.shift(pause)
        assert is_in(client)
    assert bool(client.cookies["session"]["max-age"]) is not shared


def test_it_ends_on_every_page_and_urgent_help_stays(
    owner: User, patient: Patient, clock: Any
) -> None:
    client = on(owner, shared=True)
    today, urgent = reverse("today", args=[patient.pk]), reverse("urgent")
    assert client.get(urgent).url == reverse("patient_urgent", args=[patient.pk])
    clock.shift(timedelta(minutes=30, seconds=1))
    answer = client.post(today, {"do": "save", "note": "typed"})
    assert answer.url.startswith(reverse("account_login")), "it says that nothing was saved"
    helped = client.get(urgent, follow=True)
    assert helped.status_code == 200
    assert patient.name not in helped.content.decode()


def test_a_page_that_asks_by_itself_is_no_use(owner: User, clock: Any) -> None:
    """An entry that waits asks every few minutes, also on a phone that somebody left behind."""
    client = on(owner, shared=True)
    for _ in range(3):
        assert is_in(client, reverse("device"))
        clock.shift(timedelta(minutes=10))
    clock.shift(timedelta(seconds=1))
    assert client.get(reverse("device")).status_code == 302


@pytest.mark.parametrize(("shared", "step"), [(True, 60), (False, 24 * 60 * 60)])
def test_use_is_written_down_once_a_minute_or_a_day(
    owner: User, clock: Any, step: int, *, shared: bool
) -> None:
    client = on(owner, shared=shared)
    is_in(client)  # shows and forgets what was said at the log-in
    until = Session.objects.get().expire_date
    clock.shift(step)
    is_in(client)
    assert Session.objects.get().expire_date == until
    clock.shift(1)
    is_in(client)
    assert Session.objects.get().expire_date == until + timedelta(seconds=step + 1)


def test_on_a_full_disk_pages_can_be_read_and_nothing_seems_saved(
    owner: User, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = on(owner, shared=True)
    is_in(client)
    clock.shift(timedelta(minutes=5))

    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", full)
    assert is_in(client)
    store = SessionStore(client.cookies["session"].value)
    store["new"] = "words"
    with pytest.raises(OperationalError):
        store.save()


def test_whoever_is_not_logged_in_costs_no_write(client: Client, clock: Any) -> None:
    store = SessionStore()
    store["sign_up_code"] = "sealed"
    store.save()
    clock.shift(timedelta(days=20))
    again = SessionStore(store.session_key)
    assert again["sign_up_code"] == "sealed"
    assert not again.modified
