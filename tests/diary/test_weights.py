"""Weight: kept as it was typed, taken out where it was a slip, and handed over with its code."""

import json
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from diary.models import Weight
from summary.emergency.sheet import emergency
from summary.export import records
from summary.export.fhir.bundle import as_fhir
from tests.conftest import new_patient

ID = "3d2a5d0c-2f51-4a53-9d0e-1f0f3c1b7a11"
SAID = {"id": ID, "value": "32,4", "unit": "kg", "day": "2026-11-02"}


@pytest.fixture
def page(patient):
    return reverse("weights", args=[patient.pk])


def test_a_weight_is_kept_as_it_was_typed_and_once(patient, owner, log_in, page):
    client = log_in(owner)
    for _ in range(2):
        assert client.post(page, SAID).status_code == 302
    weight = Weight.objects.get()
    assert (str(weight), weight.day, weight.by) == ("32.4 kg", date(2026, 11, 2), owner)
    assert AuditEntry.objects.filter(action="record weight").count() == 1
    assert "32.4 kg" in client.get(page).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"value": v} for v in ("", "0", "-3", "heavy", "1000", "3.2.1")]
    + [{"unit": ""}, {"unit": "stone"}, {"day": "2999-01-01"}, {"day": "1890-01-01"}],
)
def test_what_is_no_weight_is_asked_again_and_nothing_typed_is_lost(
    patient, owner, log_in, page, wrong
):
    answer = log_in(owner).post(page, SAID | wrong)
    assert answer.status_code == 422
    assert not Weight.objects.exists()
    kept = (SAID | wrong)["value"]
    assert f'value="{kept}"' in answer.content.decode() or not kept


def test_a_slip_is_taken_out_and_stays_readable(patient, owner, log_in, page):
    client = log_in(owner)
    client.post(page, SAID)
    assert client.post(reverse("weight_remove", args=[patient.pk, ID])).status_code == 302
    assert "entered by mistake" in client.get(page).content.decode()
    assert "Weight" not in [fact.label for fact in emergency(patient, by=owner).facts]
    assert [one.withdrawn is not None for one in records(patient).weights] == [True]


def test_it_may_be_read_and_not_written_by_a_reader_and_not_seen_by_a_stranger(
    patient, reader, stranger, log_in, page
):
    assert 'method="post"' not in log_in(reader).get(page).content.decode().split("<main")[1]
    assert log_in(reader).post(page, SAID).status_code == 403
    assert log_in(stranger).get(page).status_code == 404
    assert not Weight.objects.exists()


def test_an_id_of_another_diary_makes_a_weight_of_its_own(patient, owner, log_in):
    other = new_patient(owner, name="Ben", birth_month=1, birth_year=2019, zone="UTC")
    client = log_in(owner)
    client.post(reverse("weights", args=[other.pk]), SAID)
    client.post(reverse("weights", args=[patient.pk]), SAID | {"value": "20"})
    assert [str(w) for w in other.weights.all()] == ["32.4 kg"]
    assert [str(w) for w in patient.weights.all()] == ["20 kg"]


def test_it_is_handed_over_with_its_code_and_stands_on_the_emergency_sheet(
    patient, owner, log_in, page
):
    log_in(owner).post(page, SAID)
    bundle = json.loads(as_fhir(records(patient)), parse_float=str)
    found = next(e["resource"] for e in bundle["entry"] if e["resource"]["id"] == ID)
    assert found["code"]["coding"][0] == {
        "system": "http://loinc.org",
        "code": "29463-7",
        "display": "Body weight",
    }
    assert found["valueQuantity"]["value"] == "32.4"
    assert found["valueQuantity"]["code"] == "kg"
    assert found["effectiveDateTime"] == "2026-11-02"
    facts = {fact.label: fact.text for fact in emergency(patient, by=owner).facts}
    assert facts["Weight"] == "32.4 kg, 2 Nov 2026"


def test_the_page_costs_the_same_with_years_of_it(
    patient, owner, log_in, page, django_assert_max_num_queries
):
    client = log_in(owner)
    for n in range(400):
        Weight.objects.create(
            patient=patient,
            day=date(2025, 1, 1 + n % 28),
            value="30",
            unit="kg",
            by=owner,
            recorded="2026-01-01T00:00Z",
        )
    with django_assert_max_num_queries(9):
        client.get(page)
