"""What is different since the last appointment, day by day and sign by sign."""

from datetime import UTC, date, datetime, timedelta

import pytest

from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.core.days import start_of
from diary.history.timeline import timeline
from diary.models import Appointment, Hold
from summary.content.changes import basis, changes, compared
from summary.content.symptoms import tallies_of
from tests.diary.answers import on_blinatumomab, on_tablets, reading, said

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
HELD = TODAY - 10 * DAY  # the days compared begin here
FIRST = TODAY - 29 * DAY


@pytest.fixture
def hold_on(patient, owner):
    """Mark an appointment of that day as held."""

    def held(day):
        Appointment.objects.create(
            patient=patient, day=day, zone=patient.zone, state="held", by=owner
        )

    return held


@pytest.fixture
def held(hold_on):
    hold_on(HELD)


@pytest.fixture
def log(patient, owner):
    def logged(ago, *reports, **more):
        return record_check_in(patient, said(NOW - ago * DAY, *reports, **more), by=owner)

    return logged


def parts(patient, first=FIRST):
    """Return the days before and since, and what is read with them."""
    which = compared(patient, first, TODAY)
    read = timeline(patient, which.before, TODAY, now=NOW)
    before = [day for day in read.days if day.day < which.since]
    return which, read, before, [day for day in read.days if day.day >= which.since]


def lines(patient):
    _, read, before, since = parts(patient)
    return changes(read.courses, before, since, (tallies_of(before), tallies_of(since)))


@pytest.mark.parametrize(
    ("ago", "title"),
    [(366, "Since the last appointment"), (367, "In the last 30 days")],
)
def test_an_appointment_is_compared_with_for_a_year_and_a_day(patient, hold_on, ago, title):
    hold_on(TODAY - ago * DAY)
    assert compared(patient, FIRST, TODAY).title == title


def test_as_many_days_before_are_compared(patient, hold_on):
    hold_on(HELD)
    which, _, before, since = parts(patient)
    assert (which.since, which.before) == (HELD, HELD - 11 * DAY)
    assert len(before) == len(since) == 11


@pytest.mark.parametrize(("days", "compares"), [(7, 7), (30, 30), (90, 30)])
def test_without_an_appointment_at_most_thirty_days_are_compared(patient, days, compares):
    which, _, before, since = parts(patient, TODAY - (days - 1) * DAY)
    assert which.title == f"In the last {compares} days"
    assert len(before) == len(since) == compares


def test_one_day_is_compared_with_the_day_before(patient, log):
    which, _, before, since = parts(patient, TODAY)
    words = "0 of 1 days logged; compared with the day before, which was not logged."
    assert basis(which, before, since)[1] == words
    log(1, ReportData("rash", "mild"))
    which, _, before, since = parts(patient, TODAY)
    words = "0 of 1 days logged; compared with the day before, which was logged."
    assert basis(which, before, since)[1] == words
    two = parts(patient, TODAY - DAY)
    words = "1 of 2 days logged; compared with the 2 days before, of which 0 were logged."
    assert basis(two[0], *two[2:])[1] == words


# From the first to the last of the days compared, both included.
EDGES = pytest.mark.parametrize(
    ("day", "is_said"),
    [
        (HELD - DAY, False),
        (HELD, True),
        (TODAY - 5 * DAY, True),
        (TODAY, True),
        (TODAY + DAY, False),
    ],
)


@EDGES
def test_a_treatment_that_began_in_these_days_is_said(patient, held, day, is_said):
    on_tablets(patient, day)
    assert any("Imatinib began on" in line for line in lines(patient)) is is_said


def test_a_treatment_without_dates_did_not_begin(patient, held):
    course = on_tablets(patient, TODAY - DAY)
    course.is_dated = False
    course.save()
    assert not any("began" in line for line in lines(patient))


@EDGES
def test_a_treatment_that_ended_in_these_days_is_said(patient, held, day, is_said):
    course = on_tablets(patient, TODAY - 60 * DAY)
    course.ended = day
    course.save()
    assert any("Imatinib ended on" in line for line in lines(patient)) is is_said


@EDGES
def test_a_cycle_that_began_in_these_days_is_said(patient, held, day, is_said):
    course = on_tablets(patient, TODAY - 60 * DAY)
    course.cycles.create(number=1, started=course.started)
    course.cycles.create(number=2, started=day)
    said = [line for line in lines(patient) if "cycle" in line]
    assert len(said) == is_said
    assert not said or said[0].startswith("Imatinib: cycle 2 began on ")


def test_a_first_cycle_is_not_said_beside_the_treatment_that_began_with_it(patient, held):
    course = on_tablets(patient, TODAY - 5 * DAY)
    course.cycles.create(number=1, started=course.started)
    assert [line for line in lines(patient) if "Imatinib" in line] == [
        "Imatinib began on 15 Nov 2026."
    ]


