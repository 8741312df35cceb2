"""The watch table: what is prompted while choosing is never more than what saving says."""

import random
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import erasing
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.core.days import local_day
from diary.judging import judge
from diary.judging.facts import OPEN_FOR
from diary.judging.standing import courses_between, standings_from
from diary.judging.watch import (
    Table,
    WatchBand,
    amber_number,
    answers_at,
    prompted,
    stretches,
    table_over,
    worst,
)
from diary.models import Course, Cycle, Dose, Finding
from diary.today.temperature import quiet_pattern
from tests.diary.answers import after_car_t, on_blinatumomab, said
from therapies.catalogue import catalogue
from therapies.rulebook import Level, Severity
from therapies.standing import Standing
from therapies.urgency import SymptomReport, assess

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
HOUR = timedelta(hours=1)


def table(patient, start=NOW, end=NOW + OPEN_FOR):
    return table_over(patient, stretches(patient, start, end, only_begun=True))


def told(table):
    return table.flags, table.bands


def any_treatment(patient, dice):
    """One to three courses, with doses near NOW: recorded to the minute, by day, or not at all."""
    for therapy in dice.sample(list(catalogue().therapies), dice.randint(1, 3)):
        first = local_day(NOW, patient.tz) + timedelta(
            days=dice.choice((-60, -57, -27, -8, -1, 0, 1))
        )
        course = Course.objects.create(
            patient=patient,
            therapy=therapy,
            started=first,
            ended=dice.choice((None, None, first + timedelta(days=dice.randint(0, 60)))),
        )
        giving = catalogue().therapies[therapy].giving
        if giving == "pump" and dice.random() < 0.7:
            Cycle.objects.create(course=course, number=1, started=first)
        if giving in ("pump", "infusion") and dice.random() < 0.8:
            over = NOW + timedelta(minutes=dice.randint(-60 * 30, 60 * 20))
            kind = "pump" if giving == "pump" else dice.choice(("infusion", "injection"))
            started = over - dice.randint(1, 200) * HOUR
            Dose.objects.create(
                course=course,
                kind=kind,
                started=started,
                ended=dice.choice((over, over, None)),
                local_day=local_day(started, patient.tz),
            )


def every_answer():
    for slug, symptom in catalogue().reportable.items():
        kinds = {"severity": ("mild", "moderate", "severe")}.get(symptom.kind, ("yes",))
        name = "In our words" if slug in catalogue().own else ""
        yield from (ReportData(slug, answer, own_name=name) for answer in kinds)


@pytest.mark.parametrize("seed", range(8))
def test_saving_never_shows_less_than_was_prompted(patient, owner, seed):
    dice = random.Random(seed)  # noqa: S311 (made-up data)
    any_treatment(patient, dice)
    shown = table(patient)
    saved_at = NOW + timedelta(minutes=dice.choice((0, 3, 90, 60 * 11, 60 * 23)))
    answers = [a for a in every_answer() if shown.flag(a.symptom, a.answer).level is Level.URGENT]
    quiet = [a for a in every_answer() if a not in answers]
    assert answers
    with time_machine.travel(saved_at, tick=False):
        for answer in answers:
            check_in = record_check_in(patient, said(saved_at, answer, opened=NOW), by=owner)
            found = Finding.objects.filter(version__check_in=check_in, level="urgent")
            assert found.filter(symptom=answer.symptom).exists(), answer
            with erasing():
                check_in.delete()
        for answer in quiet:  # nor more, on the day the page was drawn for
            if local_day(saved_at, patient.tz) == local_day(NOW, patient.tz):
                check_in = record_check_in(patient, said(saved_at, answer, opened=NOW), by=owner)
                found = Finding.objects.filter(version__check_in=check_in, level="urgent")
                assert not found.exists(), answer
                with erasing():
                    check_in.delete()


