"""The numbers to call and the family's card: who sees them, who changes them, what is refused."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Patient, User
from diary.core.fields import PhoneField
from diary.models import CheckIn, Contact, FamilyCard, Finding
from diary.team import actions as contacts
from diary.team.actions import PhoneLine
from tests.diary.cast import log_temperature
from tests.diary.open_entries import still_open

LogIn = Callable[[User], Client]


@pytest.fixture
def client(log_in: LogIn, owner: User) -> Client:
    return log_in(owner)


def url(name: str, patient: Patient) -> str:
    return reverse(name, args=[patient.pk])


def text(response: Any) -> str:
    return str(response.content.decode())


# Numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("020 7946 0000", "020 7946 0000"),
        (" +44 20-7946-0000 ", "+44 20-7946-0000"),
        ("(020) 7946 0000", None),
        ("020\u00a07946\u20110000", "020 7946-0000"),
        ("0911/123456", "0911 123456"),
        ("\u0660\u0662\u0660 \u0667\u0669\u0664\u0666", "020 7946"),
        ("\uff0b44 20 7946", "+44 20 7946"),
        ("*31#0207946", "*31#0207946"),
        ("999", "999"),
        ("", ""),
        ("   ", ""),
        ("020.7946.0000", "020.7946.0000"),
        ("\u202a+442079460000\u202c", "+442079460000"),
    ],
)
def test_a_number_is_kept_as_a_phone_can_call_it(typed: str, kept: str | None) -> None:
    found = PhoneField().clean(typed)
    assert found == (typed if kept is None else kept)
    if found:
        assert Contact(number=found).tel.lstrip("+").replace("*", "").replace("#", "").isascii()


@pytest.mark.parametrize(
    "typed",
    [
        "call the ward",
        "+44 (0)20 7946 0000",
        "+39 ( 0 ) 6 7946 0000",
        "020 7946 ext 12",
        "12",
        "020 7946 0000 and 020 7946 0001",
        "020 7946 0000 / 020 7946 0001",
        "++44 20 7946",
        "44+20 7946",
        "javascript:alert(1)",
        "020,7946",
        "1" * 41,
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        PhoneField().clean(typed)


def test_numbers_are_kept_by_kind(patient: Patient, owner: User) -> None:
    numbers = {"always": PhoneLine("0123 456", "Ward"), "day": PhoneLine("0123 789")}
    contacts.set_contacts(patient, numbers=numbers, by=owner)
    contacts.set_contacts(patient, numbers={"always": PhoneLine("0123 457", "Ward")}, by=owner)
    kept = {c.kind: c.number for c in patient.contacts.all()}
    assert kept == {"always": "0123 457", "day": "0123 789"}
    assert patient.audit.filter(action="set number").count() == 3


def test_the_same_number_again_changes_nothing(patient: Patient, owner: User) -> None:
    numbers = {"always": PhoneLine("0123 456", "Ward")}
    contacts.set_contacts(patient, numbers=numbers, by=owner)
    contacts.set_contacts(patient, numbers=numbers, by=owner)
    assert patient.audit.count() == 1


def test_an_empty_number_is_taken_out_and_noted(patient: Patient, owner: User) -> None:
    contacts.set_contacts(patient, numbers={"day": PhoneLine("0123 456")}, by=owner)
    row = f"contact:{patient.contacts.get().pk}"
    contacts.set_contacts(patient, numbers={"day": PhoneLine("")}, by=owner)
    assert not patient.contacts.exists()
    entry = patient.audit.latest("pk")
    assert (entry.action, entry.row) == ("remove number", row)


# The pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["team", "team_edit", "card_edit"])
def test_who_may_open_the_pages(
    name: str, patient: Patient, log_in: LogIn, reader: User, writer: User, stranger: User
) -> None:
    address = url(name, patient)
    assert Client().get(address).status_code == 302
    assert log_in(stranger).get(address).status_code == 404
    assert log_in(writer).get(address).status_code == 200
    assert log_in(reader).get(address).status_code == (200 if name == "team" else 403)


@pytest.mark.parametrize("name", ["team_edit", "card_edit"])
def test_who_may_not_write_changes_nothing(
    name: str, patient: Patient, log_in: LogIn, reader: User, stranger: User
) -> None:
    said = {"team_name": "x", "always": "0123 456", "unit": "F", "words": "x"}
    assert log_in(reader).post(url(name, patient), said).status_code == 403
    assert log_in(stranger).post(url(name, patient), said).status_code == 404
    assert Client().post(url(name, patient), said).status_code == 302
    assert not patient.contacts.exists()
    assert not FamilyCard.objects.exists()


def test_a_reader_sees_the_numbers_and_no_buttons(
    patient: Patient, log_in: LogIn, reader: User, owner: User
) -> None:
    contacts.set_contacts(
        patient, numbers={"always": PhoneLine("+44 20 7946 0000", "Ward")}, by=owner
    )
    page = text(log_in(reader).get(url("team", patient)))
    assert 'href="tel:+442079460000"' in page
    assert url("team_edit", patient) not in page
    assert url("card_edit", patient) not in page


def test_the_page_shows_every_number_with_its_source(client: Client, patient: Patient) -> None:
    page = text(client.get(url("team", patient)))
    assert 'href="tel:999"' in page
    assert "The 24-hour number is missing" in page
    assert "swast.nhs.uk" in page
    assert "38.0 °C (100.4 °F)" in page


def test_without_a_known_emergency_number_the_page_says_so(
    client: Client, patient: Patient
) -> None:
    patient.country = "TV"
    patient.save()
    page = text(client.get(url("team", patient)))
    assert "does not know your country’s emergency number" in page


def test_numbers_are_changed(client: Client, patient: Patient) -> None:
    said = {"team_name": "Nurse Kim", "always": "0123 456", "always_label": "Kim"}
    response = client.post(url("team_edit", patient), said, follow=True)
    assert response.status_code == 200
    assert "Call the number once now" in text(response)
    assert "Call the Nurse Kim, 24 hours" in text(response)
    page = text(client.get(url("team_edit", patient)))
    assert 'value="0123 456"' in page


def test_a_wrong_number_is_said_and_everything_is_kept(client: Client, patient: Patient) -> None:
    said = {"team_name": "Nurse Kim", "always": "ask Kim", "day": "0123 456"}
    response = client.post(url("team_edit", patient), said)
    assert response.status_code == 422
    assert "That is not a phone number. Type digits and spaces" in text(response)
    assert 'value="ask Kim"' in text(response)
    assert 'value="0123 456"' in text(response)
    assert not patient.contacts.exists()
    patient.refresh_from_db()
    assert patient.team_name == "care team"


def test_the_page_asks_few_questions_of_the_database(
    client: Client, patient: Patient, django_assert_max_num_queries: Any
) -> None:
    client.get(url("team", patient))
    with django_assert_max_num_queries(11):
        client.get(url("team", patient))


# The card ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "unit", "line"),
    [
        ("37.5", "C", ("37.5", "C")),
        ("37,8", "C", ("37.8", "C")),
        ("37.99", "C", ("37.99", "C")),
        ("100", "F", ("100", "F")),
        ("100.39", "F", ("100.39", "F")),
        ("100 °F", "C", ("100", "F")),
        ("37.5 °C", "F", ("37.5", "C")),
        ("37.5c", "F", ("37.5", "C")),
        ("38.0", "C", None),
        ("100.4", "F", None),
        ("", "C", ("37.5", "C")),  # not known: as on most cards of the country
    ],
)
def test_a_card_lowers_the_fever_line(
    client: Client, patient: Patient, typed: str, unit: str, line: tuple[str, str] | None
) -> None:
    response = client.post(url("card_edit", patient), {"unit": unit, "fever_from": typed})
    assert response.status_code == 302
    card = FamilyCard.objects.get(patient=patient)
    found = (card.fever_from, card.fever_unit) if card.fever_from is not None else None
    assert found == (None if line is None else (Decimal(line[0]), line[1]))
    assert card.words == ""


@pytest.mark.parametrize(
    ("typed", "unit", "words", "kept", "said"),
    [
        ("38.3", "C", "", "38.3 °C.", "38.3 °C"),
        ("38.01", "C", "", "38.01 °C.", "38.01 °C"),
        ("101", "F", "Once.", "101.0 °F. Once.", "101.0 °F"),
        ("38.3", "C", "38,3 twice in an hour", "38,3 twice in an hour", "38.3 °C"),
    ],
)
def test_a_laxer_card_is_kept_in_words_and_changes_nothing(
    client: Client, patient: Patient, typed: str, unit: str, words: str, kept: str, said: str
) -> None:
    response = client.post(
        url("card_edit", patient), {"unit": unit, "fever_from": typed, "words": words}, follow=True
    )
    card = FamilyCard.objects.get(patient=patient)
    assert (card.words, card.fever_from) == (kept, None)
    assert f"The card says {said}. The diary shows that. Fever is still urgent here" in text(
        response
    )
    shown = "38.0 °C (100.4 °F)" if unit == "C" else "100.4 °F (38.0 °C)"
    assert f"urgent from {shown}" in text(response)


@pytest.mark.parametrize(
    ("typed", "unit", "error"),
    [
        ("warm", "C", "Type only the temperature"),
        ("37.5 or 38", "C", "Type only the temperature"),
        ("100", "C", "cannot be a fever line"),
        ("37.5", "F", "cannot be a fever line"),
        ("35.9", "C", "cannot be a fever line"),
        ("44", "C", "cannot be a fever line"),
        ("37.5", "K", "Select a valid choice"),
    ],
)
def test_a_wrong_line_is_said_and_kept(
    client: Client, patient: Patient, typed: str, unit: str, error: str
) -> None:
    said = {"unit": unit, "fever_from": typed, "words": "Call us"}
    response = client.post(url("card_edit", patient), said)
    assert response.status_code == 422
    assert error in text(response)
    assert f'value="{typed}"' in text(response)
    assert "Call us" in text(response)
    assert not FamilyCard.objects.exists()


def test_the_card_is_shown_as_it_was_typed(client: Client, patient: Patient) -> None:
    client.post(url("card_edit", patient), {"unit": "C", "fever_from": "37,8", "words": "<b>Now"})
    page = text(client.get(url("team", patient)))
    assert "&lt;b&gt;Now" in page
    assert "Fever is urgent from 37.8 °C (100.1 °F)." in page
    edit = text(client.get(url("card_edit", patient)))
    assert 'value="37.8 °C"' in edit
    client.post(url("card_edit", patient), {"unit": "F", "fever_from": "37.8 °C"})
    patient.refresh_from_db()
    assert patient.unit == "F"
    assert FamilyCard.objects.get(patient=patient).fever_unit == "C"


def test_a_lower_line_judges_the_readings_of_today_again(
    client: Client, patient: Patient, owner: User
) -> None:
    log_temperature(patient, "37.7", "C", by=owner)
    assert not Finding.objects.filter(level="urgent").exists()
    client.post(url("card_edit", patient), {"unit": "C", "fever_from": "37.5"})
    assert Finding.objects.filter(level="urgent", symptom="fever").exists()
    assert still_open(CheckIn.objects.all()).count() == 1


def test_changing_the_card_is_noted(client: Client, patient: Patient) -> None:
    client.post(url("card_edit", patient), {"unit": "F", "words": "Call us"})
    assert {e.action for e in patient.audit.all()} == {"edit patient", "set family card"}
