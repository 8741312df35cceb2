"""Putting an entry right in the browser: nothing is rewritten, nothing typed is lost."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from diary.check_ins.actions import record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.models import Finding, Version
from tests.diary.answers import after_car_t, reading, said, typed
from tests.diary.open_entries import still_open

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def check_in(patient, owner):
    rash = ReportData("rash", "mild", began=date(2026, 11, 18), going="on")
    data = said(NOW, reading("38.40"), rash, ReportData("nausea", "no"), note="first words")
    return record_check_in(patient, data, by=owner)


def address(check_in, name="check_in_correct"):
    return reverse(name, args=[check_in.patient_id, check_in.pk])


def correction(**fields):
    return typed(reason="typing slip", based_on="1") | typed(**fields)


@pytest.mark.parametrize("name", ["check_in_correct", "check_in_remove"])
def test_only_who_may_write_may_change(name, check_in, client, reader, stranger, writer, log_in):
    for get in (True, False):

        def ask(client, get=get):
            url, fields = address(check_in, name), correction(temperature_C="37")
            return (client.get(url) if get else client.post(url, fields)).status_code

        assert ask(client) == 302
        assert ask(log_in(stranger)) == 404
        assert ask(log_in(reader)) == 403
        assert check_in.versions.count() == 1
        assert ask(log_in(writer)) == (200 if get else 302)
    assert check_in.versions.get(number=2).by == writer
    missing = reverse(name, args=[check_in.patient_id, uuid4()])
    assert log_in(writer).get(missing).status_code == 404


def test_the_form_opens_with_what_was_saved(dad, check_in):
    html = dad.get(address(check_in)).content.decode()
    assert 'value="38.4"' in html
    assert re.search(r'value="mild"[^>]* name="s-rash" checked', html)
    assert re.search(r'value="no"[^>]* name="s-nausea" checked', html)
    assert 'value="2026-11-18"' in html
    assert '<option value="on" selected>' in html
    assert ">first words</textarea>" in html


def test_sending_the_form_as_it_opened_changes_nothing(dad, check_in):
    fields = correction(temperature_C="38.4", unit="C", rash="mild", nausea="no")
    fields |= {"b-rash": "2026-11-18", "g-rash": "on", "note": "first words"}
    assert dad.post(address(check_in), fields).status_code == 302
    assert check_in.versions.count() == 1


def test_a_correction_downwards_keeps_every_finding(dad, check_in, patient):
    before = Finding.objects.count()
    response = dad.post(address(check_in), correction(temperature_C="37.0"))
    assert response["Location"] == address(check_in, "check_in")
    assert check_in.versions.get(number=2).reason == "typing slip"
    assert Finding.objects.count() >= before > 0
    assert still_open(patient.check_ins.all()).exists()


@pytest.mark.parametrize("name", ["check_in_correct", "check_in_remove"])
def test_a_change_needs_a_reason(dad, check_in, name):
    fields = correction(temperature_C="37,1") | {"reason": "  "}
    response = dad.post(address(check_in, name), fields)
    assert response.status_code == 422
    if name == "check_in_correct":
        assert 'value="37,1"' in response.content.decode()
    assert check_in.versions.count() == 1


SAVED = {
    "temperature-C": "38.4",
    "unit": "C",
    "s-rash": "mild",
    "b-rash": "2026-11-18",
    "g-rash": "on",
    "s-nausea": "no",
    "note": "first words",
    "reason": "",
}


@pytest.mark.parametrize(
    ("added", "reason"),
    [
        ({"b-headache": "2026-11-19"}, "When it began was added"),
        ({"g-headache": "stopped"}, "When it began was added"),
        ({"s-rash": "mild"}, "More was added"),
        ({"note": "after lunch"}, "More was added"),
    ],
)
def test_nobody_is_asked_why_where_something_was_only_added(dad, patient, owner, added, reason):
    data = said(NOW, ReportData("headache", "mild"))
    check_in = record_check_in(patient, data, by=owner)
    fields = correction(headache="mild") | {"reason": ""} | added
    assert dad.post(address(check_in), fields).status_code == 302
    assert check_in.versions.get(number=2).reason == reason


@pytest.mark.parametrize(
    "changed",
    [
        {"temperature-C": "38.5"},
        {"temperature-C": ""},
        {"temperature-C": "", "temperature-F": "38.4", "unit": "F"},
        {"s-rash": "moderate"},
        {"s-rash": "", "b-rash": "", "g-rash": ""},
        {"b-rash": "2026-11-17"},
        {"b-rash": ""},
        {"g-rash": "stopped"},
        {"note": "first words, and more"},
        {"s-headache": "mild", "s-rash": "no"},
    ],
)
def test_whoever_changes_or_removes_something_is_asked_why(dad, check_in, changed):
    refused = dad.post(address(check_in), correction() | SAVED | changed)
    assert refused.status_code == 422
    assert "Say in a few words why you correct it." in refused.content.decode()
    assert check_in.versions.count() == 1


def test_restoring_what_was_removed_needs_a_reason(dad, check_in, owner):
    remove_check_in(check_in, reason="wrong child", by=owner)
    fields = correction(based_on="2") | SAVED
    assert dad.post(address(check_in), fields).status_code == 422
    assert check_in.versions.count() == 2


def test_the_slower_of_two_keeps_what_was_typed(dad, check_in):
    dad.post(address(check_in), correction(temperature_C="37.0"))
    response = dad.post(address(check_in), correction(temperature_C="38.9", note="mine"))
    html = response.content.decode()
    assert response.status_code == 422
    assert "Somebody else corrected this entry" in html
    assert 'value="38.9"' in html
    assert ">mine</textarea>" in html
    assert re.search(r'name="based_on"\s+value="2"', html)
    fields = correction(temperature_C="38.9", note="mine") | {"based_on": "2"}
    assert dad.post(address(check_in), fields).status_code == 302
    assert check_in.versions.count() == 3


def test_the_slower_of_two_sees_both_versions_side_by_side(dad, check_in, writer, log_in):
    theirs = correction(temperature_C="37.0", headache="mild", note="after a nap")
    log_in(writer).post(address(check_in), theirs)
    mine = correction(temperature_C="38.9", rash="severe", note="mine")
    html = dad.post(address(check_in), mine).content.decode()
    table = html.partition('id="two-versions"')[2].partition("</table>")[0]
    words = " ".join(re.sub(r"<[^>]*>", " ", table).replace("&nbsp;", " ").split())
    assert "Saved: Grandma, today, 21:40" in words
    assert "≠ Temperature 37.0 °C 38.9 °C" in words
    assert "≠ Headache mild not answered" in words
    assert "≠ Rash, itchy or not not answered severe" in words
    assert "≠ Note after a nap mine" in words
    assert 'id="two-versions"' not in dad.get(address(check_in)).content.decode()


def test_the_slower_of_two_sees_that_it_was_removed(dad, check_in, owner):
    remove_check_in(check_in, reason="twice", by=owner)
    html = dad.post(address(check_in), correction(temperature_C="38.9")).content.decode()
    table = html.partition('id="two-versions"')[2].partition("</table>")[0]
    assert "removed" in table.lower()
    assert "38.9 °C" in table


def test_what_was_answered_stands_first_and_no_symptom_twice(dad, check_in):
    html = dad.get(address(check_in)).content.decode()
    places = [html.index(part) for part in ('id="symptom-rash"', 'id="reason"', "Other symptoms")]
    assert places == sorted(places)
    assert html.index("temperature-C") < html.index('id="reason"')
    assert html.count('id="symptom-rash"') == 1
    assert re.search(r'<details class="card">\s*<summary>Other symptoms', html)
    fields = correction(do="search", q="rash", rash="mild")
    assert dad.post(address(check_in), fields).content.decode().count('id="symptom-rash"') == 1


def test_search_while_correcting_loses_nothing(dad, check_in):
    fields = correction(do="search", q="shaky", temperature_C="37,1", rash="severe")
    response = dad.post(address(check_in), fields)
    html = response.content.decode()
    assert response.status_code == 200
    assert 'value="37,1"' in html
    assert re.search(r'value="severe"[^>]* name="s-rash" checked', html)
    assert 'value="typing slip"' in html
    assert check_in.versions.count() == 1


def test_the_form_prompts_for_the_moment_of_the_entry(dad, patient, owner):
    after_car_t(patient, NOW, days=2)
    then = said(NOW - timedelta(days=9), ReportData("rash", "mild"), received=NOW)
    check_in = record_check_in(patient, then, by=owner)
    html = dad.get(address(check_in)).content.decode()
    nausea = re.search(r'value="mild"[^>]* name="s-nausea">', html).group()
    assert "data-level" not in nausea


def test_nothing_new_that_was_something_becomes_symptoms(dad, patient, owner):
    check_in = record_check_in(patient, said(NOW, kind="nothing-new"), by=owner)
    assert dad.post(address(check_in), correction(rash="mild")).status_code == 302
    assert check_in.versions.get(number=2).kind == Version.Kind.SYMPTOMS


def test_a_removed_entry_can_be_put_back(dad, check_in, owner):
    assert dad.post(address(check_in, "check_in_remove"), {"reason": "slip"}).status_code == 302
    assert check_in.versions.get(number=2).kind == Version.Kind.REMOVED
    html = dad.get(address(check_in)).content.decode()
    assert 'value="38.4"' in html
    fields = correction(temperature_C="38.4", rash="mild") | {"based_on": "2"}
    assert dad.post(address(check_in), fields).status_code == 302
    assert check_in.versions.get(number=3).kind == Version.Kind.SYMPTOMS
    assert remove_check_in(check_in, reason="again", by=owner).number == 4
