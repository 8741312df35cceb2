"""Where most cards of a country give a lower fever line, it is offered first (JC-64)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import patient_for
from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.judging.fever import applied_words, card_line_c, card_of
from diary.models import Contact, FamilyCard, Finding
from diary.setup.views import next_step
from diary.team.actions import begin_diary
from diary.today.offline import kept_for
from summary.emergency.sheet import emergency
from tests.diary.answers import reading, said
from tests.diary.test_setup import TEAM
from therapies.catalogue import catalogue

SPACE = "\N{NO-BREAK SPACE}"
ASKED = "From which temperature does the card of Ana’s hospital say to call?"


@pytest.fixture
def client(log_in: Callable[[User], Client], owner: User) -> Client:
    return log_in(owner)


def text(response: Any) -> str:
    return str(response.content.decode()).replace(SPACE, " ")


def begun(owner: User, country: str = "GB") -> Patient:
    return begin_diary(
        name="Ana",
        birth_month=5,
        birth_year=2017,
        is_self=False,
        unit="C",
        country=country,
        zone="Europe/London",
        by=owner,
    )


def test_the_lower_line_of_a_country_is_data_with_its_decision() -> None:
    lower = {c.code: (c.fever_from, c.decision) for c in catalogue().countries.values()}
    assert lower["GB"] == (Decimal("37.5"), "JC-64")
    assert {code for code, (line, _) in lower.items() if line is not None} == {"GB"}


@pytest.mark.parametrize(("country", "line"), [("GB", Decimal("37.5")), ("DE", None)])
def test_a_new_diary_has_the_line_of_its_country_before_anybody_answered(
    owner: User, country: str, line: Decimal | None
) -> None:
    patient = begun(owner, country)
    assert card_line_c(card_of(patient)) == line
    Contact.objects.create(patient=patient, kind="always", number="020 7946 0123")
    assert next_step(patient) == "setup_team"


def test_a_reading_before_anybody_answered_is_a_fever_by_it(owner: User) -> None:
    patient = begun(owner)
    record_check_in(patient, said(timezone.now() - timedelta(hours=1), reading("37.5")), by=owner)
    assert Finding.objects.filter(level="urgent", symptom="fever").exists()
    kept = kept_for(patient_for(owner, patient.pk), owner, timezone.now())
    assert kept["fever"].replace(SPACE, " ") == (
        "Fever line used: 37.5 °C (99.5 °F), as on most cards in the United Kingdom."
    )


def test_it_is_offered_first_and_nothing_is_chosen(client: Client, owner: User) -> None:
    page = text(client.get(reverse("setup_team", args=[begun(owner).pk])))
    assert "37.5 °C, as most cards in the United Kingdom say" in page
    assert page.index('value="usual"') < page.index('value="own"') < page.index('value="unknown"')
    assert "checked" not in page.split('name="card_says"', 1)[1].split('name="fever_from"')[0]


@pytest.mark.parametrize(
    ("answers", "line", "source"),
    [
        ({"card_says": "usual"}, "37.5", "card"),
        ({"card_says": "unknown"}, "37.5", "usual"),
        ({}, "37.5", "usual"),
        ({"card_says": "own", "fever_from": "37.8"}, "37.8", "card"),
        ({"fever_from": "37.2"}, "37.2", "card"),
        ({"card_says": "own", "fever_from": "38"}, None, "card"),
        ({"card_says": "own", "fever_from": "38.5"}, None, "card"),
    ],
)
def test_what_the_card_says_is_kept_and_not_known_is_the_usual_line(
    client: Client, owner: User, answers: dict[str, str], line: str | None, source: str
) -> None:
    patient = begun(owner)
    client.post(reverse("setup_team", args=[patient.pk]), {**TEAM, "unit": "C", **answers})
    card = FamilyCard.objects.get(patient=patient)
    assert card.source == source
    assert card_line_c(card) == (None if line is None else Decimal(line))
    assert next_step(patient) == ""
    # Saved again as it stands there, it stays.
    form = client.get(reverse("card_edit", args=[patient.pk])).context["form"]
    shown = {name: form.initial.get(name, "") for name in ("card_says", "fever_from", "words")}
    client.post(reverse("card_edit", args=[patient.pk]), {"unit": "C", **shown})
    again = FamilyCard.objects.get(patient=patient)
    assert (again.source, again.fever_from) == (card.source, card.fever_from)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"card_says": "own"}, "Type the temperature, or choose another answer."),
        ({"card_says": "usual", "fever_from": "38"}, "choose “Another temperature”"),
        ({"card_says": "unknown", "fever_from": "38"}, "choose “Another temperature”"),
    ],
)
def test_two_answers_at_once_are_asked_again(
    client: Client, owner: User, answers: dict[str, str], error: str
) -> None:
    patient = begun(owner)
    response = client.post(
        reverse("setup_team", args=[patient.pk]), {**TEAM, "unit": "C", **answers}
    )
    assert response.status_code == 422
    assert error in text(response)


def test_a_diary_that_existed_keeps_its_line_until_it_is_asked_once_on_today(
    client: Client, patient: Patient, owner: User
) -> None:
    FamilyCard.objects.create(patient=patient)
    assert card_line_c(card_of(patient)) is None
    today = reverse("today", args=[patient.pk])
    assert ASKED in text(client.get(today))
    client.post(reverse("card_edit", args=[patient.pk]), {"unit": "C", "card_says": "unknown"})
    assert ASKED not in text(client.get(today))
    assert card_line_c(card_of(patient)) == Decimal("37.5")


@pytest.mark.parametrize("change", ["country", "card"])
def test_elsewhere_and_with_a_card_nothing_is_asked(
    client: Client, patient: Patient, change: str
) -> None:
    FamilyCard.objects.create(
        patient=patient, **({"fever_from": "37.8", "fever_unit": "C"} if change == "card" else {})
    )
    if change == "country":
        Patient.objects.update(country="DE")
    assert ASKED not in text(client.get(reverse("today", args=[patient.pk])))


def test_elsewhere_the_line_and_the_question_are_as_before(client: Client, owner: User) -> None:
    patient = begun(owner, "DE")
    page = text(client.get(reverse("setup_team", args=[patient.pk])))
    assert "card_says" not in page
    assert "Fever is urgent here from 38.0 °C (100.4 °F)." in page
    client.post(reverse("setup_team", args=[patient.pk]), {**TEAM, "unit": "C"})
    card = FamilyCard.objects.get(patient=patient)
    assert (card.fever_from, card.source) == (None, "")


def test_the_words_say_whose_line_it_is(patient: Patient, owner: User) -> None:
    card = FamilyCard(patient=patient, fever_from=Decimal("37.5"), fever_unit="C", source="usual")
    assert "as on most cards in the United Kingdom" in applied_words(patient, card)
    card.source = "card"
    assert "from the hospital card" in applied_words(patient, card)
    card.source = "usual"
    card.save()
    sheet = emergency(patient, by=owner)
    assert sheet.fever.replace(SPACE, " ") == (
        "Urgent from 37.5 °C (99.5 °F). The patient’s own card is not known. Most cards in the "
        "United Kingdom give 37.5 °C."
    )
