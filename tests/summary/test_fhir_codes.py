"""Codes, digits and words in the FHIR bundle: certain, exact, and text whatever they hold."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from diary.core.words import degrees
from diary.management.examples import log, treat
from diary.models import (
    Report,
    Version,
)
from summary.export import records
from summary.export.fhir.bundle import as_fhir
from summary.export.fhir.parts import system, text
from tests.config.world import make_diary
from tests.summary.bundles import (
    answer,
    bundle,
    item,
    observations,
    of,
    own_code,
)
from tests.summary.test_csv import payloads
from tests.summary.whole import PAYLOADS, live
from therapies.catalogue import catalogue
from therapies.catalogue.codes import has_check_digit

TODAY = date(2026, 11, 20)
FIRST = TODAY - timedelta(days=25)


@pytest.fixture
def full(patient, owner, writer):
    treat(patient, TODAY)
    log(patient, FIRST, TODAY, seed=5, users=[owner, writer])
    return patient


def test_a_temperature_has_the_loinc_code_its_unit_and_its_own_digits(full):
    found = [o for o in observations(bundle(full)) if "valueQuantity" in o]
    assert {o["code"]["coding"][0]["code"] for o in found} == {"8310-5"}
    assert {o["valueQuantity"]["code"] for o in found} == {"Cel", "[degF]"}
    assert all(o["category"][0]["coding"][0]["code"] == "vital-signs" for o in found)
    exact = json.loads(as_fhir(records(full)), parse_float=str)
    typed = Report.objects.filter(temperature__isnull=False)
    assert Counter(
        o["valueQuantity"]["value"] for o in observations(exact) if "valueQuantity" in o
    ) == Counter(degrees(report.temperature) for report in typed)


def test_a_no_never_carries_the_code_of_the_symptom(full):
    told = [o for o in observations(bundle(full)) if "valueCodeableConcept" in o]
    no = [o for o in told if own_code(o["valueCodeableConcept"], "answer") == "no"]
    assert no
    for one in no:
        assert [c["system"] for c in one["code"]["coding"]] == [system("symptom")]
    yes = [o for o in told if o["code"]["coding"][0]["system"] == "http://snomed.info/sct"]
    assert {c["code"]["coding"][0]["code"] for c in yes} >= {"25064002", "422587007"}


def test_every_code_has_its_guide_and_its_check_digit():
    codes = catalogue().codes
    assert len(codes.codes) > 20
    for code in codes.codes:
        assert has_check_digit(code.vocabulary, code.code)
        assert codes.guides[code.guide].url.startswith("http")


def test_every_own_code_is_explained_in_the_bundle(full):
    found = bundle(full)
    known = {s["url"]: {c["code"] for c in s["concept"]} for s in of(found, "CodeSystem")}
    raw = as_fhir(records(full)).decode()
    for one in observations(found):
        for coded in (one["code"], one.get("valueCodeableConcept", {"coding": []})):
            for c in coded["coding"]:
                assert c["system"].startswith("http") or c["code"] in known[c["system"]]
    assert "http://localhost" not in raw and "example" not in raw


def test_hostile_words_stay_the_text_they_are(patient, owner, writer):
    live(patient, [owner, writer], 3)
    found = records(patient)
    Bundle.model_validate_json(as_fhir(found))
    raw = json.loads(as_fhir(found))
    responses = [r for r in of(raw, "QuestionnaireResponse") if "identifier" in r]
    notes = Counter(answer(r, "note", "valueString") for r in responses if item(r, "note"))
    assert notes == Counter(
        filter(None, (text(note) for note in Version.objects.values_list("note", flat=True)))
    )
    named = Counter(o["code"]["text"] for o in observations(raw))
    for name in Report.objects.exclude(own_name="").values_list("own_name", flat=True):
        assert named[text(name)]
    assert {text(word) for word in PAYLOADS} & set(notes)


def test_a_payload_stays_the_text_it_is():
    for words in payloads(2000):
        kept = [chr(0x2400 + ord(c)) if ord(c) < 32 and c not in "\t\n\r" else c for c in words]
        assert text(words) == "".join(kept)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.text(min_size=1, max_size=80))
@example(words=" ")
@example(words="\0\x07\u202e<b>")
def test_whatever_is_typed_the_bundle_is_valid(stranger, words):
    if not User.objects.filter(name="Friend zqcanarybo").exists():
        make_diary(stranger, "Bo")
    found = records(stranger.patients.get())
    one = found.check_ins[0]
    report = replace(one.versions[0].reports[1], own_name=words)
    version = replace(one.versions[0], note=words, reason=words, reports=(report,))
    call = replace(one.calls[0], advice=words, whom=words, reason=words)
    found = replace(
        found,
        patient=replace(found.patient, name=words),
        check_ins=(replace(one, versions=(version,), calls=(call,)),),
        courses=(replace(found.courses[0], therapy="", name=words),),
        medicines=(replace(found.medicines[0], name=words, amount=words),),
        looks=(replace(found.looks[0], sentence=words),),
    )
    Bundle.model_validate_json(as_fhir(found))
    raw = json.loads(as_fhir(found))
    response = next(r for r in of(raw, "QuestionnaireResponse") if "identifier" in r)
    note = item(response, "note")
    assert (note["answer"][0]["valueString"] if note else "") == text(words)
