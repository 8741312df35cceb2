"""The order of a search while somebody types, and the words that bring up the crisis line."""

import json
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from accounts.models import Patient, Role, Share
from diary.models import Contact
from diary.today.offline import anybodys_sheet
from diary.today.symptom_list import crisis_phrases
from diary.today.views.offline import page as offline_page
from tests.diary.answers import with_numbers
from therapies.ask import strengths
from therapies.catalogue import catalogue
from therapies.search.find import find
from therapies.search.lexicon import fold

PAGE = "symptoms_find"
OWN = {"severity", "yes-no"}  # empty rows, for what a family calls something


CRISIS = "data-crisis-words"


@pytest.fixture
def today(patient):
    return reverse("today", args=[patient.pk])


def crisis_part(html):
    start = html.index(CRISIS)
    return html[start : html.index("</section>", start)]


def is_shown(html):
    return "hidden" not in html[html.index(CRISIS) :].split(">", 1)[0]


def test_the_order_is_that_of_the_search(dad, url):
    told = dad.post(url, {"q": "cant wake him"}).json()
    assert told["slugs"] == find("cant wake him")
    assert told == {**told, "question": "", "temperature": False, "crisis": False}


def test_a_temperature_is_told_apart_and_an_ambiguous_word_asks(dad, url):
    told = dad.post(url, {"q": "39 degrees"}).json()
    assert (told["slugs"], told["temperature"]) == ([], True)
    assert (
        dad.post(url, {"q": "shaky"}).json()["question"] == catalogue().ambiguous["shaky"].question
    )


def test_nothing_typed_finds_nothing(dad, url):
    assert dad.post(url, {"q": " "}).json() == {"slugs": []}


def test_the_words_stand_in_no_address_and_no_log(dad, url, caplog):
    with caplog.at_level(logging.DEBUG):
        answer = dad.post(url, {"q": "zqwords vomiting"})
    assert "zqwords" not in answer.content.decode() + caplog.text
    assert dad.get(url, {"q": "vomiting"}).status_code == 405
    assert answer["Cache-Control"].count("no-store")


def test_whoever_may_only_read_does_not_search(url, reader, log_in):
    assert log_in(reader).post(url, {"q": "sick"}).status_code == 403


@pytest.mark.parametrize("typed", ["i want to kill myself", "suicidle", "want to die"])
def test_words_of_suicide_bring_up_the_crisis_line_by_the_button_and_while_typing(
    dad, url, today, typed
):
    assert dad.post(url, {"q": typed}).json()["crisis"]
    html = dad.post(today, {"q": typed, "do": "search"}).content.decode()
    assert is_shown(html)
    assert not is_shown(dad.get(today).content.decode())


def test_the_line_of_the_country_comes_first_then_the_emergency_number_then_the_team(
    dad, today, patient
):
    with_numbers(patient)
    html = crisis_part(dad.get(today).content.decode())
    lines = [line for line in catalogue().crisis_lines if line.country == patient.country]
    called = re.findall(r'href="tel:([^"]+)"', html)
    assert called[: len(lines)] == [line.number.replace(" ", "") for line in lines]
    assert called[len(lines) :] == [catalogue().countries[patient.country].emergency, "02079460123"]
    assert lines
    assert "In danger now" in html


def test_where_no_line_is_known_the_emergency_number_comes_first(dad, today, patient):
    listed = {line.country for line in catalogue().crisis_lines}
    patient.country = next(code for code in catalogue().countries if code not in listed)
    patient.save()
    called = re.findall(r'href="tel:([^"]+)"', crisis_part(dad.get(today).content.decode()))
    assert called[0] == catalogue().countries[patient.country].emergency


def test_the_emergency_number_of_the_family_comes_before_that_of_the_country(dad, today, patient):
    Contact.objects.create(
        patient=patient, kind=Contact.Kind.EMERGENCY, label="Ambulance", number="0117 496 0000"
    )
    assert "01174960000" in crisis_part(dad.get(today).content.decode())


