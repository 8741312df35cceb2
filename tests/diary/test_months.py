"""The small calendar: the worst of a day is its mark, and each month leads where it should."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import erasing
from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.core.days import DAY, start_of
from diary.history.calendar import Month, month_page
from diary.history.lines import line_of
from diary.history.search import Search
from diary.management.examples import start_pump
from diary.models import Dose
from tests.diary.answers import on_tablets, reading, said
from tests.diary.cast import log_look

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
NOVEMBER = Month(2026, 11)
SEVERE = ReportData("rash", "severe")
MODERATE = ReportData("cough", "moderate")
MILD = ReportData("hair-loss", "mild")
NO = ReportData("rash", "no")


@pytest.fixture
def began(patient):
    patient.created = NOW - timedelta(days=30)
    patient.save()
    return patient


@pytest.fixture
def save(began, owner):
    def saved(*reports, ago=0, hour=9, **more):
        at = NOW.replace(hour=hour) - timedelta(days=ago)
        return record_check_in(began, said(at, *reports, **more), by=owner)

    return saved


@pytest.fixture
def give(began):
    """Give the tablets of one day."""

    def given(day):
        started = start_of(day, began.tz)
        when = {"started": started, "ended": started + timedelta(hours=23), "local_day": day}
        on_tablets(began, day).doses.create(kind="tablet", precision="day", **when)

    return given


def page_of(patient, month=NOVEMBER, sought=None, latest=TODAY):
    return month_page(patient, month, NOW, sought or Search(), latest=latest)


def line_on(patient, day=TODAY):
    return line_of(page_of(patient).day(day), patient.unit, TODAY)


def kind_on(patient, day=TODAY):
    return next(cell.kind for cell in page_of(patient).cells if cell.day == day)


@pytest.mark.parametrize("order", [(MILD, MODERATE, SEVERE), (SEVERE, MODERATE, MILD)])
def test_a_day_shows_its_worst_level_whatever_came_last(began, save, order):
    for hour, report in enumerate(order, start=8):
        save(report, hour=hour)
    assert kind_on(began) == "urgent"
    assert page_of(began).day(TODAY).level.slug == "urgent"
    assert line_on(began).words == "Rash, itchy or not"
    assert line_on(began).more == 2


def test_a_day_for_the_team_is_marked_as_such_beside_something_milder(began, save):
    save(MODERATE, hour=8)
    save(MILD, hour=9)
    assert kind_on(began) == "contact"


def test_what_is_for_nobody_at_once_is_another_entry(began, save):
    on_tablets(began, TODAY - 3 * DAY)
    save(ReportData("nausea", "mild"), hour=8)
    assert kind_on(began) == "listed"


def test_a_day_without_anything_new_says_so_and_only_then(began, save):
    save(kind="nothing-new", ago=1)
    assert kind_on(began, TODAY - DAY) == "none"
    save(NO, ago=1, hour=10)
    assert kind_on(began, TODAY - DAY) == "listed"


def test_gaps_what_is_to_come_and_what_was_before_are_told_apart(began, save):
    save(MILD, ago=2)
    kinds = {cell.day: cell.kind for cell in page_of(began).cells}
    assert kinds[TODAY - DAY] == "gap"
    assert kinds[TODAY] == "gap"
    assert kinds[TODAY + DAY] == "future"
    october = {cell.day: cell.kind for cell in page_of(began, Month(2026, 10)).cells}
    assert october[date(2026, 10, 20)] == "before"
    assert october[date(2026, 10, 21)] == "gap"


def test_only_days_of_the_diary_are_links(began, save):
    save(MILD, ago=2)
    listed = {cell.day: cell.is_listed for cell in page_of(began).cells}
    assert listed[TODAY] and listed[TODAY - DAY] and listed[TODAY - 2 * DAY]
    assert not listed[TODAY + DAY]
    assert not page_of(began, Month(2026, 10)).cells[0].is_listed


def test_the_newest_is_first_and_every_day_is_one_line(began, save):
    save(MILD, ago=3)
    days = page_of(began).days
    assert [day.day for day in days] == [date(2026, 11, n) for n in range(20, 0, -1)]
    lines = [line_of(day, "C", TODAY) for day in days]
    assert [line.words for line in lines[:4]] == [
        "No entry yet",
        "No entry",
        "No entry",
        "Hair loss, mild",
    ]
    assert {line.kind for line in lines[4:]} == {"gap"}


def test_a_month_leads_to_its_neighbours_inside_the_diary(began):
    page = page_of(began)
    assert (page.earlier, page.later) == (Month(2026, 10), None)
    october = page_of(began, Month(2026, 10))
    assert (october.earlier, october.later) == (None, NOVEMBER)
    assert october.begins_here == "The diary began on 21 Oct 2026."
    assert page.begins_here == ""
    assert page_of(began, latest=date(2026, 12, 1)).later == Month(2026, 12)
    assert page.blanks == range(6)


def test_the_week_begins_on_monday(began):
    assert page_of(began, Month(2026, 10)).blanks == range(3)


def test_what_is_looked_for_leads_to_the_next_earlier_month_that_has_it(began, save):
    began.created = NOW - timedelta(days=200)
    began.save()
    save(reading("38.5"), ago=100)
    save(reading("38.5"), ago=0)
    page = page_of(began, sought=Search(level="urgent"))
    assert (page.earlier, page.later) == (Month(2026, 8), None)
    august = page_of(began, Month(2026, 8), Search(level="urgent"))
    assert (august.earlier, august.later) == (None, NOVEMBER)
    assert [day.day for day in page.days] == [TODAY]
    assert (page.last_fever, page.last_call) == (None, None)
    assert page.bands == ()


def test_what_is_found_on_the_first_or_the_last_day_of_a_month_leads_away_from_it(began, save):
    for day in (date(2026, 10, 1), date(2026, 10, 31)):
        save(reading("38.5"), ago=(TODAY - day).days)
    october = page_of(began, Month(2026, 10), Search(level="urgent"))
    assert (october.earlier, october.later) == (None, None)


def test_a_dose_from_before_the_diary_is_a_line_and_the_empty_days_around_it_are_not(began, give):
    give(date(2026, 10, 10))
    page = page_of(began, Month(2026, 10))
    listed = [cell.day for cell in page.cells if cell.is_listed]
    assert listed == [date(2026, 10, day) for day in (10, *range(21, 32))]
    assert page.days[-1].day == date(2026, 10, 10)


def test_the_treatment_stands_beside_the_days(began):
    on_tablets(began, TODAY - 3 * DAY)
    page = page_of(began)
    assert len(page.bands) == 1
    assert page.bands[0].name == "Imatinib"
    marked = {cell.day for cell in page.cells if "; " in cell.words}
    assert marked == {TODAY - n * DAY for n in range(4)}


def test_the_earliest_year_and_this_month():
    assert Month.asked("1900-01", TODAY) == Month(1900, 1)
    assert Month.asked("1899-12", TODAY) == NOVEMBER
    assert Month.asked("2026-11", TODAY) == NOVEMBER
    assert Month.asked("2026-12", TODAY) == NOVEMBER
    assert Month.asked("2026-10", TODAY) == Month(2026, 10)


def test_a_line_has_the_highest_temperature_as_it_was_typed(began, save):
    save(reading("36.4"), MILD, hour=8)
    save(reading("99.1", "F"), hour=9)
    assert line_on(began).temperature == "99.1°F"
    save(reading("37.4"), hour=10)
    assert line_on(began).temperature == "37.4°"
    assert line_on(began).words == "Hair loss, mild"


def test_a_line_says_urgent_and_what_for_also_of_what_was_corrected_or_removed(began, save, owner):
    check_in = save(reading("38.9"), MILD, ago=1)
    assert line_on(began, TODAY - DAY).words == "Fever"
    assert line_on(began, TODAY - DAY).is_open
    correct_check_in(check_in, said(check_in.at, reading("37.0")), reason="slip", by=owner)
    line = line_on(began, TODAY - DAY)
    assert (line.words, line.temperature, line.kind) == ("Fever, corrected", "37.0°", "urgent")
    remove_check_in(check_in, reason="wrong child", by=owner)
    line = line_on(began, TODAY - DAY)
    assert (line.words, line.temperature, line.kind) == ("Fever, corrected", "", "urgent")
    gone = save(MILD, ago=2)
    remove_check_in(gone, reason="twice", by=owner)
    assert line_on(began, TODAY - 2 * DAY).words == "No entry"


def test_a_line_says_what_a_day_holds_where_no_symptom_was_reported(began, save):
    save(kind="nothing-new", ago=1)
    save(kind="too-ill", ago=2)
    save(NO, ago=3)
    save(NO, ago=4, note="Ate half of lunch, then a nap, then some more")
    save(SEVERE, kind="too-ill", ago=5)
    words = [line_on(began, TODAY - n * DAY).words for n in range(1, 6)]
    assert words == [
        "Nothing new",
        "Too ill to fill in",
        "No symptom entered",
        "“Ate half of lunch, then a nap, …”",
        "Too ill: Rash, itchy or not, severe",
    ]


def test_a_look_alone_and_one_that_is_different_are_said(began, owner):
    at = NOW - timedelta(hours=2)
    look = log_look(began, at, TODAY, by=owner)
    assert line_on(began).words == "One-minute check, no entry"
    look.answers = [{"asked": "Speech", "answer": "mild"}]
    with erasing():
        look.save()
    assert line_on(began).words == "One-minute check: different"


def test_a_pump_that_started_or_stopped_is_said_on_a_day_without_a_symptom(began):
    start_pump(began, TODAY - DAY, start_of(TODAY - DAY, began.tz) + timedelta(hours=10))
    words = "No entry. Blinatumomab: pump started at 10:00"
    assert line_on(began, TODAY - DAY).words == words


def test_tablets_that_were_missed_are_said_on_a_day_without_an_entry(began, give):
    give(TODAY - 2 * DAY)
    give(TODAY - DAY)
    Dose.objects.filter(local_day=TODAY - DAY).update(status="missed")
    assert line_on(began, TODAY - DAY).words == "No entry. Imatinib: tablets missed"
    assert line_on(began, TODAY - 2 * DAY).words == "No entry"


def test_the_last_fever_and_the_last_call_stand_on_top_of_every_month(began, save, owner):
    began.created = NOW - timedelta(days=200)
    began.save()
    first = save(reading("38.6"), ago=90)
    second = save(reading("39.1"), ago=80)
    first.calls.create(outcome="reached", at=NOW, recorded=NOW, by=owner, advice="Come in")
    first.calls.create(outcome="no-answer", at=NOW, recorded=NOW, by=owner)
    for month in (NOVEMBER, Month(2026, 8), Month(2026, 9)):
        page = page_of(began, month)
        assert page.last_fever == (second.local_day, "39.1 °C")
        assert page.last_call.call.advice == "Come in"
        assert (page.last_call.day, page.last_call.called) == (first.local_day, TODAY)
    correct_check_in(second, said(second.at, reading("37.1")), reason="slip", by=owner)
    assert page_of(began).last_fever == (first.local_day, "38.6 °C")
    remove_check_in(first, reason="wrong child", by=owner)
    assert page_of(began).last_fever is None
    assert page_of(began).last_call is not None


def test_a_fever_that_was_felt_or_cannot_be_right_is_the_last_one_too(began, save):
    save(reading("38.6"), ago=3)
    save(ReportData("fever", "yes"), ago=2)
    assert page_of(began).last_fever.words == "felt feverish, not measured"
    save(reading("55"), ago=1)
    assert page_of(began).last_fever.words == "55.0 °C, cannot be right, counts as fever"
    save(ReportData("fever", "no"))
    assert page_of(began).last_fever.day == TODAY - DAY
