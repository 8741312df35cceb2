"""A reading is a fever by the line it was saved with, on every page and in every file."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import erasing
from diary.care_card.readings import next_reading
from diary.check_ins.actions import correct_check_in, reassess
from diary.judging.fever import applied_words
from diary.models import FamilyCard, Finding
from summary.content.build import content
from summary.export import records
from summary.export.as_csv import as_csv
from summary.export.fhir.bundle import as_fhir
from tests.diary.answers import reading, said
from tests.summary.tables import read_back
from therapies.catalogue import catalogue

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
HOUR = timedelta(hours=1)
IMPOSSIBLE = "cannot be right, counts as fever"


@pytest.fixture
def card(patient):
    return FamilyCard.objects.create(patient=patient, fever_from="37.8", fever_unit="C")


def text(client, name, *args):
    html = client.get(reverse(name, args=args)).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def summary(patient, owner):
    return content(patient, NOW.date(), NOW.date(), by=owner)


def marks(made):
    return [one.mark for day in made.readings for one in day.readings]


def test_a_reading_saved_under_a_lower_line_is_one_fever_everywhere(patient, owner, dad, card, log):
    check_in = log("37.9", at=NOW - HOUR)
    card.delete()
    assert Finding.objects.filter(level="urgent").exists()
    words = "fever line or above, which was 37.8 °C then"
    assert f"37.9 °C, {words}, urgent" in text(dad, "history_charts", patient.pk)
    assert f"▲ 37.9 °C {words}" in text(dad, "check_in", patient.pk, check_in.pk)
    made = summary(patient, owner)
    assert marks(made) == [words]
    (row,) = made.symptoms
    assert (row.worst, row.present) == ("37.9 °C", 1)
    assert "below the fever line" not in " ".join(made.front.changed.lines)
    assert next_reading(patient, now=NOW) is not None


def test_a_line_that_is_lowered_later_makes_no_fever_of_what_was_saved_before(
    patient, owner, dad, log
):
    check_in = log("37.9", at=NOW - HOUR)
    FamilyCard.objects.create(patient=patient, fever_from="37.8", fever_unit="C")
    words = "below the fever line, which was 38.0 °C then"
    assert f"37.9 °C, {words}" in text(dad, "history_charts", patient.pk)
    assert f"37.9 °C {words}" in text(dad, "check_in", patient.pk, check_in.pk)
    made = summary(patient, owner)
    assert marks(made) == [f"{words}, flagged contact"]
    assert made.symptoms == ()
    assert next_reading(patient, now=NOW) is None


def test_judged_again_it_is_a_fever_by_the_line_it_was_saved_with(patient, owner, card, log):
    log("37.9", at=NOW - HOUR)
    with erasing():
        Finding.objects.all().delete()
    card.delete()
    assert reassess(patient, since=NOW.date(), by=owner)
    assert Finding.objects.filter(level="urgent").exists()


def test_each_version_has_a_line_of_its_own(patient, owner, card, log):
    check_in = log("37.9", at=NOW - HOUR)
    card.delete()
    correct_check_in(check_in, said(NOW, reading("37.85")), reason="misread", by=owner)
    made = summary(patient, owner)
    assert [mark.split(", ")[0] for mark in marks(made)] == [
        "fever line or above",
        "flagged contact",
    ]
    assert made.symptoms == ()


def test_fahrenheit_is_compared_unrounded_at_the_line(patient, owner, log):
    log("100.3", unit="F", at=NOW - HOUR)
    log("100.4", unit="F", at=NOW)
    assert marks(summary(patient, owner)) == ["flagged contact", "fever line or above"]


def test_what_cannot_be_right_says_so_wherever_it_leads(patient, owner, dad, log):
    check_in = log("386.0", at=NOW - HOUR)
    shown = f"386.0 °C, {IMPOSSIBLE}"
    made = summary(patient, owner)
    assert [row.worst for row in made.symptoms] == [shown]
    assert [row.worst for row in made.front.symptoms] == [shown]
    assert made.moments[0].reported == (shown,)
    assert made.front.moments[0].reported == shown
    assert marks(made) == [IMPOSSIBLE]
    assert shown in text(dad, "history_charts", patient.pk)
    for name, args in (
        ("history_day", [patient.pk, check_in.local_day]),
        ("today", [patient.pk]),
        ("check_in", [patient.pk, check_in.pk]),
    ):
        page = text(dad, name, *args)
        assert shown in page, name
        for found in re.finditer(r"386\.0 °C", page):
            assert "cannot be right" in page[found.end() : found.end() + 40], (name, found)
    log("38.9", at=NOW)
    assert [row.worst for row in summary(patient, owner).symptoms] == ["38.9 °C"]


def test_the_tables_and_fhir_say_it_in_the_same_words(patient, card, log):
    log("386.0", at=NOW - HOUR)
    log("37.9", at=NOW)
    card.delete()
    found = read_back(as_csv(records(patient)))
    rows = found["version_reports"]
    assert [row["counts_as"] for row in rows] == [IMPOSSIBLE, "fever line or above"]
    bundle = json.loads(as_fhir(records(patient)))
    shown = [
        one["resource"].get("interpretation", [{}])[0].get("text")
        for one in bundle["entry"]
        if one["resource"]["resourceType"] == "Observation"
    ]
    assert shown == [IMPOSSIBLE, "fever line or above"]


def test_one_slug_names_the_thermometer():
    found = [s.slug for s in catalogue().symptoms.values() if s.kind == "temperature"]
    assert [catalogue().thermometer] == found
    assert Decimal("38.0") == catalogue().rules.fever_line_c


@pytest.mark.parametrize(("degrees", "is_higher"), [("38.0", False), ("38.1", True)])
def test_only_a_card_above_the_own_line_is_called_higher(patient, card, degrees, is_higher):
    card.fever_from = Decimal(degrees)
    assert ("which is higher" in applied_words(patient, card)) is is_higher
