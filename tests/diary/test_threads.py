"""One fever is one thread: one prompt for all its readings, answered by a call after them, closed
together; and nothing urgent is silenced by anything else."""

import random
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from diary.care_card.actions import record_call, record_event
from diary.check_ins.actions import correct_check_in, record_check_in
from diary.check_ins.data import ReportData
from diary.check_ins.load import entry_of
from diary.check_ins.threads import open_threads
from diary.history.timeline import timeline
from diary.models import Call, CheckIn, FamilyCard, Finding
from diary.today.offline import kept_for
from summary.content.build import content
from tests.conftest import new_patient
from tests.diary.answers import reading, said, with_numbers
from tests.diary.open_entries import still_open

NOW = datetime(2026, 11, 20, 14, 35, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FELT = ReportData("fever", "yes")
CONFUSION = ReportData("confusion", "severe")


@pytest.fixture
def log(patient, owner, clock):
    """Save what is measured `after` the first moment, at that moment."""

    def save(degrees="38.6", *more, after=timedelta(0), unit="C", received=None):
        clock.move_to(received or NOW + after)
        measured = [reading(degrees, unit)] if degrees else []
        data = said(NOW + after, *measured, *more, received=received)
        return record_check_in(patient, data, by=owner)

    return save


@pytest.fixture
def reach(owner, clock):
    def call(check_in, *, after, called=None, outcome="reached", reason=""):
        clock.move_to(NOW + after)
        return record_call(
            check_in,
            outcome=outcome,
            whom="Ward 7" if outcome == "reached" else "",
            at=NOW + (after if called is None else called),
            advice="Come in" if outcome == "reached" else "",
            reason=reason,
            by=owner,
        )

    return call


@pytest.fixture
def close(reach):
    return lambda check_in, *, after: reach(
        check_in, after=after, outcome="closed", reason="seen on the ward"
    )


def opened(patient):
    return set(still_open(patient.check_ins.all()))


def prompts(patient, after=timedelta(0)):
    return [(t.text, t.is_open) for t in open_threads(patient, NOW + after)]


def strips(client, patient, name="treatment"):
    html = client.get(reverse(name, args=[patient.pk])).content.decode()
    found = re.findall(r'<div class="strip urgent">.*?</span>', html, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one)).strip() for one in found]


def test_thirteen_readings_are_one_prompt_on_every_page(log, dad, patient):
    for n in range(13):
        log("38.9" if n == 4 else "38.2", after=n * HOUR)
    words = "fever since yesterday, 14:35, 13 temperatures, highest 38.9 °C"
    for name in ("today", "history", "treatment", "team", "summary"):
        assert strips(dad, patient, name) == [f"▲ Urgent, still open: {words}"]
    kept = kept_for(patient, patient.owner, NOW + 12 * HOUR)["thread"]["entries"]
    assert kept == ["fever since 20 Nov 2026 at 14:35, 13 temperatures, highest 38.9 °C"]
    assert patient.check_ins.ever_urgent().count() == 13


def test_a_call_answers_every_reading_before_it_and_none_after(log, reach, dad, patient):
    first, second = log(), log("38.9", after=HOUR)
    reach(second, after=2 * HOUR)
    assert opened(patient) == set()
    words = "fever since today, 14:35, 2 temperatures, highest 38.9 °C"
    assert prompts(patient) == [(words, False)]
    page = dad.get(reverse("check_in", args=[patient.pk, first.pk])).content.decode()
    assert "Told today, 16:35" in page
    assert "they answered, 2 hours after the finding" in page
    third = log("38.4", after=3 * HOUR)
    assert opened(patient) == {third}
    assert prompts(patient) == [("fever since today, 14:35, 3 temperatures, highest 38.9 °C", True)]


def test_a_call_about_an_earlier_reading_made_before_the_next_does_not_answer_it(
    log, reach, patient
):
    first, second = log(), log("38.9", after=HOUR)
    reach(first, after=2 * HOUR, called=30 * MINUTE)
    assert opened(patient) == {second}


def test_a_reading_that_was_sent_after_the_call_prompts_though_it_was_measured_before(
    log, reach, patient
):
    reach(log(), after=2 * HOUR)
    late = log("38.9", after=HOUR, received=NOW + 3 * HOUR)
    assert opened(patient) == {late}


