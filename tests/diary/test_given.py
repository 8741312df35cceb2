"""The very day and the very instant: an infusion counts from then on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from accounts.models import Patient
from diary.judging.given_doses import (
    HOUR,
    MILLISECOND,
    GivenDose,
    deciding,
    doses_around,
    doses_given,
    infusions,
    matters_since,
    pump_runs,
)
from diary.models import Course, Dose
from tests.diary.test_treatment import DAY, FIRST, LONDON, at, course, day_dose, dose, line, only
from therapies.catalogue import catalogue
from therapies.rulebook import TimeWindow

MINUTE = timedelta(minutes=1)


@pytest.fixture
def rules_look_after(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give the catalogue one rule for each of these numbers of hours after an infusion."""

    def plant(*hours: int) -> None:
        known = catalogue()
        rule = known.rules.rules[0]
        made = tuple(
            replace(rule, matches=(replace(rule.matches[0], when=TimeWindow(hours_after=h)),))
            for h in hours
        )
        planted = replace(known, rules=replace(known.rules, rules=made))
        monkeypatch.setattr("diary.judging.given_doses.catalogue", lambda: planted)

    return plant


def test_the_day_of_an_infusion_after_the_first_day_is_day_0(patient: Patient) -> None:
    car_t = course(patient, "obecabtagene-autoleucel")
    day_dose(car_t, FIRST)
    day_dose(car_t, FIRST + 10 * DAY)
    assert only(patient, at(FIRST + 9 * DAY)).days_since_infusion == 9
    assert only(patient, at(FIRST + 10 * DAY, 0)).days_since_infusion == 0
    assert only(patient, at(FIRST + 10 * DAY, 23, 59)).days_since_infusion == 0
    assert only(patient, at(FIRST + 11 * DAY)).days_since_infusion == 1


def test_the_only_infusion_counts_on_its_very_day(patient: Patient) -> None:
    car_t = course(patient, "tisagenlecleucel")
    day_dose(car_t, FIRST + 2 * DAY)
    assert only(patient, at(FIRST + DAY, 23, 59)).status == "planned"
    found = only(patient, at(FIRST + 2 * DAY, 0))
    assert (found.status, found.days_since_infusion) == ("active", 0)


def test_a_drip_counts_from_the_minute_it_began(patient: Patient) -> None:
    of = course(patient, "inotuzumab-ozogamicin")
    dose(of, at(FIRST, 9), at(FIRST, 10))
    later = dose(of, at(FIRST + 7 * DAY, 9), at(FIRST + 7 * DAY, 10))
    before, during = only(patient, later.started - MINUTE), only(patient, later.started)
    assert (before.infusing, before.hours_since_infusion_end) == (False, 7 * 24 - 1 - 1 / 60)
    assert (during.infusing, during.hours_since_infusion_end) == (True, None)
    over = only(patient, later.ended)
    assert (over.infusing, over.hours_since_infusion_end) == (False, 0)
    assert only(patient, later.ended + 24 * HOUR).hours_since_infusion_end == 24


@pytest.mark.parametrize(("hour", "text"), [(9, "running"), (12, "today")])
def test_the_words_on_the_very_day(patient: Patient, hour: int, text: str) -> None:
    of = course(patient, "inotuzumab-ozogamicin")
    of.doses.create(kind="infusion", started=at(FIRST, 9), ended=None, local_day=FIRST)
    assert line(patient, at(FIRST, 9)).endswith("infusion running")
    of.doses.update(ended=at(FIRST, 11))
    assert line(patient, at(FIRST, hour)).endswith("infusion today")
    assert line(patient, at(FIRST + DAY)).endswith("1 day after the last infusion")
    assert line(patient, at(FIRST + 2 * DAY)).endswith("2 days after the last infusion")


def test_on_the_last_day_of_a_course_its_first_day_still_counts(patient: Patient) -> None:
    of = course(patient, "inotuzumab-ozogamicin", ended=FIRST + 2 * DAY)
    assert len(infusions(of, at(FIRST + 2 * DAY, 23), LONDON)) == 1
    assert infusions(of, at(FIRST + 3 * DAY), LONDON) == []


