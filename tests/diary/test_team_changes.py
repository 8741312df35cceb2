"""Somebody else changes the urgent number or the hospital card: the owner is told, and takes it
back in one tap."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Patient, User
from diary.judging.fever import card_line_c, card_of
from diary.models import FamilyCard, TeamChange
from diary.team import actions
from diary.team.actions import PhoneLine

LogIn = Callable[[User], Client]
NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
OLD, NEW = PhoneLine("020 7946 0001", "Ward 3"), PhoneLine("020 7946 0002", "Nurse Kim")
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def number(patient: Patient, owner: User) -> None:
    actions.set_contacts(patient, numbers={"always": OLD}, by=owner)


def change_number(patient: Patient, by: User, line: PhoneLine = NEW) -> None:
    actions.set_contacts(patient, numbers={"always": line}, by=by)


def change_card(patient: Patient, by: User, degrees: str | None, words: str = "") -> None:
    fever_from = None if degrees is None else Decimal(degrees)
    actions.set_family_card(patient, words=words, fever_from=fever_from, unit="C", by=by)


def number_of(patient: Patient) -> tuple[str, str]:
    return patient.contacts.values_list("number", "label").get(kind="always")


def press(client: Client, patient: Patient, deed: str) -> Any:
    change = TeamChange.objects.latest("at")
    return client.post(reverse(f"team_change_{deed}", args=[patient.pk, change.pk]), follow=True)


def strip_on(client: Client, patient: Patient, page: str = "today") -> bool:
    said = client.get(reverse(page, args=[patient.pk])).content.decode()
    return "changed the" in said and "Take it back" in said


@pytest.mark.usefixtures("number")
def test_the_owner_sees_on_the_next_page_who_changed_the_number_and_when(
    patient: Patient, writer: User, dad: Client
) -> None:
    assert not strip_on(dad, patient)
    change_number(patient, writer)
    said = " ".join(dad.get(reverse("history", args=[patient.pk])).content.decode().split())
    assert "<strong><bdi>Grandma</bdi> changed the 24-hour number</strong>, today, 21:40." in said


@pytest.mark.usefixtures("number")
def test_one_tap_takes_it_back_and_says_so_in_the_log(
    patient: Patient, owner: User, writer: User, dad: Client
) -> None:
    change_number(patient, writer)
    assert b"Restored for Ana: the 24-hour number." in press(dad, patient, "take_back").content
    assert number_of(patient) == OLD
    assert not strip_on(dad, patient)
    done = patient.audit.filter(by=owner).order_by("pk").values_list("action", flat=True)
    assert list(done) == ["set number", "take back change", "set number"]
    assert b"Nothing was changed" in press(dad, patient, "take_back").content, "a second tap"
    assert number_of(patient) == OLD


@pytest.mark.usefixtures("number")
def test_seen_keeps_it_and_is_asked_no_more(patient: Patient, writer: User, dad: Client) -> None:
    change_number(patient, writer)
    assert b"020 7946 0002" in press(dad, patient, "seen").content, "the page shows what it is now"
    assert not strip_on(dad, patient)
    press(dad, patient, "take_back")
    assert number_of(patient) == NEW


@pytest.mark.usefixtures("number")
def test_after_several_changes_it_brings_back_what_the_owner_saw_last(
    patient: Patient, writer: User, manager: User, dad: Client
) -> None:
    change_number(patient, writer)
    change_number(patient, manager, PhoneLine("020 7946 0003"))
    change_number(patient, writer, PhoneLine(""))
    assert TeamChange.objects.count() == 1
    press(dad, patient, "take_back")
    assert number_of(patient) == OLD


def test_a_number_where_there_was_none_goes_again(
    patient: Patient, writer: User, dad: Client
) -> None:
    change_number(patient, writer)
    press(dad, patient, "take_back")
    assert not patient.contacts.exists()


def test_the_card_comes_back_with_its_fever_line(
    patient: Patient, owner: User, writer: User, dad: Client
) -> None:
    change_card(patient, owner, "37.80", words="Call from 37.8")
    change_card(patient, writer, "39.0", words="Wait until 39")
    assert strip_on(dad, patient)
    press(dad, patient, "take_back")
    card = FamilyCard.objects.get(patient=patient)
    assert (card.words, card.fever_from) == ("Call from 37.8", Decimal("37.80"))
    assert card_line_c(card_of(Patient.objects.get(pk=patient.pk))) == Decimal("37.8")


def test_a_card_where_there_was_none_says_nothing_again(
    patient: Patient, writer: User, dad: Client
) -> None:
    change_card(patient, writer, "37.5", words="New words")
    press(dad, patient, "take_back")
    card = FamilyCard.objects.get(patient=patient)
    assert (card.words, card.fever_from) == ("", None)


@pytest.mark.usefixtures("number")
def test_what_changes_nothing_urgent_tells_nobody(
    patient: Patient, owner: User, writer: User
) -> None:
    change_number(patient, writer, OLD)
    actions.set_contacts(patient, numbers={"day": NEW}, by=writer)
    change_card(patient, owner, "38.0")
    change_card(patient, writer, "38.00")
    change_number(patient, owner)
    assert not TeamChange.objects.exists()


@pytest.mark.usefixtures("number")
def test_what_the_owner_changes_then_is_seen(patient: Patient, owner: User, writer: User) -> None:
    change_number(patient, writer)
    change_number(patient, owner, PhoneLine("020 7946 0009"))
    assert TeamChange.objects.get().seen == NOW


@pytest.mark.usefixtures("number")
@pytest.mark.parametrize(
    ("who", "status"), [("manager", 403), ("writer", 403), ("reader", 403), ("stranger", 404)]
)
def test_nobody_else_is_told_or_may_answer(
    who: str,
    status: int,
    patient: Patient,
    make_user: Callable[..., User],
    request: pytest.FixtureRequest,
    log_in: LogIn,
) -> None:
    client = log_in(request.getfixturevalue(who))
    owner_of_change = request.getfixturevalue("writer")
    change_number(patient, owner_of_change)
    assert not strip_on(client, patient)
    for deed in ("seen", "take_back"):
        assert press(client, patient, deed).status_code == status
    assert TeamChange.objects.get().seen is None
    assert number_of(patient) == NEW


@pytest.mark.usefixtures("number")
def test_the_mail_names_nobody_and_nothing(
    patient: Patient,
    owner: User,
    writer: User,
    settings: LazySettings,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    with django_capture_on_commit_callbacks(execute=True):
        change_number(patient, writer)
        change_card(patient, owner, "38.0")
    (message,) = mail.outbox
    assert message.to == [owner.email]
    said = f"{message.subject} {message.body}".lower()
    for word in (" ana", "grandma", "number", "card", "fever", "ward", "7946", "symptom", "team"):
        assert word not in said
    assert reverse("people") in message.body


@pytest.mark.usefixtures("number")
def test_without_a_mail_server_nothing_is_sent(
    patient: Patient, writer: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        change_number(patient, writer)
    assert mail.outbox == []


@pytest.mark.usefixtures("number")
def test_the_strip_asks_the_database_nothing_more(
    patient: Patient, writer: User, dad: Client, clock: Any, django_assert_max_num_queries: Any
) -> None:
    page = reverse("team", args=[patient.pk])
    dad.get(page)
    with django_assert_max_num_queries(6):
        dad.get(page)
    change_number(patient, writer)
    clock.shift(timedelta(minutes=1))
    with django_assert_max_num_queries(6):
        assert b"Take it back" in dad.get(page).content