@pytest.mark.parametrize("at", ["first", "second"])
def test_a_call_answers_only_the_fever_of_another_entry(at, log, reach, patient):
    entries = {"first": log("38.6", CONFUSION), "second": log("38.9", after=HOUR)}
    reach(entries[at], after=2 * HOUR)
    expected = set() if at == "first" else {entries["first"]}
    assert opened(patient) == expected
    if at == "second":
        assert prompts(patient) == [
            ("fever since today, 14:35, 2 temperatures, highest 38.9 °C", False),
            ("entry of today, 14:35", True),
        ]


def test_another_sign_has_a_prompt_of_its_own_beside_the_fever(log, patient):
    log("38.6", CONFUSION)
    log("38.9", after=HOUR)
    assert [text for text, _ in prompts(patient)] == [
        "fever since today, 14:35, 2 temperatures, highest 38.9 °C",
        "entry of today, 14:35",
    ]


@pytest.mark.parametrize(
    ("gap", "threads"),
    [(24 * HOUR, 1), (24 * HOUR + timedelta(seconds=1), 2), (25 * HOUR, 2)],
)
def test_a_day_between_two_readings_is_the_most(gap, threads, log, reach, patient):
    first, second = log(), log("38.9", after=gap)
    assert len(prompts(patient, gap)) == threads
    reach(second, after=gap + HOUR)
    assert opened(patient) == (set() if threads == 1 else {first})


def test_closing_closes_the_whole_episode_until_then(log, reach, close, dad, patient, owner):
    first, second, third = log(), log("38.9", after=HOUR), log("38.0", after=2 * HOUR)
    reach(third, after=3 * HOUR)
    close(second, after=4 * HOUR)
    assert not patient.check_ins.followed().exists()
    assert prompts(patient) == []
    made = content(patient, NOW.date(), NOW.date(), by=owner)
    assert all("closed by Dad: seen on the ward" in " ".join(m.done) for m in made.moments)
    assert not any("without a call" in moment.brief for moment in made.moments)
    fourth = log("38.4", after=5 * HOUR)
    assert prompts(patient) == [("entry of today, 19:35", True)]
    assert opened(patient) == {fourth}
    reach(first, after=6 * HOUR)
    assert opened(patient) == {fourth}, "a call on a closed thread answers nothing of the next"


def test_before_closing_the_page_lists_all_that_it_closes(log, reach, dad, patient, clock):
    first = log("39.7")
    page = reverse("prompt_close", args=[patient.pk, first.pk])
    alone = dad.get(page).content.decode()
    assert "<h1>Close an urgent entry</h1>" in alone
    assert "This closes" not in alone
    reach(first, after=10 * MINUTE)
    reach(log("38.4", after=HOUR), after=HOUR + MINUTE, outcome="no-answer")
    confused = log("38.6", CONFUSION, after=2 * HOUR)
    log("38.2", after=20 * HOUR)
    html = re.sub(r"\s+", " ", dad.get(page).content.decode())
    assert "<h1>Close 3 urgent entries</h1>" in html
    listed = [re.sub("<[^>]+>", "", one).strip() for one in re.findall("<li> (.*?)</li>", html)]
    assert [one for one in listed if "°C" in one] == [
        "today, 10:35: 38.2 °C (no call is recorded)",
        "20 Nov 2026, 15:35: 38.4 °C (called, no answer)",
        "20 Nov 2026, 14:35: 39.7 °C (the team was told)",
    ]
    dad.post(page, {"id": str(uuid4()), "reason": "seen"})
    assert set(patient.check_ins.followed()) == {confused}


def test_closing_without_any_call_says_so(log, close, patient, owner):
    log()
    close(log("38.9", after=HOUR), after=2 * HOUR)
    made = content(patient, NOW.date(), NOW.date(), by=owner)
    assert [m.brief for m in made.moments] == ["closed without a call: seen on the ward"] * 2


def test_closing_leaves_another_urgent_sign_and_what_got_worse(log, close, owner, clock, patient):
    confused = log("38.6", CONFUSION)
    worse = log("38.7", after=HOUR)
    record_event(worse, outcome="worse", by=owner)
    close(log("38.9", after=2 * HOUR), after=3 * HOUR)
    assert opened(patient) == {confused, worse}


