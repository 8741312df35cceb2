"""The read side: every day, every version, every finding, in a constant number of queries."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from accounts.memory import one_reading
from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import CheckInData, ReportData
from diary.core.days import Run, end_of, local_day, start_of
from diary.history.timeline import State, gaps, not_logged, timeline
from diary.management.examples import log, treat
from diary.models import Call, CheckIn, Hold, Medicine
from tests.diary.answers import on_blinatumomab, on_tablets
from tests.diary.cast import log_alarm, log_look
from tests.diary.open_entries import still_open

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


def said(at=NOW, *, kind="symptoms", note="", reports=(), received=None):
    return CheckInData(uuid4(), at, "caregiver", kind, note, tuple(reports), received or at)


def fever(text, unit="C"):
    return ReportData("fever", "reading", Decimal(text), unit)


def on(patient, day=TODAY):
    return timeline(patient, day, day, now=NOW).days[0]


@pytest.fixture
def began(patient):
    patient.created = NOW - timedelta(days=30)
    patient.save()
    return patient


@time_machine.travel(NOW, tick=False)
def test_a_correction_says_both_readings(began, owner, writer):
    check_in = record_check_in(began, said(reports=[fever("38.4")]), by=owner)
    with time_machine.travel(NOW + timedelta(minutes=12), tick=False):
        correct_check_in(check_in, said(reports=[fever("37.0")]), reason="typing slip", by=writer)
    entry = on(began).entries[0]
    change = entry.changes[0]
    words = "Temperature: first 38.4 °C, corrected to 37.0 °C at 12:12."
    assert change.lines == (words,)
    assert (change.by, change.reason) == (writer, "typing slip")
    assert [chip.text for chip in entry.chips] == [
        "Urgent: 38.4 °C at 12:00, corrected to 37.0 at 12:12 (typing slip)"
    ]


@time_machine.travel(NOW, tick=False)
def test_a_finding_stays_when_its_reading_is_corrected(began, owner):
    check_in = record_check_in(began, said(reports=[fever("38.4")]), by=owner)
    correct_check_in(check_in, said(reports=[fever("37.0")]), reason="slip", by=owner)
    day = on(began)
    assert day.level.slug == "urgent"
    assert day.entries[0].is_urgent
    assert not day.entries[0].is_urgent_now
    assert not any(met.is_current for met in day.entries[0].rules_met)


@time_machine.travel(NOW, tick=False)
def test_a_day_with_one_check_in_removed_and_one_that_counts_is_logged(began, owner):
    gone = record_check_in(began, said(reports=[fever("39.0")]), by=owner)
    remove_check_in(gone, reason="wrong child", by=owner)
    record_check_in(began, said(kind="nothing-new"), by=owner)
    assert on(began).state is State.LOGGED
    assert on(began).has_nothing_new_only


def test_a_day_with_a_daily_look_is_no_gap_whatever_the_pump_did(began, owner):
    pump = on_blinatumomab(began, NOW)
    for day in (TODAY - DAY, TODAY):
        log_alarm(pump, NOW, day, by=owner)
    log_look(began, NOW, TODAY, by=owner)
    assert (on(began, TODAY - DAY).state, on(began).state) == (State.NOT_LOGGED, State.LOOKED)
    assert on(began).has_a_look_only


@time_machine.travel(NOW, tick=False)
def test_a_removed_check_in_keeps_its_findings_and_leaves_the_day_not_logged(began, owner):
    check_in = record_check_in(began, said(reports=[fever("39.0")]), by=owner)
    remove_check_in(check_in, reason="wrong child", by=owner)
    day = on(began)
    entry = day.entries[0]
    assert day.is_gap
    assert entry.changes[-1].is_removal
    assert entry.changes[-1].reason == "wrong child"
    assert entry.rules_met
    assert entry.is_open


def test_not_logged_is_not_nothing_new(began, owner):
    record_check_in(began, said(kind="nothing-new"), by=owner)
    yesterday, today = timeline(began, TODAY - timedelta(days=1), TODAY, now=NOW).days
    assert (yesterday.state, today.state) == (State.NOT_LOGGED, State.LOGGED)
    assert today.has_nothing_new_only
    assert today.level is None


def test_days_before_the_diary_began_and_days_to_come_are_no_gaps(began):
    read = timeline(began, TODAY - timedelta(days=40), TODAY + timedelta(days=3), now=NOW).days
    assert [day.state for day in read[:10]] == [State.BEFORE] * 10
    assert [day.state for day in read[-3:]] == [State.AHEAD] * 3
    assert [(run.first, run.length) for run in gaps(read)] == [(TODAY - timedelta(days=30), 31)]


def test_an_earlier_check_in_entered_later_moves_the_beginning(began, owner):
    at = NOW - timedelta(days=35)
    record_check_in(began, said(at, received=NOW, reports=[fever("36.6")]), by=owner)
    read = timeline(began, TODAY - timedelta(days=40), TODAY, now=NOW).days
    assert read[4].state is State.BEFORE
    assert read[5].state is State.LOGGED
    assert read[5].entries[0].is_saved_later
    assert read[6].is_gap


def test_a_check_in_stays_on_its_own_local_day_when_the_patient_moves(began, owner):
    at = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    record_check_in(began, said(at, kind="nothing-new"), by=owner)
    began.zone = "Asia/Tokyo"
    began.save()
    entry = on(began, date(2026, 11, 19)).entries[0]
    assert entry.time == "23:30 (Europe/London)"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (4, "4 minutes after the finding"),
        (1, "1 minute after the finding"),
        (150, "2 hours 30 minutes after the finding"),
        (0, "less than a minute after the finding"),
        (-10, "10 minutes before the finding"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_a_call_says_how_long_after_the_finding_it_was(began, owner, minutes, words):
    check_in = record_check_in(began, said(reports=[fever("38.4")]), by=owner)
    Call.objects.create(
        check_in=check_in,
        outcome="reached",
        whom="the ward",
        at=NOW + timedelta(minutes=minutes),
        advice="Come in.",
        by=owner,
        recorded=NOW + timedelta(minutes=1),
    )
    phoned = on(began).entries[0].phoned[0]
    assert phoned.after == words
    assert phoned.words.endswith(f"called the ward, they answered, {words}. Advice: Come in. (Dad)")


def test_a_pump_is_said_on_the_day_it_starts_and_on_the_day_it_stops(began):
    treat(began, TODAY)
    dose = began.courses.get(therapy="blinatumomab").doses.get()
    dose.ended = NOW
    dose.save()
    words = [d.words for d in on(began).doses]
    assert "Blinatumomab: pump stopped at 12:00" in words
    first = on(began, dose.local_day)
    assert [d.words for d in first.doses if "Blina" in d.words] == [
        "Blinatumomab: pump started at 14:00"
    ]
    assert "Blinatumomab · day 1 of 28, cycle 1" in first.treatment


def test_where_the_treatment_stands_today_is_where_it_stands_now(began):
    """Not at midnight, by when the pump may have been stopped."""
    on_blinatumomab(began, NOW, day=6)
    assert on(began).treatment == ("Blinatumomab · day 6 of 28, cycle 1",)
    assert on(began, TODAY - DAY).treatment == ("Blinatumomab · day 5 of 28, cycle 1",)


@pytest.fixture
def answer(began):
    """Say of the tablets of a day whether they were taken; they began ten days ago."""
    course = on_tablets(began, TODAY - 10 * DAY)

    def answered(day, status):
        when = {"started": start_of(day, began.tz), "ended": end_of(day, began.tz)}
        course.doses.create(kind="tablet", precision="day", status=status, local_day=day, **when)
        return course

    return answered


def test_a_missed_tablet_is_missed_but_for_the_days_on_hold(began, owner, answer):
    for ago, status in ((3, "missed"), (2, "given"), (1, "missed"), (0, "given")):
        course = answer(TODAY - ago * DAY, status)
    Hold.objects.create(
        course=course, started=TODAY - 2 * DAY, ended=TODAY - DAY, by=owner, recorded=NOW
    )
    read = timeline(began, TODAY - 3 * DAY, TODAY, now=NOW).days
    assert [[dose.words for dose in day.doses] for day in read] == [
        ["Imatinib: tablets missed"],
        ["Imatinib: tablets taken"],
        ["Imatinib: tablets not taken, on hold"],
        ["Imatinib: tablets taken"],
    ]


def test_a_pump_that_stopped_at_midnight_stopped_on_the_day_that_began(began):
    pump = on_blinatumomab(began, NOW)
    pump.doses.update(ended=start_of(TODAY, began.tz))
    assert [dose.words for dose in on(began).doses] == ["Blinatumomab: pump stopped at 00:00"]
    assert not on(began, TODAY - DAY).doses


def test_a_pump_that_stopped_as_a_day_of_25_hours_began_is_said_on_it(began):
    """It stopped more than 24 hours before that day ended, and another was started since."""
    longest, hour = date(2026, 10, 25), timedelta(hours=1)
    midnight = start_of(longest, began.tz)
    pump = on_blinatumomab(began, midnight, day=9)
    pump.doses.update(ended=midnight - 3 * DAY)
    for start, end in ((midnight - 2 * DAY, midnight), (midnight + hour, midnight + 2 * hour)):
        day = local_day(start, began.tz)
        pump.doses.create(kind="pump", started=start, ended=end, local_day=day)
    assert [dose.words for dose in on(began, longest).doses] == [
        "Blinatumomab: pump stopped at 00:00",
        "Blinatumomab: pump started at 01:00",
        "Blinatumomab: pump stopped at 01:00",
    ]


def test_a_medicine_given_on_the_last_day_is_on_that_day(began, owner):
    given = {"name": "Paracetamol", "by": owner, "recorded": NOW}
    Medicine.objects.create(patient=began, at=NOW - timedelta(hours=1), **given)
    yesterday, today = timeline(began, TODAY - DAY, TODAY, now=NOW).days
    assert (len(yesterday.medicines), len(today.medicines)) == (0, 1)
    assert yesterday.is_empty
    assert not today.is_empty


def test_the_gaps_of_a_file_are_those_of_the_pages(began, owner):
    """A file knows only on which days something stands."""
    logged, looked = {TODAY - 9 * DAY, TODAY - 5 * DAY}, {TODAY - 6 * DAY}
    for day in logged:
        record_check_in(began, said(NOW - (TODAY - day), kind="nothing-new"), by=owner)
    for day in looked:
        log_look(began, NOW, day, by=owner)
    began_on, first, last = TODAY - 30 * DAY, TODAY - 32 * DAY, TODAY + DAY
    found = not_logged(logged, looked, first, last, began=began_on, today=TODAY)
    assert found == [
        Run(began_on, TODAY - 10 * DAY),
        Run(TODAY - 8 * DAY, TODAY - 7 * DAY),
        Run(TODAY - 4 * DAY, TODAY),
    ]
    assert found == gaps(timeline(began, first, last, now=NOW).days)


@pytest.mark.parametrize("seed", range(4))
def test_open_here_is_open_in_the_database(began, owner, writer, seed):
    today = local_day(timezone.now(), began.tz)
    log(began, today - timedelta(days=40), today, seed=seed, users=[owner, writer])
    read = timeline(began, today - timedelta(days=40), today).days
    here = {e.check_in.pk for day in read for e in day.entries if e.is_open}
    assert here == set(still_open(CheckIn.objects.all()).values_list("pk", flat=True))
    assert here


@pytest.mark.parametrize("length", [7, 90])
def test_days_cost_the_same_whatever_the_length(
    began, owner, writer, django_assert_num_queries, length
):
    today = local_day(timezone.now(), began.tz)
    treat(began, today)
    log(began, today - timedelta(days=100), today, seed=1, users=[owner, writer])
    with one_reading(), django_assert_num_queries(4):
        read = timeline(began, today - timedelta(days=length - 1), today).days
        for day in read:
            for entry in day.entries:
                assert entry.chips is not None
                assert entry.rules_met is not None
                assert entry.told
                assert entry.time
                assert all(change.by.name for change in entry.changes)
                assert all(phoned.words for phoned in entry.phoned)
    assert len(read) == length