def test_an_infusion_on_record_for_the_first_day_stands_for_it(patient: Patient) -> None:
    of = course(patient, "inotuzumab-ozogamicin")
    dose(of, at(FIRST, 9), at(FIRST, 10))
    assert len(infusions(of, at(FIRST, 9), LONDON)) == 1
    assert infusions(of, at(FIRST, 8), LONDON) == []
    dose(of, at(FIRST + 7 * DAY, 9), at(FIRST + 7 * DAY, 10))
    assert len(infusions(of, at(FIRST + 8 * DAY), LONDON)) == 2


def test_a_dose_that_nobody_ended_is_over_with_the_next_or_with_the_course(
    patient: Patient,
) -> None:
    of = course(patient, "inotuzumab-ozogamicin", ended=FIRST + 7 * DAY)
    dose(of, at(FIRST, 9), None)
    dose(of, at(FIRST + 7 * DAY, 9), None)
    dose(of, at(FIRST + 9 * DAY, 9), None)
    ends = [given.ended for given in doses_given(of, LONDON)]
    assert ends[0] == at(FIRST + 7 * DAY, 9)
    assert ends[1] == at(FIRST + 9 * DAY, 9)
    assert ends[2] == at(FIRST + 9 * DAY, 9)


def given(start: int, end: int | None, *, injected: bool = False) -> GivenDose:
    ended = None if end is None else at(FIRST) + end * HOUR
    return GivenDose(at(FIRST) + start * HOUR, ended, FIRST, injected)


def test_it_runs_from_its_first_instant_to_its_last() -> None:
    one = given(0, 2)
    assert [one.is_running(at(FIRST) + n * HOUR) for n in (-1, 0, 1, 2)] == [
        False,
        True,
        True,
        False,
    ]
    assert [one.is_over(at(FIRST) + n * HOUR) for n in (1, 2, 3)] == [False, True, True]
    assert [one.hours_since(at(FIRST) + n * HOUR) for n in (1, 2, 3)] == [0, 0, 1]
    assert not given(0, None).is_over(at(FIRST) + 99 * HOUR)
    assert given(0, None).hours_since(at(FIRST) + 99 * HOUR) == 0


@pytest.mark.parametrize(("hours", "drip_decides"), [(23, True), (24, True), (25, False)])
def test_a_drip_decides_before_a_later_injection_for_as_long_as_it_matters(
    hours: int,
    drip_decides: bool,
) -> None:
    drip, injection = given(0, 1), given(2, 2, injected=True)
    decided = deciding([drip, injection], at(FIRST) + (1 + hours) * HOUR)
    assert decided == (drip if drip_decides else injection)


@pytest.mark.parametrize(
    ("looked_after", "hours", "drip_decides"),
    [((24, 48), 48, True), ((24, 48), 49, False), ((), 0, True), ((), 1, False)],
)
def test_a_drip_matters_for_as_long_as_the_rule_that_looks_back_furthest(
    rules_look_after: Callable[..., None],
    looked_after: tuple[int, ...],
    hours: int,
    drip_decides: bool,
) -> None:
    rules_look_after(*looked_after)
    drip, injection = given(0, 1), given(1, 1, injected=True)
    decided = deciding([drip, injection], at(FIRST) + (1 + hours) * HOUR)
    assert decided == (drip if drip_decides else injection)


def test_of_two_drips_that_matter_the_later_one_decides_before_an_injection() -> None:
    first, second, injection = given(0, 1), given(2, 3), given(4, 4, injected=True)
    for begun in ([first, second, injection], [second, first, injection]):
        assert deciding(begun, at(FIRST) + 5 * HOUR) == second


def test_of_two_that_run_the_later_one_decides() -> None:
    first, second = given(0, None), given(5, None)
    assert deciding([first, second], at(FIRST) + 6 * HOUR) == second
    assert deciding([second, first], at(FIRST) + 6 * HOUR) == second


