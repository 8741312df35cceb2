"""Urgent help inside a diary: that family's own numbers come first."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Patient, User
from diary.models import Contact, FamilyCard
from tests.conftest import new_patient
from tests.diary.answers import with_numbers

LogIn = Callable[[User], Client]


def numbers_in(page: str) -> list[str]:
    return re.findall(r'class="button call[^"]*"\s+href="tel:([^"]+)"', page)


def bo_of(owner: User, country: str = "IE") -> Patient:
    return new_patient(
        owner, name="Bo", birth_month=1, birth_year=2016, zone="Europe/Dublin", country=country
    )


def test_the_familys_own_numbers_stand_first(log_in: LogIn, owner: User, patient: Patient) -> None:
    with_numbers(patient)
    page = log_in(owner).get(f"/p/{patient.pk}/urgent/").content.decode()
    assert "Urgent help for Ana" in page
    assert numbers_in(page) == ["02079460123", "02079460456", "999"]
    assert page.index("tel:02079460123") < page.index("Call the emergency number first for")
    assert page.index("Call the emergency number first for") < page.index("zh-Hans")


def test_a_number_that_is_missing_is_said_to_be(
    log_in: LogIn, owner: User, patient: Patient
) -> None:
    patient.country = "AQ"
    patient.save()
    page = log_in(owner).get(f"/p/{patient.pk}/urgent/").content.decode()
    assert numbers_in(page) == []
    assert "The 24-hour number of the care team is not saved here." in page
    assert "The emergency number where you live is not saved here." in page


def test_the_line_of_the_familys_card_is_the_one_that_is_named(
    log_in: LogIn, owner: User, patient: Patient
) -> None:
    FamilyCard.objects.create(patient=patient, fever_from="37.2", fever_unit="C", words="37.2")
    page = log_in(owner).get(f"/p/{patient.pk}/urgent/").content.decode()
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Fever is urgent for Ana from 37.2 °C" in page
    assert "Urgent from 37.2 °C (99.0 °F), or with no reading" in page
    assert "38.0" not in page
    assert "37.5" not in page


@pytest.mark.parametrize("unit", ["C", "F"])
def test_one_line_is_the_same_number_wherever_it_stands(
    log_in: LogIn, owner: User, patient: Patient, unit: str
) -> None:
    card = FamilyCard.objects.create(patient=patient, fever_from="37.8", fever_unit="C")
    tenths = range(372, 380) if unit == "C" else range(990, 1004)
    for line in (Decimal(n) / 10 for n in tenths):
        FamilyCard.objects.filter(pk=card.pk).update(fever_from=line, fever_unit=unit)
        page = log_in(owner).get(f"/p/{patient.pk}/urgent/").content.decode()
        page = page.replace("\N{NO-BREAK SPACE}", " ")
        sentence = re.search(r"Fever is urgent for Ana from ([^<]+)\.<", page)
        chip = re.search(r"Urgent from ([^<]+), or with no reading", page)
        assert sentence
        assert chip
        assert f"{line:.1f} °{unit}" in chip[1]
        assert chip[1] == sentence[1]


def test_the_way_leads_to_the_only_diary(log_in: LogIn, owner: User, patient: Patient) -> None:
    answer = log_in(owner).get("/urgent/")
    assert answer.headers["Location"] == f"/p/{patient.pk}/urgent/"


def test_with_several_diaries_each_person_is_named(
    log_in: LogIn, owner: User, patient: Patient
) -> None:
    with_numbers(patient)
    bo = bo_of(owner)
    Contact.objects.create(patient=bo, kind="always", number="01 555 0100")
    page = log_in(owner).get("/urgent/").content.decode()
    ana, bos = page.split("<h2>Bo</h2>")
    assert "<h2>Ana</h2>" in ana
    assert numbers_in(ana) == ["02079460123", "02079460456", "999"]
    assert numbers_in(bos)[:2] == ["015550100", "112"]


def test_another_country_can_be_asked_for_inside_a_diary(
    log_in: LogIn, owner: User, patient: Patient
) -> None:
    page = log_in(owner).get(f"/p/{patient.pk}/urgent/").content.decode()
    assert 'action="/urgent/"' in page
    answer = log_in(owner).get("/urgent/?country=FR")
    assert answer.headers["Location"] == "/urgent/fr/"


def test_a_reader_may_see_the_numbers_and_a_stranger_may_not(
    log_in: LogIn, reader: User, stranger: User, patient: Patient
) -> None:
    with_numbers(patient)
    path = f"/p/{patient.pk}/urgent/"
    assert "tel:02079460123" in log_in(reader).get(path).content.decode()
    assert log_in(stranger).get(path).status_code == 404
    assert log_in(stranger).get("/urgent/").status_code == 200


@pytest.mark.parametrize("page", ["", "history/", "treatment/", "summary/", "more/", "team/"])
def test_every_way_to_urgent_help_inside_a_diary_leads_to_its_own(
    log_in: LogIn, owner: User, patient: Patient, page: str
) -> None:
    found = log_in(owner).get(f"/p/{patient.pk}/{page}").content.decode()
    assert f'href="/p/{patient.pk}/urgent/"' in found
    assert 'href="/urgent/' not in found
