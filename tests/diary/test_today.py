"""The page of today: what it shows while somebody chooses, and what it keeps."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diary.check_ins.actions import record_check_in
from diary.models import CheckIn, Dose, FamilyCard, Report, Version
from tests.conftest import PASSWORD
from tests.diary.answers import (
    after_car_t,
    on_blinatumomab,
    on_tablets,
    reading,
    said,
    typed,
    with_numbers,
)
from tests.diary.cast import log_ten_years
from tests.diary.open_entries import still_open
from therapies.ask import strengths
from therapies.catalogue import catalogue

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
PAGE = "today"
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 20)


def the_version():
    return Version.objects.get()


def answers():
    return dict(the_version().reports.values_list("symptom", "answer"))


def radio(html, symptom, value):
    found = re.search(rf'<input type="radio" value="{value}"[^>]* name="s-{symptom}"[^>]*>', html)
    assert found, symptom
    return found.group()


# Who may ---------------------------------------------------------------------------------------


def test_anonymous_is_sent_to_log_in(client, url):
    for response in (client.get(url), client.post(url, typed(do="nothing-new"))):
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/")
    assert not CheckIn.objects.exists()


def test_a_stranger_gets_404(stranger, log_in, url):
    assert log_in(stranger).get(url).status_code == 404
    assert log_in(stranger).post(url, typed(do="nothing-new")).status_code == 404
    assert not CheckIn.objects.exists()


def test_a_reader_sees_what_was_saved_and_no_form(reader, log_in, patient, owner, url):
    record_check_in(patient, said(NOW, reading("38.6")), by=owner)
    html = log_in(reader).get(url).content.decode()
    assert "38.6 °C" in html
    assert "Save for" not in html
    assert log_in(reader).post(url, typed(do="nothing-new")).status_code == 403
    assert CheckIn.objects.count() == 1


def test_a_writer_logs_and_is_named(writer, log_in, url):
    assert log_in(writer).post(url, typed(headache="mild")).status_code == 302
    assert CheckIn.objects.get().by == writer


def test_another_site_cannot_post(owner, url):
    client = Client(enforce_csrf_checks=True)
    assert client.login(email=owner.email, password=PASSWORD)
    assert client.post(url, typed(do="nothing-new")).status_code == 403
    assert not CheckIn.objects.exists()


# What it shows ---------------------------------------------------------------------------------


def test_nothing_is_preselected_and_urgent_answers_are_marked(dad, patient, url):
    on_blinatumomab(patient, NOW)
    html = dad.get(url).content.decode()
    assert not re.findall(r'<input type="radio" [^>]*name="s-[^>]*checked', html)
    assert 'data-level="urgent"' in radio(html, "confusion", "mild")
    assert 'data-level="urgent"' in radio(html, "headache", "severe")
    assert "data-level" not in radio(html, "headache", "moderate")
    assert "data-level" not in radio(html, "confusion", "no")
    assert "data-emergency" in radio(html, "seizure", "yes")
    assert "data-emergency" in radio(html, "confusion", "severe")
    assert "data-emergency" not in radio(html, "confusion", "moderate")
    assert re.search(r'name="s-fever"\s+value="yes"\s+data-level="urgent"', html)


def test_what_the_sources_list_for_the_treatment_comes_first_the_urgent_before_the_rest(
    dad, patient, url
):
    on_blinatumomab(patient, NOW)
    html = dad.get(url).content.decode()
    listed, rest = html.split('<details class="tile more"', 1)
    assert listed.index("symptom-seizure") < listed.index("symptom-nausea")
    assert listed.index("symptom-nausea") < listed.index("symptom-tremor")
    assert "symptom-hair-loss" not in listed
    assert "symptom-hair-loss" in rest


def test_every_symptom_stands_on_the_page_once(dad, patient, url):
    on_blinatumomab(patient, NOW)
    after_car_t(patient, NOW, days=3)
    slugs = re.findall(r'id="symptom-([a-z-]+)"', dad.get(url).content.decode())
    assert len(slugs) == len(set(slugs)) == len(catalogue().symptoms) - 1  # fever has a field


def test_the_prompt_carries_the_teams_number_and_the_familys_card(dad, patient, url):
    with_numbers(patient)
    FamilyCard.objects.create(
        patient=patient, words="Ring at 37.8", fever_from="37.8", fever_unit="C"
    )
    html = dad.get(url).content.decode()
    prompt = html[html.index('class="prompt"') :]
    assert "call Ana&#x27;s care team now" in prompt
    assert 'href="tel:02079460123"' in prompt
    assert 'href="tel:999"' in prompt
    assert "Ring at 37.8" in prompt
    pattern = re.search(r'name="temperature-C"[^>]*pattern="([^"]*)"', html).group(1)
    assert re.fullmatch(pattern, "37,7")
    assert not re.fullmatch(pattern, "37,8")


def test_without_a_number_it_says_so(dad, patient, url):
    html = dad.get(url).content.decode()
    assert "No number of the care team is kept here" in html
    assert "24-hour number is missing" in html


def test_another_unit_is_offered_and_the_patients_own_is_chosen(dad, patient, url):
    patient.unit = "F"
    patient.save()
    html = dad.get(url).content.decode()
    assert re.search(r'value="F"\s+checked', html)
    assert not re.search(r'name="unit"\s+value="C"\s+checked', html)


def test_american_readers_read_american(dad, url):
    html = dad.get(url, headers={"accept-language": "en-us"}).content.decode()
    assert "Diarrhea" in html
    assert "Diarrhoea" not in html


def test_neither_address_nor_title_say_anything_about_health(dad, url, patient):
    saved = dad.post(url, typed(seizure="yes"))
    html = dad.get(saved["Location"]).content.decode()
    title = re.search("<title>(.*?)</title>", html, re.DOTALL).group(1)
    for text in (saved["Location"], title):
        assert not re.search("seizure|urgent|fever|blina", text, re.IGNORECASE)


# What it keeps ---------------------------------------------------------------------------------


def test_an_ordinary_day_in_one_post(dad, url, patient):
    response = dad.post(
        url, typed(temperature_C="36,8", unit="C", headache="mild", nausea="no", note=" slept ")
    )
    check_in = CheckIn.objects.get()
    assert response["Location"] == reverse("check_in", args=[patient.pk, check_in.pk])
    assert answers() == {"fever": "reading", "headache": "mild", "nausea": "no"}
    assert the_version().note == "slept"
    assert the_version().reports.get(symptom="fever").temperature == Decimal("36.8")
    assert (check_in.at, check_in.received, check_in.told_by) == (NOW, NOW, "caregiver")


def test_nothing_new_is_one_tap_and_its_own_answer(dad, url):
    assert dad.post(url, typed(do="nothing-new")).status_code == 302
    assert the_version().kind == Version.Kind.NOTHING_NEW
    assert not Report.objects.exists()


def test_nothing_new_with_a_symptom_is_asked_about(dad, url):
    response = dad.post(url, typed(do="nothing-new", headache="severe"))
    assert response.status_code == 422
    assert "checked" in radio(response.content.decode(), "headache", "severe")
    assert not CheckIn.objects.exists()


def test_nothing_new_with_a_fever_is_a_fever(dad, url, patient):
    dad.post(url, typed(do="nothing-new", temperature_C="38.6"))
    assert still_open(patient.check_ins.all()).exists()


def test_too_ill_asks_for_the_temperature_and_the_worst_signs_only(dad, url, patient):
    after_car_t(patient, NOW, days=3)
    known = catalogue().symptoms.values()
    asked = {s.slug for s in known if strengths(s.slug)[0].found.call_first == "emergency"}
    asked |= {s.slug for s in known if s.when_too_ill}
    fields = typed(do="short", cough="mild", chills="mild", seizure="yes", temperature_C="38,1")
    html = dad.post(url, fields | {"note": "mine"}).content.decode()
    ticks = re.findall(r'<input type="checkbox" name="s-([a-z-]+)"', html)
    assert ticks[0] == "fever"
    assert set(ticks[1:]) == asked - {"chills"}
    assert re.search(r'name="s-seizure" value="yes"[^>]* checked', html)
    # What was answered is not dropped.
    assert re.findall(r'id="symptom-([a-z-]+)"', html) == ["chills", "cough"]
    assert 'name="note" value="mine"' in html
    assert 'value="38,1"' in html
    assert 'class="prompt always"' in html
    assert not CheckIn.objects.exists()
    assert len(re.findall('type="checkbox"', dad.get(url + "?short").content.decode())) <= 14


def test_a_tick_is_the_worst_answer(dad, url):
    """Nobody was asked how bad it is."""
    html = dad.get(url + "?short").content.decode()
    values = dict(re.findall(r'<input type="checkbox" name="s-([a-z-]+)" value="([a-z]+)"', html))
    assert (values["bleeding"], values["seizure"], values["fever"]) == ("severe", "yes", "yes")
    assert dad.post(url, typed(do="too-ill", bleeding="severe")).status_code == 302
    assert answers() == {"bleeding": "severe"}


def test_too_ill_saves_even_without_an_answer(dad, url):
    assert dad.post(url, typed(do="too-ill")).status_code == 302
    assert the_version().kind == Version.Kind.TOO_ILL
    assert dad.post(url, typed(do="too-ill", seizure="yes")).status_code == 302


def test_saving_nothing_is_asked_about(dad, url):
    response = dad.post(url, typed())
    assert response.status_code == 422
    assert "Nothing is chosen yet" in response.content.decode()


@pytest.mark.parametrize("text", ["38.x", "hot", "38.1234", "99999"])
def test_a_temperature_it_cannot_read_is_kept_and_prompts(dad, url, text):
    response = dad.post(url, typed(temperature_C=text, note="my note", headache="mild"))
    html = response.content.decode()
    assert response.status_code == 422
    assert f'value="{text}"' in html
    assert "my note" in html
    assert "checked" in radio(html, "headache", "mild")
    assert 'class="prompt always"' in html
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("text", "unit"), [("386", "C"), ("38.6", "F"), ("100.4", "C"), ("0", "C")]
)
def test_an_impossible_temperature_is_saved_marked_and_counts_as_fever(
    dad, url, text, unit, patient
):
    response = dad.post(url, typed(unit=unit, **{f"temperature_{unit}": text}))
    html = dad.get(response["Location"]).content.decode()
    assert "Measure again" in html
    assert still_open(patient.check_ins.all()).exists()


def test_a_reading_in_the_field_of_the_other_unit_keeps_its_unit(dad, url):
    dad.post(url, typed(unit="C", temperature_F="100.4"))
    assert Report.objects.get().unit == "F"


def test_of_two_readings_the_chosen_unit_counts(dad, url):
    dad.post(url, typed(unit="F", temperature_F="101.5", temperature_C="38"))
    assert (Report.objects.get().unit, Report.objects.get().temperature) == ("F", Decimal("101.5"))


def test_a_temperature_and_no_thermometer_are_not_both_true(dad, url):
    assert dad.post(url, typed(temperature_C="37", fever="yes")).status_code == 422


def test_when_it_began_and_whether_it_goes_on_are_kept(dad, url):
    fields = typed(headache="mild") | {"b-headache": "2026-11-18", "g-headache": "stopped"}
    dad.post(url, fields)
    report = Report.objects.get()
    assert (report.began, report.going) == (date(2026, 11, 18), "stopped")


@pytest.mark.parametrize(
    "fields",
    [
        {"b-headache": "2026-11-21"},
        {"b-headache": "1999-01-01"},
        {"b-headache": "soon"},
        {"g-headache": "maybe"},
        {"s-headache": "awful"},
        {"s-seizure": "mild"},
        {"s-gremlins": "mild"},
        {"b-nausea": "2026-11-18"},
        {"told_by": "the cat"},
        {"id": "1"},
        {"note": "x" * 5001},
        {"day": "2026-11-21", "time": "10:00"},
        {"time": "21:50"},
        {"day": "2026-11-18"},
        {"day": "0001-01-01", "time": "00:00"},
        {"day": "9999-12-31", "time": "23:59"},
        {"day": "soon"},
        {"time": "25:00"},
    ],
)
def test_what_cannot_be_is_asked_again_and_nothing_is_lost(dad, url, fields):
    sent = typed(headache="mild", temperature_C="38,6", note="my own words") | fields
    response = dad.post(url, sent)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Not saved yet" in html
    assert 'value="38,6"' in html
    assert sent["note"] in html
    assert not CheckIn.objects.exists()


def test_script_in_a_note_stays_text(dad, url):
    saved = dad.post(url, typed(note="<script>alert(1)</script>"))
    html = dad.get(saved["Location"]).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_five_thousand_characters_fit(dad, url):
    assert dad.post(url, typed(note="ü" * 5000)).status_code == 302


# Another moment --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"time": "09:12"}, datetime(2026, 11, 20, 9, 12, tzinfo=UTC)),
        ({"day": "2026-11-18", "time": "23:59"}, datetime(2026, 11, 18, 23, 59, tzinfo=UTC)),
        ({"day": "2026-07-01", "time": "00:10"}, datetime(2026, 6, 30, 23, 10, tzinfo=UTC)),
        ({"time": "21:43"}, NOW),  # a phone's clock that is a little ahead
    ],
)
def test_another_time_is_the_patients_own_clock(dad, url, fields, at):
    assert dad.post(url, typed(headache="mild") | fields).status_code == 302
    check_in = CheckIn.objects.get()
    assert check_in.at == at
    assert check_in.received == NOW
    assert check_in.local_day == at.astimezone(check_in.patient.tz).date()


def test_the_page_of_another_time_prompts_for_that_time(dad, url, patient):
    after_car_t(patient, NOW, days=2)
    fields = {"do": "moment", "day": "2026-11-17", "time": "10:00", "note": "kept"}
    before = dad.post(url, typed(nausea="mild") | fields).content.decode()
    assert "data-level" not in radio(before, "nausea", "mild")
    assert "checked" in radio(before, "nausea", "mild")
    assert "kept" in before
    assert "17 Nov 2026, 10:00" in before
    assert "data-level" in radio(dad.get(url).content.decode(), "nausea", "mild")


def test_a_prompt_of_now_is_not_taken_back_for_another_time(dad, url, patient):
    after_car_t(patient, NOW, days=2)
    then = {"day": "2026-11-17", "time": "10:00", "opened": NOW.isoformat()}
    saved = dad.post(url, typed(nausea="mild") | then)
    assert "If Ana is like that now, call now" in dad.get(saved["Location"]).content.decode()
    shown = datetime(2026, 11, 17, 10, tzinfo=UTC).isoformat()
    again = dad.post(url, typed(nausea="mild") | then | {"shown": shown})
    assert "is like that now" not in dad.get(again["Location"]).content.decode()


def test_drawing_the_page_again_takes_no_prompt_back(dad, url, patient):
    """Dizziness is urgent until 24 hours after the infusion, which the page was opened before."""
    course = on_tablets(patient, TODAY - timedelta(days=1), "rituximab")
    end = NOW - timedelta(hours=24, minutes=5)
    Dose.objects.create(
        course=course, kind="infusion", started=end, ended=end, local_day=course.started
    )
    opened = (NOW - timedelta(minutes=6)).isoformat()
    fields = typed(do="search", q="dizzy", opened=opened)
    assert "data-level" in radio(dad.post(url, fields).content.decode(), "dizziness", "mild")
    assert "data-level" not in radio(dad.get(url).content.decode(), "dizziness", "mild")
    saved = dad.post(url, typed(dizziness="mild", opened=opened))
    assert "Call Ana&#x27;s care team now" in dad.get(saved["Location"]).content.decode()


# Search ----------------------------------------------------------------------------------------


def test_search_without_a_script_puts_matches_on_top_and_loses_nothing(dad, url, patient):
    on_tablets(patient, TODAY)
    fields = typed(do="search", q="Shaky", headache="mild", temperature_C="38,6", note="mine")
    html = dad.post(url, fields).content.decode()
    slugs = re.findall(r'id="symptom-([a-z-]+)"', html)
    assert set(slugs[:2]) == {"chills", "tremor"}
    assert "What you searched for" in html
    assert len(slugs) == len(catalogue().symptoms) - 1  # fever has a field
    assert "checked" in radio(html, "headache", "mild")
    assert 'value="38,6"' in html
    assert "mine" in html
    assert "Not saved yet" not in html
    assert not CheckIn.objects.exists()


def test_a_fever_is_found_in_the_temperature_field(dad, url):
    html = dad.post(url, typed(do="search", q="temperature")).content.decode()
    assert 'href="#temperature"' in html


def test_words_that_mean_nothing_are_not_swallowed(dad, url):
    html = dad.post(url, typed(do="search", q="xyzzyplugh")).content.decode()
    assert "Nothing in the list goes by these words" in html
    assert (
        len(re.findall('id="symptom-', html)) == len(catalogue().symptoms) - 1
    )  # fever has a field


def test_enter_searches_in_the_search_field_and_saves_elsewhere(dad, url):
    assert (
        dad.post(url, typed(do="enter", q="tired", searched="", headache="mild")).status_code == 200
    )
    assert not CheckIn.objects.exists()
    fields = typed(do="enter", q="tired", searched="tired", headache="mild")
    assert dad.post(url, fields).status_code == 302


# Twice -----------------------------------------------------------------------------------------


def test_a_double_tap_makes_one_check_in(dad, url):
    fields = typed(headache="mild")
    first, second = dad.post(url, fields), dad.post(url, fields)
    assert first["Location"] == second["Location"]
    assert CheckIn.objects.count() == 1


def test_going_back_and_changing_an_answer_is_a_conflict_that_keeps_what_was_typed(dad, url):
    fields = typed(headache="mild", note="first")
    dad.post(url, fields)
    response = dad.post(url, fields | {"s-headache": "severe", "note": "second"})
    html = response.content.decode()
    assert response.status_code == 409
    assert "checked" in radio(html, "headache", "severe")
    assert "second" in html
    fresh = re.search(r'name="id"\s+value="([^"]+)"', html).group(1)
    assert fresh != fields["id"]
    fields |= {"s-headache": "severe", "note": "second", "id": fresh}
    assert dad.post(url, fields).status_code == 302
    assert CheckIn.objects.count() == 2


def test_every_page_has_its_own_id(dad, url):
    ids = {
        re.search(r'name="id"\s+value="([^"]+)"', dad.get(url).content.decode()).group(1)
        for _ in "ab"
    }
    assert len(ids) == 2


def test_who_is_telling_is_the_caregiver_or_in_ones_own_diary_oneself(dad, url, patient):
    checked = r'name="told_by"\s+value="([a-z]+)"\s+checked'
    assert re.findall(checked, dad.get(url).content.decode()) == ["caregiver"]
    patient.is_self = True
    patient.save()
    assert re.findall(checked, dad.get(url).content.decode()) == ["self"]


# What it costs ---------------------------------------------------------------------------------


def test_a_page_costs_the_same_with_ten_years_of_history(dad, url, patient, owner):
    on_blinatumomab(patient, NOW)
    for n in range(3):
        record_check_in(patient, said(NOW - timedelta(minutes=n), reading("37.0")), by=owner)
    dad.get(url)
    with CaptureQueriesContext(connection) as before:
        dad.get(url)
    log_ten_years(patient, TODAY, by=owner)
    for n in range(3, 9):
        record_check_in(patient, said(NOW - timedelta(minutes=n), reading("37.0")), by=owner)
    with CaptureQueriesContext(connection) as after:
        dad.get(url)
    assert len(before) == len(after) <= 31, (len(before), len(after))


def test_the_page_is_small(dad, url, patient):
    on_blinatumomab(patient, NOW)
    assert len(dad.get(url).content) < 110_000


def test_a_report_never_stands_in_the_answer_of_a_get(dad, url):
    dad.get(url + "?do=save&s-headache=severe")
    assert not CheckIn.objects.exists()


def test_readings_keep_their_decimals(dad, url, patient):
    saved = dad.post(url, typed(temperature_C="38,45"))
    assert "38.45 °C" in dad.get(saved["Location"]).content.decode()


def test_the_day_that_history_asks_for_is_filled_in_and_its_time_is_asked(dad, url, patient):
    html = dad.get(f"{url}?day=2026-11-18").content.decode()
    assert re.search(r'name="day"\s+value="2026-11-18"', html)
    assert re.search(r'<details class="when small" open', html)
    refused = dad.post(url, typed(headache="mild", day="2026-11-18"))
    assert "Give the time of that day as well" in refused.content.decode()
    dad.post(url, typed(headache="mild", day="2026-11-18", time="20:00"))
    assert CheckIn.objects.get().local_day == date(2026, 11, 18)


def test_a_day_in_the_address_that_is_none_asks_for_nothing(dad, url):
    assert dad.get(f'{url}?day="><script>').status_code == 200