@pytest.mark.parametrize("seed", range(8))
def test_within_one_stretch_all_answers_hold(patient, seed):
    dice = random.Random(seed)  # noqa: S311 (made-up data)
    any_treatment(patient, dice)
    end = NOW + timedelta(days=14)
    courses = courses_between(patient, NOW - timedelta(days=1), end)
    cut = stretches(patient, NOW, end)
    assert cut[0].start == NOW
    assert cut[-1].end == end
    assert all(one.end == two.start for one, two in pairwise(cut))
    for stretch in cut:
        expected = told(answers_at(stretch.standings, None, ()))
        for share in (0.0, 0.3, 0.999):
            at = stretch.start + (stretch.end - stretch.start) * share
            standings = tuple(standings_from(courses, at, patient.tz))
            assert told(answers_at(standings, None, ())) == expected, at


def test_a_page_left_open_overnight_is_not_laxer(patient):
    """Day 28 of the tablets begins at midnight: then moderate nausea is something to call about."""
    first = local_day(NOW, patient.tz) - timedelta(days=27)
    Course.objects.create(patient=patient, therapy="imatinib", started=first)
    assert table(patient).flag("nausea", "moderate").level is Level.CONTACT
    assert table(patient, end=NOW + HOUR).flag("nausea", "moderate").level is Level.EXPECTED


def test_a_page_opened_in_the_window_prompts_until_it_is_closed(patient):
    course = Course.objects.create(
        patient=patient, therapy="rituximab", started=NOW.date() - timedelta(days=1)
    )
    end = NOW - 24 * HOUR + timedelta(minutes=1)
    Dose.objects.create(
        course=course, kind="infusion", started=end - HOUR, ended=end, local_day=course.started
    )
    assert table(patient).flag("dizziness", "mild").level is Level.URGENT
    later = NOW + timedelta(minutes=2)
    assert table(patient, start=later).flag("dizziness", "mild").level is Level.CONTACT


def drip(patient, started, ended=None):
    """Rituximab since a week ago, and one drip: what comes with it is urgent until 24 hours after
    its end."""
    first = NOW.date() - timedelta(days=7)
    course = Course.objects.create(patient=patient, therapy="rituximab", started=first)
    day = local_day(started, patient.tz)
    Dose.objects.create(course=course, kind="infusion", started=started, ended=ended, local_day=day)


def prompted_for_dizziness(patient, opened, saved):
    found = prompted(patient, [ReportData("dizziness", "mild")], opened=opened, saved=saved)
    return bool(found)


def test_what_a_page_prompted_for_is_forgotten_after_three_days(patient):
    drip(patient, NOW - 25 * HOUR, NOW - 24 * HOUR)
    assert prompted_for_dizziness(patient, NOW, NOW + timedelta(days=3))
    assert not prompted_for_dizziness(patient, NOW, NOW + timedelta(days=3, minutes=1))


@pytest.mark.parametrize(("ahead", "prompts"), [(23.9, True), (24, False), (24.5, False)])
def test_a_page_prompts_for_what_the_next_day_makes_urgent(patient, ahead, prompts):
    drip(patient, NOW + ahead * HOUR)
    assert prompted_for_dizziness(patient, NOW, NOW) is prompts


def test_only_what_is_urgent_was_prompted_for(patient):
    on_blinatumomab(patient, NOW)
    answers = [ReportData("nausea", "mild"), ReportData("dizziness", "mild")]
    found = prompted(patient, answers, opened=NOW, saved=NOW)
    assert {(f.symptom, f.level) for f in found} == {("dizziness", Level.URGENT)}


def test_no_stretch_is_empty_where_something_changes_as_the_page_is_opened(patient):
    drip(patient, NOW - HOUR, NOW)
    cut = stretches(patient, NOW, NOW + OPEN_FOR)
    assert cut[0].start == NOW
    assert all(stretch.start < stretch.end for stretch in cut)


def test_whoever_asks_without_a_page_hears_of_tomorrows_medicine(patient):
    after_car_t(patient, NOW, days=-1)
    found = table_over(patient, stretches(patient, NOW, NOW + OPEN_FOR))
    assert found.flag("nausea", "mild").level is Level.URGENT