def test_a_form_that_is_sent_again_closes_nothing_new(log, dad, patient, clock):
    first = log()
    url = reverse("prompt_close", args=[patient.pk, first.pk])
    fields = {"id": str(uuid4()), "reason": "seen"}
    dad.post(url, fields)
    later = log("38.9", after=HOUR)
    dad.post(url, fields)
    assert opened(patient) == {later}


def test_felt_and_impossible_ones_belong_to_it_and_low_ones_do_not(log, reach, patient):
    first, felt, wrong = log(), log("", FELT, after=HOUR), log("386.0", after=2 * HOUR)
    low = log("34.2", after=3 * HOUR)
    words = "fever since today, 14:35, 3 temperatures, highest 38.6 °C, 1 cannot be right"
    assert (words, True) in prompts(patient)
    reach(wrong, after=4 * HOUR)
    assert opened(patient) <= {low}
    assert first not in opened(patient) and felt not in opened(patient)


def test_it_is_a_fever_by_the_line_it_was_saved_with(log, reach, patient):
    card = FamilyCard.objects.create(patient=patient, fever_from="37.8", fever_unit="C")
    log("37.9")
    card.delete()
    reach(log("38.4", after=HOUR), after=2 * HOUR)
    assert opened(patient) == set()


def test_a_correction_that_finds_more_prompts_anew(log, reach, owner, clock, patient):
    first = log()
    reach(log("38.9", after=HOUR), after=2 * HOUR)
    clock.move_to(NOW + 3 * HOUR)
    data = said(NOW, reading("39.5"), CONFUSION)
    correct_check_in(first, data, reason="more", by=owner)
    assert opened(patient) == {first}


def test_the_threads_of_two_patients_are_two(log, reach, patient, owner, stranger, make_user):

    other = new_patient(owner, name="Bo", birth_month=1, birth_year=2015)
    theirs = record_check_in(other, said(NOW, reading("38.6")), by=owner)
    reach(log(after=HOUR), after=2 * HOUR)
    assert set(still_open(CheckIn.objects.all())) == {theirs}


def test_the_prompt_is_not_above_a_card_that_asks_the_same(log, reach, dad, patient):
    first, second = log(), log("38.9", after=HOUR)

    def above(check_in):
        html = dad.get(reverse("check_in", args=[patient.pk, check_in.pk])).content.decode()
        return html.count('class="strip urgent"')

    assert (above(first), above(second)) == (0, 0)
    page = dad.get(reverse("check_in", args=[patient.pk, first.pk])).content.decode()
    assert "Fever since today, 14:35, 2 temperatures, highest 38.9 °C" in page
    reach(second, after=2 * HOUR)
    log("38.4", after=3 * HOUR)
    assert above(first) == 1


def test_the_highest_is_of_what_stands_now_and_a_finding_is_not_taken_back(
    patient, owner, log, clock
):
    first = log("38.6")
    wrong = log("39.7", after=HOUR)
    correct_check_in(wrong, said(wrong.at, reading("38.2")), reason="slip", by=owner)
    words = "fever since today, 14:35, 2 temperatures, highest 38.6 °C"
    assert prompts(patient) == [(words, True)]
    # Corrected to no fever at all: still two entries to be closed, and nothing of 39.7.
    correct_check_in(wrong, said(wrong.at, reading("36.9")), reason="slip again", by=owner)
    assert prompts(patient) == [(words, True)]
    assert first.pk != wrong.pk


def test_a_lone_reading_that_was_corrected_upwards_is_named_as_it_stands(
    patient, owner, log, clock
):
    log("38.6")
    other = log("38.2", after=HOUR)
    correct_check_in(other, said(other.at, reading("39.1")), reason="slip", by=owner)
    words = "fever since today, 14:35, 2 temperatures, highest 39.1 °C"
    assert prompts(patient) == [(words, True)]


@pytest.mark.parametrize("count", [2, 30])
def test_a_prompt_costs_the_same_however_many_readings(
    count, log, patient, django_assert_num_queries
):
    for n in range(count):
        log(after=n * HOUR)
    with django_assert_num_queries(2):  # is there any, and which
        assert len(open_threads(patient, NOW + count * HOUR)) == 1
    with django_assert_num_queries(3):
        assert still_open(patient.check_ins.all()).count() == count


