"""What a phone keeps: the same marks as the page with a network, at any moment of two weeks."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.access import patient_for
from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.judging.facts import OPEN_FOR
from diary.judging.watch import stretches, table_over, worst
from diary.models import FamilyCard
from diary.today.offline import INSTANT, KEPT_FOR, kept_for, openings_of, plain_table, watch_data
from tests.diary.answers import on_blinatumomab, said, with_numbers
from tests.diary.test_watch import HOUR, NOW, any_treatment
from therapies.ask import SEVERITY_HEADINGS, urgent_signs
from therapies.catalogue import catalogue
from therapies.rulebook import Level
from therapies.templatetags.spelling import symptom_label

DAY = timedelta(days=1)
LogIn = Callable[[User], Client]


def marked(data: dict[str, Any], at: datetime) -> tuple[set[str], set[str], set[str]]:
    """Look up as the browser does (static/offline.js)."""
    near = [
        o
        for o in data["openings"]
        if datetime.fromisoformat(o["from"]) < at + DAY
        and at - DAY < datetime.fromisoformat(o["until"])
    ]
    held = [
        data["tables"][number]
        for opening in near
        for first, number in opening["tables"]
        if datetime.fromisoformat(first) < at + 2 * DAY
    ]
    urgent = {key for table in held for key in table["urgent"]}
    emergency = {key for table in held for key in table["emergency"]}
    return urgent, emergency, {table["quiet"]["C"] for table in held}


@pytest.mark.parametrize("seed", range(6))
def test_at_any_moment_the_phone_marks_what_the_page_would_by_a_clock_up_to_a_day_off(
    patient: Patient, owner: User, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 (made-up data)
    any_treatment(patient, dice)
    record_check_in(patient, said(NOW - 3 * HOUR, ReportData("headache", "mild")), by=owner)
    data = watch_data(openings_of(patient, NOW, NOW + KEPT_FOR))
    for minutes in (0, 1, 60 * 20 + 59, 60 * 21 + 1, *(dice.randint(0, 20000) for _ in range(12))):
        at = NOW + timedelta(minutes=minutes)
        cut = stretches(patient, at, at + OPEN_FOR, only_begun=True)
        page = table_over(patient, cut)
        expected = plain_table(page)
        around = stretches(patient, at - 3 * DAY, at + 4 * DAY)
        at_most = set(plain_table(table_over(patient, around))["urgent"])
        for clock in (at - DAY + INSTANT, at, at + DAY - INSTANT):
            urgent, emergency, quiet = marked(data, clock)
            assert set(expected["urgent"]) <= urgent <= at_most, at
            assert set(expected["emergency"]) <= emergency, at
            assert expected["quiet"]["C"] in quiet, at


def test_two_weeks_are_covered_without_a_gap(patient: Patient) -> None:
    on_blinatumomab(patient, NOW)
    parts = list(openings_of(patient, NOW, NOW + KEPT_FOR))
    assert parts[0][0] == NOW
    assert parts[-1][1] == NOW + KEPT_FOR
    assert all(one[1] == two[0] for one, two in pairwise(parts))
    assert all(held[0][0] <= start for start, _, held in parts)


def test_a_lower_line_of_the_family_is_kept(patient: Patient) -> None:
    before = watch_data(openings_of(patient, NOW, NOW + KEPT_FOR))["tables"][0]["quiet"]["C"]
    FamilyCard.objects.create(patient=patient, fever_from="37.8", fever_unit="C")
    after = watch_data(openings_of(patient, NOW, NOW + KEPT_FOR))["tables"][0]["quiet"]["C"]
    assert before != after


def test_what_the_owner_may_keep(patient: Patient, owner: User, log_in: LogIn) -> None:
    with_numbers(patient)
    answer = log_in(owner).get(reverse("kept", args=[patient.pk]))
    found = answer.json()
    assert found["account"] == str(owner.pk)
    assert found["name"] == "Ana"
    assert [n["tel"] for n in found["numbers"]] == ["02079460123", "116123", "999"]
    assert "confusion:mild" in found["tables"][0]["urgent"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_reader_keeps_the_numbers_alone_and_a_stranger_learns_nothing(
    patient: Patient, reader: User, stranger: User, log_in: LogIn
) -> None:
    path = reverse("kept", args=[patient.pk])
    with_numbers(patient)
    found = log_in(reader).get(path).json()
    assert not found["may_write"]
    assert [n["tel"] for n in found["thread"]["numbers"]] == ["02079460123", "02079460456", "999"]
    assert not {"tables", "recent", "own", "readers"} & set(found)
    assert log_in(stranger).get(path).status_code == 404
    assert Client().get(path).status_code == 302


def test_a_reader_too_keeps_the_fever_line_and_the_signs_that_are_urgent_at_any_time(
    patient: Patient, reader: User, owner: User
) -> None:
    FamilyCard.objects.create(patient=patient, fever_from="37.8", fever_unit="C")
    on_blinatumomab(patient, NOW, day=27)
    found = kept_for(patient_for(reader, patient.pk), reader, NOW)["urgent"]
    assert found == kept_for(patient_for(owner, patient.pk), owner, NOW)["urgent"]
    assert found["line"].replace("\N{NO-BREAK SPACE}", " ") == "37.8 °C (100.1 °F)"
    kept = {w: n for n, signs in enumerate(found["signs"]) for w in signs["symptoms"]}
    assert [signs["heading"] for signs in found["signs"]] == list(SEVERITY_HEADINGS)
    parts = openings_of(patient, NOW, NOW + KEPT_FOR)
    for table in (table for _, _, held in parts for _, table in held):
        for first, signs in enumerate(urgent_signs(table.answers)):
            assert all(kept[symptom_label(slug)] <= first for slug in signs.symptoms)


def test_it_costs_the_same_queries_whatever_was_logged(
    patient: Patient, owner: User, log_in: LogIn, django_assert_max_num_queries: Any
) -> None:
    on_blinatumomab(patient, NOW)
    with time_machine.travel(NOW, tick=False):
        for n in range(20):
            data = said(NOW - n * HOUR, ReportData("rash", "mild"), received=NOW)
            record_check_in(patient, data, by=owner)
        client = log_in(owner)
        with django_assert_max_num_queries(21):
            assert client.get(reverse("kept", args=[patient.pk])).status_code == 200


def test_no_table_is_laxer_than_the_one_for_anybody(patient: Patient) -> None:
    anybody = worst([held[0][1] for _, _, held in openings_of(patient, NOW, NOW + HOUR)])
    on_blinatumomab(patient, NOW)
    for _, _, held in openings_of(patient, NOW, NOW + KEPT_FOR):
        for _, table in held:
            for key, flag in anybody.flags.items():
                assert flag.level is not Level.URGENT or table.flags[key].level is Level.URGENT


def test_the_words_about_the_pump_are_kept_where_there_is_one(
    patient: Patient, owner: User
) -> None:
    assert kept_for(patient_for(owner, patient.pk), owner, NOW)["troubles"] == []
    on_blinatumomab(patient, NOW)
    troubles = catalogue().home.troubles.values()
    kept = kept_for(patient_for(owner, patient.pk), owner, NOW)["troubles"]
    assert [one["label"] for one in kept] == [one.label for one in troubles]
    assert [one["steps"] for one in kept] == [one.steps for one in troubles]
    assert all("{" not in one["heading"] for one in kept)
