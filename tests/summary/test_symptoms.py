"""Symptoms and temperatures of some days: how they are counted, ordered, and never lost."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.history.timeline import timeline
from summary.content.symptoms import readings, symptoms, tallies_of
from tests.diary.answers import on_tablets, reading, said

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
LINE = Decimal("38.0")
NO_RASH = ReportData("rash", "no")


@pytest.fixture
def log(patient, owner):
    def logged(ago, *reports, **more):
        return record_check_in(patient, said(NOW - ago * DAY, *reports, **more), by=owner)

    return logged


def read(patient):
    return timeline(patient, TODAY - 9 * DAY, TODAY, now=NOW).days


def rows(patient):
    return symptoms(tallies_of(read(patient)))[0]


def taken(patient):
    """The temperatures, each with what is said beside it."""
    found = [one for day in readings(read(patient), LINE) for one in day.readings]
    return [(one.words, one.mark) for one in found]


@pytest.mark.parametrize(
    ("weaker", "stronger"), [("mild", "moderate"), ("moderate", "severe"), ("mild", "severe")]
)
def test_the_strongest_answer_is_the_worst_whenever_it_was_given(patient, log, weaker, stronger):
    log(3, ReportData("rash", weaker), ReportData("nausea", stronger))
    log(1, ReportData("rash", stronger), ReportData("nausea", weaker))
    assert [row.worst for row in rows(patient)] == [stronger, stronger]


def test_the_highest_temperature_is_the_worst_whatever_it_was_measured_in(patient, log):
    for ago, typed in enumerate((reading("38.3"), reading("102.2", "F"), reading("38.9"))):
        log(ago, typed)
    log(4, ReportData("fever", "yes"))
    (row,) = rows(patient)
    assert (row.worst, row.present) == ("102.2 °F", 4)


def test_a_temperature_that_cannot_be_is_named_only_where_no_other_was_high(patient, log):
    log(3, reading("60"))
    assert [row.worst for row in rows(patient)] == ["60.0 °C, cannot be right, counts as fever"]
    log(2, reading("38.4"))
    assert [row.worst for row in rows(patient)] == ["38.4 °C"]


def test_days_are_counted_once_and_a_no_beside_a_yes_is_no_day_of_no(patient, log):
    for ago, answer in ((5, "mild"), (5, "severe"), (3, "mild"), (3, "no"), (2, "no"), (1, "no")):
        log(ago, ReportData("rash", answer))
    (row,) = rows(patient)
    assert (row.present, row.denied) == (2, 2)
    assert (row.first, row.last) == ("15 Nov 2026", "17 Nov 2026")


def test_who_told_it_is_counted_by_days_and_nobody_who_did_not(patient, log):
    for ago, by in ((5, "self"), (4, "self"), (4, "self"), (3, "together")):
        log(ago, ReportData("rash", "mild"), told_by=by)
    (row,) = rows(patient)
    assert row.told == "patient 2, both 1"


def test_what_was_answered_no_every_time_is_a_list_of_its_own(patient, log):
    log(3, NO_RASH, ReportData("nausea", "mild"), ReportData("chills", "no"))
    log(2, NO_RASH, ReportData("nausea", "no"))
    present, denied = symptoms(tallies_of(read(patient)))
    assert [row.label for row in present] == ["Feeling sick (nausea)"]
    assert denied == ("Chills or shivering (1)", "Rash, itchy or not (2)")


def test_the_most_pressing_come_first_then_the_strongest_then_the_most_frequent(patient, log):
    """And of two that are alike in all of this, the first by name."""
    on_tablets(patient, TODAY - 9 * DAY)
    log(5, ReportData("hair-loss", "mild"), ReportData("constipation", "mild"))
    for ago in (4, 3):
        log(ago, ReportData("vomiting", "mild"), ReportData("tremor", "mild"))
    log(2, ReportData("nausea", "moderate"), ReportData("cough", "moderate"))
    log(1, ReportData("confusion", "mild"), ReportData("tremor", "mild"))
    assert [(row.label, row.level) for row in rows(patient)] == [
        ("Confused", "Urgent"),
        ("Cough", "Contact"),
        ("Feeling sick (nausea)", "Listed"),
        ("Being sick (throwing up)", "Listed"),
        ("Shaking or tremor", "Not listed"),
        ("Constipation", "Not listed"),
        ("Hair loss", "Not listed"),
    ]


def test_a_symptom_that_was_severe_once_and_mild_since_comes_before_a_moderate_one(patient, log):
    on_tablets(patient, TODAY - 9 * DAY)
    for ago, answer in ((5, "severe"), (4, "mild")):
        log(ago, ReportData("hair-loss", answer))
    log(3, ReportData("cough", "moderate"))
    assert [(row.label, row.level) for row in rows(patient)] == [
        ("Hair loss", "Contact"),
        ("Cough", "Contact"),
    ]


def test_a_symptom_keeps_the_worst_level_that_it_was_ever_found_at(patient, owner, log):
    on_tablets(patient, TODAY - 9 * DAY)
    log(5, ReportData("nausea", "mild"))
    mild = rows(patient)[0].level
    check_in = log(4, ReportData("nausea", "severe"))
    severe = rows(patient)[0].level
    assert mild != severe
    log(3, ReportData("nausea", "mild"))
    correct_check_in(
        check_in, said(NOW - 4 * DAY, ReportData("nausea", "mild")), reason="slip", by=owner
    )
    assert rows(patient)[0].level == severe


def test_a_check_in_that_was_removed_counts_for_no_symptom(patient, owner, log):
    remove_check_in(log(3, ReportData("rash", "severe")), reason="wrong child", by=owner)
    assert rows(patient) == ()


def test_a_temperature_is_said_with_the_time_who_told_it_and_what_it_counts_as(patient, log):
    log(3, NO_RASH, reading("38.4"), told_by="self")
    log(2, reading("37.6"))
    log(1, reading("36.8"))
    log(0, NO_RASH)
    found = readings(read(patient), LINE)
    assert [day.day for day in found] == ["17 Nov 2026", "18 Nov 2026", "19 Nov 2026"]
    fever, warm, normal = (one for day in found for one in day.readings)
    assert (fever.time, fever.told, fever.is_urgent) == ("12:00", "patient", True)
    assert (warm.told, warm.is_urgent, normal.is_urgent) == ("caregiver", False, False)
    assert taken(patient) == [
        ("38.4 °C", "fever line or above"),
        ("37.6 °C", "flagged contact"),
        ("36.8 °C", ""),
    ]


def test_a_low_temperature_that_is_urgent_says_so(patient, log):
    log(1, reading("34.2"))
    ((one,),) = (day.readings for day in readings(read(patient), LINE))
    assert (one.mark, one.is_urgent) == ("flagged urgent", True)


def test_a_sign_beside_a_temperature_flags_nothing_of_it(patient, log):
    log(1, ReportData("confusion", "severe"), reading("36.8"))
    assert taken(patient) == [("36.8 °C", "")]


@pytest.fixture
def change(owner):
    """Correct a check-in of today, and again; at the end remove it."""

    def changed(check_in, *versions, removed=False):
        for reports in versions:
            correct_check_in(check_in, said(NOW, *reports), reason="looked again", by=owner)
        if removed:
            remove_check_in(check_in, reason="wrong child", by=owner)

    return changed


HIGH, LOW = ("38.4 °C", "fever line or above"), ("36.8 °C", "")


def also(one, fate):
    words, mark = one
    return (words, ", ".join(filter(None, (mark, fate))))


CORRECTED = also(HIGH, "corrected to 36.8 °C")
OUT = also(HIGH, "removed later")
GONE = "in an entry that was removed"


@pytest.mark.parametrize(
    ("versions", "removed", "expected"),
    [
        ([], False, [HIGH]),
        ([[reading("38.4"), NO_RASH]], False, [HIGH]),  # the same once more is said once
        ([[reading("36.8")]], False, [CORRECTED, LOW]),
        ([[reading("36.8")], [reading("36.8"), NO_RASH]], False, [CORRECTED, LOW]),
        ([[reading("36.8")], [reading("38.4")]], False,
         [CORRECTED, also(LOW, "corrected to 38.4 °C"), HIGH]),
        ([[NO_RASH]], False, [OUT]),
        ([[NO_RASH], [reading("36.8")]], False, [OUT, LOW]),
        ([], True, [also(HIGH, GONE)]),
        ([[reading("36.8")]], True, [CORRECTED, also(LOW, GONE)]),
        ([[NO_RASH]], True, [also(HIGH, GONE)]),
    ],
)  # fmt: skip
def test_every_temperature_stays_with_what_became_of_it(
    patient, log, change, versions, removed, expected
):
    change(log(0, reading("38.4")), *versions, removed=removed)
    assert taken(patient) == expected


def test_a_temperature_in_the_other_unit_is_another_one(patient, log, change):
    change(log(0, reading("38.4", "C")), [reading("38.4", "F")])
    assert [words for words, _ in taken(patient)] == ["38.4 °C", "38.4 °F"]
