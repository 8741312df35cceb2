"""Who may create an account: everybody, the invited, or nobody."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import Patient, Role, Share, User
from accounts.sign_up import opens_sign_up
from tests.config.running import manage
from tests.conftest import PASSWORD

LOGIN, SIGN_UP = reverse("account_login"), reverse("account_signup")
JOIN_NEW = reverse("join_new")
NEW = {"name": "Rose", "email": "rose@example.org", "password1": PASSWORD}


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def code(patient: Patient) -> str:
    return actions.invite(patient, role=Role.READER, email="", by=patient.owner)[1]


def has_account() -> bool:
    return User.objects.filter(email=NEW["email"]).exists()


def test_the_first_account_is_open_and_the_second_needs_an_invitation(client: Client) -> None:
    client.post(SIGN_UP, {**NEW, "email": "first@example.org"})
    assert User.objects.count() == 1
    answer = Client().post(SIGN_UP, NEW)
    assert b"You need an invitation" in answer.content
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("state", "is_open"), [("open", True), ("invited", False), ("closed", False)]
)
def test_the_setting_says_who_may(
    client: Client, settings: LazySettings, owner: User, state: str, *, is_open: bool
) -> None:
    settings.SIGN_UP = state
    client.post(SIGN_UP, NEW)
    assert has_account() is is_open


@pytest.mark.parametrize("state", ["open", "invited", "closed"])
@pytest.mark.parametrize("page", [reverse("home"), LOGIN])
def test_a_link_to_the_sign_up_stands_only_where_it_is_open_and_has_one_name(
    client: Client, settings: LazySettings, state: str, page: str
) -> None:
    settings.SIGN_UP = state
    words = client.get(page).content.decode()
    assert (f'href="{SIGN_UP}"' in words) is (state == "open")
    assert (f'href="{JOIN_NEW}"' in words) is (state == "invited")
    assert ("Create an account" in words) is (
        state == "open" or (state, page) == ("invited", LOGIN)
    )
    assert "Start a diary" not in words


def test_where_it_is_closed_the_page_says_whom_to_ask(
    client: Client, settings: LazySettings, code: str
) -> None:
    settings.SIGN_UP = "closed"
    assert b"Ask the person who runs this diary" in client.get(SIGN_UP).content
    assert client.get(JOIN_NEW).status_code == 404
    assert client.post(JOIN_NEW, {"code": code}).status_code == 404


def test_an_invitation_opens_one_account_and_is_taken_up_by_it(
    client: Client, code: str, patient: Patient
) -> None:
    assert JOIN_NEW in client.get(SIGN_UP).content.decode()
    assert client.post(JOIN_NEW, {"code": code.lower()}).url == SIGN_UP
    words = "Your code works. You accept when you create an account."
    assert words in client.get(SIGN_UP).content.decode()
    assert words not in Client().get(SIGN_UP).content.decode()
    other = Client()
    other.post(JOIN_NEW, {"code": code})
    assert client.post(SIGN_UP, NEW)["Location"] == reverse("home")
    share = Share.objects.get()
    assert (share.patient, share.user.email, share.confirmed) == (patient, NEW["email"], None)
    assert b"Waiting for confirmation" in client.get("/").content
    assert client.get(reverse("today", args=[patient.pk])).status_code == 404
    other.post(SIGN_UP, {**NEW, "email": "second@example.org"})
    assert not User.objects.filter(email="second@example.org").exists()


@pytest.mark.parametrize("end", ["cancelled", "expired", "used"])
def test_an_invitation_that_ended_meanwhile_opens_nothing(
    client: Client, code: str, patient: Patient, stranger: User, end: str
) -> None:
    client.post(JOIN_NEW, {"code": code})
    invitation = patient.invitations.get()
    if end == "cancelled":
        actions.cancel_invitation(invitation, by=patient.owner)
    elif end == "used":
        actions.accept_invitation(code, by=stranger)
    else:
        patient.invitations.update(expires=invitation.created.replace(year=2100))
        patient.invitations.update(created="2000-01-01T00:00Z", expires="2000-01-08T00:00Z")
    assert b"You need an invitation" in client.post(SIGN_UP, NEW).content
    assert not has_account()


def test_an_invitation_opens_nothing_from_the_second_it_expires(
    code: str, patient: Patient
) -> None:
    end = patient.invitations.get().expires
    for early, opens in ((timedelta(seconds=1), True), (timedelta(), False)):
        with time_machine.travel(end - early, tick=False):
            assert opens_sign_up(code) is opens


def test_a_code_that_never_was_and_one_that_was_used_get_the_same_answer(
    code: str, stranger: User
) -> None:
    actions.accept_invitation(code, by=stranger)
    answers = [Client().post(JOIN_NEW, {"code": word}) for word in (code, "ABCD-EFGH-JKMN")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all(b"That code does not work" in answer.content for answer in answers)
    assert [sorted(answer.cookies) for answer in answers] == [["csrf"], ["csrf"]]


def test_where_it_is_not_open_a_known_and_a_new_email_get_the_same_answer(owner: User) -> None:
    """Nothing of the form is read before the invitation."""
    known, new = (
        Client().post(SIGN_UP, {**NEW, "email": email}) for email in (owner.email, NEW["email"])
    )
    token = rb'"X-CSRFToken": "[^"]+"'
    assert re.sub(token, b"", known.content) == re.sub(token, b"", new.content)
    assert (known.status_code, sorted(known.cookies)) == (new.status_code, sorted(new.cookies))


def test_guessing_codes_is_slowed_down(client: Client, owner: User) -> None:
    answers = [client.post(JOIN_NEW, {"code": "ABCD"}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_an_email_to_an_unknown_address_leads_to_no_closed_door(owner: User) -> None:
    Client().post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert SIGN_UP not in mail.outbox[-1].body


def test_another_word_is_refused_in_one_sentence(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", SIGN_UP="maybe")
    assert done.returncode != 0
    assert done.stderr == "SIGN_UP is maybe: it has to be closed, invited or open.\n"


HINT = "At least 12 characters. Three or four words work well."


def test_what_a_password_has_to_be_is_said_in_one_line_before_one_is_typed(
    client: Client, settings: LazySettings, dad: Client
) -> None:
    settings.SIGN_UP = "open"
    for page in (client.get(SIGN_UP), dad.get(reverse("account_change_password"))):
        hints = re.findall(r'<div class="hint"[^>]*><ul>(.*?)</ul>', page.content.decode())
        assert hints == [f"<li>{HINT}</li>"]


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("elevenchars", ["too short"]),
        ("password1234", ["too common"]),
        ("12345", ["too short", "too common"]),
        (NEW["email"], ["too similar"]),
    ],
)
def test_a_weak_password_is_told_all_that_is_wrong_with_it(
    client: Client, settings: LazySettings, db: None, password: str, wrong: list[str]
) -> None:
    settings.SIGN_UP = "open"
    page = client.post(SIGN_UP, {**NEW, "password1": password}).content.decode()
    assert [one for one in ("too short", "too similar", "too common") if one in page] == wrong
    assert not User.objects.filter(email=NEW["email"]).exists()


def test_a_code_that_was_sent_opens_an_account_for_that_address_alone(
    client: Client, patient: Patient
) -> None:
    _, code = actions.invite(patient, role=Role.READER, email="Rose@Example.org", by=patient.owner)
    client.post(JOIN_NEW, {"code": code})
    offer = client.get(SIGN_UP).content.decode()
    assert "Dad invites you to Ana’s diary" in offer
    assert "with rose@example.org" in offer
    refused = client.post(SIGN_UP, {**NEW, "email": "kim@example.org"})
    assert b"Your code was sent to another address" in refused.content
    assert not User.objects.filter(email="kim@example.org").exists()
    assert client.post(SIGN_UP, NEW).status_code == 302
    assert Share.objects.get().user.email == NEW["email"]
