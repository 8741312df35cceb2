"""Tables and FHIR are taken out like the JSON: by the owner, asked again, noted, kept nowhere."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from diary.core.days import local_day
from diary.management.examples import log
from diary.models import Appointment
from tests.config.world import changed, state
from tests.summary.test_taking import confirmed

FILES = {
    "records_csv": ("csv.zip", "application/zip"),
    "records_csv_semicolons": ("semicolons.csv.zip", "application/zip"),
    "records_fhir": ("fhir.json", "application/fhir+json"),
}
every_file = pytest.mark.parametrize("name", FILES)


@pytest.fixture
def dad(owner, log_in):
    return confirmed(log_in(owner))


def take(client, patient, name, **days):
    return client.post(reverse(name, args=[patient.pk]), days)


@every_file
def test_the_owner_gets_the_file_and_that_is_noted(patient, owner, dad, name):
    ending, kind = FILES[name]
    before = state()
    answer = take(dad, patient, name)
    today = local_day(timezone.now(), patient.tz)
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert (
        answer["Content-Disposition"]
        == f'attachment; filename="diary-{patient.file_mark}-{today}.{ending}"'
    )
    assert "no-store" in answer["Cache-Control"]
    assert changed(before) == ["accounts.auditentry"]
    entry = AuditEntry.objects.get(action=f"records.{ending}")
    assert (entry.by, entry.patient) == (owner, patient)


@every_file
def test_nobody_else_gets_it(patient, reader, writer, stranger, log_in, name):
    for user, status in ((reader, 403), (writer, 403), (stranger, 404)):
        assert take(confirmed(log_in(user)), patient, name).status_code == status


@every_file
def test_without_the_password_it_is_asked_for_first(patient, owner, log_in, name):
    client, before = log_in(owner, open_phone=True), state()
    assert "reauthenticate" in take(client, patient, name).url
    assert changed(before) == []
    assert client.get(reverse(name, args=[patient.pk])).status_code == 405


def test_only_the_days_since_the_last_appointment(patient, owner, dad):
    today = local_day(timezone.now(), patient.tz)
    held = today - timedelta(days=5)
    log(patient, today - timedelta(days=15), today, seed=4, users=[owner])
    Appointment.objects.create(
        patient=patient, day=held, zone=patient.zone, state="held", by=owner, created=timezone.now()
    )
    bundle = json.loads(take(dad, patient, "records_fhir", since="appointment").content)
    responses = [
        e["resource"]
        for e in bundle["entry"]
        if e["resource"]["resourceType"] == "QuestionnaireResponse"
    ]
    inside = patient.check_ins.filter(local_day__gte=held)
    there = {r["identifier"]["value"] for r in responses}
    assert there == {str(pk) for pk in inside.values_list("pk", flat=True)}
    assert len(there) < patient.check_ins.count()


def test_neither_names_an_account_or_an_address(patient, owner, writer, dad):
    log(patient, local_day(timezone.now(), patient.tz), local_day(timezone.now(), patient.tz),
        seed=3, users=[owner, writer])  # fmt: skip
    bundle = take(dad, patient, "records_fhir").content.decode()
    with zipfile.ZipFile(io.BytesIO(take(dad, patient, "records_csv").content)) as folder:
        tables = "".join(folder.read(name).decode() for name in folder.namelist())
    for text in (bundle, tables):
        assert "@example.org" not in text
        assert str(owner.pk) not in text