def test_tomorrows_medicine_is_not_urgent_today(patient):
    after_car_t(patient, NOW, days=-1)
    assert not prompted(patient, [ReportData("nausea", "mild")], opened=NOW, saved=NOW)
    assert table(patient).flag("nausea", "mild").level is Level.UNLISTED
    tomorrow = NOW + timedelta(days=1)
    assert table(patient, tomorrow, tomorrow + HOUR).flag("nausea", "mild").level is Level.URGENT


def test_what_was_reported_before_counts_for_combinations(patient, owner):
    on_blinatumomab(patient, NOW)
    assert table(patient).flag("nausea", "mild").level is Level.EXPECTED
    headache = said(NOW - HOUR, ReportData("headache", "mild"), key=uuid4())
    record_check_in(patient, headache, by=owner)
    assert table(patient).flag("nausea", "mild").level is Level.CONTACT


def test_the_emergency_number_comes_first_where_the_rules_say_so(patient):
    found = table(patient)
    assert found.flag("seizure", "yes").emergency
    assert found.flag("bleeding", "severe").emergency
    assert not found.flag("bleeding", "moderate").emergency
    assert not found.flag("fever", "yes").emergency


def test_a_line_that_listens_comes_first_where_the_rules_say_so(patient):
    found = table(patient)
    assert found.flag("self-harm-thoughts", "yes").crisis
    assert not found.flag("self-harm-thoughts", "yes").emergency
    assert not found.flag("seizure", "yes").crisis


def test_the_page_knows_the_amber_signs_and_tells_them_apart(patient):
    found = table(patient)
    assert found.flag("cough", "moderate").amber
    assert not found.flag("cough", "mild").amber
    assert not found.flag("hair-loss", "mild").amber
    ambers = catalogue().rules.ambers
    assert [amber_number(symptom) for symptom in ambers] == list(range(1, len(ambers) + 1))


def test_of_several_tables_the_more_urgent_answer_to_a_reading_counts():
    def one(level, high="38.0"):
        return Table({}, (WatchBand(Decimal("37.5"), Decimal(high), level),))

    both = [one(Level.CONTACT), one(Level.URGENT)]
    for tables in (both, both[::-1]):
        assert told(worst(tables)) == told(one(Level.URGENT))


def test_tables_that_are_cut_at_other_temperatures_are_not_mixed():
    band = WatchBand(Decimal("37.5"), Decimal("38.0"), Level.CONTACT)
    with pytest.raises(ValueError, match="shorter"):
        worst([Table({}, (band, band)), Table({}, (band,))])


def test_a_reading_is_ordinary_quiet_or_urgent():
    found = answers_at((), None, ())
    levels = {band.level for band in found.bands}
    assert {Level.UNLISTED, Level.CONTACT, Level.URGENT} >= levels > {Level.CONTACT}
    assert {band.level for band in found.ordinary} == {Level.UNLISTED}
    assert {band.level for band in found.quiet} == {Level.UNLISTED, Level.CONTACT}
    assert found.bands[0].low == catalogue().rules.possible_c[0]


def test_two_pages_of_one_stretch_ask_the_engine_once(patient, monkeypatch):
    on_blinatumomab(patient, NOW)
    first = table(patient)

    def asked(*args, **kwargs):
        raise AssertionError

    monkeypatch.setattr("diary.judging.watch.assess", asked)
    assert table(patient, NOW + timedelta(minutes=1), NOW + OPEN_FOR) == first


def test_it_costs_the_same_queries_whatever_was_logged(patient, owner):
    on_blinatumomab(patient, NOW)
    with CaptureQueriesContext(connection) as before:
        table(patient)
    for n in range(20):
        data = said(NOW - n * HOUR, ReportData("rash", "mild"), received=NOW)
        record_check_in(patient, data, by=owner)
    with CaptureQueriesContext(connection) as after:
        table(patient)
    assert len(before) == len(after) <= 6


def test_every_answer_of_the_catalogue_has_a_flag(patient):
    flags = table(patient).flags
    assert set(flags) == {(a.symptom, a.answer) for a in every_answer()}
    assert judge.look_back() == timedelta(hours=24)


