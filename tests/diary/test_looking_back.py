"""The pages of charts and of cycles: who sees them, what they say, and what they cost."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.core.days import start_of
from diary.management.examples import log, treat
from diary.models import Course, Cycle, Dose, FamilyCard, Medicine
from tests.diary.answers import on_tablets
from tests.diary.cast import log_ten_years
from tests.diary.drawn import VERDICT, parsed
from tests.diary.test_timeline import fever, said

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 20)
PAGES = ["history_charts", "history_cycles"]
HOUR = timedelta(hours=1)
pages = pytest.mark.parametrize("name", PAGES)


@pytest.fixture
def see(patient, owner, log_in):
    patient.created = NOW - timedelta(days=100)
    patient.save()

    def get(name, query="", user=owner):
        response = log_in(user).get(reverse(name, args=[patient.pk]) + query)
        assert response.status_code == 200
        return response.content.decode()

    return get


@pytest.fixture
def two_cycles(patient):
    """Blinatumomab: cycle 1 from 30 September, cycle 2 from 11 November, with its pump."""
    course = Course.objects.create(
        patient=patient, therapy="blinatumomab", started=date(2026, 9, 30)
    )
    for number, first in ((1, course.started), (2, date(2026, 11, 11))):
        Cycle.objects.create(course=course, number=number, started=first)
        begun = start_of(first, patient.tz) + 14 * HOUR
        ended = begun + timedelta(days=28) if number == 1 else None
        Dose.objects.create(course=course, kind="pump", started=begun, ended=ended, local_day=first)
    return course


def drawings(page):
    """Return the charts; the icons of the tabs say nothing, and have no title."""
    found = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    return [parsed(svg) for svg in found if "<title" in svg]


def titled(page, words):
    """Return the narrow and the wide drawing with these words in their title."""
    return [svg for svg in drawings(page) if words in svg[0].text]


def marks(svg, kind):
    return [element for element in svg.iter() if element.get("class") == kind]


@pages
def test_only_who_may_read_the_diary_sees_them(
    patient, reader, stranger, see, log_in, client, name
):
    address = reverse(name, args=[patient.pk])
    assert client.get(address).status_code == 302
    assert log_in(stranger).get(address).status_code == 404
    assert log_in(stranger).post(address).status_code == 405
    page = see(name, user=reader)
    assert 'method="post"' not in page


@pages
def test_an_empty_diary_says_so_and_draws_nothing(see, name):
    page = see(name)
    assert drawings(page) == []
    words = "Nothing is written here for November 2026." if name == "history_charts" else "once two"
    assert words in page


def test_one_entry_is_one_mark_and_no_line(patient, owner, see):
    record_check_in(patient, said(reports=[ReportData("rash", "mild")]), by=owner)
    narrow, wide = titled(see("history_charts"), "Symptoms")
    for svg in (narrow, wide):
        assert len(marks(svg, "mild")) == 1
        assert marks(svg, "path") == []
    assert (narrow.get("class"), wide.get("class")) == ("chart narrow", "chart wide")


def day_of(patient, number):
    return reverse("history_day", args=[patient.pk, f"2026-11-{number:02}"])


def test_every_day_of_a_chart_leads_to_its_page(patient, owner, see, log_in):
    treat(patient, TODAY)
    log(patient, TODAY - timedelta(days=19), TODAY, seed=4, users=[owner])
    found = drawings(see("history_charts"))
    assert len(found) == 4
    for svg in found:
        links = [link.get("href") for link in svg.iter() if link.get("href")]
        assert links == [day_of(patient, number) for number in range(1, 21)]
    for link in links:
        assert log_in(owner).get(link).status_code == 200


def test_a_day_that_was_not_logged_can_be_gone_to_in_calendar_list_and_charts(patient, owner, see):
    record_check_in(
        patient, said(NOW - timedelta(days=9), reports=[ReportData("rash", "mild")]), by=owner
    )
    page, (svg, _) = see("history"), titled(see("history_charts"), "Symptoms")
    for number in range(1, 21):
        assert page.count(f'href="{day_of(patient, number)}"') == 2
        assert f'id="day-2026-11-{number:02}"' in page
    assert day_of(patient, 21) not in page
    said_of = {link.get("href"): link[0].text for link in svg.iter() if link.get("href")}
    assert said_of[day_of(patient, 10)] == "10 November: not logged"
    assert said_of[day_of(patient, 11)] == "Rash, itchy or not, 11 November at 12:00: mild"


def test_a_reading_that_was_corrected_or_removed_leaves_its_urgent_mark(patient, owner, see):
    check_in = record_check_in(patient, said(reports=[fever("38.4")]), by=owner)
    correct_check_in(check_in, said(reports=[fever("37.0")]), reason="slip", by=owner)
    gone = record_check_in(
        patient, said(NOW - timedelta(days=2), reports=[fever("39.0")]), by=owner
    )
    remove_check_in(gone, reason="wrong child", by=owner)
    for svg in titled(see("history_charts"), "Temperatures"):
        assert len(marks(svg, "fever")) == 0
        assert len(marks(svg, "plain")) == 1
        assert len(marks(svg, "urgent")) == 2
        assert "urgent before it was corrected" in svg[1].text
        assert "urgent, removed later" in svg[1].text
        assert "39.0" not in svg[1].text


def test_a_fever_line_that_is_lowered_later_makes_no_fever_of_what_was_saved_before(
    patient, owner, see
):
    record_check_in(patient, said(reports=[fever("37.6")]), by=owner)
    for svg in titled(see("history_charts"), "Temperatures"):
        assert len(marks(svg, "fever")) == 0
    FamilyCard.objects.create(patient=patient, fever_from="37.5", fever_unit="C")
    for svg in titled(see("history_charts"), "Temperatures"):
        assert len(marks(svg, "fever")) == 0
        assert "below the fever line, which was 38.0 °C then" in svg[1].text


def test_a_masked_reading_a_felt_fever_and_an_impossible_one_are_marked(patient, owner, see):
    Medicine.objects.create(
        patient=patient, medicine="paracetamol", at=NOW - HOUR, by=owner, recorded=NOW
    )
    record_check_in(patient, said(reports=[fever("37.2")]), by=owner)
    record_check_in(patient, said(NOW - timedelta(days=3), reports=[fever("55")]), by=owner)
    for svg in titled(see("history_charts"), "Temperatures"):
        assert (len(marks(svg, "masked")), len(marks(svg, "felt"))) == (1, 1)
        assert "may be masked by Paracetamol" in svg[1].text
        assert "cannot be right, counts as fever" in svg[1].text


def degrees(svg):
    """Return what is named on the axis of temperatures."""
    return [t.text for t in svg.iter() if t.get("text-anchor") == "end"]


def test_the_axis_is_fitted_and_speaks_the_unit_of_the_diary(patient, owner, see):
    record_check_in(patient, said(reports=[fever("36.6")]), by=owner)
    (svg, _) = titled(see("history_charts"), "Temperatures")
    assert degrees(svg) == ["36", "37", "38", "39"]
    assert len(marks(svg, "fever-line")) == 1
    record_check_in(patient, said(NOW - HOUR, reports=[fever("40.9")]), by=owner)
    (svg, _) = titled(see("history_charts"), "Temperatures")
    assert degrees(svg) == ["36", "37", "38", "39", "40", "41"]
    assert "°C" in [text.text for text in svg.iter()]
    patient.unit = "F"
    patient.save()
    (svg, _) = titled(see("history_charts"), "Temperatures")
    assert degrees(svg) == ["97", "99", "101", "103", "105"]
    assert "°F" in [text.text for text in svg.iter()]


def test_the_calendar_and_the_chart_show_the_pump_and_its_break(two_cycles, see):
    october = see("history", "?month=2026-10")
    for day, words in ((27, "pump"), (28, "pump"), (29, "break"), (31, "break")):
        assert f'aria-label="{day} October: no entry; {words}"' in october
    (svg, _) = titled(see("history_charts", "?month=2026-11"), "Temperatures")
    assert "Blinatumomab, cycles 1 and 2: 1–10 Nov 2026 break, 11–20 Nov 2026 pump" in svg[1].text
    assert [len(marks(svg, kind)) for kind in ("break", "on", "cycle")] == [1, 1, 2]
    named = [text.text for text in svg.iter() if text.get("text-anchor") == "middle"]
    assert named == ["1", "8", "15", "22", "29", "33", "40", "5"]


def test_the_calendar_and_the_chart_show_every_tablet_and_each_one_missed(patient, see):
    treat(patient, TODAY)
    (svg, _) = titled(see("history_charts"), "Temperatures")
    assert len(marks(svg, "missed")) == 2
    assert "15 Nov 2026 tablets missed" in svg[1].text
    assert 'aria-label="15 November: no entry; tablets missed;' in see("history")
    assert "15 Nov 2026 tablets missed" in see("history_charts")
    (svg, _) = titled(see("history_charts", "?month=2026-09"), "Temperatures")
    assert "tablets not recorded" in svg[1].text


def test_this_cycle_stands_beside_the_last_one_by_its_days(patient, owner, two_cycles, see):
    for at, answer in ((datetime(2026, 11, 13, 9, tzinfo=UTC), "moderate"), (NOW, "mild")):
        record_check_in(patient, said(at, reports=[ReportData("headache", answer)]), by=owner)
    third = datetime(2026, 10, 2, 9, tzinfo=UTC)
    record_check_in(patient, said(third, received=NOW, reports=[fever("39")]), by=owner)
    page = see("history_cycles")
    assert "cycle 2 beside cycle 1" in page
    rows = re.findall(r'<th scope="row">(\d+)</th>(.*?)</tr>', page, re.DOTALL)
    assert [int(number) for number, _ in rows] == list(range(1, 43))
    day_3 = dict(rows)["3"]
    assert "13 Nov" in day_3
    assert "Headache, moderate" in day_3
    assert "2 Oct" in day_3
    assert "39.0 °C" in day_3
    assert "urgent" in day_3
    assert "no such day yet" in dict(rows)["42"]
    this, _, before, _ = titled(page, "Symptoms")
    assert "cycle 2, 11–20 Nov 2026" in this[0].text
    assert len([e for e in this.iter() if e.tag.endswith("}a")]) == 10
    assert [len(marks(svg, "moderate")) for svg in (this, before)] == [1, 0]
    ticks = [
        [(t.text, t.get("x")) for t in svg.iter() if t.get("text-anchor") == "middle"]
        for svg in (this, before)
    ]
    assert ticks[0] == ticks[1]
    assert [text for text, _ in ticks[0]] == ["1", "8", "15", "22", "29", "36"]
    assert marks(before, "mild") == []
    assert len(marks(before, "urgent")) == 1
    one, _, other, _ = titled(page, "Temperatures")
    assert degrees(one) == degrees(other) == ["36", "37", "38", "39"]


def test_a_cycle_of_years_ago_is_compared_and_a_strange_one_is_not(
    patient, owner, two_cycles, see, stranger
):
    old = Cycle.objects.create(course=two_cycles, number=9, started=date(2016, 1, 1))
    Cycle.objects.filter(course=two_cycles, number=1).update(started=date(2020, 1, 1))
    first = two_cycles.cycles.get(number=1)
    page = see("history_cycles", f"?cycle={first.pk}")
    assert "cycle 1 beside cycle 9" in page
    assert "only the first days are compared" in page
    assert "Later: cycle 2" in page
    for query in (f"?cycle={old.pk}", "?cycle=x", "?cycle="):
        assert "cycle 2 beside cycle 1" in see("history_cycles", query)


def test_a_withdrawn_course_and_a_cycle_to_come_are_not_compared(patient, two_cycles, see):
    two_cycles.cycles.filter(number=2).update(started=TODAY + timedelta(days=1))
    assert "once two of them are recorded" in see("history_cycles")
    two_cycles.cycles.filter(number=2).update(started=TODAY)
    assert "cycle 2 beside cycle 1" in see("history_cycles")
    two_cycles.withdrawn = NOW
    two_cycles.save()
    assert "once two of them are recorded" in see("history_cycles")


@pages
def test_no_page_judges(patient, owner, two_cycles, see, name):
    treat(patient, TODAY)
    log(patient, TODAY - timedelta(days=60), TODAY, seed=6, users=[owner])
    page = see(name)
    main = page[page.index('id="part"') : page.index("</main")]
    text = re.sub(r"<[^>]+>", " ", main)
    assert len(text) > 3000
    assert VERDICT.findall(text) == []
    assert "style=" not in page


@pytest.mark.parametrize(("name", "most"), [("history_charts", 30), ("history_cycles", 32)])
def test_ten_years_cost_no_more_queries(patient, owner, two_cycles, log_in, name, most):
    treat(patient, TODAY)
    log(patient, TODAY - timedelta(days=40), TODAY, seed=2, users=[owner])
    client, url = log_in(owner), reverse(name, args=[patient.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as young:
        client.get(url)
    log_ten_years(patient, TODAY - timedelta(days=50), by=owner)
    with CaptureQueriesContext(connection) as old:
        client.get(url)
    assert len(old) == len(young) <= most


@pytest.mark.parametrize("name", ["history", "history_charts"])
@pytest.mark.parametrize("month", ["0001-01", "1899-12"])
def test_a_month_before_anybody_was_born_is_this_month(patient, owner, log_in, name, month):
    page = log_in(owner).get(reverse(name, args=[patient.pk]), {"month": month})
    assert page.status_code == 200
    assert f"{TODAY:%B %Y}" in page.content.decode()


def test_the_days_after_a_treatment_ended_are_days_of_no_cycle(two_cycles, see):
    assert "11–20 Nov 2026" in see("history_cycles")
    two_cycles.doses.update(ended=datetime(2026, 11, 15, 9, tzinfo=UTC))
    two_cycles.ended = date(2026, 11, 15)
    two_cycles.save()
    page = see("history_cycles")
    assert "11–15 Nov 2026" in page
    assert "16 Nov" not in page


@pytest.mark.parametrize("name", ["history", "history_charts", "history_find"])
def test_the_way_to_cycles_is_there_only_where_a_treatment_has_some(see, patient, name):
    course = on_tablets(patient, TODAY)
    way = f'href="{reverse("history_cycles", args=[patient.pk])}"'
    assert way not in see(name)
    assert way in see("history_cycles")
    course.cycles.create(number=1, started=TODAY)
    assert way in see(name)