def test_the_phrases_travel_with_the_script_of_the_page_also_without_a_network(dad, today):
    script = Path(finders.find("answers.js")).read_text()
    phrases = json.loads(re.search(r"const CRISIS_WORDS = (\[.*?\]);", script).group(1))
    assert set(phrases) == set(crisis_phrases())
    assert {"kill myself", "suicide"} <= set(phrases)
    for html in (dad.get(today).content.decode(), offline_page()):
        assert "/static/answers.js" in html


def test_the_words_of_every_symptom_that_may_be_answered_come_in_one_file(dad, today):
    words = json.loads(Path(finders.find("words.json")).read_text())
    for html in (dad.get(today).content.decode(), offline_page()):
        assert 'data-words="/static/words.json"' in html
        listed = set(re.findall(r'id="symptom-([\w-]+)"', html)) - OWN
        assert listed
        assert all(words[slug] for slug in listed)
    assert "diarrhea" in words["diarrhoea"]
    assert "diarrhoea" in words["diarrhoea"]


def test_every_phrase_of_a_crisis_holds_one_that_is_kept():
    for slug in catalogue().crisis:
        for word in catalogue().symptoms[slug].synonyms:
            assert any(is_shown_by(phrase, word) for phrase in crisis_phrases()), word


def is_shown_by(phrase, word):
    return f" {phrase} " in f" {fold(word)} "


def test_no_phrase_of_a_crisis_is_a_word_that_says_something_else_too():
    others = {
        w
        for s in catalogue().symptoms.values()
        if s.slug not in catalogue().crisis
        for w in s.synonyms
    }
    assert not set(crisis_phrases()) & others


def test_thoughts_of_self_harm_stand_under_mood_and_never_among_the_flags(dad, today):
    (slug,) = catalogue().crisis
    assert catalogue().symptoms[slug].area == catalogue().symptoms["anxiety"].area
    short = dad.get(today, {"short": ""}).content.decode()
    assert f"symptom-{slug}" not in short
    assert f"symptom-{slug}" in dad.get(today).content.decode()
    assert strengths(slug)


def test_before_saving_the_page_says_who_can_read_the_entry(dad, today, patient, owner, reader):
    html = dad.get(today).content.decode()
    names = ["You", *patient.shares.active().values_list("user__name", flat=True)]
    line = re.search(r"<p[^>]*data-readers>([^<]*)<", html).group(1)
    assert all(name in line for name in names)
    assert html.index("data-readers") < html.index('class="bar"')
    Share.objects.filter(patient=patient, role=Role.READER).update(revoked="2026-11-20T12:00Z")
    assert reader.name not in re.search(
        r"data-readers>([^<]*)<", dad.get(today).content.decode()
    ).group(1)


def test_whoever_writes_is_you_among_those_who_can_read(
    today, patient, owner, reader, writer, log_in
):
    client = log_in(writer)
    line = f"You, {owner} and {reader} can read this entry."
    assert line in client.get(today).content.decode()
    assert client.get(reverse("kept", args=[patient.pk])).json()["readers"] == line


def test_while_the_diary_waits_to_be_deleted_only_the_owner_reads(dad, today, patient, reader):
    Patient.objects.filter(pk=patient.pk).update(erase_due=timezone.now() + timedelta(days=7))
    assert "Only you can read this entry." in dad.get(today).content.decode()


def test_what_the_phone_keeps_has_the_lines_and_the_readers(dad, patient, owner):
    kept = dad.get(reverse("kept", args=[patient.pk])).json()
    assert [line["number"] for line in kept["crisis"]] == [
        line.number for line in catalogue().crisis_lines if line.country == patient.country
    ]
    assert kept["readers"] == "Only you can read this entry."


def test_the_page_without_a_network_names_nobody():
    sheet = anybodys_sheet(timezone.now())
    assert (sheet.readers, sheet.numbers.crisis) == ("", ())


def test_words_that_mean_nothing_leave_the_numbers_in_sight(dad, today, patient):
    with_numbers(patient)
    html = dad.post(today, {"q": "qzxv", "do": "search"}).content.decode()
    part = html[html.index("data-unknown") :]
    assert "hidden" not in part.split(">", 1)[0]
    assert part.index("tel:02079460123") < part.index("tiles")
