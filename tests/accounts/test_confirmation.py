"""Whoever picks up an open phone shares nothing, takes nothing out and changes no number: the
password is asked for first, once in ten minutes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Patient, Role, Share, User
from diary.models import Contact
from tests.config.world import changed, state
from tests.conftest import PASSWORD

LogIn = Callable[..., Client]
AGAIN = reverse("account_reauthenticate")
TEAM = {"team_name": "the ward", "always": "020 7946 0000", "emergency": "999"}


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def asks(answer: Any) -> bool:
    return answer.status_code == 302 and answer.url.startswith(AGAIN)


def fields_of(client: Client, page: str) -> dict[str, str]:
    """Return what the form on the page would send as it stands."""
    form = client.get(page).context["form"]
    return {name: value for name in form.fields if (value := form[name].value()) not in (None, "")}


@pytest.fixture
def waiting(patient: Patient, stranger: User) -> Share:
    return patient.shares.create(user=stranger, role=Role.READER, accepted=timezone.now())


def test_an_invitation_goes_out_after_the_password_and_is_not_typed_twice(
    patient: Patient, owner: User, log_in: LogIn
) -> None:
    client, page = log_in(owner, open_phone=True), reverse("sharing", args=[patient.pk])
    typed = {**fields_of(client, page), "role": "writer"}
    before = state()
    asked = client.post(page, typed)
    assert asks(asked)
    client.post(asked.url, {"password": "a guess"})
    assert "accounts.invitation" not in changed(before)
    assert client.post(asked.url, {"password": PASSWORD}).url == page
    assert patient.invitations.get().role == "writer"
    client.post(page, typed)
    assert patient.invitations.count() == 2, "not asked again within ten minutes"


def test_ten_minutes_later_it_asks_again(patient: Patient, owner: User, log_in: LogIn) -> None:
    client, page = log_in(owner), reverse("sharing", args=[patient.pk])
    typed = fields_of(client, page)
    for minutes, again in ((9, False), (10, True)):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            assert asks(client.post(page, typed)) is again


def test_confirming_and_changing_a_share_ask_and_ending_one_does_not(
    patient: Patient, owner: User, reader: User, waiting: Share, log_in: LogIn
) -> None:
    client = log_in(owner, open_phone=True)
    confirm = reverse("share_confirm", args=[patient.pk, waiting.pk])
    assert asks(client.post(confirm))
    share = patient.shares.get(user=reader)
    edit = reverse("share_edit", args=[patient.pk, share.pk])
    assert asks(client.post(edit, fields_of(client, edit)))
    assert not asks(client.post(reverse("share_revoke", args=[patient.pk, share.pk])))
    share.refresh_from_db()
    assert share.revoked, "to shut somebody out nothing stands in the way"
    client.post(client.post(confirm).url, {"password": PASSWORD})
    waiting.refresh_from_db()
    assert waiting.confirmed


@pytest.mark.parametrize(
    ("name", "typed"), [("team_edit", TEAM), ("card_edit", {}), ("setup_team", TEAM)]
)
def test_numbers_and_card_are_changed_by_others_after_the_password_only(
    patient: Patient, writer: User, log_in: LogIn, name: str, typed: dict[str, str]
) -> None:
    client, page = log_in(writer, open_phone=True), reverse(name, args=[patient.pk])
    assert client.get(page).status_code == 200
    before = state()
    asked = client.post(page, {**fields_of(client, page), **typed})
    assert asks(asked)
    assert not [row for row in changed(before) if not row.startswith("sessions")]


def test_the_number_that_was_typed_is_kept_after_it(
    patient: Patient, writer: User, log_in: LogIn
) -> None:
    client, page = log_in(writer, open_phone=True), reverse("team_edit", args=[patient.pk])
    done = client.post(client.post(page, TEAM).url, {"password": PASSWORD})
    assert done.url == reverse("team", args=[patient.pk])
    assert Contact.objects.get(patient=patient, kind="always").number == TEAM["always"]


def test_the_owner_changes_numbers_without_it(patient: Patient, owner: User, log_in: LogIn) -> None:
    client, page = log_in(owner, open_phone=True), reverse("team_edit", args=[patient.pk])
    assert client.post(page, TEAM).url == reverse("team", args=[patient.pk])


def test_an_address_is_added_after_it_only(owner: User, log_in: LogIn) -> None:
    client = log_in(owner, open_phone=True)
    page = reverse("account_email")
    assert asks(client.post(page, {"email": "thief@example.org", "action_add": ""}))
    assert not owner.emailaddress_set.filter(email="thief@example.org").exists()


@pytest.mark.parametrize(
    "name", ["mfa_activate_totp", "mfa_generate_recovery_codes", "mfa_add_webauthn"]
)
def test_a_second_step_is_added_after_it_only(owner: User, log_in: LogIn, name: str) -> None:
    assert asks(log_in(owner, open_phone=True).get(reverse(name)))
