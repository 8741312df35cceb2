"""The FHIR bundle is valid, says what the database says, and is the same each time."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from fhir.resources.R4B.bundle import Bundle

from diary.history.timeline import gaps, timeline
from diary.management.examples import log, treat
from diary.models import (
    Call,
    CheckIn,
    Course,
    Dose,
    Finding,
    Look,
    Medicine,
    PumpEvent,
    Report,
    Version,
)
from summary.export import records
from summary.export.fhir.bundle import as_fhir
from tests.config.world import make_diary
from tests.summary.bundles import (
    answer,
    bundle,
    extension,
    item,
    observations,
    of,
    own_code,
    said,
    value_of,
)

TODAY = date(2026, 11, 20)
FIRST = TODAY - timedelta(days=25)
# Of these, R4 and R4B say the same; what R4B changed, and what R5 renamed, is not among them.
SAME_IN_R4 = {
    "Patient", "RelatedPerson", "CodeSystem", "MedicationStatement", "MedicationAdministration",
    "Observation", "QuestionnaireResponse", "Flag", "Provenance", "Communication", "Procedure",
}  # fmt: skip


@pytest.fixture
def full(patient, owner, writer):
    treat(patient, TODAY)
    log(patient, FIRST, TODAY, seed=5, users=[owner, writer])
    return patient


def test_the_bundle_is_valid(full):
    found = Bundle.model_validate_json(as_fhir(records(full)))
    assert len(found.entry) > 200


def test_a_diary_with_a_row_of_every_kind_is_valid(stranger):
    patient = make_diary(stranger, "Bo").patient
    Course.objects.create(patient=patient, kind="transplant", name="Donor", started=FIRST)
    found = records(patient)
    Bundle.model_validate_json(as_fhir(found))
    kinds = {e["resource"]["resourceType"] for e in json.loads(as_fhir(found))["entry"]}
    assert kinds == SAME_IN_R4


def test_every_reference_leads_to_an_entry(full):
    found = bundle(full)
    there = {entry["fullUrl"] for entry in found["entry"]}
    assert len(there) == len(found["entry"])
    named = set()

    def walk(value):
        if isinstance(value, dict):
            if "reference" in value:
                named.add(value["reference"])
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(found)
    assert named <= there
    assert all(e["fullUrl"] == f"urn:uuid:{e['resource']['id']}" for e in found["entry"])


def test_the_same_diary_gives_the_same_bytes(full):
    assert as_fhir(records(full)) == as_fhir(records(full))


def test_what_is_added_changes_no_id(full, owner):
    before = {e["fullUrl"] for e in bundle(full)["entry"]}
    log(full, TODAY + timedelta(days=1), TODAY + timedelta(days=3), seed=99, users=[owner])
    after = {e["fullUrl"] for e in bundle(full)["entry"]}
    assert before - after <= {e["fullUrl"] for e in bundle(full, FIRST, TODAY)["entry"]} | before
    kept = {u for u in before if u in after}
    lost = before - after
    assert len(lost) <= 2  # the last run of days without an entry may have grown
    assert len(kept) > 200


def test_every_answer_of_every_version_is_there(full):
    found = bundle(full)
    database = Counter(
        (
            str(r.version.check_in_id),
            r.version.number,
            r.symptom,
            r.answer if r.temperature is None else f"{r.temperature.normalize():f} {r.unit}",
            r.version.check_in.at,
            str(uuid5(full.pk, str(r.version.by_id))),
        )
        for r in Report.objects.select_related("version__check_in")
    )
    responses = {f"urn:uuid:{r['id']}": r for r in of(found, "QuestionnaireResponse")}
    read = Counter()
    for one in observations(found):
        response = responses[one["derivedFrom"][0]["reference"]]
        read[
            response["identifier"]["value"],
            answer(response, "version", "valueInteger"),
            own_code(one["code"], "symptom"),
            value_of(one),
            datetime.fromisoformat(one["effectiveDateTime"]).astimezone(UTC),
            one["performer"][0]["reference"].removeprefix("urn:uuid:"),
        ] += 1
    assert read == database
    assert sum(read.values()) > 50


def test_every_version_says_what_was_saved_by_whom_and_whether_it_counts(full):
    found = bundle(full)
    responses = [r for r in of(found, "QuestionnaireResponse") if "identifier" in r]
    assert len(responses) == Version.objects.count()
    versions = {(str(v.check_in_id), v.number): v for v in Version.objects.all()}
    last = Counter(v.check_in_id for v in versions.values())
    for response in responses:
        version = versions[
            response["identifier"]["value"], answer(response, "version", "valueInteger")
        ]
        assert answer(response, "kind", "valueCoding")["code"] == version.kind
        assert datetime.fromisoformat(response["authored"]) == version.at
        note = item(response, "note")
        assert (note["answer"][0]["valueString"] if note else "") == version.note
        counts = version.number == last[version.check_in_id] and version.kind != "removed"
        assert (response["status"] == "entered-in-error") is not counts
        assert (
            sum(i["linkId"].startswith("symptom/") for i in response["item"])
            == version.reports.count()
        )


def test_every_version_has_a_provenance_with_its_author_and_reason(full):
    found = bundle(full)
    names = {f"urn:uuid:{p['id']}": p["name"][0]["text"] for p in of(found, "RelatedPerson")}
    assert set(names.values()) == {"Dad", "Grandma"}
    read = Counter(
        (
            datetime.fromisoformat(p["recorded"]),
            names[p["agent"][0]["who"]["reference"]],
            p.get("reason", [{"text": ""}])[0]["text"],
            p["activity"]["coding"][0]["code"],
            len(p["target"]) - 1,
        )
        for p in of(found, "Provenance")
    )
    operation = {"removed": "DELETE"}
    assert read == Counter(
        (
            v.at,
            str(v.by),
            v.reason,
            operation.get(v.kind, "CREATE" if v.number == 1 else "UPDATE"),
            v.reports.count(),
        )
        for v in Version.objects.select_related("by")
    )


def test_findings_stand_whatever_was_corrected_later(full):
    found = bundle(full)
    database = Counter(
        (
            str(f.version.check_in_id),
            f.version.number,
            f.rule,
            f.level,
            f.wording,
            f.therapy,
            f.found,
        )
        for f in Finding.objects.select_related("version")
    )
    flags = of(found, "Flag")
    assert database == Counter(
        (
            said(f, "check-in"),
            said(f, "version", "valueInteger"),
            own_code(f["code"], "rule"),
            own_code(f["category"][0], "level"),
            f["code"]["text"],
            said(f, "therapy"),
            datetime.fromisoformat(said(f, "found", "valueInstant")),
        )
        for f in flags
    )
    assert {f["status"] for f in flags} == {"active", "inactive"}
    cited = sum(len(f.citations) for f in Finding.objects.all())
    assert sum(len(extension(f, "citation")) for f in flags) == cited > 0


def test_a_flag_is_active_while_it_is_urgent_and_nobody_closed_it(full):
    found = bundle(full)
    followed = {str(pk) for pk in full.check_ins.followed().values_list("pk", flat=True)}
    active = {said(f, "check-in") for f in of(found, "Flag") if f["status"] == "active"}
    assert active == followed


def test_calls_are_there_and_one_in_vain_is_not_done(full):
    found = bundle(full)
    database = Counter(
        (str(c.pk), c.outcome, c.advice, c.reason, c.whom) for c in Call.objects.all()
    )
    read = Counter(
        (
            c["id"],
            own_code(c["category"][0], "outcome"),
            c.get("payload", [{"contentString": ""}])[0]["contentString"],
            c.get("reasonCode", [{"text": ""}])[0]["text"],
            said(c, "whom"),
        )
        for c in of(found, "Communication")
    )
    assert read == database
    for call in of(found, "Communication"):
        is_vain = own_code(call["category"][0], "outcome") == "no-answer"
        assert (call["status"] == "not-done") is is_vain


def test_treatment_is_there_with_its_doses_and_withdrawn_rows(full, owner):
    Course.objects.filter(kind="trial").update(withdrawn=datetime.now(UTC))
    Dose.objects.create(
        course=Course.objects.get(therapy="rituximab"), kind="infusion", status="planned",
        started=datetime(2026, 12, 1, 9, tzinfo=UTC), local_day=date(2026, 12, 1),
    )  # fmt: skip
    found = bundle(full)
    statements = of(found, "MedicationStatement")
    courses = {s["id"]: s for s in statements if "derivedFrom" not in s}
    assert set(courses) == {str(c.pk) for c in full.courses.all()}
    by_name = {c["medicationCodeableConcept"]["text"]: c["status"] for c in courses.values()}
    assert by_name["Study arm B"] == "entered-in-error"
    given = of(found, "MedicationAdministration")
    planned = [s for s in statements if "derivedFrom" in s]
    assert {d["id"] for d in (*given, *planned)} == {str(d.pk) for d in Dose.objects.all()}
    assert Counter(said(d, "status") for d in (*given, *planned)) == Counter(
        Dose.objects.values_list("status", flat=True)
    )
    missed = [d for d in given if said(d, "status") == "missed"]
    assert {d["status"] for d in missed} == {"not-done"}
    cycles = [e for c in courses.values() for e in extension(c, "cycle")]
    assert len(cycles) == 1


def test_rows_of_every_other_kind_are_there(stranger):
    patient = make_diary(stranger, "Bo").patient
    found = bundle(patient)
    there = {e["resource"]["id"] for e in found["entry"]}
    for model in (Medicine, PumpEvent, Look):
        assert {str(row.pk) for row in model.objects.all()} <= there
    look = Look.objects.earliest("at")
    response = next(r for r in of(found, "QuestionnaireResponse") if r["id"] == str(look.pk))
    assert item(response, "look/child-awake")["text"] == look.answers[0]["asked"]
    assert answer(response, "sentence", "valueString") == look.sentence


def test_gaps_are_said_to_be_unknown_and_not_none(full):
    found = bundle(full, FIRST, TODAY)
    runs = gaps(timeline(full, FIRST, TODAY).days)
    code = [o for o in of(found, "Observation") if own_code(o["code"], "record") == "not-logged"]
    assert [(o["effectivePeriod"]["start"], o["effectivePeriod"]["end"]) for o in code] == [
        (run.first.isoformat(), run.last.isoformat()) for run in runs
    ]
    assert all("dataAbsentReason" in o and "value" not in "".join(o) for o in code)


def test_only_the_days_asked_for_are_in_it(full):
    middle = FIRST + timedelta(days=10)
    found = bundle(full, middle, middle + timedelta(days=5))
    there = {r["identifier"]["value"] for r in of(found, "QuestionnaireResponse")}
    inside = CheckIn.objects.filter(local_day__range=(middle, middle + timedelta(days=5)))
    assert there == {str(pk) for pk in inside.values_list("pk", flat=True)}
    assert UUID(found["id"]) == uuid5(full.pk, "bundle")
