"""The small calendar: the worst of a day is its mark, and each month leads where it should."""

from datetime import UTC, date, datetime, timedelta

import pytest

from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.core.days import DAY, Run, start_of
from diary.history.calendar import CalendarRow, Month, month_page
from diary.history.search import Search
from tests.diary.answers import on_tablets, reading, said

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


def kind_on(patient, day=TODAY):
    return next(cell.kind for cell in page_of(patient).cells if cell.day == day)


@pytest.mark.parametrize("order", [(MILD, MODERATE, SEVERE), (SEVERE, MODERATE, MILD)])
def test_a_day_shows_its_worst_level_whatever_came_last(began, save, order):
    for hour, report in enumerate(order, start=8):
        save(report, hour=hour)
    assert kind_on(began) == "urgent"
    (day,) = [row.day for row in page_of(began).rows if row.day and row.day.day == TODAY]
    assert day.level.slug == "urgent"


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


def test_only_days_with_a_row_below_are_links(began, save):
    save(MILD, ago=2)
    listed = {cell.day: cell.is_listed for cell in page_of(began).cells}
    assert listed[TODAY] and listed[TODAY - DAY] and listed[TODAY - 2 * DAY]
    assert not listed[TODAY + DAY]
    assert not page_of(began, Month(2026, 10)).cells[0].is_listed


def test_the_newest_is_first_and_a_gap_is_one_row_but_today_is_not_over(began, save):
    save(MILD, ago=3)
    rows = page_of(began).rows
    assert (rows[0].day.day, rows[0].gap) == (TODAY, None)
    assert rows[1].gap == Run(TODAY - 2 * DAY, TODAY - DAY)
    assert rows[1].gap_days == [TODAY - 2 * DAY, TODAY - DAY]
    assert rows[1].gap_words.startswith("2 days not logged: ")
    assert rows[2].day.day == TODAY - 3 * DAY
    assert rows[2].gap_days == [] and rows[2].gap_words == ""


def test_one_day_is_said_as_one():
    assert CalendarRow(gap=Run(TODAY, TODAY)).gap_words.startswith("1 day not logged: ")


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
    assert [row.day.day for row in page.rows] == [TODAY]
    assert page.bands == ()


def test_what_is_found_on_the_first_or_the_last_day_of_a_month_leads_away_from_it(began, save):
    for day in (date(2026, 10, 1), date(2026, 10, 31)):
        save(reading("38.5"), ago=(TODAY - day).days)
    october = page_of(began, Month(2026, 10), Search(level="urgent"))
    assert (october.earlier, october.later) == (None, None)


def test_a_day_without_an_entry_but_with_a_dose_is_no_part_of_a_gap(began, give):
    give(TODAY - 2 * DAY)
    assert [row.gap or row.day.day for row in page_of(began).rows] == [
        TODAY,
        Run(TODAY - DAY, TODAY - DAY),
        TODAY - 2 * DAY,
        Run(date(2026, 11, 1), TODAY - 3 * DAY),
    ]


def test_a_dose_from_before_the_diary_is_a_row_and_the_empty_days_around_it_are_not(began, give):
    give(date(2026, 10, 10))
    page = page_of(began, Month(2026, 10))
    listed = [cell.day for cell in page.cells if cell.is_listed]
    assert listed == [date(2026, 10, day) for day in (10, *range(21, 32))]
    assert page.rows[-1].day.day == date(2026, 10, 10)


def test_the_treatment_stands_beside_the_days(began):
    on_tablets(began, TODAY - 3 * DAY)
    page = page_of(began)
    assert len(page.bands) == 1
    assert page.bands[0].name == "Imatinib"
    marked = {cell.day for cell in page.cells if cell.treatment}
    assert marked == {TODAY - n * DAY for n in range(4)}


def test_the_earliest_year_and_this_month():
    assert Month.asked("1900-01", TODAY) == Month(1900, 1)
    assert Month.asked("1899-12", TODAY) == NOVEMBER
    assert Month.asked("2026-11", TODAY) == NOVEMBER
    assert Month.asked("2026-12", TODAY) == NOVEMBER
    assert Month.asked("2026-10", TODAY) == Month(2026, 10)
