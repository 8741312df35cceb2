"""The history page: who sees it, what it says, and what it costs."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import erasing
from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.history.calendar import Month
from diary.management.examples import log, treat
from tests.diary.cast import log_ten_years
from tests.diary.test_timeline import fever, said

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 20)


@pytest.fixture
def see(patient, owner, log_in):
    patient.created = NOW - timedelta(days=30)
    patient.save()

    def get(query="", user=owner, day=None):
        """Return a month, or the page of one day."""
        name, more = ("history_day", [day.isoformat()]) if day else ("history", [])
        response = log_in(user).get(reverse(name, args=[patient.pk, *more]) + query)
        assert response.status_code == 200
        return response.content.decode()

    return get


def test_anonymous_is_sent_to_log_in(patient, client):
    response = client.get(reverse("history", args=[patient.pk]))
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_a_stranger_gets_404(patient, stranger, log_in):
    assert log_in(stranger).get(reverse("history", args=[patient.pk])).status_code == 404


def test_a_post_is_refused(patient, owner, log_in):
    assert log_in(owner).post(reverse("history", args=[patient.pk])).status_code == 405


def test_a_reader_sees_everything_and_no_way_to_write(patient, owner, reader, see):
    record_check_in(patient, said(reports=[fever("38.4")]), by=owner)
    assert "Urgent: 38.4 °C" in see(user=reader, day=TODAY)
    for page in (see(user=reader), see(user=reader, day=TODAY)):
        assert 'method="post"' not in page
        assert "/correct/" not in page


def test_each_check_in_says_what_who_and_why(patient, owner, see):
    reports = [fever("101.3", "F"), ReportData("headache", "mild"), ReportData("chills", "no")]
    check_in = record_check_in(patient, said(reports=reports, note="<b>tea</b>"), by=owner)
    page = see(day=TODAY)
    assert "Urgent: 101.3 °F" in page
    assert "Answered no: Chills or shivering" in page
    assert "&lt;b&gt;tea&lt;/b&gt;" in page
    assert "Dad, for Ana" in page
    assert "No call is recorded." in page
    assert reverse("check_in", args=[patient.pk, check_in.pk]) in page
    assert "This is urgent for anybody, whatever the treatment." in page


def test_corrections_and_removals_stay_readable(patient, owner, see):
    check_in = record_check_in(patient, said(reports=[fever("38.4")]), by=owner)
    correct_check_in(check_in, said(reports=[fever("37.0")]), reason="slip", by=owner)
    gone = record_check_in(patient, said(NOW - timedelta(hours=2), note="x"), by=owner)
    remove_check_in(gone, reason="wrong child", by=owner)
    page = see(day=TODAY)
    assert "first 38.4 °C, corrected to 37.0 °C at 12:00." in page
    assert "Urgent: 38.4 °C at 12:00, corrected to 37.0 at 12:00 (slip)" in page
    assert "Urgent was flagged before the change, and stays on record." in page
    assert "This entry was removed." in page
    assert "wrong child" in page


def lines(page):
    """Return the words of each day's line, by its day."""
    found = re.findall(r'<li id="day-([\d-]+)" class="([\w-]+)">(.*?)</li>', page, re.DOTALL)
    return {
        date.fromisoformat(day): (kind, " ".join(re.sub("<[^>]+>", " ", words).split()))
        for day, kind, words in found
    }


def test_every_day_is_one_line_and_a_gap_says_so(patient, owner, see):
    for day in (3, 7):
        at = datetime(2026, 11, day, 10, 0, tzinfo=UTC)
        record_check_in(patient, said(at, kind="nothing-new"), by=owner)
    found = lines(see())
    assert list(found) == [date(2026, 11, n) for n in range(20, 0, -1)]
    for day, (kind, words) in found.items():
        if day.day in (3, 7):
            assert (kind, words) == ("none", f"{day.day} Nothing new")
        elif day != TODAY:
            assert (kind, words) == ("gap", f"{day.day} No entry")
    assert found[TODAY] == ("gap", "20 No entry yet")


def test_each_line_leads_to_the_page_of_its_day(patient, owner, see):
    record_check_in(patient, said(reports=[fever("38.4")], note="a hot evening"), by=owner)
    page = see()
    assert f'href="{reverse("history_day", args=[patient.pk, "2026-11-20"])}"' in page
    assert "a hot evening" not in page
    assert "Urgent" in lines(page)[TODAY][1]
    day = see(day=TODAY)
    assert "a hot evening" in day
    assert "Friday 20 November" in day
    assert reverse("history_day", args=[patient.pk, "2026-11-19"]) in day
    assert reverse("history_day", args=[patient.pk, "2026-11-21"]) not in day
    assert "?month=2026-11#day-2026-11-20" in day
    assert "No entry." in see(day=TODAY - timedelta(days=1))


