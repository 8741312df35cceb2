"""A diary taken out as JSON: for whom, after what, and what is in the file."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from jsonschema import Draft202012Validator

from accounts.models import AuditEntry, Patient, User
from diary.core.days import local_day
from tests.config.world import changed, state
from tests.conftest import PASSWORD
from tests.summary.whole import live

LogIn = Callable[..., Client]


def page_of(patient: Patient) -> str:
    return reverse("records", args=[patient.pk])


def take(client: Client, patient: Patient, **days: str) -> Any:
    return client.post(reverse("records_json", args=[patient.pk]), days)


def confirmed(client: Client) -> Client:
    """Type the password, as the page asks for it."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.fixture
def dad(owner: User, log_in: LogIn) -> Client:
    return confirmed(log_in(owner))


def test_it_asks_for_the_password_before_the_page_and_before_a_file(
    patient: Patient, owner: User, log_in: LogIn
) -> None:
    client, before = log_in(owner, open_phone=True), state()
    for asked in (client.get(page_of(patient)), take(client, patient)):
        assert asked.url.startswith(reverse("account_reauthenticate"))
    assert changed(before) == [], "nothing left"
    asked = client.get(f"{page_of(patient)}?first=2026-11-01&last=2026-11-02")
    back = client.post(asked.url, {"password": PASSWORD})
    assert back.url == f"{page_of(patient)}?first=2026-11-01&last=2026-11-02"
    assert 'value="2026-11-01"' in client.get(back.url).content.decode()
    assert take(client, patient)["Content-Type"] == "application/json"


def test_a_wrong_password_opens_nothing(patient: Patient, owner: User, log_in: LogIn) -> None:
    client = log_in(owner, open_phone=True)
    client.post(reverse("account_reauthenticate"), {"password": "not this one, sorry"})
    assert take(client, patient).status_code == 302


def test_ten_minutes_later_it_asks_again(patient: Patient, dad: Client) -> None:
    assert take(dad, patient).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        assert take(dad, patient).status_code == 302


def test_the_file_says_nothing_by_its_name_is_not_kept_and_leaves_an_audit_row(
    patient: Patient, owner: User, dad: Client
) -> None:
    today = local_day(timezone.now(), patient.tz)
    before = state()
    answer = take(dad, patient)
    name = f"diary-{patient.file_mark}-{today}.json"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in answer["Cache-Control"]
    assert changed(before) == ["accounts.auditentry"]
    assert AuditEntry.objects.filter(action="records.json", by=owner, patient=patient).count() == 1


def test_the_same_diary_gives_the_same_bytes_but_for_the_line_of_the_last_file(
    patient: Patient, owner: User, writer: User, dad: Client
) -> None:
    live(patient, [owner, writer], seed=11)
    first, second = (json.loads(take(dad, patient).content) for _ in range(2))
    (line,) = second["log"][len(first["log"]) :]
    assert (line["who"], line["action"]) == ("Dad", "records.json")
    second["log"].remove(line)
    assert json.dumps(first) == json.dumps(second)


def test_the_file_follows_the_published_schema(
    patient: Patient, owner: User, writer: User, dad: Client
) -> None:
    live(patient, [owner, writer], seed=12)
    schema = json.loads(Client().get(reverse("diary_schema")).content)
    Draft202012Validator.check_schema(schema)
    said = json.loads(take(dad, patient).content)
    Draft202012Validator(schema).validate(said)
    assert said["version"] == schema["properties"]["version"]["const"] == 1
    emails = json.dumps(said)
    assert "@example.org" not in emails, "names, and no addresses"
    assert str(owner.pk) not in emails, "and no accounts"


def test_only_the_days_asked_for(patient: Patient, owner: User, dad: Client) -> None:
    live(patient, [owner], seed=13)
    first, last = sorted(patient.check_ins.values_list("local_day", flat=True))[1:3]
    said = json.loads(take(dad, patient, first=str(first), last=str(last)).content)
    assert {one["local_day"] for one in said["check_ins"]} == {str(first), str(last)}
    assert said["period"] == {"first": str(first), "last": str(last), "is_everything": False}


def test_days_that_cannot_be_are_said_and_kept(patient: Patient, dad: Client) -> None:
    before = state()
    answer = take(dad, patient, first="2026-11-09", last="2026-11-02")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The first day is after the last day" in page
    assert 'value="2026-11-09"' in page
    assert "<details open" in page
    assert changed(before) == []


def test_only_the_owner_takes_it_out(
    patient: Patient, reader: User, writer: User, stranger: User, log_in: LogIn
) -> None:
    for user, status in ((reader, 403), (writer, 403), (stranger, 404)):
        client = confirmed(log_in(user))
        assert client.get(page_of(patient)).status_code == status
        assert take(client, patient).status_code == status
        more = client.get(reverse("patient_more", args=[patient.pk])).content.decode()
        assert page_of(patient) not in more
    assert take(Client(), patient).url.startswith(reverse("account_login"))
    assert not AuditEntry.objects.filter(action="records.json").exists()


def test_the_page_is_linked_from_more_and_summary(patient: Patient, dad: Client) -> None:
    for name in ("patient_more", "summary"):
        assert page_of(patient) in dad.get(reverse(name, args=[patient.pk])).content.decode()
    assert dad.get(page_of(patient)).status_code == 200
