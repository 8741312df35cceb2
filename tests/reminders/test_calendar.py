"""The private calendar, read back: its zone and alarms, and nothing personal in it."""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Patient, Share, User
from accounts.secrets import hash_of
from diary.models import Appointment
from reminders import actions
from reminders.models import Feed, Kind

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def address_made_by(client: Client, patient: Patient) -> str:
    page = client.post(f"/p/{patient.pk}/reminders/calendar/", follow=True)
    address = page.context["address"]
    assert address in page.content.decode()
    return urlsplit(address).path


def read(client: Client, path: str) -> Calendar:
    answered = client.get(path)
    assert answered.status_code == 200
    assert answered.headers["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answered.content)


def test_times_and_appointments_come_with_zone_and_alarm(
    dad: Client, client: Client, patient: Patient, owner: User
) -> None:
    actions.set_reminder(patient, Kind.ENTRY, by=owner, clocks=[time(20)])
    actions.set_reminder(patient, Kind.TABLETS, by=owner, clocks=[time(8)], weekdays="024")
    actions.set_reminder(patient, Kind.APPOINTMENT, by=owner, clocks=[time(18)])
    day = NOW.date() + timedelta(days=3)
    Appointment.objects.create(
        patient=patient, day=day, clock=time(9, 30), zone=patient.zone, whom="Dr Zyx", by=owner
    )
    found = read(client, address_made_by(dad, patient))
    events = found.walk("VEVENT")
    assert len(events) == 3
    assert all(event.walk("VALARM") for event in events)
    assert [str(zone["tzid"]) for zone in found.walk("VTIMEZONE")] == ["Europe/London"]
    rules = [dict(e["rrule"]) for e in events if "rrule" in e]
    assert {"FREQ": ["WEEKLY"], "BYDAY": ["MO", "WE", "FR"]} in [
        {key.upper(): [str(v).upper() for v in values] for key, values in rule.items()}
        for rule in rules
    ]
    starts = sorted(str(e["dtstart"].dt) for e in events)
    assert starts[-1] == "2026-12-03 09:30:00+00:00"


def test_it_says_nothing_of_whom_and_of_what(
    dad: Client, client: Client, patient: Patient, owner: User
) -> None:
    for kind in (Kind.ENTRY, Kind.TABLETS, Kind.TEMPERATURE, Kind.APPOINTMENT):
        actions.set_reminder(patient, kind, by=owner, clocks=[time(20)])
    Appointment.objects.create(
        patient=patient,
        day=NOW.date(),
        zone=patient.zone,
        whom="Zyxdoctor",
        place="Zyxward",
        by=owner,
    )
    raw = client.get(address_made_by(dad, patient)).content.decode().lower()
    for canary in ("ana", "dad", "zyx", "tablet", "temperature", "imatinib", str(patient.pk)):
        assert canary not in raw.replace("standard", "").replace("organ", ""), canary


def test_the_address_is_shown_once_and_only_its_hash_is_kept(dad: Client, patient: Patient) -> None:
    path = address_made_by(dad, patient)
    code = path.rsplit("/", 1)[1].removesuffix(".ics")
    assert code not in dad.get(f"/p/{patient.pk}/reminders/").content.decode()
    assert Feed.objects.get().code_hash == hash_of(code)


def test_ending_it_holds_at_once_and_a_new_one_ends_the_old(
    dad: Client, client: Client, patient: Patient
) -> None:
    first = address_made_by(dad, patient)
    second = address_made_by(dad, patient)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    dad.post(f"/p/{patient.pk}/reminders/calendar/end/")
    assert client.get(second).status_code == 404


def test_it_ends_with_the_access(
    client: Client, patient: Patient, reader: User, log_in: object
) -> None:
    path = address_made_by(log_in(reader), patient)  # type: ignore[operator]
    assert client.get(path).status_code == 200
    Share.objects.update(revoked=timezone.now())
    assert client.get(path).status_code == 404
    assert client.get("/calendar/nothing.ics").status_code == 404


def test_a_clock_that_changes_keeps_the_time_of_day(
    dad: Client, client: Client, patient: Patient, owner: User
) -> None:
    actions.set_reminder(patient, Kind.ENTRY, by=owner, clocks=[time(20)])
    (event,) = read(client, address_made_by(dad, patient)).walk("VEVENT")
    start = event["dtstart"]
    assert start.params["TZID"] == "Europe/London", "not a moment in UTC, which would move"
    assert start.dt.time() == time(20)