def test_from_a_day_without_an_entry_one_tap_leads_to_one_for_that_day(patient, owner, reader, see):
    record_check_in(patient, said(at=NOW - timedelta(days=2)), by=owner)
    today = reverse("today", args=[patient.pk])
    assert f'href="{today}?day=2026-11-19">Add an entry for this day' in see(day=date(2026, 11, 19))
    assert f'href="{today}">Add an entry<' in see(day=TODAY)
    assert "Add an entry" not in see(day=date(2026, 11, 18))
    assert "Add an entry" not in see(day=date(2026, 11, 19), user=reader)


@pytest.mark.parametrize(
    "day", ["2026-11-21", "2026-10-20", "x", "2026-13-01", "0001-01-01", "9999-12-31", "2026-11"]
)
def test_a_day_that_is_none_of_the_diary_does_not_exist(patient, owner, see, log_in, day):
    see()
    address = reverse("history_day", args=[patient.pk, day])
    assert log_in(owner).get(address).status_code == 404


def test_a_stranger_and_a_post_get_no_day(patient, owner, stranger, log_in):
    address = reverse("history_day", args=[patient.pk, TODAY.isoformat()])
    assert log_in(stranger).get(address).status_code == 404
    assert log_in(owner).post(address).status_code == 405


def test_the_last_call_says_what_they_advised(patient, owner, see):
    saved = record_check_in(patient, said(reports=[fever("38.4")]), by=owner)
    assert "Last call" not in see()
    assert "Last advice" not in see()
    call = {"outcome": "reached", "whom": "Ward", "at": NOW, "recorded": NOW, "by": owner}
    saved.calls.create(**call)
    assert "no advice written down" in see()
    with erasing():
        saved.calls.update(advice="Come <b>in</b>")
    page = see()
    assert "38.4 °C, Fri 20 Nov" in page
    assert "<b>Last advice of the team</b>, Fri 20 Nov 12:00: " in page
    assert "<bdi>“Come &lt;b&gt;in&lt;/b&gt;”</bdi>" in page


def test_a_later_call_that_nobody_answered_is_the_last_one(patient, owner, see):
    """Wherever it was written down, and not mixed up with the advice before it."""
    told = record_check_in(
        patient, said(NOW - timedelta(days=40), reports=[fever("38.4")], received=NOW), by=owner
    )
    late = record_check_in(patient, said(reports=[fever("38.6")]), by=owner)
    advised = NOW - timedelta(days=13)
    told.calls.create(outcome="reached", at=advised, recorded=NOW, by=owner, advice="Come in")
    assert "Last call" not in see()
    late.calls.create(outcome="no-answer", at=NOW, recorded=NOW, by=owner)
    for month in ("2026-10", "2026-11"):
        page = see(f"?month={month}")
        assert "<b>Last advice of the team</b>, Sat 7 Nov 12:00: <bdi>“Come in”</bdi>" in page
        assert "<b>Last call</b> Fri 20 Nov 12:00: no answer" in page
    told.calls.create(outcome="reached", at=NOW + timedelta(minutes=9), recorded=NOW, by=owner)
    assert "no answer" not in see(), "somebody answered since"


def test_only_urgent_shows_only_urgent_and_leads_to_earlier_ones(patient, owner, see):
    record_check_in(patient, said(reports=[ReportData("rash", "mild")]), by=owner)
    old = datetime(2026, 8, 5, 10, 0, tzinfo=UTC)
    record_check_in(patient, said(old, received=NOW, reports=[fever("39.0")]), by=owner)
    page = see("?show=urgent")
    assert "No urgent entries in November 2026." in page
    assert "?month=2026-08&amp;show=urgent" in page
    page = see("?show=urgent&month=2026-08")
    assert "Urgent: 39.0 °C" in page
    assert "not logged:" not in page


def test_months_lead_back_to_the_beginning_and_not_into_the_future(see):
    assert "?month=2026-10" in see()
    assert "?month=2026-12" not in see()
    october = see("?month=2026-10")
    assert "The diary began on 21 Oct 2026." in october
    assert "?month=2026-09" not in october
    assert "?month=2026-11" in october


@pytest.mark.parametrize("text", ["", "x", "2026-13", "2027-01", "0000-00", "2026-11-01", "١-١"])
def test_a_month_that_makes_no_sense_is_this_month(text):
    assert Month.asked(text, TODAY) == Month(2026, 11)


def test_months_turn_with_the_year():
    assert Month(2026, 12).next == Month(2027, 1)
    assert Month(2027, 1).previous == Month(2026, 12)
    assert Month(2028, 2).last == date(2028, 2, 29)


@pytest.mark.parametrize("name", ["history", "history_day"])
def test_the_page_costs_the_same_with_ten_years_of_history(patient, owner, writer, log_in, name):
    treat(patient, TODAY)
    log(patient, TODAY - timedelta(days=40), TODAY, seed=2, users=[owner, writer])
    page = log_in(owner)
    more = [TODAY.isoformat()] if name == "history_day" else []
    url = reverse(name, args=[patient.pk, *more])
    page.get(url)
    with CaptureQueriesContext(connection) as young:
        page.get(url)
    log_ten_years(patient, TODAY - timedelta(days=50), by=owner)
    with CaptureQueriesContext(connection) as old:
        page.get(url)
    assert len(old) == len(young) <= 29, len(young)
