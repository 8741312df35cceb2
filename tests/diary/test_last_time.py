"""Recent symptoms stand first; "same as last time" fills in the ordinary ones, saves nothing."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.models import CheckIn, OwnSymptom
from tests.diary.answers import after_car_t, on_blinatumomab, on_tablets, reading, said, typed
from tests.diary.open_entries import still_open
from therapies.catalogue import catalogue

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
PAGE = "today"
pytestmark = pytest.mark.usefixtures("clock")
YESTERDAY = NOW - timedelta(days=1)


def order(html):
    return re.findall(r'id="symptom-([a-z0-9-]+)"', html)


def checked(html):
    found = re.findall(r'value="([a-z]+)"[^>]* name="s-([a-z0-9-]+)" checked', html)
    return {key: value for value, key in found}


def log(patient, owner, *reports, at=YESTERDAY, **more):
    return record_check_in(patient, said(at, *reports, **more), by=owner)


# Recent symptoms first -------------------------------------------------------------------------


def test_recent_symptoms_come_first_after_the_temperature(dad, patient, owner, url):
    on_blinatumomab(patient, NOW)
    log(patient, owner, ReportData("hair-loss", "mild"), at=NOW - timedelta(days=3))
    log(patient, owner, ReportData("rash", "mild"), ReportData("cough", "no"), reading("36.9"))
    html = dad.get(url).content.decode()
    assert order(html)[:2] == ["rash", "hair-loss"]
    assert html.index('name="temperature-C"') < html.index('id="symptom-rash"')
    assert (
        len(order(html)) == len(set(order(html))) == len(catalogue().symptoms) - 1
    )  # fever has a field
    assert not checked(html)


def test_the_urgent_signs_stay_within_one_tap(dad, patient, owner, url):
    on_blinatumomab(patient, NOW)
    many = ("rash", "cough", "hair-loss", "headache", "tremor", "chills", "nausea", "dizziness")
    log(patient, owner, *(ReportData(slug, "mild") for slug in many))
    html = dad.get(url).content.decode()
    recent, rest = html.split('id="section-flags"', 1)
    # Chills are urgent even when mild: they stay where that is said, and are open there.
    assert recent.count('id="symptom-') == recent.count(" open><summary>") == 5
    assert re.search(r'flag" id="symptom-chills"[^>]* open>', rest)
    assert 'id="symptom-seizure"' in rest


def test_what_is_older_than_a_week_removed_or_corrected_away_is_not_recent(
    dad, patient, owner, url
):
    log(patient, owner, ReportData("rash", "mild"), at=NOW - timedelta(days=8))
    removed = log(patient, owner, ReportData("cough", "mild"))
    remove_check_in(removed, reason="wrong child", by=owner)
    corrected = log(patient, owner, ReportData("tremor", "mild"))
    data = said(YESTERDAY, ReportData("tremor", "no"))
    correct_check_in(corrected, data, reason="typed wrongly", by=owner)
    html = dad.get(url).content.decode()
    assert "section-recent" not in html
    assert "Same as last time" not in html


# Same as last time -----------------------------------------------------------------------------


def test_same_as_last_time_fills_in_and_saves_nothing(dad, patient, owner, url):
    on_tablets(patient, NOW.date() - timedelta(days=9))
    log(patient, owner, ReportData("nausea", "mild"), ReportData("rash", "mild"))
    html = dad.get(url).content.decode()
    assert "Same as last time" in html
    html = dad.post(url, typed(do="same", temperature_C="36,8", rash="moderate")).content.decode()
    assert checked(html) == {"nausea": "mild", "rash": "moderate"}  # what is answered stays
    assert 'value="36,8"' in html
    assert "not saved yet" in html
    assert CheckIn.objects.count() == 1


def test_it_never_fills_in_what_is_urgent_or_for_the_team_a_no_a_reading_or_a_note(
    dad, patient, owner, url
):
    on_tablets(patient, NOW.date() - timedelta(days=9))
    log(
        patient,
        owner,
        reading("36.9"),
        ReportData("nausea", "mild"),
        ReportData("confusion", "mild"),  # urgent
        ReportData("rash", "severe"),  # for the team
        ReportData("seizure", "no"),
        ReportData("cough", "mild", going="stopped"),
        note="my note",
    )
    html = dad.post(url, typed(do="same")).content.decode()
    assert checked(html) == {"nausea": "mild"}
    assert "my note" not in html
    assert "36.9" not in html.split("Saved today")[0]
    told = html.split('<p class="warning" role="alert">')[1][:400]
    assert "Left open" in told
    assert "Confused" in told
    assert "Rash" in told


def test_the_level_is_that_of_now_not_of_last_time(dad, patient, owner, url):
    """After CAR-T everything is for the team: what was ordinary before is not filled in."""
    log(patient, owner, ReportData("hair-loss", "mild"))
    assert checked(dad.post(url, typed(do="same")).content.decode()) == {"hair-loss": "mild"}
    after_car_t(patient, NOW, days=2)
    html = dad.post(url, typed(do="same")).content.decode()
    assert checked(html) == {}
    assert "no answers of the last days that can be filled in" in html


def test_an_own_symptom_is_recent_and_filled_in_too(dad, patient, owner, url):
    own = OwnSymptom.objects.create(patient=patient, name="Metal taste", by=owner)
    log(patient, owner, ReportData(own.symptom, "mild", own_name=own.name))
    html = dad.post(url, typed(do="same")).content.decode()
    assert order(html)[0] == own.key
    assert checked(html) == {own.key: "mild"}


def test_a_reader_is_not_offered_it(reader, log_in, patient, owner, url):
    log(patient, owner, ReportData("rash", "mild"))
    client = log_in(reader)
    assert "Same as last time" not in client.get(url).content.decode()
    assert client.post(url, typed(do="same")).status_code == 403


def test_a_long_diary_costs_no_more_queries(
    dad, patient, owner, url, django_assert_max_num_queries
):
    for day in range(1, 7):
        log(patient, owner, ReportData("rash", "mild"), at=NOW - timedelta(days=day))
    with django_assert_max_num_queries(22):
        dad.get(url)


# Undo ------------------------------------------------------------------------------------------


@pytest.fixture
def undo_url(patient):
    return lambda check_in: reverse("check_in_undo", args=[patient.pk, check_in.pk])


def test_undo_leaves_a_tombstone_and_keeps_findings_and_the_prompt(dad, url, patient, undo_url):
    page = dad.get(dad.post(url, typed(confusion="mild"))["Location"]).content.decode()
    assert "Undo for Ana" in page
    check_in = CheckIn.objects.get()
    with time_machine.travel(NOW + timedelta(seconds=10), tick=False):
        assert dad.post(undo_url(check_in)).status_code == 302
        assert dad.post(undo_url(check_in)).status_code == 302  # a double tap
        page = dad.get(reverse("check_in", args=[patient.pk, check_in.pk])).content.decode()
    kinds = list(check_in.versions.values_list("kind", flat=True))
    assert kinds == ["symptoms", "removed"]
    assert check_in.versions.first().findings.filter(level="urgent").exists()
    assert still_open(patient.check_ins.all()).exists()
    assert "Call Ana&#x27;s care team now" in page
    assert "Undo for Ana" not in page


def test_after_ten_seconds_it_is_still_saved_and_a_removal_asks_why(dad, url, patient, undo_url):
    dad.post(url, typed(headache="mild"))
    check_in = CheckIn.objects.get()
    with time_machine.travel(NOW + timedelta(seconds=10, milliseconds=1), tick=False):
        page = dad.get(reverse("check_in", args=[patient.pk, check_in.pk])).content.decode()
        assert "Undo for Ana" not in page
        response = dad.post(undo_url(check_in), follow=True)
    assert response.redirect_chain[-1][0] == reverse(
        "check_in_remove", args=[patient.pk, check_in.pk]
    )
    assert "The time to undo is over" in response.content.decode()
    assert check_in.versions.count() == 1


def test_only_the_one_who_saved_it_can_undo_it(
    dad, writer, reader, stranger, log_in, url, patient, undo_url
):
    dad.post(url, typed(headache="mild"))
    check_in = CheckIn.objects.get()
    page = log_in(writer).get(reverse("check_in", args=[patient.pk, check_in.pk]))
    assert "Undo for" not in page.content.decode()
    log_in(writer).post(undo_url(check_in))
    assert log_in(reader).post(undo_url(check_in)).status_code == 403
    assert log_in(stranger).post(undo_url(check_in)).status_code == 404
    assert dad.get(undo_url(check_in)).status_code == 405
    assert check_in.versions.count() == 1


def test_a_correction_is_not_undone(dad, owner, url, undo_url):
    dad.post(url, typed(headache="mild"))
    check_in = CheckIn.objects.get()
    data = said(NOW, ReportData("headache", "moderate"))
    correct_check_in(check_in, data, reason="typed wrongly", by=owner)
    dad.post(undo_url(check_in))
    assert check_in.versions.count() == 2
