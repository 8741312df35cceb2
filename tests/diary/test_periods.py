"""Since the last appointment: which days that is."""

from datetime import date

import pytest
from django.http import QueryDict
from django.urls import reverse

from diary.forms.period import PeriodForm
from diary.models import Appointment
from diary.periods import since_appointment
from tests.config.world import make_diary

TODAY = date(2026, 11, 20)


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


def test_more_than_ten_years_ago_is_not_offered(patient, make):
    make(date(2016, 1, 1))
    assert since_appointment(patient, TODAY) is None


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
