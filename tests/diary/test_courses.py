"""Courses and cycles: what may be recorded, who is noted, and what is judged again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import AuditEntry, Patient, User
from diary.core.days import end_of, local_day
from diary.core.errors import Refusal
from diary.judging.standing import standings
from diary.models import CheckIn, Course, Finding, Version
from diary.treatment.actions import courses, doses
from diary.treatment.actions.dates import date_courses
from tests.diary.cast import log_symptom
from tests.diary.open_entries import still_open

DAY = timedelta(days=1)


@pytest.fixture
def today(patient: Patient) -> date:
    return local_day(timezone.now(), patient.tz)


@pytest.fixture
def blina(patient: Patient, owner: User, today: date) -> Course:
    """Blinatumomab, cycle 1, day 31 today."""
    course = courses.start_course(
        patient, therapy="blinatumomab", started=today - 30 * DAY, by=owner
    )
    courses.start_cycle(course, started=today - 30 * DAY, by=owner)
    return course


def last_audit(patient: Patient) -> AuditEntry:
    return patient.audit.latest("pk")


def test_a_course_is_started_and_noted(patient: Patient, owner: User, today: date) -> None:
    course = courses.start_course(patient, therapy="imatinib", started=today, by=owner)
    assert patient.courses.get() == course
    entry = last_audit(patient)
    assert (entry.action, entry.by, entry.row) == ("start course", owner, f"course:{course.pk}")


def test_what_the_catalogue_does_not_know_is_kept_by_its_name(
    patient: Patient, owner: User, today: date
) -> None:
    courses.start_course(patient, kind="chemotherapy", name="Vincristine", started=today, by=owner)
    course = patient.courses.get()
    assert (course.kind, course.name, course.therapy) == ("chemotherapy", "Vincristine", "")


def test_an_unknown_therapy_is_refused(patient: Patient, owner: User, today: date) -> None:
    with pytest.raises(Exception, match="not in the catalogue"):
        courses.start_course(patient, therapy="aspirin", started=today, by=owner)
    assert not patient.courses.exists()
    assert not patient.audit.exists()


def test_a_failing_change_leaves_no_audit_row(
    patient: Patient, owner: User, today: date, monkeypatch: Any
) -> None:
    def fail(*args: Any, **kwargs: Any) -> int:
        raise IntegrityError

    monkeypatch.setattr(courses, "reassess", fail)
    with pytest.raises(IntegrityError):
        courses.start_course(patient, therapy="imatinib", started=today, by=owner)
    assert not patient.courses.exists()
    assert not patient.audit.exists()


def test_chosen_treatments_have_no_dates_yet(patient: Patient, owner: User) -> None:
    chosen = courses.choose_treatments(
        patient, therapies=["imatinib"], others={"trial": "XY-1", "medicine": ""}, by=owner
    )
    assert [(c.therapy or c.name, c.is_dated) for c in chosen] == [
        ("imatinib", False),
        ("XY-1", False),
    ]


def test_choosing_again_keeps_what_stays_and_takes_out_what_does_not(
    patient: Patient, owner: User
) -> None:
    first = courses.choose_treatments(
        patient, therapies=["imatinib", "rituximab"], others={}, by=owner
    )
    again = courses.choose_treatments(
        patient, therapies=["rituximab"], others={"trial": "XY-1"}, by=owner
    )
    assert again[0] == first[1]
    kept = patient.courses.filter(withdrawn__isnull=True)
    assert {c.therapy or c.name for c in kept} == {"rituximab", "XY-1"}
    first[0].refresh_from_db()
    assert first[0].withdrawn is not None


def test_choosing_again_leaves_what_has_dates(patient: Patient, owner: User, today: date) -> None:
    dated = courses.start_course(patient, therapy="imatinib", started=today, by=owner)
    courses.choose_treatments(patient, therapies=[], others={}, by=owner)
    dated.refresh_from_db()
    assert dated.withdrawn is None


def test_editing_gives_the_dates(patient: Patient, owner: User, today: date) -> None:
    (course,) = courses.choose_treatments(patient, therapies=["imatinib"], others={}, by=owner)
    courses.edit_course(course, started=today - 40 * DAY, ended=None, by=owner)
    (standing,) = standings(patient, timezone.now())
    assert (course.is_dated, standing.days_since_start) == (True, 40)


def test_the_last_day_cannot_lie_before_the_first(
    patient: Patient, owner: User, today: date
) -> None:
    course = courses.start_course(patient, therapy="imatinib", started=today, by=owner)
    with pytest.raises(Refusal, match="before the first day"):
        courses.end_course(course, ended=today - DAY, by=owner)
    course.refresh_from_db()
    assert course.ended is None


def test_the_days_of_a_course_hold_what_was_given(blina: Course, owner: User, today: date) -> None:
    doses.start_pump(blina, day=today - 20 * DAY, by=owner)
    doses.stop_pump(blina, day=today - 3 * DAY, by=owner)
    with pytest.raises(Refusal, match="Cycle 1 began"):
        courses.edit_course(blina, started=today - 29 * DAY, ended=None, by=owner)
    with pytest.raises(Refusal, match="after this last day"):
        courses.end_course(blina, ended=today - 4 * DAY, by=owner)
    courses.end_course(blina, ended=today - 3 * DAY, by=owner)
    assert blina.ended == today - 3 * DAY


def test_a_first_day_after_a_dose_is_refused(patient: Patient, owner: User, today: date) -> None:
    course = courses.start_course(patient, therapy="imatinib", started=today - 9 * DAY, by=owner)
    doses.record_tablet(course, day=today - 8 * DAY, taken=True, by=owner)
    with pytest.raises(Refusal, match="before this first day"):
        courses.edit_course(course, started=today - 7 * DAY, ended=None, by=owner)


def test_ending_a_course_stops_its_pump(blina: Course, owner: User, today: date) -> None:
    pump = doses.start_pump(blina, day=today - 5 * DAY, by=owner)
    courses.end_course(blina, ended=today - DAY, by=owner)
    pump.refresh_from_db()
    assert pump.ended == end_of(today - DAY, blina.patient.tz)
    assert courses.running_pump(blina) is None


def test_the_next_cycle_takes_the_next_number(blina: Course, owner: User, today: date) -> None:
    assert courses.start_cycle(blina, started=today, by=owner).number == 2
    assert last_audit(blina.patient).action == "start cycle"


@pytest.mark.parametrize("days", [30, 31])
def test_a_cycle_begins_after_the_one_before(
    blina: Course, owner: User, today: date, days: int
) -> None:
    with pytest.raises(Refusal, match="Cycle 1 began"):
        courses.start_cycle(blina, started=today - days * DAY, by=owner)


def test_a_cycle_is_not_begun_while_the_last_pump_runs(
    blina: Course, owner: User, today: date
) -> None:
    doses.start_pump(blina, day=today - 30 * DAY, by=owner)
    with pytest.raises(Refusal, match="still recorded as running"):
        courses.start_cycle(blina, started=today, by=owner)
    cycle = doses.begin_next_cycle(blina, started=today, stopped=today - 2 * DAY, by=owner)
    assert cycle.number == 2
    assert courses.running_pump(blina) is None


def test_a_cycle_is_not_begun_after_the_end(blina: Course, owner: User, today: date) -> None:
    courses.end_course(blina, ended=today - DAY, by=owner)
    with pytest.raises(Refusal, match="after the last day"):
        courses.start_cycle(blina, started=today, by=owner)


def test_two_people_recording_one_cycle_make_one(blina: Course, owner: User, today: date) -> None:
    other = Course.objects.prefetch_related("cycles").get(pk=blina.pk)
    list(other.cycles.all())  # what the other one saw before
    courses.start_cycle(blina, started=today - DAY, by=owner)
    with pytest.raises(Refusal, match="Cycle 2 is recorded already"):
        courses.start_cycle(other, started=today, by=owner)
    assert blina.cycles.count() == 2


def test_the_first_cycle_takes_the_course_along(blina: Course, owner: User, today: date) -> None:
    cycle = blina.cycles.get()
    courses.edit_cycle(cycle, started=today - 28 * DAY, by=owner)
    blina.refresh_from_db()
    assert (cycle.started, blina.started) == (today - 28 * DAY,) * 2
    courses.edit_cycle(cycle, started=today - 33 * DAY, by=owner)
    blina.refresh_from_db()
    assert blina.started == today - 33 * DAY


def test_cycles_follow_each_other(blina: Course, owner: User, today: date) -> None:
    second = courses.start_cycle(blina, started=today, by=owner)
    first = blina.cycles.get(number=1)
    for cycle, day in ((second, 30), (second, 31), (first, 0), (first, -1)):
        with pytest.raises(Refusal, match="must follow each other"):
            courses.edit_cycle(cycle, started=today - day * DAY, by=owner)
    courses.edit_cycle(second, started=today - DAY, by=owner)


def test_a_cycle_recorded_by_mistake_is_taken_out(blina: Course, owner: User, today: date) -> None:
    second = courses.start_cycle(blina, started=today, by=owner)
    row = f"cycle:{second.pk}"
    courses.remove_cycle(second, by=owner)
    assert blina.cycles.count() == 1
    assert (last_audit(blina.patient).action, last_audit(blina.patient).row) == (
        "remove cycle",
        row,
    )


# What was logged before is judged again ---------------------------------------------------------


def test_a_course_recorded_later_adds_findings(patient: Patient, owner: User, today: date) -> None:
    log_symptom(patient, "nausea", "moderate", by=owner)
    assert {f.level for f in Finding.objects.all()} == {"unlisted"}
    course = courses.start_course(
        patient, therapy="tisagenlecleucel", started=today - 3 * DAY, by=owner
    )
    urgent = Finding.objects.filter(level="urgent")
    assert urgent.exists()
    assert {f.course_id for f in urgent} == {course.pk}
    assert still_open(CheckIn.objects.all()).count() == 1


def test_withdrawing_a_course_keeps_what_was_found(
    patient: Patient, owner: User, today: date
) -> None:
    course = courses.start_course(
        patient, therapy="tisagenlecleucel", started=today - 3 * DAY, by=owner
    )
    log_symptom(patient, "nausea", "moderate", by=owner)
    before = list(Finding.objects.values_list("pk", "wording"))
    courses.withdraw_course(course, by=owner)
    assert set(before) <= set(Finding.objects.values_list("pk", "wording"))
    assert standings(patient, timezone.now()) == []
    assert Version.objects.count() == 1
    at = course.withdrawn
    courses.withdraw_course(course, by=owner)
    assert course.withdrawn == at


def test_a_corrected_date_is_judged_from_the_earlier_of_both(
    patient: Patient, owner: User, today: date
) -> None:
    course = courses.start_course(patient, therapy="tisagenlecleucel", started=today, by=owner)
    log_symptom(patient, "sweating", "mild", by=owner, days_ago=3)
    assert not Finding.objects.filter(level="urgent").exists()
    courses.edit_course(course, started=today - 5 * DAY, ended=None, by=owner)
    assert Finding.objects.filter(level="urgent", group="crs").exists()


# Dates from a form ------------------------------------------------------------------------------


def test_dates_of_several_treatments_are_kept_together_or_not_at_all(
    patient: Patient, owner: User, today: date
) -> None:
    blina, tablets = courses.choose_treatments(
        patient, therapies=["blinatumomab", "imatinib"], others={}, by=owner
    )
    wrong = {
        "first_day": today - 5 * DAY,
        "number": 1,
        "pump": "stopped",
        "pump_day": today - 9 * DAY,
        "pump_time": None,
    }
    right = {"first_day": today - 40 * DAY, "last_day": None}
    with pytest.raises(Refusal, match="Blinatumomab: "):
        date_courses([(tablets, right), (blina, wrong)], by=owner)
    assert not patient.courses.filter(is_dated=True).exists()
    assert not blina.cycles.exists()
    date_courses([(tablets, right), (blina, {**wrong, "pump_day": today - 2 * DAY})], by=owner)
    assert patient.courses.filter(is_dated=True).count() == 2
    assert blina.doses.get().ended == end_of(today - 2 * DAY, patient.tz)


def test_without_a_first_day_nothing_is_changed(patient: Patient, owner: User) -> None:
    (course,) = courses.choose_treatments(patient, therapies=["imatinib"], others={}, by=owner)
    count = AuditEntry.objects.count()
    date_courses([(course, {"first_day": None, "last_day": None})], by=owner)
    course.refresh_from_db()
    assert not course.is_dated
    assert AuditEntry.objects.count() == count


def test_a_planned_infusion_and_one_that_was_given(
    patient: Patient, owner: User, today: date
) -> None:
    (course,) = courses.choose_treatments(
        patient, therapies=["tisagenlecleucel"], others={}, by=owner
    )
    said = {"first_day": today + 9 * DAY, "done": "no", "begun": None, "over": None}
    date_courses([(course, said)], by=owner)
    assert course.doses.get().status == "planned"
    assert standings(patient, timezone.now())[0].status == "planned"
    date_courses([(course, {**said, "first_day": today, "done": "yes"})], by=owner)
    assert course.doses.get().status == "given"
    assert standings(patient, timezone.now())[0].days_since_infusion == 0
