"""Two patients of one name are told apart by more than a colour, wherever they are named; one of a
name costs no word more."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import patient_for
from accounts.models import Patient, Role, Share, User
from accounts.namesakes import Namesake
from tests.config.addresses import FILES, PATIENT, every_address, ids_for, who_may
from tests.config.world import Diary, make_diary

LogIn = Callable[..., Client]
APART = "(May 2017)"
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def ana(owner: User) -> Diary:
    """Ana, born in May 2017."""
    return make_diary(owner, "Ana")


def another(ana: Diary, owner: User, **different: Any) -> Patient:
    """A second Ana of the same family, or of one that shares hers."""
    patient = Patient.objects.get(pk=ana.patient.pk)
    patient.pk, patient._state.adding, patient.owner = None, True, owner
    for name, value in {"birth_year": 2012, **different}.items():
        setattr(patient, name, value)
    patient.save(force_insert=True)
    return patient


def pages(client: Client, ana: Diary) -> dict[str, str]:
    addresses = [one for one in every_address() if who_may(one) == PATIENT]
    paths = {one.name: one.path(ids_for(ana.ids)) for one in addresses if one.name not in FILES}
    found = {name: client.get(path) for name, path in paths.items()}
    return {
        name: answer.content.decode()
        for name, answer in found.items()
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    }


def header(page: str) -> str:
    return " ".join(re.findall(r'<b>.*?</b>|aria-label="Diary of.*?"', page))


def test_every_page_of_theirs_says_which(ana: Diary, owner: User, dad: Client) -> None:
    another(ana, owner)
    opened = pages(dad, ana)
    assert len(opened) > 50
    assert [name for name, page in opened.items() if header(page).count(APART) != 2] == []
    for name, words in (
        ("today", f"Save for {ana.patient.name} {APART}"),
        ("check_in", APART),
        ("check_in_move", f"Move it from {ana.patient.name}’s {APART} diary"),
        ("patient_urgent", APART),
    ):
        text = re.sub(r"\s+", " ", opened[name].partition("<main")[2])
        assert words in text, name


def test_so_do_the_list_the_phone_and_the_card_of_an_entry(
    ana: Diary, owner: User, dad: Client
) -> None:
    second = another(ana, owner)
    listed = dad.get(reverse("people")).content.decode()
    assert f"{APART}</a>" in listed
    assert "(May 2012)</a>" in listed
    kept = dad.get(reverse("kept", args=[second.pk])).json()
    assert kept["name"].endswith("(May 2012)")
    assert APART in dad.get(reverse("urgent"), follow=True).content.decode()


def test_one_of_a_name_has_nothing_beside_it(ana: Diary, owner: User, dad: Client) -> None:
    another(ana, owner, name="Ben")
    assert [name for name, page in pages(dad, ana).items() if APART in header(page)] == []
    assert APART not in dad.get(reverse("people")).content.decode()


def test_it_is_said_to_whoever_sees_both_and_to_nobody_else(
    ana: Diary, owner: User, stranger: User
) -> None:
    second = another(ana, stranger)
    assert patient_for(owner, ana.patient.pk).apart == ""
    terms = {"role": Role.READER, "accepted": second.created, "confirmed": second.created}
    Share.objects.create(patient=second, user=owner, **terms)
    assert patient_for(owner, ana.patient.pk).apart == f" {APART}"
    assert patient_for(stranger, second.pk).apart == ""


def test_of_the_same_month_it_says_when_each_was_begun(ana: Diary, owner: User) -> None:
    another(ana, owner, birth_year=2017, created=timezone.now() - timedelta(days=900))
    begun = r" \(May 2017, diary begun \d+ \w+ \d{4}"
    assert re.fullmatch(rf"{begun}\)", patient_for(owner, ana.patient.pk).apart)
    copy = another(ana, owner, birth_year=2017)
    said = {patient_for(owner, one).apart for one in (ana.patient.pk, copy.pk)}
    assert len(said) == 2
    assert all(re.fullmatch(rf"{begun}, number \d{{4}}\)", words) for words in said)


def test_the_name_itself_is_changed_by_nothing(ana: Diary, owner: User, dad: Client) -> None:
    another(ana, owner)
    page = reverse("patient_edit", args=[ana.patient.pk])
    form = dad.get(page).content.decode()
    assert f'value="{ana.patient.name}"' in form
    assert APART not in str(Patient.objects.get(pk=ana.patient.pk).name)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ana", "ANA"), ("Zoë", "Zoe"), ("Ana Li", "ana-li"), ("李", "李"), ("!", "!")],
)
def test_names_that_sound_alike_are_the_same(one: str, other: str) -> None:
    assert Namesake(one, 2017, 5, NOW).sound == Namesake(other, 2012, 5, NOW).sound


@given(st.text(min_size=1))
def test_no_name_is_without_a_sound(name: str) -> None:
    assert Namesake(name, 2017, 5, NOW).sound
