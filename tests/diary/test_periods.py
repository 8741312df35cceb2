"""Since the last appointment: which days that is."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.urls import reverse

from diary.appointments.periods import latest_day, since_appointment
from diary.history.forms import PeriodForm
from diary.models import Appointment, Dose
from tests.config.world import make_diary
from tests.diary.answers import on_blinatumomab
from tests.diary.cast import log_alarm, log_look

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def make(patient, owner):
    def made(day, state="held"):
        Appointment.objects.create(
            patient=patient, day=day, state=state, zone="Europe/London", by=owner
        )

    return made


def test_nothing_held_means_no_such_period(patient, make):
    assert since_appointment(patient, TODAY) is None
    make(date(2026, 11, 10), "planned")
    make(date(2026, 11, 11), "cancelled")
    assert since_appointment(patient, TODAY) is None


def test_it_begins_on_the_day_of_the_latest_that_was_held(patient, make):
    for day in (date(2026, 11, 12), date(2026, 10, 1)):
        make(day)
    make(date(2026, 11, 18), "planned")
    assert since_appointment(patient, TODAY) == (date(2026, 11, 12), TODAY)


def test_todays_own_does_not_hide_the_days_before_it(patient, make):
    make(date(2026, 11, 12))
    make(TODAY)
    assert since_appointment(patient, TODAY) == (date(2026, 11, 12), TODAY)


def test_somebody_elses_appointment_is_not_mine(patient, make, stranger):
    make_diary(stranger, "Bo")
    assert since_appointment(patient, TODAY) is None


def test_only_an_appointment_of_the_last_decade_is_offered(patient, make):
    make(TODAY - timedelta(days=3661))
    assert since_appointment(patient, TODAY) is None
    make(TODAY - timedelta(days=3660))
    assert since_appointment(patient, TODAY) == (TODAY - timedelta(days=3660), TODAY)


def test_it_ends_with_the_last_day_on_record(patient, make):
    make(date(2026, 11, 12))
    assert since_appointment(patient, TODAY, TODAY + DAY) == (date(2026, 11, 12), TODAY + DAY)


@pytest.fixture
def record(patient, owner):
    """Record one thing on a day of the zone in which the diary was kept."""
    pump = on_blinatumomab(patient, NOW)

    def recorded(what, day, **more):
        if what == "check-in":
            when = {"at": NOW, "received": NOW, "zone": "Pacific/Auckland", "local_day": day}
            patient.check_ins.create(id=uuid4(), by=owner, told_by="self", **when)
        elif what == "look":
            log_look(patient, NOW, day, by=owner)
        elif what == "alarm":
            log_alarm(pump, NOW, day, by=owner)
        else:
            until = {"ended": NOW + DAY, "local_day": day}
            Dose.objects.create(course=pump, kind="pump", started=NOW, **until, **more)
        return pump

    return recorded


@pytest.mark.parametrize("what", ["check-in", "look", "alarm", "dose"])
def test_a_period_ends_with_what_a_zone_further_east_called_tomorrow(patient, record, what):
    assert latest_day(patient, TODAY) == TODAY
    record(what, TODAY - DAY)
    assert latest_day(patient, TODAY) == TODAY
    record(what, TODAY + DAY)
    record(what, TODAY + 2 * DAY)
    assert latest_day(patient, TODAY) == TODAY + 2 * DAY


@pytest.mark.parametrize("what", ["check-in", "look", "alarm", "dose"])
def test_no_clock_is_so_far_ahead_that_a_period_would_end_in_three_days(patient, record, what):
    record(what, TODAY + 3 * DAY)
    assert latest_day(patient, TODAY) == TODAY


def test_what_is_only_planned_ends_no_period(patient, record):
    record("dose", TODAY + DAY, status="planned")
    assert latest_day(patient, TODAY) == TODAY


@pytest.mark.parametrize("what", ["alarm", "dose"])
def test_a_treatment_that_was_taken_back_ends_no_period(patient, record, what):
    pump = record(what, TODAY + DAY)
    pump.withdrawn = NOW
    pump.save()
    assert latest_day(patient, TODAY) == TODAY


def form(patient, query):
    return PeriodForm(QueryDict(query), patient=patient, today=TODAY)


def test_the_form_reads_it_and_says_so_where_there_is_none(patient, make):
    asked = form(patient, "since=appointment")
    assert not asked.is_valid()
    assert asked.errors["since"] == ["No appointment before today is marked as held."]
    make(date(2026, 11, 12))
    asked = form(patient, "since=appointment")
    assert asked.is_valid()
    assert (asked.cleaned_data["first"], asked.cleaned_data["last"]) == (date(2026, 11, 12), TODAY)
    assert not form(patient, "since=yesterday").is_valid()


def test_days_of_ones_own_come_before_it(patient, make):
    make(date(2026, 11, 12))
    asked = form(patient, "since=appointment&first=2026-11-01&last=2026-11-02")
    assert asked.is_valid()
    assert asked.cleaned_data["first"] == date(2026, 11, 1)
    assert asked.cleaned_data["since"] == ""


def test_the_summary_offers_it_only_where_there_is_one(patient, owner, log_in, make):
    url = reverse("summary", args=[patient.pk])
    assert "?since=appointment" not in log_in(owner).get(url).content.decode()
    response = log_in(owner).get(f"{url}?since=appointment")
    assert response.status_code == 422
    assert "No appointment before today is marked as held." in response.content.decode()
    make(date(2026, 11, 12))
    page = log_in(owner).get(f"{url}?since=appointment").content.decode()
    assert "Since the last appointment, 12 Nov 2026" in page
