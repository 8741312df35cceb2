"""A clock of 12 hours where the country of the diary has one; data for other programs keeps ISO."""

import json
import re
from datetime import UTC, datetime, time

import pytest
from django.urls import reverse

from accounts.countries import COUNTRY, clock_of
from accounts.models import Patient
from diary.core.words import appointment_words, clock_words
from diary.models import Appointment
from summary.content.build import content
from tests.diary.cast import log_temperature

NOW = datetime(2026, 11, 21, 2, 40, tzinfo=UTC)  # 21:40 in New York
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def american(patient, owner):
    patient.zone, patient.country = "America/New_York", "US"
    patient.save()
    log_temperature(patient, "101.2", "F", by=owner)
    return patient


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        (time(0, 0), "12:00 midnight"),
        (time(0, 5), "12:05 am"),
        (time(9, 40), "9:40 am"),
        (time(11, 59), "11:59 am"),
        (time(12, 0), "12:00 noon"),
        (time(12, 30), "12:30 pm"),
        (time(21, 40), "9:40 pm"),
        (time(23, 59), "11:59 pm"),
    ],
)
def test_a_clock_is_written_as_in_the_country_of_the_diary(clock, words):
    assert clock_words(clock) == f"{clock:%H:%M}"
    for country in ("GB", "IE", "ZA", "DE", "XX", ""):
        with clock_of(country):
            assert clock_words(clock) == f"{clock:%H:%M}"
    for country in ("US", "CA", "AU", "NZ", "IN", "PH"):
        with clock_of(country):
            assert clock_words(clock) == words


def test_an_appointment_has_the_same_clock():
    one = Appointment(day=NOW.date(), clock=time(14, 30))
    with clock_of("US"):
        assert appointment_words(one) == "21 Nov 2026 at 2:30 pm"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["today", "history_day", "summary", "emergency", "medicines"])
def test_no_page_of_an_american_diary_shows_24_hours(american, owner, log_in, name):
    day = [american.check_ins.get().local_day] if name == "history_day" else []
    html = log_in(owner).get(reverse(name, args=[american.pk, *day])).content.decode()
    words = re.sub(r"<script.*?</script>|<[^>]*>", " ", html, flags=re.DOTALL)
    assert "9:40 pm" in words
    assert "21:40" not in words
    assert COUNTRY.get() == ""


@pytest.mark.django_db
def test_the_card_and_what_was_corrected_have_it_too(american, owner, log_in):
    check_in = american.check_ins.get()
    page = log_in(owner).get(reverse("check_in", args=[american.pk, check_in.pk]))
    words = re.sub(r"<[^>]*>", " ", page.content.decode())
    assert "9:40 pm" in words
    assert "21:40" not in words


@pytest.mark.django_db
def test_the_content_of_a_summary_does_without_a_request(american, owner):
    said = content(american, NOW.date(), NOW.date(), by=owner, now=NOW)
    assert "at 9:40 pm" in said.made


@pytest.mark.django_db
def test_a_british_diary_on_an_american_phone_stays_british(patient, owner, log_in):
    log_temperature(patient, "38.6", "C", by=owner)
    url = reverse("today", args=[patient.pk])
    html = log_in(owner).get(url, headers={"accept-language": "en-US"}).content.decode()
    assert "02:40" in html
    assert " am" not in re.sub(r"<[^>]*>", " ", html)


@pytest.mark.django_db
def test_files_of_data_keep_iso(american, owner):
    from summary.export.as_json import as_json
    from summary.export.read import records

    with clock_of("US"):
        text = json.dumps(json.loads(as_json(records(american))))
    assert "2026-11-21T02:40:00" in text
    assert " pm" not in text


@pytest.mark.django_db
def test_a_time_typed_with_am_or_pm_is_read(american, owner):
    from diary.core.fields import ClockField

    assert ClockField().clean("9:40 pm") == time(21, 40)
    assert ClockField().clean("21:40") == time(21, 40)
    assert Patient.objects.get().country == "US"
