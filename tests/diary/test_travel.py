"""Windows of somebody who travels (JC-68), day 0 before the infusion (JC-69), and the days since a
transplant (JC-54)."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.core.days import end_of, start_of
from diary.judging.standing import change_moments, courses_between, standings, standings_from
from diary.judging.watch import cut_time
from diary.models import Course, Dose, Finding
from diary.treatment.actions import courses as actions
from tests.diary.answers import said
from tests.diary.test_watch import NOW, any_treatment, every_answer
from therapies.catalogue import catalogue
from therapies.rulebook import Level, Severity
from therapies.standing import Standing
from therapies.urgency import SymptomReport, assess

SYDNEY = ZoneInfo("Australia/Sydney")
LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
INFUSED = date(2026, 9, 1)
LAST = INFUSED + 56 * DAY


def moved(patient: Patient, zone: str) -> None:
    patient.zone = zone
    patient.save()


def infused(patient: Patient, day: date = INFUSED) -> Course:
    course = patient.courses.create(therapy="tisagenlecleucel", started=day)
    tz = patient.tz
    course.doses.create(
        kind="infusion",
        precision="day",
        started=start_of(day, tz),
        ended=end_of(day, tz),
        local_day=day,
    )
    return course


def days(patient: Patient, at: datetime) -> set[int | None]:
    return {standing.days_since_infusion for standing in standings(patient, at)}


def level(found: list[Standing], symptom: str, severity: Severity) -> Level:
    return assess([SymptomReport(symptom, severity)], found, rules=catalogue().rules).level


@pytest.mark.parametrize(
    ("home", "away"), [("Europe/London", "Australia/Sydney"), ("Australia/Sydney", "Europe/London")]
)
def test_the_days_are_counted_where_the_infusion_was_and_where_the_diary_is(
    patient: Patient, home: str, away: str
) -> None:
    moved(patient, home)
    infused(patient)
    moved(patient, away)
    evening_in_london = datetime(2026, 10, 27, 20, tzinfo=UTC)  # the 28th in Sydney
    assert days(patient, evening_in_london) == {56, 57}
    assert level(standings(patient, evening_in_london), "muscle-aches", Severity.MILD) is (
        Level.URGENT
    )
    assert days(patient, evening_in_london - 12 * HOUR) == {56}


def test_who_stays_at_home_stands_there_once(patient: Patient) -> None:
    infused(patient)
    for hours in range(48):
        assert len(standings(patient, datetime(2026, 10, 27, tzinfo=UTC) + hours * HOUR)) == 1


def test_tablets_that_began_elsewhere_count_from_there_after_a_restart(patient: Patient) -> None:
    moved(patient, "Australia/Sydney")
    patient.courses.create(therapy="imatinib", started=INFUSED, ended=INFUSED + 5 * DAY)
    moved(patient, "Europe/London")
    patient.courses.create(therapy="imatinib", started=INFUSED + 8 * DAY)
    at = datetime(2026, 9, 28, 20, tzinfo=UTC)  # the 29th in Sydney
    assert {s.days_since_start for s in standings(patient, at) if s.status == "active"} == {27, 28}


def test_a_finding_that_both_zones_meet_is_kept_once(patient: Patient, owner: User) -> None:
    moved(patient, "Australia/Sydney")
    course = infused(patient)
    moved(patient, "Europe/London")
    at = datetime(2026, 9, 10, 20, tzinfo=UTC)
    assert days(patient, at) == {9, 10}
    record_check_in(patient, said(at, ReportData("muscle-aches", "mild")), by=owner)
    rules = list(Finding.objects.filter(course=course).values_list("rule", flat=True))
    assert rules
    assert len(rules) == len(set(rules))


def in_one_zone(patient: Patient, at: datetime, tz: ZoneInfo) -> list[Standing]:
    loaded = courses_between(patient, at, at)
    for course in loaded:
        course.zone = ""
        for dose in course.doses.all() if course.therapy else ():
            dose.zone = ""
    return standings_from(loaded, at, tz)


@pytest.mark.parametrize("seed", range(6))
def test_it_is_never_less_urgent_than_in_either_zone_alone(patient: Patient, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 (made-up data)
    zones = ["Europe/London", "Australia/Sydney", "America/Los_Angeles", "Pacific/Kiritimati"]
    home, away = dice.sample(zones, 2)
    moved(patient, home)
    any_treatment(patient, dice)
    moved(patient, away)
    at = NOW + dice.randint(0, 47) * HOUR
    found = standings(patient, at)
    for zone in (home, away):
        alone = in_one_zone(patient, at, ZoneInfo(zone))
        for answer in every_answer():
            severity = {s.slug: s for s in Severity}.get(answer.answer)
            got = level(found, answer.symptom, severity)  # type: ignore[arg-type]
            assert got >= level(alone, answer.symptom, severity), answer  # type: ignore[arg-type]


def test_time_is_cut_at_the_midnights_of_both_zones(patient: Patient) -> None:
    moved(patient, "Australia/Sydney")
    infused(patient)
    moved(patient, "Europe/London")
    start = datetime(2026, 10, 26, tzinfo=UTC)
    loaded = courses_between(patient, start, start + 3 * DAY)
    moments = change_moments(loaded, patient.tz, start, start + 3 * DAY)
    for day in (27, 28):
        for tz in (SYDNEY, LONDON):
            assert start_of(date(2026, 10, day), tz) in moments
    for first, last in pairwise([start, *moments, start + 3 * DAY]):
        same = {
            tuple(standings_from(loaded, at, patient.tz))
            for at in (first, first + (last - first) / 2, last - timedelta(microseconds=1))
        }
        assert len(same) == 1
    cut = cut_time(loaded, patient.tz, start + HOUR, start + 2 * DAY)
    assert any({s.days_since_infusion for s in one.standings} == {56, 57} for one in cut)


# Day 0 before the infusion ----------------------------------------------------------------------


def test_day_0_counts_as_after_the_infusion_and_says_that_it_is_before(patient: Patient) -> None:
    course = patient.courses.create(therapy="tisagenlecleucel", started=INFUSED)
    course.doses.create(
        kind="infusion",
        status=Dose.Status.PLANNED,
        precision="day",
        started=start_of(INFUSED, LONDON),
        ended=end_of(INFUSED, LONDON),
        local_day=INFUSED,
    )
    noon = start_of(INFUSED, LONDON) + 12 * HOUR
    (before,) = standings(patient, noon)
    assert (before.days_since_infusion, before.is_before_infusion) == (0, True)
    assert level([before], "muscle-aches", Severity.MILD) is Level.URGENT
    course.doses.update(status="given", precision="minute", started=noon + HOUR, ended=noon + HOUR)
    (before,) = standings(patient, noon)
    assert (before.days_since_infusion, before.is_before_infusion) == (0, True)
    for later in (noon + HOUR, noon + DAY):
        (after,) = standings(patient, later)
        assert not after.is_before_infusion


# Transplants ------------------------------------------------------------------------------------


def transplant(patient: Patient, day: date = INFUSED, **more: Any) -> Course:
    more = {"kind": "transplant", "name": "Stem cell transplant", **more}
    return patient.courses.create(started=day, **more)


def since(patient: Patient, day: date) -> list[int | None]:
    found = standings(patient, start_of(day, LONDON) + 12 * HOUR)
    return [standing.days_since_transplant for standing in found]


def test_days_count_from_the_last_transplant_after_the_treatment_began(patient: Patient) -> None:
    patient.courses.create(therapy="inotuzumab-ozogamicin", started=INFUSED - 60 * DAY)
    assert since(patient, INFUSED) == [None]
    transplant(patient)
    assert since(patient, INFUSED - DAY) == [None]
    assert since(patient, INFUSED) == [0]
    assert since(patient, INFUSED + 100 * DAY) == [100]
    transplant(patient, INFUSED + 50 * DAY)
    assert since(patient, INFUSED + 60 * DAY) == [10]


def test_a_transplant_before_the_treatment_or_taken_out_does_not_count(patient: Patient) -> None:
    patient.courses.create(therapy="inotuzumab-ozogamicin", started=INFUSED)
    transplant(patient, INFUSED - DAY)
    transplant(patient, INFUSED + DAY, withdrawn=NOW)
    transplant(patient, INFUSED + DAY, kind="medicine")
    assert since(patient, INFUSED + 5 * DAY) == [None]


def test_a_transplant_on_the_first_day_of_the_treatment_counts(patient: Patient) -> None:
    patient.courses.create(therapy="inotuzumab-ozogamicin", started=INFUSED)
    transplant(patient)
    assert since(patient, INFUSED + 5 * DAY) == [5]


@pytest.mark.parametrize("unknown", ["transplant", "treatment"])
def test_an_unknown_day_falls_to_the_more_urgent_side(patient: Patient, unknown: str) -> None:
    is_dated = unknown != "treatment"
    patient.courses.create(
        therapy="inotuzumab-ozogamicin", started=INFUSED + 3 * DAY, is_dated=is_dated
    )
    transplant(patient, is_dated=unknown != "transplant")
    expected = 0 if unknown == "transplant" else 5
    assert since(patient, INFUSED + 5 * DAY) == [expected]


def test_a_transplant_is_recorded_with_one_day(patient: Patient, owner: User) -> None:
    (course,) = actions.choose_treatments(
        patient, therapies=[], others={"transplant": "From a brother"}, by=owner
    )
    actions.edit_course(course, started=INFUSED, ended=None, by=owner)
    patient.courses.create(therapy="inotuzumab-ozogamicin", started=INFUSED - DAY)
    assert since(patient, INFUSED + DAY) == [1]


def test_the_pages_ask_for_the_day_of_a_transplant_alone(
    patient: Patient, owner: User, log_in: Callable[[User], Client]
) -> None:
    client = log_in(owner)
    client.post(f"/p/{patient.pk}/treatment/add/", {"transplant": "From a brother"})
    course = patient.courses.get()
    dates = client.get(f"/p/{patient.pk}/treatment/dates/").content.decode()
    assert "Day of the transplant" in dates
    assert "Last day" not in dates
    name = f"c-{course.pk}-first_day"
    client.post(f"/p/{patient.pk}/treatment/dates/", {name: INFUSED.isoformat()})
    course.refresh_from_db()
    assert (course.started, course.ended, course.is_dated) == (INFUSED, None, True)
    edit = f"/p/{patient.pk}/treatment/{course.pk}/edit/"
    assert "Last day" not in client.get(edit).content.decode()
    moved_day = (INFUSED + DAY).isoformat()
    client.post(edit, {"name": "From a brother", "first_day": moved_day})
    course.refresh_from_db()
    assert course.started == INFUSED + DAY
    page = client.get(f"/p/{patient.pk}/treatment/{course.pk}/").content.decode()
    assert "Treatment has ended" not in page
