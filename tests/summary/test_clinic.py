"""A link for the clinic: one summary, behind a passcode, until it ends or is closed."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import majority
from accounts.models import AuditEntry, Patient, Role, Share, User
from diary.check_ins.actions import record_check_in
from diary.management.examples import fill
from summary.export.clinic.actions import NewLink, make_link
from summary.models import MOST_TRIES, ClinicLink
from tests.conftest import PASSWORD
from tests.diary.answers import reading, said

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
LogIn = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("clock")
SHOWS = {
    "first": "2026-11-01",
    "last": "2026-11-20",
    "notes": [],
    "parts": ["symptoms", "temperatures"],
    "paper": "a4",
    "spelling": "",
}


@pytest.fixture
def link(patient: Patient, owner: User) -> NewLink:
    record_check_in(patient, said(NOW, reading("38.6"), note="Only for us"), by=owner)
    return make_link(patient, lasts=timedelta(hours=1), shows=SHOWS, by=owner)


def page_of(link: NewLink) -> str:
    return reverse("clinic", args=[link.token])


def let_in(client: Client, link: NewLink) -> str:
    answer = client.post(page_of(link), {"passcode": link.spoken})
    assert answer.status_code == 302
    return str(client.get(answer.url).content.decode())


def test_the_owner_makes_one_after_the_password(
    patient: Patient, owner: User, log_in: LogIn
) -> None:
    client, page = (
        log_in(owner, open_phone=True),
        f"{reverse('clinic_links', args=[patient.pk])}?days=14",
    )
    assert client.post(page, {"minutes": "60"}).url.startswith(reverse("account_reauthenticate"))
    assert not ClinicLink.objects.exists()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    made = client.post(page, {"minutes": "60"}).content.decode()
    (token,) = re.findall(r"/clinic/([\w-]{43})/", made)
    (code,) = re.findall(r">(\d{4} \d{4})<", made)
    kept = ClinicLink.objects.get()
    assert (kept.expires - kept.created, kept.shows["first"]) == (timedelta(hours=1), "2026-11-07")
    assert token not in str(kept.__dict__)
    assert code.replace(" ", "") not in str(kept.__dict__)
    assert token not in client.get(page).content.decode(), "it is shown once"
    assert Client().post(reverse("clinic", args=[token]), {"passcode": code}).status_code == 302
    assert [entry.action for entry in AuditEntry.objects.filter(patient=patient)][:2] == [
        "open clinic link",
        "make clinic link",
    ]


def test_with_the_passcode_it_shows_the_summary_and_leads_nowhere_else(
    link: NewLink, patient: Patient
) -> None:
    client = Client()
    asked = client.get(page_of(link))
    assert patient.name not in asked.content.decode()
    shown = let_in(client, link)
    assert "38.6" in shown
    assert "Only for us" not in shown, "a note that was not chosen"
    assert str(patient.pk) not in shown
    assert client.get(reverse("summary", args=[patient.pk])).status_code == 302
    assert client.get(page_of(link))["Cache-Control"] == asked["Cache-Control"]
    assert "no-store" in asked["Cache-Control"]


@pytest.mark.parametrize("minutes", [59, 60])
def test_it_ends_to_the_minute(link: NewLink, clock: Any, minutes: int) -> None:
    client = Client()
    let_in(client, link)
    clock.move_to(NOW + timedelta(minutes=minutes))
    assert client.get(page_of(link)).status_code == (404 if minutes == 60 else 200)


def test_closed_ended_and_invented_ones_look_the_same(
    link: NewLink, patient: Patient, owner: User, log_in: LogIn
) -> None:
    reader, client = Client(), log_in(owner)
    let_in(reader, link)
    client.post(reverse("clinic_link_close", args=[patient.pk, link.link.pk]))
    closed, invented = reader.get(page_of(link)), reader.get(reverse("clinic", args=["x" * 43]))
    assert closed.status_code == invented.status_code == 404
    assert strip(closed.content) == strip(invented.content)


def strip(content: bytes) -> bytes:
    return re.sub(rb"[A-Za-z0-9_-]{22,}", b"", content)


def test_ten_wrong_passcodes_close_it(link: NewLink) -> None:
    client = Client()
    for _ in range(MOST_TRIES):
        assert client.post(page_of(link), {"passcode": "0"}).status_code == 422
    assert client.post(page_of(link), {"passcode": link.passcode}).status_code == 404


def test_another_link_needs_its_own_passcode(link: NewLink, patient: Patient, owner: User) -> None:
    other = make_link(patient, lasts=timedelta(hours=1), shows=SHOWS, by=owner)
    client = Client()
    let_in(client, link)
    assert "38.6" not in client.get(page_of(other)).content.decode()


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER])
def test_a_caregiver_makes_and_closes_none(
    role: Role, link: NewLink, patient: Patient, make_user: Any, log_in: LogIn
) -> None:
    gran = make_user("Gran")
    Share.objects.create(patient=patient, user=gran, role=role, accepted=NOW, confirmed=NOW)
    client = log_in(gran)
    assert client.get(reverse("clinic_links", args=[patient.pk])).status_code == 403
    close = reverse("clinic_link_close", args=[patient.pk, link.link.pk])
    assert client.post(close).status_code == 403
    assert link.link.is_open


def test_a_full_diary_shows_no_way_further(patient: Patient, owner: User) -> None:
    fill(patient, date(2026, 11, 20), days=40, by=owner)
    everything = {**SHOWS, "notes": None, "parts": [*SHOWS["parts"], "urgent", "flags", "notes"]}
    with time_machine.travel(NOW):
        made = make_link(patient, lasts=timedelta(hours=1), shows=everything, by=owner)
        shown = let_in(Client(), made)
    assert str(patient.pk) not in shown
    assert "Walked to the park." in shown


@pytest.mark.parametrize("has_log_in", [True, False])
def test_a_link_ends_when_the_diary_becomes_the_patients_own(
    has_log_in: bool, patient: Patient, link: NewLink, stranger: User, clock: Any, client: Client
) -> None:
    minutes = timedelta(minutes=10)
    Patient.objects.filter(pk=patient.pk).update(of_age_at=NOW + minutes)
    if has_log_in:
        patient.shares.create(
            user=stranger, role=Role.WRITER, is_patient=True, accepted=NOW, confirmed=NOW
        )
    let_in(client, link)
    clock.shift(minutes)
    assert client.get(page_of(link)).status_code == 404, "before anybody opened the diary"
    assert not ClinicLink.objects.get().is_open
    if has_log_in:
        majority.hand_over_due(Patient.objects.all())
        assert client.get(page_of(link)).status_code == 404
        assert not ClinicLink.objects.get().is_open