@EDGES
def test_a_hold_that_began_or_ended_in_these_days_is_said(patient, owner, held, day, is_said):
    course = on_tablets(patient, TODAY - 60 * DAY)
    hold = Hold.objects.create(course=course, started=day, by=owner, recorded=NOW)
    assert any("put on hold by the team on" in line for line in lines(patient)) is is_said
    assert not any("last day on hold" in line for line in lines(patient))
    hold.started, hold.ended = TODAY - 50 * DAY, day
    hold.save()
    assert any("last day on hold" in line for line in lines(patient)) is is_said
    assert not any("put on hold" in line for line in lines(patient))


def test_a_hold_that_ended_with_its_treatment_is_said_as_the_end_of_the_treatment(
    patient, owner, held
):
    course = on_tablets(patient, TODAY - 60 * DAY)
    course.ended = TODAY - 3 * DAY
    course.save()
    Hold.objects.create(course=course, started=TODAY - 50 * DAY, by=owner, recorded=NOW)
    assert [line for line in lines(patient) if "Imatinib" in line] == [
        "Imatinib ended on 17 Nov 2026."
    ]


def test_what_was_not_logged_since_is_compared_with_nothing(patient, held, log):
    log(12, ReportData("rash", "mild"))
    assert lines(patient) == ("Symptoms are not compared: no day was logged since.",)


def test_the_same_answer_on_more_days_is_neither_new_nor_stronger(patient, held, log):
    log(12, ReportData("rash", "moderate"), reading("38.4"))
    for ago in (5, 4, 3):
        log(ago, ReportData("rash", "moderate"), reading("38.4"))
    assert lines(patient) == ()


@pytest.mark.parametrize(
    ("now", "stronger"),
    [
        ("38.9", ("Stronger than before: High temperature or fever (38.4 °C, now 38.9 °C).",)),
        ("38.4", ()),
        ("38.1", ()),
    ],
)
def test_only_a_higher_temperature_is_stronger(patient, held, log, now, stronger):
    log(12, reading("38.4"))
    log(5, reading(now))
    assert lines(patient) == stronger


def test_a_fever_that_was_only_felt_and_is_measured_now_is_there_on_both_sides(patient, held, log):
    log(12, ReportData("fever", "yes"))
    log(5, reading("38.4"))
    assert lines(patient) == ()


def test_what_was_denied_before_is_new(patient, held, log):
    log(12, ReportData("rash", "no"), ReportData("nausea", "mild"))
    log(5, ReportData("rash", "severe"), ReportData("nausea", "mild"))
    log(4, ReportData("rash", "mild"))
    assert lines(patient) == ("Not reported before: Rash, itchy or not (severe, 2 days).",)


@pytest.mark.parametrize(
    ("symptoms", "more"),
    [(("rash", "chills", "tremor", "headache"), ""),
     (("rash", "chills", "tremor", "headache", "vomiting", "nausea"), "; and 2 more")],
)  # fmt: skip
def test_four_are_named_and_the_rest_is_counted(patient, held, log, symptoms, more):
    log(12, kind="nothing-new")
    log(5, *(ReportData(symptom, "mild") for symptom in symptoms))
    (line,) = lines(patient)
    assert line.count("(mild, 1 day)") == 4
    assert line.endswith(f"(mild, 1 day){more}.")


def test_what_is_no_longer_reported_says_how_it_was_asked_about(patient, held, log):
    log(12, ReportData("rash", "mild"), ReportData("nausea", "mild"), reading("38.4"))
    log(5, ReportData("rash", "no"), reading("36.8"))
    log(4, ReportData("rash", "no"), reading("36.9"))
    (line,) = lines(patient)
    assert line.startswith("Reported earlier: ")
    assert "(since then measured below the fever line on 2 days)" in line
    assert "Rash, itchy or not (since then answered “no” on 2 days)" in line
    assert "Feeling sick (nausea) (not asked about since)" in line


def test_infusions_and_pumps_are_said_the_latest_first_and_no_tablets(patient, held):
    on_blinatumomab(patient, NOW, day=4)
    tablets = on_tablets(patient, TODAY - 60 * DAY)
    drip = on_tablets(patient, TODAY - 60 * DAY, "rituximab")
    for course, kind, day in ((tablets, "tablet", TODAY), (drip, "infusion", TODAY - DAY)):
        start = start_of(day, patient.tz)
        course.doses.create(
            kind=kind, started=start, ended=start + timedelta(hours=2), local_day=day
        )
    given = [line for line in lines(patient) if line[0].isdigit()]
    assert [line.split(":")[0] for line in given] == ["19 Nov 2026", "17 Nov 2026"]
    assert "Rituximab" in given[0]
    assert "Blinatumomab: pump started" in given[1]
