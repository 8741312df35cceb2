"""What the diary knows about the patient."""

import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts import actions, countries
from accounts.forms import PatientForm
from accounts.models import COLOURS, TINTS, Patient, User
from tests.accounts.test_access import ABOUT
from tests.conftest import new_patient

LogIn = Callable[[User], Client]


@pytest.mark.parametrize("who", ["owner", "writer"])
def test_owner_and_writer_correct_what_is_known(
    who: str, patient: Patient, log_in: LogIn, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    response = log_in(user).post(reverse("patient_edit", args=[patient.pk]), ABOUT)
    assert response.url == reverse("patient_more", args=[patient.pk])
    patient.refresh_from_db()
    assert (patient.name, patient.birth_month, patient.birth_year) == ("Ana Maria", 6, 2016)
    assert (patient.unit, patient.zone, patient.country) == ("F", "Europe/Madrid", "ES")
    assert patient.team_name == "the ward"
    assert (patient.audit.get().action, patient.audit.get().by) == ("edit patient", user)


def test_the_page_begins_with_what_is_kept(patient: Patient, owner: User, log_in: LogIn) -> None:
    page = log_in(owner).get(reverse("patient_edit", args=[patient.pk])).content.decode()
    for part in (
        'value="Ana"',
        '<option value="5" selected>May',
        'value="2017"',
        '<option value="Europe/London" selected>London',
        '<option value="GB" selected>',
        "Save for Ana",
    ):
        assert part in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "  ", "This field is required"),
        ("birth_month", "13", "Select a valid choice"),
        ("birth_year", "1899", "Type a year from 1900"),
        ("birth_year", "3017", "Type a year from 1900"),
        ("birth_year", "", "This field is required"),
        ("birth_year", "two thousand", "Enter a whole number"),
        ("unit", "K", "Select a valid choice"),
        ("zone", "Mars/Olympus", "Select a valid choice"),
        ("country", "XX", "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_asked_again_and_nothing_is_lost(
    field: str, value: str, words: str, patient: Patient, owner: User, log_in: LogIn
) -> None:
    response = log_in(owner).post(
        reverse("patient_edit", args=[patient.pk]), {**ABOUT, field: value}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert 'value="the ward"' in page, "what was typed is still there"
    assert "Save for Ana<" in page, "the heading keeps the name that is saved"
    patient.refresh_from_db()
    assert patient.name == "Ana"


def test_a_month_that_has_not_come_yet_is_asked_again() -> None:
    from django.utils import timezone

    now = timezone.now()
    for month, valid in [(now.month, True), (now.month + 1, now.month == 12)]:
        year = now.year if month <= 12 else now.year - 1
        form = PatientForm({**ABOUT, "birth_month": (month - 1) % 12 + 1, "birth_year": year})
        assert form.is_valid() is valid


def test_a_zone_kept_under_another_name_stays(patient: Patient) -> None:
    patient.zone = "Asia/Calcutta"
    form = PatientForm({**ABOUT, "zone": "Asia/Calcutta"}, patient=patient)
    assert form.is_valid()
    assert not PatientForm({**ABOUT, "zone": "Asia/Calcutta"}).is_valid()


def test_every_zone_and_country_in_the_lists_is_real() -> None:
    assert len(countries.zone_names()) > 300
    for name in countries.zone_names():
        ZoneInfo(name)
    assert len(countries.countries()) > 200
    assert ("GB", "Britain (UK)") in countries.countries()
    assert all(len(code) == 2 for code, _ in countries.countries())


def test_one_person_keeps_several_diaries_but_one_of_their_own(owner: User) -> None:
    def begin(name: str, *, is_self: bool) -> Patient:
        return actions.create_patient(
            by=owner,
            name=name,
            birth_month=1,
            birth_year=1980,
            is_self=is_self,
            zone="Europe/London",
            unit="C",
            country="GB",
        )

    begin("Me", is_self=True)
    begin("Ana", is_self=False)
    begin("Ben", is_self=False)
    assert owner.patients.count() == 3
    assert [entry.action for entry in owner.patients.get(name="Ben").audit.all()] == [
        "create patient"
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        begin("Me again", is_self=True)
    assert owner.patients.count() == 3


def test_two_children_of_one_family_have_different_colours(owner: User) -> None:
    children = [
        actions.create_patient(
            by=owner,
            name=name,
            birth_month=1,
            birth_year=2015,
            is_self=False,
            zone="Europe/London",
            unit="C",
            country="GB",
        )
        for name in ("Ana", "Ben", "Cai")
    ]
    assert len({child.colour_class for child in children}) == 3


UNSEEN = ["王丽", "김민지", "さくら", "דנה", "สมชาย", "ნინო", "Ana 王"]
SEEN = ["Ana", "Zoë", "Đặng Thị", "Анна", "Ελένη", "نور", "अनु", "Ana 🦄", "Łucja-Ö’Neil"]


@pytest.mark.parametrize("name", UNSEEN)
def test_a_name_that_paper_cannot_show_needs_latin_letters(name):
    form = PatientForm({**ABOUT, "name": name})
    assert "Paper cannot show" in str(form.errors["latin_name"])
    assert PatientForm({**ABOUT, "name": name, "latin_name": "Wang Li"}).is_valid()


@pytest.mark.parametrize("name", SEEN)
def test_a_name_that_paper_shows_needs_nothing_else(name):
    assert "latin_name" not in PatientForm({**ABOUT, "name": name}).errors


@pytest.mark.parametrize("latin", ["王", "Анна", "Wang 丽"])
def test_latin_letters_are_latin(latin):
    assert "latin_name" in PatientForm({**ABOUT, "name": "王丽", "latin_name": latin}).errors


def test_both_names_are_kept_and_stand_on_paper(patient, owner, log_in):
    address = reverse("patient_edit", args=[patient.pk])
    sent = {**ABOUT, "name": "王丽"}
    assert log_in(owner).post(address, sent).status_code == 422
    assert log_in(owner).post(address, {**sent, "latin_name": "Wang Li"}).status_code == 302
    patient.refresh_from_db()
    assert (patient.name, patient.paper_name) == ("王丽", "Wang Li (王丽)")


def test_the_name_of_a_file_tells_diaries_apart_and_names_nobody(
    patient: Patient, stranger: User
) -> None:
    """Two families may have chosen the same colour."""
    other = new_patient(stranger, name="Bo", birth_month=1, birth_year=2016)
    assert re.fullmatch(r"(purple|teal|blue|pink|olive|brown)-\d{4}", patient.file_mark)
    assert patient.tint == other.tint
    assert patient.file_mark != other.file_mark
    assert "ana" not in patient.file_mark.lower()
    assert len(COLOURS) == TINTS
