"""What a password may be: long enough, not known to everybody, not made of what is known here."""

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Patient, User
from config.passwords import LONGEST, SHORTEST, product_words
from config.settings import PASSWORD_HASHERS
from tests.conftest import PASSWORD
from therapies.catalogue import catalogue

NOBODY = User()


def refused(password: str, user: User = NOBODY) -> list[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [one.code for one in error.error_list]
    return []


@pytest.mark.parametrize(
    ("length", "codes"),
    [
        (SHORTEST - 1, ["password_too_short"]),
        (SHORTEST, []),
        (LONGEST, []),
        (LONGEST + 1, ["password_too_long"]),
    ],
)
def test_twelve_to_128_characters(db: None, length: int, codes: list[str]) -> None:
    letters = "kvxzwjgybm" * 20
    assert refused(letters[:length]) == codes


@given(st.text(min_size=SHORTEST, max_size=LONGEST))
def test_any_character_may_be_in_it(password: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("config.passwords._names_around", lambda _user: set())
        assert set(refused(password)) <= {"password_own_words", "password_too_common"}


@pytest.mark.parametrize("word", ["diary", "leukaemia", "leukemia", "blinatumomab", "Blincyto"])
@pytest.mark.parametrize("form", ["{0}{0}{0}", "My{0}2026!", "{0}-{0}-1234567", "xx {0} yy"])
def test_words_of_this_product_do_not_count(db: None, word: str, form: str) -> None:
    assert "password_own_words" in refused(form.format(word.upper()))


def test_every_therapy_and_brand_is_such_a_word() -> None:
    for therapy in catalogue().therapies.values():
        assert {name.casefold() for name in (therapy.name, *therapy.brands)} <= product_words()


def test_with_enough_of_other_words_they_may_stand_in_it(db: None) -> None:
    assert refused("four quiet herons keep a diary") == []


@pytest.mark.parametrize("password", ["Zebedee2017Zebedee", "my-zebedee-123", "ZEBEDEE zebedee"])
def test_neither_does_the_name_of_whose_diary_they_can_open(
    password: str, owner: User, reader: User, stranger: User, patient: Patient
) -> None:
    Patient.objects.update(name="Zebedee")
    for user in (owner, reader):
        assert refused(password, user) == ["password_own_words"]
    assert refused("zebedee zebedee", stranger) == [], "nothing is given away to a stranger"


def test_nor_ones_own_name_and_address(owner: User) -> None:
    owner.name = "Bartholomew"
    owner.email = "hedgehog.fan@example.org"
    for password in ("bartholomew-77", "Hedgehog.fan-2026"):
        assert "password_own_words" in refused(password, owner)


def test_the_list_of_common_ones_is_long_and_lies_here(db: None) -> None:
    assert len(CommonPasswordValidator().passwords) >= 10_000
    assert refused("1q2w3e4r5t6y") == ["password_too_common"]


def test_it_is_hashed_by_argon2id(settings: LazySettings) -> None:
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS  # the product's; other tests take a quick one
    assert make_password(PASSWORD).startswith("argon2$argon2id$")


@pytest.mark.parametrize("new", ["  spaces at both ends  ", "пять тихих цапель", "🦆" * 12])
def test_what_was_typed_or_pasted_is_taken_as_it_is(owner: User, new: str, client: Client) -> None:
    client.force_login(owner)
    page = client.get(reverse("account_change_password")).content.decode()
    assert "maxlength" not in page, "a browser would cut what is pasted without a word"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), typed)
    owner.refresh_from_db()
    assert owner.check_password(new)
    assert not owner.check_password(new.strip() + "x")
