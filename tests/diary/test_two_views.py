"""The patient's own view of a day beside a caregiver's: both stand, the differences are shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from diary.check_ins.actions import record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.check_ins.load import entries_since
from diary.check_ins.two_views import SidesRow, two_views
from tests.diary.answers import reading, said

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def tell(patient, owner):
    def tell(told_by, *reports, hours=0, kind="symptoms"):
        data = said(NOW - timedelta(hours=hours), *reports, kind=kind)
        return record_check_in(patient, replace(data, told_by=told_by), by=owner)

    return tell


def compared(patient):
    return two_views(reversed(entries_since(patient, NOW.date())))


def test_each_side_keeps_its_own_words_and_what_differs_comes_first(patient, tell):
    tell("self", ReportData("rash", "mild"), ReportData("nausea", "mild"), hours=3)
    tell("caregiver", ReportData("rash", "mild"), ReportData("nausea", "severe"), hours=2)
    tell("caregiver", reading("37.4"), hours=1)
    tell("self", ReportData("nausea", "no"))
    assert compared(patient) == [
        SidesRow(
            "Feeling sick (nausea)", "mild at 18:40; no at 21:40", "severe at 19:40", differs=True
        ),
        SidesRow("Rash, itchy or not", "mild at 18:40", "mild at 19:40", differs=False),
        SidesRow("Temperature", "", "37.4 °C at 20:40", differs=False),
    ]


def test_nothing_new_against_a_symptom_is_shown_and_not_answered_is_no_no(patient, tell):
    tell("self", kind="nothing-new")
    tell("caregiver", ReportData("rash", "mild"))
    assert compared(patient) == [
        SidesRow("Altogether", "nothing new at 21:40", "", differs=False),
        SidesRow("Rash, itchy or not", "", "mild at 21:40", differs=False),
    ]


def test_one_side_alone_together_or_removed_is_not_compared(patient, owner, tell):
    tell("self", ReportData("rash", "mild"))
    tell("together", ReportData("rash", "severe"))
    assert compared(patient) == []
    remove_check_in(tell("caregiver", ReportData("rash", "no")), reason="wrong", by=owner)
    assert compared(patient) == []


def test_history_and_today_show_both_and_change_neither(patient, owner, log_in, tell):
    mine = tell("self", ReportData("nausea", "mild"))
    hers = tell("caregiver", ReportData("nausea", "severe"))
    for name, *day in (("history_day", mine.local_day), ("today",)):
        page = log_in(owner).get(reverse(name, args=[patient.pk, *day])).content.decode()
        assert "≠&nbsp;Different" in page
        assert "mild at 21:40" in page
        assert "severe at 21:40" in page
    assert [c.versions.count() for c in (mine, hers)] == [1, 1]
