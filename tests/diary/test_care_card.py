"""The page after saving: one instruction, whom to call, what to say, and why."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diary.care_card.actions import record_call, record_event
from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.check_ins.findings import FindingSource as MetCited
from diary.models import CheckIn, Contact, FamilyCard
from summary.content.sources import References
from tests.diary.answers import (
    after_car_t,
    on_blinatumomab,
    on_tablets,
    reading,
    said,
    with_numbers,
)
from tests.diary.cast import log_ten_years
from therapies.catalogue import catalogue
from therapies.pages.citations import basis_sentence, cited, kept, publisher, to_keep
from therapies.rulebook import Citation

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 20)
NEVER = re.compile(r"✓|✔|all clear|nothing to worry|no need to worry|is normal|you are fine", re.I)


@pytest.fixture
def card(patient, owner, log_in):
    """Save, and read the card as text."""

    def save(*reports, user=owner, **more):
        check_in = record_check_in(patient, said(NOW, *reports, **more), by=owner)
        return text_of(log_in(user), check_in)

    return save


def text_of(client, check_in):
    response = client.get(address(check_in))
    assert response.status_code == 200
    html = response.content.decode()
    assert not NEVER.search(html)
    return html


def address(check_in, name="check_in"):
    return reverse(name, args=[check_in.patient_id, check_in.pk])


def calls_in(html):
    """The numbers of the card, in their order."""
    care = html[html.index('class="care') :]
    return re.findall(r'href="tel:([^"]+)"', care[: care.index("</section>")])


def test_anonymous_and_strangers_see_nothing(patient, owner, stranger, client, log_in):
    check_in = record_check_in(patient, said(NOW, reading("38.6")), by=owner)
    assert client.get(address(check_in)).status_code == 302
    assert log_in(stranger).get(address(check_in)).status_code == 404
    elsewhere = reverse("check_in", args=[patient.pk, uuid4()])
    assert log_in(owner).get(elsewhere).status_code == 404


def test_a_check_in_of_another_diary_is_not_found_here(patient, owner, log_in):
    other = type(patient).objects.create(
        owner=owner, name="Ben", birth_month=1, birth_year=2015, zone="UTC", unit="C", country="GB"
    )
    check_in = record_check_in(other, said(NOW, reading("38.6")), by=owner)
    here = reverse("check_in", args=[patient.pk, check_in.pk])
    assert log_in(owner).get(here).status_code == 404


def test_a_reader_sees_the_card_without_buttons(card, reader):
    html = card(reading("38.6"), user=reader)
    assert "Call Ana&#x27;s care team now" in html
    assert "No answer" not in html
    assert "Correct" not in html


def test_fever_after_car_t(card, patient):
    with_numbers(patient)
    after_car_t(patient, NOW, days=6)
    html = card(reading("38.6"))
    assert "Call Ana&#x27;s care team now" in html
    assert calls_in(html) == ["02079460123", "02079460456", "999"]
    assert "Tisagenlecleucel · day 6 after the infusion" in html
    assert "temperature 38.6 °C, measured at 21:40" in html
    assert "Cytokine release syndrome (CRS)" in html
    assert "American Cancer Society" in html
    assert "Last reviewed 24 June 2024" in html
    assert "Nobody is watching this diary" in html


@pytest.mark.parametrize(
    ("later", "then", "time"),
    [
        (timedelta(hours=2), "at 21:40", "21:40"),
        (timedelta(hours=3), "yesterday at 21:40", "20 Nov, 21:40"),
        (timedelta(days=2), "on Fri 20 Nov at 21:40", "20 Nov, 21:40"),
        (timedelta(days=60), "on Fri 20 Nov 2026 at 21:40", "20 Nov, 21:40"),
    ],
)
def test_once_the_day_is_over_the_card_says_the_day(patient, owner, log_in, later, then, time):
    """A reading of another day is not told on the phone as one of today."""
    said_once = record_check_in(patient, said(NOW, reading("38.6")), by=owner)
    fixed = record_check_in(patient, said(NOW, reading("38.9")), by=owner)
    correct_check_in(fixed, said(NOW, reading("38.1")), reason="slip", by=owner)
    with time_machine.travel(NOW + later, tick=False):
        client = log_in(owner)
        html, corrected = (text_of(client, one) for one in (said_once, fixed))
    brief = html.partition('class="brief"')[2].partition("</dl>")[0]
    assert f"temperature 38.6 °C, measured {then}" in brief
    assert f"temperature 38.9 °C {then}, corrected to 38.1 at 21:40" in corrected
    assert f'<th scope="row">{time}</th>' in html
    facts = html.partition('class="facts"')[2].partition("</dl>")[0]
    assert ("<dt>Now</dt>" in facts) is (then == "at 21:40")


def test_the_emergency_number_first_where_the_rules_say_so(card, patient):
    with_numbers(patient)
    html = card(ReportData("seizure", "yes"))
    assert calls_in(html) == ["999", "02079460123", "02079460456"]
    assert basis_sentence("floor") in html
    assert "do not list it for this treatment" in html


def test_the_familys_own_emergency_number_goes_before_the_countrys(card, patient):
    Contact.objects.create(patient=patient, kind="emergency", label="112", number="112")
    assert calls_in(card(ReportData("seizure", "yes"))) == ["112"]


def test_a_country_without_a_number_and_a_family_without_one(card, patient):
    patient.country = "ZZ"
    patient.save()
    html = card(reading("38.6"))
    assert calls_in(html) == []
    assert "Your local emergency number is not kept here" in html
    assert "No number of the care team is kept here" in html
    assert reverse("team", args=[patient.pk]) in html


def test_a_rule_from_the_labelling_says_so(card, patient):
    on_tablets(patient, TODAY, "ponatinib")
    html = card(ReportData("one-sided-leg-swelling", "mild"))
    assert "official labelling, which is not one of the five sources" in html
    assert "Iclusig official labelling" in html


def inferred():
    return next(s for s in catalogue().sources.values() if s.publisher_inferred)


@pytest.mark.parametrize("is_old", [False, True])
def test_an_inferred_publisher_is_said_on_the_card(is_old):
    """Findings that were kept before said the publisher without the caveat."""
    source = inferred()
    citation = to_keep(Citation(source.id, "Fever"))
    assert citation["publisher"].endswith("(inferred)")
    if is_old:
        citation["publisher"] = source.publisher
    assert kept(citation, TODAY).publisher == publisher(source)


def test_card_summary_and_sources_say_a_citation_in_one_wording():
    source = inferred()
    citation = to_keep(Citation(source.id, "Fever"))
    refs = References()
    refs.cite([MetCited(source.id, "Fever", source.title, citation["publisher"])])
    [line] = refs.lines(TODAY)
    on_the_card = kept(citation, TODAY)
    assert line.words.startswith(f"{on_the_card.publisher}, “{on_the_card.title}”")
    assert cited([Citation(source.id, "Fever")], TODAY)[0].publisher == on_the_card.publisher


def test_an_overdue_source_says_so(card, patient):
    on_tablets(patient, TODAY)
    html = card(ReportData("rash", "mild"))
    assert "next review was due on 1 March 2025; it is overdue" in html
    assert "Tell the care team at your next visit" in html


def test_only_a_normal_temperature_is_recorded_and_not_judged(card):
    html = card(reading("36.8"))
    assert "Saved for Ana" in html
    assert "unlisted" not in html.lower().replace(".unlisted", "")
    assert "Why" not in html


def test_what_is_not_listed_is_not_called_harmless(card, patient):
    on_tablets(patient, TODAY)
    html = card(ReportData("hair-loss", "mild"))
    assert "That does not make it harmless" in html


def test_no_treatment_recorded_is_said(card):
    assert "No treatment from our sources is recorded" in card(ReportData("rash", "mild"))


def test_in_hospital_days_the_nurse_is_named_and_the_level_stays(card, patient):
    on_blinatumomab(patient, NOW, day=9)
    html = card(ReportData("confusion", "mild"))
    assert "In hospital: call the nurse" in html
    assert "Call Ana&#x27;s care team now" in html


def test_on_a_hospital_day_nobody_is_sent_to_the_nurse_with_what_can_wait(card, patient):
    on_blinatumomab(patient, NOW, day=2)
    assert "call the nurse" not in card(ReportData("hair-loss", "mild"))


def test_after_the_hospital_days_it_is_not(card, patient):
    on_blinatumomab(patient, NOW, day=10)
    assert "nurse" not in card(ReportData("confusion", "mild"))


def test_back_dated_urgency_asks_whether_they_know(patient, owner, log_in):
    then = said(NOW - timedelta(days=2), reading("39"), received=NOW)
    html = text_of(log_in(owner), record_check_in(patient, then, by=owner))
    assert "18 Nov 2026" in html
    assert "If you have not told them yet, call now" in html


@pytest.mark.parametrize(
    ("answer", "shown"), [("mild", False), ("moderate", True), ("severe", True), ("no", False)]
)
def test_distress_shows_somebody_to_talk_to(card, answer, shown):
    html = card(ReportData("anxiety", answer))
    assert ("Samaritans" in html) is shown
    assert ('href="tel:116123"' in html) is shown


@pytest.mark.parametrize("country", ["US", "CA", "AU", "NZ", "IE", "GB"])
def test_a_crisis_line_is_of_the_patients_country_with_its_source(card, patient, country):
    patient.country = country
    patient.save()
    html = card(ReportData("anxiety", "severe"))
    for line in catalogue().crisis_lines:
        assert (line.source in html) is (line.country == country)


def test_distress_where_no_line_is_known_still_names_the_emergency_number(card, patient):
    patient.country = "AT"
    patient.save()
    html = card(ReportData("anxiety", "severe"))
    assert "no crisis line for your country" in html
    assert f'href="tel:{catalogue().countries["AT"].emergency}"' in html


def test_distress_beside_other_signs_shows_somebody_to_talk_to(card):
    assert "Samaritans" in card(ReportData("rash", "mild"), ReportData("anxiety", "moderate"))


def test_distress_that_was_corrected_shows_somebody_to_talk_to(patient, owner, log_in):
    check_in = record_check_in(patient, said(NOW, ReportData("anxiety", "severe")), by=owner)
    correct_check_in(check_in, said(NOW, ReportData("anxiety", "no")), reason="slip", by=owner)
    assert "Samaritans" in text_of(log_in(owner), check_in)


def test_too_ill_asks_to_call_even_without_a_sign(card):
    html = card(kind="too-ill")
    assert "Call Ana&#x27;s care team now" in html
    assert "Samaritans" not in html


def test_the_familys_card_is_shown_in_its_own_words(card, patient):
    FamilyCard.objects.create(patient=patient, words="Twice, an hour apart")
    assert "Twice, an hour apart" in card(reading("38.0"))


def test_the_fever_line_is_said_with_a_temperature_and_only_then(card):
    line = "Fever line used: 38.0 °C"
    assert line in card(reading("36.8"))
    assert line in card(ReportData("rash", "mild"), reading("38.4"))
    assert line not in card(ReportData("rash", "mild"))


def test_a_correction_shows_both_readings_and_leaves_the_prompt(patient, owner, log_in):
    check_in = record_check_in(patient, said(NOW, reading("38.4")), by=owner)
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        correct_check_in(check_in, said(NOW, reading("37.0")), reason="slip", by=owner)
    html = text_of(log_in(owner), check_in)
    chip, told = "38.4 °C at 21:40, corrected to 37.0 at 21:45 (slip)", "What to tell, and why"
    assert f"temperature {chip}" in html[html.index(told) :]
    assert f"Urgent: {chip}" in html
    assert "Temperature: first 38.4 °C, corrected to 37.0 °C at 21:45." in html
    assert "Call Ana&#x27;s care team now" in html
    assert "Found before the entry was changed" in html


def test_a_removed_entry_keeps_its_card_and_says_who_removed_it(patient, owner, log_in):
    check_in = record_check_in(patient, said(NOW, reading("38.4")), by=owner)
    remove_check_in(check_in, reason="wrong child", by=owner)
    html = text_of(log_in(owner), check_in)
    assert "wrong child" in html
    assert "Call Ana&#x27;s care team now" in html
    assert "Restore" in html


def test_the_strip_stands_on_every_page_until_somebody_was_reached(patient, owner, log_in):
    check_in = record_check_in(patient, said(NOW, reading("38.4")), by=owner)
    dad, more = log_in(owner), reverse("patient_more", args=[patient.pk])
    assert "Urgent, still open" in dad.get(more).content.decode()
    assert address(check_in) in dad.get(more).content.decode()
    call = {"whom": "ward", "at": NOW, "advice": "", "reason": "", "by": owner}
    record_call(check_in, outcome="no-answer", **call)
    assert "Urgent, still open" in dad.get(more).content.decode()
    record_call(check_in, outcome="reached", **call)
    assert "Urgent, still open" not in dad.get(more).content.decode()


def test_a_new_urgent_finding_opens_it_again(patient, owner, log_in):
    check_in = record_check_in(patient, said(NOW, reading("38.4")), by=owner)
    call = {"whom": "ward", "at": NOW, "advice": "Come in", "reason": "", "by": owner}
    record_call(check_in, outcome="reached", **call)
    assert "Come in" in text_of(log_in(owner), check_in)
    with time_machine.travel(NOW + timedelta(minutes=9), tick=False):
        worse = said(NOW, reading("38.4"), ReportData("confusion", "mild"))
        correct_check_in(check_in, worse, reason="worse", by=owner)
    assert "Call Ana&#x27;s care team now" in text_of(log_in(owner), check_in)


def test_a_card_costs_the_same_with_ten_years_of_history(patient, owner, log_in):
    on_blinatumomab(patient, NOW)
    check_in = record_check_in(patient, said(NOW, reading("38.4")), by=owner)
    dad = log_in(owner)
    dad.get(address(check_in))
    with CaptureQueriesContext(connection) as before:
        dad.get(address(check_in))
    log_ten_years(patient, TODAY, by=owner)
    with CaptureQueriesContext(connection) as after:
        dad.get(address(check_in))
    assert len(before) == len(after) <= 41, (len(before), len(after))


@pytest.mark.parametrize("user", ["owner", "reader", "writer"])
def test_more_leads_to_everything_that_this_person_may_open(patient, user, request, log_in):
    client = log_in(request.getfixturevalue(user))
    html = client.get(reverse("patient_more", args=[patient.pk])).content.decode()
    assert (reverse("sharing", args=[patient.pk]) in html) is (user == "owner")
    assert (reverse("patient_edit", args=[patient.pk]) in html) is (user != "reader")
    addresses = re.findall(r'<a href="([^"]+)"', html.partition("<h1")[2].partition("</main>")[0])
    assert len(addresses) >= 9
    for address in addresses:
        assert client.get(address).status_code == 200


def test_more_is_closed_to_others(patient, stranger, client, log_in):
    more = reverse("patient_more", args=[patient.pk])
    assert client.get(more).status_code == 302
    assert log_in(stranger).get(more).status_code == 404


# One instruction ---------------------------------------------------------------------------------


def heading_of(html):
    return re.search(r'<h1 id="care-heading"[^>]*>([^<]*)<', html)[1]


def test_the_digits_of_the_emergency_number_stand_in_the_heading(card, patient):
    with_numbers(patient)
    html = card(ReportData("seizure", "yes"))
    assert heading_of(html) == "Call 999 now for Ana"
    assert "Then tell the care team:" in html
    patient.country = "ZZ"
    patient.save()
    assert heading_of(card(ReportData("seizure", "yes"))) == "Call the emergency number now for Ana"


def test_on_a_hospital_day_the_emergency_number_is_the_heading_and_the_nurse_its_second_line(
    card, patient, owner, log_in
):
    on_blinatumomab(patient, NOW, day=2)
    html = card(ReportData("seizure", "yes"))
    assert heading_of(html) == "Call 999 now for Ana"
    second = html.index("In hospital: call the nurse")
    assert html.index("care-heading") < second < html.index('href="tel:999"')
    check_in = CheckIn.objects.get()
    record_event(check_in, outcome="in-hospital", by=owner)
    html = text_of(log_in(owner), check_in)
    assert heading_of(html) == "Call the nurse now"
    assert "In hospital: call the nurse" not in html
    assert calls_in(html)[0] == "999"


@pytest.fixture
def crisis_card(patient, owner, log_in):
    """The card of an entry with such a finding, and with whatever else."""

    def save(*others):
        with_numbers(patient)
        reports = (ReportData("self-harm-thoughts", "yes"), *others)
        check_in = record_check_in(patient, said(NOW, *reports), by=owner)
        return text_of(log_in(owner), check_in)

    return save


def test_a_crisis_has_an_instruction_of_its_own(crisis_card):
    html = crisis_card()
    assert heading_of(html) == "Talk to someone now"
    assert calls_in(html)[:3] == ["116123", "999", "02079460123"]
    danger = html[html.index('href="tel:999"') :]
    assert "In danger now:" in danger[: danger.index("</a>")]
    assert "<details" not in html[html.index('class="care') : html.index("In danger now:")]
    assert "Samaritans, contact page" in html  # the source of the line


def test_the_emergency_number_wins_over_the_line_that_stays_in_sight(crisis_card):
    html = crisis_card(ReportData("seizure", "yes"))
    assert heading_of(html) == "Call 999 now for Ana"
    assert calls_in(html)[:2] == ["999", "02079460123"]
    assert "116123" in calls_in(html)


def test_where_no_line_is_known_the_emergency_number_comes_first(crisis_card, patient):
    patient.country = "AT"
    patient.save()
    html = crisis_card()
    assert calls_in(html)[0] == catalogue().countries["AT"].emergency
    assert heading_of(html).startswith("Call 1")


def test_nothing_stands_above_an_urgent_card(patient, owner, log_in):
    record_check_in(patient, said(NOW - timedelta(hours=9), reading("38.4")), by=owner)
    check_in = record_check_in(patient, said(NOW, reading("38.6")), by=owner)
    html = text_of(log_in(owner), check_in)
    main = html[html.index("<main") :]
    above = main[: main.index('class="care')]
    assert re.findall(r'<\w+ [^>]*(?:id|class)="([^"]*)"', above) == ["main", "first"]
    below = main[main.index('class="care') :]
    assert below.index("</section>") < below.index('id="strips"') < below.index('id="outbox"')


def test_a_card_stands_above_everything_while_urgent_or_there_is_a_call_to_make(
    patient, owner, log_in
):
    dad = log_in(owner)

    def is_above(check_in):
        html = text_of(dad, check_in)
        return html.index('class="care') < html.index('id="outbox"')

    told = record_check_in(patient, said(NOW, reading("38.6")), by=owner)
    call = {"whom": "ward", "at": NOW, "advice": "", "reason": "", "by": owner}
    record_call(told, outcome="reached", **call)
    assert is_above(told)
    assert is_above(record_check_in(patient, said(NOW, kind="too-ill"), by=owner))
    for mild in (ReportData("rash", "mild"), reading("36.8")):
        assert not is_above(record_check_in(patient, said(NOW, mild), by=owner))


def test_measure_again_waits_for_the_call_and_not_after_come_in(patient, owner, log_in):
    check_in = record_check_in(patient, said(NOW, reading("38.6")), by=owner)
    dad, again = log_in(owner), "temperature again"
    assert again not in text_of(dad, check_in)
    call = {"whom": "ward", "at": NOW, "reason": "", "by": owner}
    record_call(check_in, outcome="no-answer", advice="", **call)
    assert again not in text_of(dad, check_in)
    record_call(check_in, outcome="reached", advice="Stay home and watch", **call)
    html = text_of(dad, check_in)
    assert html.index('class="care') < html.index(again)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        record_call(check_in, outcome="reached", advice="Come in. Bring a bag", **call)
    assert again not in text_of(dad, check_in)


# Corrections -------------------------------------------------------------------------------------


def test_what_was_corrected_to_no_or_taken_out_is_still_told(patient, owner, log_in):
    first = (reading("38.6"), ReportData("confusion", "severe"))
    check_in = record_check_in(patient, said(NOW, *first), by=owner)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        later = said(NOW, ReportData("confusion", "no"))
        correct_check_in(check_in, later, reason="wrong child", by=owner)
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        again = said(NOW, ReportData("confusion", "mild"), reading("37.0"))
        correct_check_in(check_in, again, reason="looked again", by=owner)
    html = text_of(log_in(owner), check_in)
    told = html[html.index("What to tell, and why") :]
    fate = "removed at 21:41 (wrong child), corrected to 37.0 at 21:42 (looked again)"
    assert f"temperature 38.6 °C at 21:40, {fate}" in told
    fate = "corrected to no at 21:41 (wrong child), corrected to mild at 21:42 (looked again)"
    assert f"confusion, severe at 21:40, {fate}" in told
    assert "Answered no" not in html


def test_the_unit_is_said_where_it_was_the_other_one(patient, owner, log_in):
    check_in = record_check_in(patient, said(NOW, reading("101.5", "C")), by=owner)
    correct_check_in(check_in, said(NOW, reading("101.5", "F")), reason="unit", by=owner)
    words = "temperature 101.5 °C (cannot be right, counts as fever) at 21:40, "
    words += "corrected to 101.5 °F"
    assert words in text_of(log_in(owner), check_in)


def test_not_listed_says_when_to_tell_the_team(card, patient):
    on_tablets(patient, TODAY)
    html = card(ReportData("hair-loss", "mild"))
    assert "Tell the care team at your next visit" in html
    assert "today if you are unsure or it gets worse" in html
