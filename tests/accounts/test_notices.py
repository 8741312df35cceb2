"""Who changes what opens an account ends the other log-ins, and the addresses hear of it."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.conftest import PASSWORD

ME, EMAIL = reverse("account_menu"), reverse("account_email")
NEW = "papa@example.org"


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def logged_in(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def here(owner: User) -> Client:
    """Dad, who typed his password a moment ago, with two addresses that are his."""
    EmailAddress.objects.create(user=owner, email=owner.email, primary=True, verified=True)
    EmailAddress.objects.create(user=owner, email=NEW, primary=False, verified=True)
    client = logged_in(owner)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def change_password(client: Client) -> None:
    new = "five loud geese by the road"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), typed)


def change_address(client: Client) -> None:
    client.post(EMAIL, {"email": NEW, "action_primary": ""})


def remove_address(client: Client) -> None:
    client.post(EMAIL, {"email": NEW, "action_remove": ""})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (change_password, ["dad@example.org"]),
        (change_address, ["dad@example.org", NEW]),
        (remove_address, ["dad@example.org", NEW]),
    ],
)
def test_a_change_ends_the_other_log_ins_and_tells_both_addresses(
    owner: User, here: Client, change: Callable[[Client], None], told: list[str]
) -> None:
    others = [logged_in(owner), logged_in(owner)]
    change(here)
    assert [message.to for message in mail.outbox] == [[email] for email in told]
    assert all("If this was not you" in message.body for message in mail.outbox)
    assert here.get(ME).status_code == 200
    assert [other.get(ME).status_code for other in others] == [302, 302]


def test_a_wrong_password_changes_nothing(owner: User, here: Client) -> None:
    other = logged_in(owner)
    here.post(
        reverse("account_change_password"),
        {"oldpassword": "a guess", "password1": "x" * 20, "password2": "x" * 20},
    )
    assert mail.outbox == []
    assert other.get(ME).status_code == 200


def test_the_id_of_a_session_is_new_once_the_password_was_typed_again(owner: User) -> None:
    client = logged_in(owner)
    copied = client.cookies["session"].value
    client.post(reverse("account_reauthenticate"), {"password": "a guess"})
    assert client.cookies["session"].value == copied
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.cookies["session"].value != copied
    thief = Client()
    thief.cookies["session"] = copied
    assert thief.get(ME).status_code == 302
    assert client.get(ME).status_code == 200
    assert UserSession.objects.get().session_key == client.cookies["session"].value, "it is listed"