def at_random(dice, patient, owner, clock):
    """Live through some days of readings, signs, calls, closings and corrections."""
    made: list[CheckIn] = []
    now = NOW
    for _ in range(30):
        now += dice.choice([5 * MINUTE, HOUR, 7 * HOUR, 23 * HOUR, 26 * HOUR])
        clock.move_to(now)
        deed = dice.choice(["log", "log", "log", "reached", "closed", "worse", "correct"])
        if deed == "log" or not made:
            at = now - dice.choice([0 * HOUR, 0 * HOUR, 3 * HOUR, 30 * HOUR])
            first = dice.choice([reading("38.6"), reading("37.2"), reading("55"), FELT])
            more = [CONFUSION] if dice.random() < 0.2 else []
            data = said(at, first, *more, received=now)
            made.append(record_check_in(patient, data, by=owner))
            continue
        one = dice.choice(made)
        if deed == "worse":
            record_event(one, outcome="worse", by=owner)
        elif deed == "correct":
            data = said(one.at, reading(dice.choice(["37.0", "39.1"])))
            correct_check_in(one, data, reason="slip", by=owner)
        else:
            at = now - dice.choice([0 * HOUR, 0 * HOUR, 2 * HOUR])
            record_call(one, outcome=deed, whom="", at=at, advice="", reason="seen", by=owner)
    return made


def is_silenced_rightly(finding, check_in):
    """Was there a call on its own card, or about the fever of another reading and after both its
    measurement and its finding, or a closing?"""
    own = check_in.calls.filter(outcome__in=["reached", "closed"], recorded__gte=finding.found)
    if own.exists():
        return True
    elsewhere = Call.objects.filter(
        check_in__patient=check_in.patient,
        check_in__versions__findings__symptom="fever",
        outcome="reached",
        recorded__gte=finding.found,
        at__gte=check_in.at,
    )
    version = finding.version
    report = version.reports.filter(symptom="fever").first()
    hot = report is not None and (
        report.temperature is None
        or report.temperature >= Decimal("38.0")
        or report.temperature < Decimal("34")
    )
    return finding.symptom == "fever" and hot and elsewhere.exists()


@pytest.mark.parametrize("seed", range(10))
def test_nothing_urgent_is_silenced_without_a_call_after_it_or_a_closing(
    seed, patient, owner, clock
):
    dice = random.Random(seed)  # noqa: S311 (made-up data)
    made = at_random(dice, patient, owner, clock)
    still, followed = opened(patient), set(patient.check_ins.followed())
    assert still <= followed
    for check_in in made:
        for finding in Finding.objects.filter(version__check_in=check_in, level="urgent"):
            assert check_in in still or is_silenced_rightly(finding, check_in)
        entry = entry_of(check_in)
        assert entry.is_open is (check_in in still)
        assert entry.is_followed is (check_in in followed)
    last = max(check_in.at for check_in in made).date()
    read = timeline(patient, (NOW - 48 * HOUR).date(), last).days
    assert {e.check_in for day in read for e in day.entries if e.is_open} == still
    prompted = {pk for t in open_threads(patient, NOW) if t.is_open for pk in t.asking}
    assert {check_in.pk for check_in in still} == prompted


def test_the_numbers_stand_with_a_thread(log, patient, dad):
    with_numbers(patient)
    log()
    second = log("38.9", after=HOUR)
    html = dad.get(reverse("check_in", args=[patient.pk, second.pk])).content.decode()
    assert 'href="tel:02079460123"' in html


def test_a_finding_and_a_call_know_whose_diary_they_are_in(patient, owner, make_user):
    """Also those that are stored many at a time, and without a look at another diary."""
    other = new_patient(make_user("Eve"), name="Ben", birth_month=1, birth_year=2000, zone="UTC")
    for whose in (patient, other):
        check_in = record_check_in(whose, said(NOW, reading("38.6")), by=whose.owner)
        check_in.calls.create(outcome="reached", at=NOW, recorded=NOW, by=whose.owner)
        assert {finding.patient for finding in Finding.objects.filter(patient=whose)} == {whose}
        assert [call.patient for call in check_in.calls.all()] == [whose]
        assert list(CheckIn.objects.followed(patient=whose)) == [check_in]
    assert CheckIn.objects.followed().count() == 2
