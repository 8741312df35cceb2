"""What interrupts: every card takes the focus, and one asks to be heard while there is a call."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from diary.care_card.actions import record_call
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from tests.diary.answers import on_tablets, reading, said

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 20)


def text_of(client, check_in):
    page = client.get(reverse("check_in", args=[check_in.patient_id, check_in.pk]))
    return page.content.decode()


@pytest.fixture
def card(patient, owner, log_in):
    """Save, and read the card as text."""

    def save(*reports, **more):
        check_in = record_check_in(patient, said(NOW, *reports, **more), by=owner)
        return text_of(log_in(owner), check_in)

    return save


@pytest.mark.parametrize(
    ("report", "therapy", "interrupts"),
    [
        (ReportData("confusion", "mild"), True, True),  # urgent
        (ReportData("cough", "moderate"), True, False),  # for the team, the same day
        (ReportData("nausea", "mild"), True, False),  # listed
        (ReportData("hair-loss", "mild"), True, False),  # not listed
        (ReportData("hair-loss", "mild"), False, False),
        (reading("36.8"), True, False),  # recorded only
        (reading("37.6"), True, False),
        (reading("38.0"), True, True),
    ],
)
def test_only_what_asks_to_call_now_interrupts(card, patient, report, therapy, interrupts):
    if therapy:
        on_tablets(patient, TODAY)
    html = card(report)
    assert ('role="alertdialog"' in html) is interrupts
    assert "autofocus" in html


def test_too_ill_interrupts_until_somebody_was_told(card):
    assert 'role="alertdialog"' in card(kind="too-ill")


@pytest.mark.parametrize("outcome", ["reached", "closed"])
def test_once_somebody_was_told_it_no_longer_interrupts(patient, owner, log_in, outcome):
    check_in = record_check_in(patient, said(NOW, ReportData("confusion", "mild")), by=owner)
    assert 'role="alertdialog"' in text_of(log_in(owner), check_in)
    call = {"whom": "Ward 7", "at": NOW, "advice": "", "reason": "told in person"}
    record_call(check_in, outcome="no-answer", by=owner, **call)
    assert 'role="alertdialog"' in text_of(log_in(owner), check_in)
    record_call(check_in, outcome=outcome, by=owner, **call)
    assert 'role="alertdialog"' not in text_of(log_in(owner), check_in)


@pytest.mark.parametrize(
    ("degrees", "unit", "other"),
    [("101.5", "C", "F"), ("38.2", "F", "C"), ("60", "C", ""), ("38.2", "C", "")],
)
def test_what_could_be_in_the_other_unit_is_asked_about(card, degrees, unit, other):
    html = card(reading(degrees, unit))
    asked = f"Is the thermometer set to °{other}? You chose °{unit}."
    assert ("Is the thermometer set to" in html) is bool(other)
    assert not other or asked in html