def test_a_pump_recorded_for_another_cycle_says_nothing_about_this_one(patient: Patient) -> None:
    blina: Course = course(patient, "blinatumomab")
    one = blina.cycles.create(number=1, started=FIRST)
    two = blina.cycles.create(number=2, started=FIRST + 42 * DAY)
    dose(blina, at(FIRST, 10), at(FIRST + 28 * DAY, 10), kind="pump")
    assert len(pump_runs(blina, one, LONDON)) == 1
    assumed = pump_runs(blina, two, LONDON)[-1]
    assert (assumed.day, assumed.started, assumed.ended) == (two.started, at(two.started, 0), None)
    blina.doses.update(started=at(two.started, 0), ended=None, local_day=two.started)
    blina.cycles.create(number=3, started=FIRST + 84 * DAY)
    assert pump_runs(blina, one, LONDON)[-1].day == FIRST
    assert len(pump_runs(blina, two, LONDON)) == 1


def test_a_pump_that_stopped_as_the_cycle_began_is_of_the_one_before(patient: Patient) -> None:
    blina = course(patient, "blinatumomab", ended=FIRST + 50 * DAY)
    two = blina.cycles.create(number=2, started=FIRST + 42 * DAY)
    dose(blina, at(FIRST, 10), at(two.started, 0), kind="pump")
    runs = pump_runs(blina, two, LONDON)
    assert len(runs) == 2
    assert runs[-1].ended == at(date(2026, 4, 21), 23, 59)


def test_a_dose_that_has_to_be_assumed_decides_as_a_drip_does(patient: Patient) -> None:
    of = course(patient, "inotuzumab-ozogamicin")
    injection = at(FIRST + DAY, 9)
    of.doses.create(kind="injection", started=injection, ended=injection, local_day=FIRST + DAY)
    begun = infusions(of, injection, LONDON)
    assert [given.injected for given in begun] == [True, False]
    assert deciding(begun, injection + HOUR).day == FIRST


@pytest.mark.parametrize(
    ("looked_after", "longest"), [((24,), 24), ((24, 48), 48), ((48, 24), 48), ((), 0)]
)
def test_the_doses_around_a_time_reach_back_as_far_as_any_rule(
    patient: Patient,
    rules_look_after: Callable[..., None],
    looked_after: tuple[int, ...],
    longest: int,
) -> None:
    rules_look_after(*looked_after)
    of = course(patient, "inotuzumab-ozogamicin")
    first, last = at(FIRST + 20 * DAY), at(FIRST + 21 * DAY)
    margin = longest * HOUR + MILLISECOND
    long_over = dose(of, first - 9 * DAY, first - margin - MILLISECOND)
    still = dose(of, first - 8 * DAY, first - margin)
    before = dose(of, first - HOUR, first)
    within = dose(of, last - HOUR, last)
    at_last = dose(of, last, last + HOUR)
    after = dose(of, last + DAY, None)
    later = dose(of, last + 2 * DAY, None)
    found = set(doses_around(patient.pk, first, last, matters_since(first)))
    assert found == {still, before, within, at_last, after}
    assert not {long_over, later} & found


def _around(patient: Patient, moment: datetime) -> set[Dose]:
    return set(doses_around(patient.pk, moment, moment, matters_since(moment)))


def test_only_a_dose_that_was_given_is_the_one_before_or_after(patient: Patient) -> None:
    of = course(patient, "rituximab", started=FIRST - DAY)
    moment = at(FIRST + 20 * DAY)
    dose(of, at(FIRST, 9), at(FIRST, 10))
    before = dose(of, at(FIRST + 7 * DAY, 9), at(FIRST + 7 * DAY, 10))
    after = dose(of, moment + 9 * DAY, None)
    dose(of, moment - DAY, moment - DAY + HOUR, status="planned")
    dose(of, moment + DAY, None, status="planned")
    assert _around(patient, moment) == {before, after}


def test_a_dose_that_begins_with_the_time_is_itself_the_one_before(patient: Patient) -> None:
    of = course(patient, "rituximab", started=FIRST - DAY)
    dose(of, at(FIRST, 9), at(FIRST, 10))
    begins = dose(of, at(FIRST + 20 * DAY), None)
    assert _around(patient, begins.started) == {begins}
