"""Infusions, the pump and tablets, as the patient's own clock has them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from accounts.models import Patient, User
from diary.core.days import end_of, local_day, start_of
from diary.core.errors import Refusal
from diary.judging.standing import standings
from diary.models import Course, Finding
from diary.treatment.actions import courses, doses
from diary.treatment.actions.doses import Times
from tests.diary.cast import log_symptom

DAY = timedelta(days=1)
FIRST = date(2026, 3, 2)


def given_by(patient: Patient, therapy: str, by: User, started: date = FIRST) -> Course:
    return courses.start_course(patient, therapy=therapy, started=started, by=by)


def test_times_are_those_of_the_patients_clock(patient: Patient, owner: User) -> None:
    patient.zone = "America/New_York"
    rituximab = given_by(patient, "rituximab", owner)
    dose = doses.record_infusion(rituximab, Times(FIRST, time(22, 30), time(1, 15)), by=owner)
    assert dose.started == datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
    assert dose.ended == datetime(2026, 3, 3, 6, 15, tzinfo=UTC)
    assert (dose.local_day, dose.precision) == (FIRST, "minute")


def test_an_infusion_known_by_its_day_ends_at_23_59(patient: Patient, owner: User) -> None:
    rituximab = given_by(patient, "rituximab", owner)
    dose = doses.record_infusion(rituximab, Times(FIRST), by=owner)
    assert (dose.started, dose.ended) == (start_of(FIRST, patient.tz), end_of(FIRST, patient.tz))
    assert dose.precision == "day"


def test_a_drip_that_runs_has_no_end(patient: Patient, owner: User) -> None:
    rituximab = given_by(patient, "rituximab", owner)
    dose = doses.record_infusion(rituximab, Times(FIRST, time(9), is_running=True), by=owner)
    assert dose.ended is None
    doses.correct_dose(dose, Times(FIRST, time(9), time(13)), by=owner)
    dose.refresh_from_db()
    assert dose.ended == datetime(2026, 3, 2, 13, tzinfo=UTC)


def test_where_the_clock_shows_an_hour_twice_the_infusion_is_the_longer_one(
    patient: Patient, owner: User
) -> None:
    day = date(2026, 10, 25)  # 01:30 comes twice in London
    rituximab = given_by(patient, "rituximab", owner)
    dose = doses.record_infusion(rituximab, Times(day, time(1, 15), time(1, 30)), by=owner)
    assert dose.ended is not None
    assert dose.ended - dose.started == timedelta(minutes=75)


def test_the_same_infusion_twice_is_one(patient: Patient, owner: User) -> None:
    rituximab = given_by(patient, "rituximab", owner)
    first = doses.record_infusion(rituximab, Times(FIRST), by=owner)
    count = patient.audit.count()
    assert doses.record_infusion(rituximab, Times(FIRST), by=owner) == first
    assert patient.audit.count() == count


def test_a_dose_lies_within_its_course(patient: Patient, owner: User) -> None:
    rituximab = given_by(patient, "rituximab", owner)
    with pytest.raises(Refusal, match="before the first day"):
        doses.record_infusion(rituximab, Times(FIRST - DAY), by=owner)
    courses.end_course(rituximab, ended=FIRST + 7 * DAY, by=owner)
    with pytest.raises(Refusal, match="after the last day"):
        doses.record_infusion(rituximab, Times(FIRST + 8 * DAY), by=owner)
    assert not rituximab.doses.exists()


def test_an_infusion_recorded_later_adds_findings(patient: Patient, owner: User) -> None:
    today = local_day(timezone.now(), patient.tz)
    rituximab = given_by(patient, "rituximab", owner, started=today - 20 * DAY)
    log_symptom(patient, "headache", "mild", by=owner)
    assert not Finding.objects.filter(level="urgent").exists()
    doses.record_infusion(rituximab, Times(today), by=owner)
    assert Finding.objects.filter(level="urgent", group="infusion-reaction").exists()


def test_a_dose_recorded_by_mistake_is_taken_out(patient: Patient, owner: User) -> None:
    rituximab = given_by(patient, "rituximab", owner)
    dose = doses.record_infusion(rituximab, Times(FIRST + DAY), by_injection=True, by=owner)
    assert dose.kind == "injection"
    doses.remove_dose(dose, by=owner)
    assert not rituximab.doses.exists()
    assert patient.audit.latest("pk").action == "remove dose"


def test_the_single_infusion_moves_the_first_day(patient: Patient, owner: User) -> None:
    car_t = given_by(patient, "tisagenlecleucel", owner)
    doses.set_single_infusion(car_t, Times(FIRST), is_planned=True, by=owner)
    doses.set_single_infusion(car_t, Times(FIRST + 2 * DAY), is_planned=False, by=owner)
    dose = car_t.doses.get()
    assert (car_t.started, dose.local_day, dose.status) == (FIRST + 2 * DAY,) * 2 + ("given",)


# The pump ---------------------------------------------------------------------------------------


@pytest.fixture
def blina(patient: Patient, owner: User) -> Course:
    course = given_by(patient, "blinatumomab", owner)
    courses.start_cycle(course, started=FIRST, by=owner)
    return course


def test_a_pump_starts_and_stops(blina: Course, owner: User) -> None:
    pump = doses.start_pump(blina, day=FIRST, at=time(10), by=owner)
    assert pump.ended is None
    doses.stop_pump(blina, day=FIRST + 28 * DAY, at=time(10, 30), by=owner)
    pump.refresh_from_db()
    assert pump.ended == datetime(2026, 3, 30, 9, 30, tzinfo=UTC)  # summer time
    assert pump.precision == "minute"


def test_a_pump_is_started_once(blina: Course, owner: User) -> None:
    doses.start_pump(blina, day=FIRST, by=owner)
    with pytest.raises(Refusal, match="already recorded as running"):
        doses.start_pump(blina, day=FIRST + DAY, by=owner)
    assert blina.doses.count() == 1


def test_a_stop_without_a_start_is_a_run_from_day_1(blina: Course, owner: User) -> None:
    pump = doses.stop_pump(blina, day=FIRST + 9 * DAY, at=time(10), by=owner)
    assert pump.started == start_of(FIRST, blina.patient.tz)
    assert pump.precision == "day"
    with pytest.raises(Refusal, match="recorded as stopped on 11 Mar 2026 at 10:00"):
        doses.stop_pump(blina, day=FIRST + 9 * DAY, at=time(11), by=owner)
    assert blina.doses.count() == 1


def test_a_pump_cannot_stop_before_it_started(blina: Course, owner: User) -> None:
    doses.start_pump(blina, day=FIRST + 3 * DAY, by=owner)
    with pytest.raises(Refusal, match="after this"):
        doses.stop_pump(blina, day=FIRST + 2 * DAY, by=owner)


def test_a_pump_does_not_run_twice_at_one_time(blina: Course, owner: User) -> None:
    doses.start_pump(blina, day=FIRST, at=time(10), by=owner)
    doses.stop_pump(blina, day=FIRST + 3 * DAY, at=time(10), by=owner)
    with pytest.raises(Refusal, match="The pump ran until 5 Mar 2026 at 10:00"):
        doses.start_pump(blina, day=FIRST + 3 * DAY, at=time(9), by=owner)


@pytest.mark.parametrize(
    ("stopped_at", "started_at", "ended", "started"),
    [
        (None, time(15), time(15), time(15)),  # the stop was before the new start
        (time(11), None, time(11), time(11)),  # the new start was after the stop
        (None, None, time(0), time(0)),
        (time(11), time(15), time(11), time(15)),
    ],
)
def test_a_stop_and_a_new_start_on_one_day(
    blina: Course,
    owner: User,
    stopped_at: time | None,
    started_at: time | None,
    ended: time,
    started: time,
) -> None:
    day = FIRST + 3 * DAY
    doses.start_pump(blina, day=FIRST, at=time(10), by=owner)
    doses.stop_pump(blina, day=day, at=stopped_at, by=owner)
    doses.start_pump(blina, day=day, at=started_at, by=owner)
    first, second = blina.doses.all()
    assert first.ended == datetime.combine(day, ended, UTC)
    assert second.started == datetime.combine(day, started, UTC)
    (standing,) = standings(blina.patient, datetime.combine(day, time(16), UTC))
    assert standing.infusing is True


def test_the_times_of_a_pump_are_corrected(blina: Course, owner: User) -> None:
    pump = doses.start_pump(blina, day=FIRST, at=time(10), by=owner)
    doses.correct_pump(
        pump, day=FIRST, at=time(11), stopped=FIRST + 2 * DAY, stopped_at=None, by=owner
    )
    assert pump.started == datetime(2026, 3, 2, 11, tzinfo=UTC)
    assert (pump.ended, pump.precision) == (end_of(FIRST + 2 * DAY, blina.patient.tz), "day")
    doses.correct_pump(pump, day=FIRST, at=time(11), by=owner)
    assert (pump.ended, pump.precision) == (None, "minute")
    with pytest.raises(Refusal, match="cannot stop before"):
        doses.correct_pump(
            pump, day=FIRST, at=time(11), stopped=FIRST, stopped_at=time(9), by=owner
        )


def test_a_corrected_pump_does_not_run_into_another(blina: Course, owner: User) -> None:
    first = doses.start_pump(blina, day=FIRST, at=time(10), by=owner)
    doses.stop_pump(blina, day=FIRST + 3 * DAY, at=time(10), by=owner)
    doses.start_pump(blina, day=FIRST + 5 * DAY, at=time(9), by=owner)
    first.refresh_from_db()
    for stopped in (None, FIRST + 6 * DAY):
        with pytest.raises(Refusal, match="Another run of the pump began on 7 Mar 2026 at 09:00"):
            doses.correct_pump(first, day=FIRST, at=time(10), stopped=stopped, by=owner)


# Tablets ----------------------------------------------------------------------------------------


def test_tablets_of_a_day_have_one_answer(patient: Patient, owner: User) -> None:
    tablets = given_by(patient, "imatinib", owner)
    doses.record_tablet(tablets, day=FIRST, taken=True, by=owner)
    doses.record_tablet(tablets, day=FIRST, taken=False, by=owner)
    assert tablets.doses.get().status == "missed"
    assert [e.action for e in patient.audit.all()][:2] == ["record tablets"] * 2
    doses.record_tablet(tablets, day=FIRST, taken=None, by=owner)
    assert not tablets.doses.exists()
    doses.record_tablet(tablets, day=FIRST, taken=None, by=owner)
    assert patient.audit.filter(action="remove tablets").count() == 1


def test_tablets_before_the_first_day_are_refused(patient: Patient, owner: User) -> None:
    tablets = given_by(patient, "imatinib", owner)
    with pytest.raises(Refusal, match="before the first day"):
        doses.record_tablet(tablets, day=FIRST - DAY, taken=True, by=owner)
