"""Whose diaries a person can open, and where they land."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import Patient, Role, Share, User
from diary.care_card.actions import record_call
from diary.check_ins.actions import remove_check_in
from tests.diary.answers import reading
from tests.diary.cast import log_temperature, log_then

LogIn = Callable[[User], Client]


def _diary(owner: User, name: str, *, is_self: bool = False) -> Patient:
    return actions.create_patient(
        by=owner,
        name=name,
        birth_month=2,
        birth_year=2012,
        is_self=is_self,
        zone="Europe/London",
        unit="C",
        country="GB",
    )


def test_somebody_new_sees_what_this_is_and_that_nobody_is_watching(
    client: Client, db: None
) -> None:
    page = client.get("/").content.decode()
    assert "Nobody is watching" in page
    for name in ("account_signup", "account_login", "urgent", "join"):
        assert f'href="{reverse(name)}"' in page


@pytest.mark.parametrize("who", ["owner", "reader", "writer"])
def test_the_only_diary_opens_at_once(
    who: str, patient: Patient, log_in: LogIn, request: pytest.FixtureRequest
) -> None:
    response = log_in(request.getfixturevalue(who)).get("/")
    assert response.url == reverse("today", args=[patient.pk])


def test_the_only_diary_does_not_hide_who_waits_for_a_yes(
    patient: Patient, owner: User, stranger: User, log_in: LogIn
) -> None:
    patient.shares.create(user=stranger, role=Role.WRITER, accepted=timezone.now())
    assert f"Answer {stranger}" in log_in(owner).get("/").content.decode()


def test_without_a_diary_there_are_two_ways_to_begin(stranger: User, log_in: LogIn) -> None:
    page = log_in(stranger).get("/").content.decode()
    assert "Welcome, Mallory" in page
    assert f'href="{reverse("setup_who")}"' in page
    assert f'href="{reverse("join")}"' in page


def test_the_list_names_each_person_and_what_one_may_do(
    patient: Patient, reader: User, make_user: Callable[..., User], log_in: LogIn
) -> None:
    _diary(reader, "Rose", is_self=True)
    _diary(reader, "Ben")
    page = log_in(reader).get("/").content.decode()
    for words in (
        "Open Ana’s diary",
        "You may read. Managed by Dad",
        "Open Rose’s diary",
        "Your own diary",
        "Open Ben’s diary",
        "You manage this diary",
    ):
        assert words in page
    assert f'href="{reverse("sharing", args=[patient.pk])}"' not in page


def test_somebody_elses_diary_is_not_in_the_list(
    patient: Patient, stranger: User, log_in: LogIn
) -> None:
    assert "Ana" not in log_in(stranger).get(reverse("people")).content.decode()


def test_the_list_says_who_has_an_entry_of_today(
    patient: Patient, owner: User, log_in: LogIn
) -> None:
    client = log_in(owner)
    for days_ago, words in ((1, "No entry today"), (0, ">Entry today")):
        at = timezone.now() - timedelta(days=days_ago)
        check_in = log_then(patient, at, reading("36.8"), by=owner)
        assert words in client.get(reverse("people")).content.decode()
    remove_check_in(check_in, reason="wrong child", by=owner)
    assert "No entry today" in client.get(reverse("people")).content.decode()


def test_a_caregiver_leaves_by_themselves(patient: Patient, writer: User, log_in: LogIn) -> None:
    client, share = log_in(writer), Share.objects.get(user=writer)
    leave = reverse("share_leave", args=[share.pk])
    assert leave in client.get(reverse("people")).content.decode()
    assert client.get(leave).status_code == 405
    assert client.post(leave).url == reverse("people")
    assert not Patient.objects.visible_to(writer).exists()
    assert patient.audit.get().action == "leave"


@pytest.mark.parametrize("who", ["owner", "writer", "stranger"])
def test_nobody_can_end_the_share_of_somebody_else_as_if_it_were_theirs(
    who: str, reader: User, log_in: LogIn, request: pytest.FixtureRequest
) -> None:
    share = Share.objects.get(user=reader)
    client = log_in(request.getfixturevalue(who))
    assert client.post(reverse("share_leave", args=[share.pk])).status_code == 404
    assert client.get(reverse("join_waiting", args=[share.pk])).status_code == 404
    share.refresh_from_db()
    assert share.revoked is None


def test_an_offer_taken_up_is_shown_as_waiting_and_can_be_given_up(
    patient: Patient, stranger: User, log_in: LogIn
) -> None:
    _, code = actions.invite(patient, role=Role.READER, email="", by=patient.owner)
    share = actions.accept_invitation(code, by=stranger)
    client = log_in(stranger)
    page = client.get("/").content.decode()
    assert "Waiting for confirmation" in page
    assert "Dad must say yes" in page
    assert "There is nothing more to do. Tell Dad that you used the code." in page
    filled = r'class="button main"[^>]*>Start a diary'
    assert not re.search(filled, page)
    client.post(reverse("share_leave", args=[share.pk]))
    assert client.get(reverse("join_waiting", args=[share.pk])).status_code == 404
    page = client.get("/").content.decode()
    assert "Waiting" not in page
    assert re.search(filled, page)


def test_what_is_not_found_or_not_allowed_says_whom_to_ask_and_the_way_back(
    patient: Patient, reader: User, log_in: LogIn, client: Client
) -> None:
    way = f'<a class="button" href="{reverse("people")}">Diaries you can open</a>'
    gone, theirs = log_in(reader), reverse("today", args=[uuid4()])
    page = gone.get(theirs).content.decode()
    assert way in page
    assert "ask the person who manages it" in page
    assert way not in client.get("/nowhere").content.decode()
    page = gone.get(reverse("sharing", args=[patient.pk])).content.decode()
    assert "Ask the person who manages it. If it is urgent, do not wait" in page


@pytest.mark.parametrize("name", ["people", "account_menu", "join"])
def test_personal_pages_ask_to_log_in_first(name: str, client: Client, db: None) -> None:
    assert client.get(reverse(name)).url.startswith(reverse("account_login"))


def test_the_list_costs_the_same_for_many_people(
    stranger: User,
    make_user: Callable[..., User],
    log_in: LogIn,
    django_assert_num_queries: Any,
) -> None:
    now = timezone.now()
    for n in range(8):
        _diary(stranger, f"Child {n}")
        theirs = _diary(make_user(f"Neighbour {n}"), f"Kid {n}")
        Share.objects.create(
            patient=theirs,
            user=stranger,
            role="reader",
            accepted=now,
            confirmed=now if n % 2 else None,
        )
    client = log_in(stranger)
    with django_assert_num_queries(6):  # session, user, who waits, shares, patients, urgent
        page = client.get("/").content.decode()
    assert page.count('aria-label="Open ') == 12
    assert page.count("Waiting for confirmation</strong>") == 4


def test_the_list_says_who_has_something_urgent_open_and_who_waits_for_a_yes(
    patient: Patient, owner: User, stranger: User, log_in: LogIn
) -> None:
    ben, _, client = _diary(owner, "Ben"), _diary(owner, "Cleo"), log_in(owner)
    check_in = log_temperature(patient, "38.6", "C", by=owner)
    told = log_temperature(ben, "38.6", "C", by=owner)
    call = {"whom": "ward", "at": timezone.now(), "advice": "", "reason": "", "by": owner}
    record_call(told, outcome="reached", **call)
    _, code = actions.invite(ben, role=Role.READER, email="", by=owner)
    actions.accept_invitation(code, by=stranger)
    ana, bens, cleos = client.get("/").content.decode().split('<li class="card')[1:]
    assert "▲ Urgent, still open:" in ana
    assert reverse("check_in", args=[patient.pk, check_in.pk]) in ana
    assert "▲ Urgent, the team was told:" in bens
    assert "<strong>Mallory</strong> waits for your yes" in bens
    assert reverse("sharing", args=[ben.pk]) in bens
    assert "Urgent" not in cleos.partition("</li>")[0]
    assert "waits for your yes" not in ana + cleos