# Two amber signs, which are urgent together (JC-61).


@pytest.mark.parametrize("therapy", [None, "tisagenlecleucel", "blinatumomab", "imatinib"])
def test_for_every_pair_of_amber_signs_saving_shows_what_the_page_prompted(
    therapy: str | None,
) -> None:
    standings = (Standing(therapy),) if therapy else ()
    table = answers_at(standings, None, ())
    reports = {
        key: SymptomReport(key[0], next((s for s in Severity if s.slug == key[1]), None))
        for key in table.flags
    }
    for (one, mine), (other, its) in combinations(table.flags.items(), 2):
        if one[0] == other[0]:
            continue
        found = assess([reports[one], reports[other]], standings, rules=catalogue().rules)
        prompts = Level.URGENT in (mine.level, its.level) or (mine.amber and its.amber)
        together = {f.rule for f in found.findings if f.level is Level.URGENT}
        assert bool(together) is prompts, (one, other)


@pytest.mark.parametrize("unit", ["C", "F"])
def test_every_reading_that_is_a_sign_counts_as_an_amber_one_on_the_page(unit: str) -> None:
    table = answers_at((), None, ())
    ordinary = re.compile(f"^(?:{quiet_pattern(table.ordinary, unit)})$")
    for tenths in range(320, 1120):
        typed = Decimal(tenths) / 10
        found = assess(
            [SymptomReport("fever", None, typed, unit), SymptomReport("cough", Severity.MODERATE)],
            (),
            rules=catalogue().rules,
        )
        assert (ordinary.match(str(typed)) is None) is (found.level is Level.URGENT), typed


def test_an_amber_sign_of_the_last_day_makes_every_other_one_urgent_on_the_page(patient, owner):
    record_check_in(
        patient, said(NOW - timedelta(hours=23), ReportData("cough", "moderate")), by=owner
    )
    flags = table_over(patient, stretches(patient, NOW, NOW + OPEN_FOR)).flags
    assert flags["sore-throat", "moderate"].level is Level.URGENT
    assert flags["sore-throat", "mild"].level is not Level.URGENT
    assert flags["cough", "moderate"].level is Level.CONTACT
    alone = answers_at((), None, ()).flags
    for key, flag in alone.items():
        if flag.amber and key[0] != "cough":
            assert flags[key].level is Level.URGENT, key


def test_an_entry_that_was_saved_late_meets_the_amber_sign_that_is_there_already(patient, owner):
    record_check_in(
        patient, said(NOW - timedelta(hours=1), ReportData("cough", "moderate")), by=owner
    )
    rash = said(NOW - timedelta(hours=3), ReportData("rash", "moderate"))
    late = record_check_in(patient, rash, by=owner)
    assert not late.versions.get().findings.filter(level="urgent")
    late = record_check_in(
        patient, said(NOW - timedelta(hours=3), ReportData("sore-throat", "moderate")), by=owner
    )
    assert late.versions.get().findings.filter(level="urgent", rule="U14").exists()


def test_the_style_tells_more_amber_signs_apart_than_there_are() -> None:
    style = Path(finders.find("diary.css")).read_text()
    numbers = re.findall(
        r'form:has\(\[data-amber="(\d+)"\]:checked\)'
        r':has\(\[data-amber\]:checked:not\(\[data-amber="\1"\]\)\) \.prompt',
        style,
    )
    assert [int(n) for n in numbers] == list(range(1, len(numbers) + 1))
    assert len(numbers) >= len(catalogue().rules.ambers)


def test_style_of_the_prompt_comes_with_today(client, patient, owner) -> None:
    client.force_login(owner)
    page = client.get(reverse("today", args=[patient.pk])).content.decode()
    assert "diary.css" in page
    assert "pages.css" not in page
    assert ".prompt" in Path(finders.find("diary.css")).read_text()
    assert ".prompt" not in Path(finders.find("pages.css")).read_text()
