"""Where a patient stands: the conventions of the cases, and what a missing fact means."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Patient
from diary.core.days import end_of, local_day, midnights, start_of
from diary.judging.facts import all_cycles
from diary.judging.standing import (
    change_moments,
    courses_between,
    dosing,
    standings,
    standings_from,
    treatment_lines,
    words_for,
)
from diary.models import Course, Cycle, Dose
from therapies.catalogue import catalogue
from therapies.rulebook import Severity
from therapies.standing import Standing
from therapies.urgency import SymptomReport, assess

LONDON = ZoneInfo("Europe/London")
FIRST = date(2026, 3, 2)
DAY = timedelta(days=1)


def at(day: date, hour: int = 12, minute: int = 0, tz: ZoneInfo = LONDON) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=tz)


def course(patient: Patient, therapy: str, started: date = FIRST, **more: Any) -> Course:
    return patient.courses.create(therapy=therapy, started=started, **more)


def dose(
    of: Course, started: datetime, ended: datetime | None, kind: str = "infusion", **more: Any
) -> Dose:
    day = started.astimezone(of.patient.tz).date()
    return of.doses.create(kind=kind, started=started, ended=ended, local_day=day, **more)


def day_dose(of: Course, day: date, kind: str = "infusion", **more: Any) -> Dose:
    tz = of.patient.tz
    return of.doses.create(
        kind=kind,
        precision="day",
        started=start_of(day, tz),
        ended=end_of(day, tz),
        local_day=day,
        **more,
    )


def only(patient: Patient, moment: datetime) -> Standing:
    (standing,) = standings(patient, moment)
    return standing


def line(patient: Patient, moment: datetime) -> str:
    (text,) = treatment_lines(courses_between(patient, moment, moment), moment, patient.tz)
    return text


@pytest.fixture
def blina(patient: Patient) -> Course:
    """Cycle 1 from 2 March, nothing about the pump on record."""
    started = course(patient, "blinatumomab")
    started.cycles.create(number=1, started=FIRST)
    return started


# Tablets ----------------------------------------------------------------------------------------


def test_the_first_day_of_tablets_is_day_0(patient: Patient) -> None:
    course(patient, "imatinib")
    assert only(patient, at(FIRST)).days_since_start == 0
    assert line(patient, at(FIRST)) == "Imatinib · first day"
    assert only(patient, at(FIRST + 40 * DAY)).days_since_start == 40
    assert line(patient, at(FIRST + 40 * DAY)) == "Imatinib · day 40"


def test_a_restart_of_tablets_does_not_begin_the_count_again(patient: Patient) -> None:
    course(patient, "imatinib", ended=FIRST + 10 * DAY)
    again = course(patient, "imatinib", started=FIRST + 60 * DAY)
    found = standings(patient, at(FIRST + 70 * DAY))
    assert found[0] == Standing("imatinib", days_since_start=70, course=str(again.pk))
    assert found[1].status == "ended"


def test_a_withdrawn_start_of_tablets_does_not_count_days(patient: Patient) -> None:
    course(patient, "imatinib", withdrawn=at(FIRST))
    course(patient, "imatinib", started=FIRST + 60 * DAY)
    assert only(patient, at(FIRST + 70 * DAY)).days_since_start == 10


def test_another_tablet_has_its_own_count(patient: Patient) -> None:
    course(patient, "imatinib", ended=FIRST + 9 * DAY)
    course(patient, "ponatinib", started=FIRST + 10 * DAY)
    assert standings(patient, at(FIRST + 15 * DAY))[0].days_since_start == 5


# Planned, ended, withdrawn ----------------------------------------------------------------------


def test_a_course_counts_from_its_first_local_day(patient: Patient) -> None:
    course(patient, "imatinib")
    before = at(FIRST) - timedelta(hours=12, minutes=1)
    assert only(patient, before).status == "planned"
    assert line(patient, before) == "Imatinib · planned for 2 Mar 2026"
    assert only(patient, at(FIRST, 0)).status == "active"


def test_the_first_day_belongs_to_the_patients_zone(patient: Patient) -> None:
    patient.zone = "Pacific/Auckland"
    course(patient, "imatinib")
    moment = datetime(2026, 3, 1, 11, 30, tzinfo=UTC)  # already 2 March in Auckland
    assert only(patient, moment).status == "active"


@pytest.mark.parametrize(("days", "counts"), [(1, True), (28, True), (29, False)])
def test_an_ended_course_counts_for_28_days(patient: Patient, days: int, counts: bool) -> None:
    ended = FIRST + 30 * DAY
    course(patient, "imatinib", ended=ended)
    moment = at(ended + days * DAY)
    assert only(patient, moment) == Standing(
        "imatinib",
        status="ended",
        ended_days_ago=days,
        days_since_start=30 + days,
        course=only(patient, moment).course,
    )
    lines = treatment_lines(courses_between(patient, moment, moment), moment, LONDON)
    assert bool(lines) is counts
    if days == 1:
        assert lines == ["Imatinib · ended 1 day ago"]


def test_an_infusion_after_the_last_day_moves_the_end(patient: Patient) -> None:
    one = course(patient, "inotuzumab-ozogamicin", ended=FIRST + 7 * DAY)
    day_dose(one, FIRST + 9 * DAY)
    assert only(patient, at(FIRST + 10 * DAY)).ended_days_ago == 1


def test_on_its_last_day_a_course_is_still_taken(patient: Patient) -> None:
    course(patient, "imatinib", ended=FIRST + DAY)
    assert only(patient, at(FIRST + DAY, 23, 59)).status == "active"


@pytest.mark.parametrize(("days", "shown"), [(28, True), (29, True), (56, True), (57, False)])
def test_ended_inotuzumab_is_named_as_long_as_its_own_rule_counts(
    patient: Patient, days: int, shown: bool
) -> None:
    ended = FIRST + 14 * DAY
    one = course(patient, "inotuzumab-ozogamicin", ended=ended)
    day_dose(one, ended)
    moment = at(ended + days * DAY)
    assert only(patient, moment).ended_days_ago == days
    assert bool(treatment_lines([one], moment, LONDON)) is shown
    found = assess([SymptomReport("jaundice")], standings(patient, moment), rules=catalogue().rules)
    assert ("liver" in found.groups) is shown


def test_a_withdrawn_course_stands_nowhere(patient: Patient) -> None:
    withdrawn = course(patient, "imatinib", withdrawn=at(FIRST))
    assert standings(patient, at(FIRST)) == []
    assert standings_from([withdrawn], at(FIRST), LONDON) == []
    assert treatment_lines([withdrawn], at(FIRST), LONDON) == []
    assert change_moments([withdrawn], LONDON, at(FIRST), at(FIRST, 23)) == []


def test_what_the_catalogue_does_not_know_has_a_line_but_no_standing(patient: Patient) -> None:
    patient.courses.create(kind="chemotherapy", name="Vincristine", started=FIRST)
    assert standings(patient, at(FIRST + DAY)) == []
    assert line(patient, at(FIRST + DAY)) == "Vincristine · since 2 Mar 2026"
    assert line(patient, at(FIRST - DAY)) == "Vincristine · planned for 2 Mar 2026"


def test_words_for_one_course_also_long_after_its_end(patient: Patient) -> None:
    over = course(patient, "imatinib", ended=FIRST)
    assert words_for(over, [over], at(FIRST + 400 * DAY), LONDON) == "ended 400 days ago"


@pytest.mark.parametrize("therapy", sorted(catalogue().therapies))
def test_of_a_course_without_dates_every_fact_is_unknown(patient: Patient, therapy: str) -> None:
    one = course(patient, therapy, is_dated=False)
    for moment in (at(FIRST - 40 * DAY), at(FIRST), at(FIRST + 400 * DAY)):
        assert only(patient, moment) == Standing(therapy, course=str(one.pk))
        assert line(patient, moment).endswith(" · dates not recorded")
    found = assess(
        [SymptomReport("headache")], standings(patient, at(FIRST)), rules=catalogue().rules
    )
    assert found.level.slug in ("urgent", "contact")


def test_a_start_without_a_date_does_not_begin_the_count_of_another(patient: Patient) -> None:
    course(patient, "imatinib", is_dated=False)
    course(patient, "imatinib", started=FIRST + 9 * DAY)
    found = standings(patient, at(FIRST + 10 * DAY))
    assert sorted(s.days_since_start or -1 for s in found) == [-1, 1]


def test_what_runs_comes_before_what_is_over(patient: Patient) -> None:
    course(patient, "imatinib", ended=FIRST)
    course(patient, "nilotinib", started=FIRST + 30 * DAY)
    course(patient, "dasatinib", started=FIRST + DAY)
    found = [s.therapy for s in standings(patient, at(FIRST + 2 * DAY))]
    assert found == ["dasatinib", "nilotinib", "imatinib"]


# Blinatumomab -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cycle_day", "status", "text"),
    [
        (1, "active", "day 1 of 28, cycle 1"),
        (6, "active", "day 6 of 28, cycle 1"),
        (28, "active", "day 28 of 28, cycle 1"),
        (29, "break", "day 29, break, cycle 1"),
        (42, "break", "day 42, break, cycle 1"),
        (43, "break", "day 43, break, cycle 1, next cycle not recorded"),
    ],
)
def test_cycle_days(
    patient: Patient, blina: Course, cycle_day: int, status: str, text: str
) -> None:
    dose(blina, at(FIRST, 10), at(FIRST + 28 * DAY, 10), "pump")
    found = only(patient, at(FIRST + (cycle_day - 1) * DAY))
    assert (found.status, found.cycle, found.cycle_day) == (status, 1, cycle_day)
    assert found.infusing is (status == "active")
    moment = at(FIRST + (cycle_day - 1) * DAY)
    assert line(patient, moment) == f"Blinatumomab · {text}"


def test_hours_count_from_the_end_of_the_pump(patient: Patient, blina: Course) -> None:
    dose(blina, at(FIRST, 10), at(FIRST + 28 * DAY, 10), "pump")
    found = only(patient, at(FIRST + 28 * DAY, 16))
    assert (found.infusing, found.hours_since_infusion_end) == (False, 6.0)
    assert only(patient, at(FIRST + 28 * DAY, 10)).hours_since_infusion_end == 0


def test_a_pump_stopped_in_mid_cycle_is_not_a_break(patient: Patient, blina: Course) -> None:
    dose(blina, at(FIRST, 10), at(FIRST + 9 * DAY, 10), "pump")
    moment = at(FIRST + 10 * DAY, 13)
    found = only(patient, moment)
    assert (found.status, found.infusing) == ("active", False)
    assert found.hours_since_infusion_end == 27
    assert line(patient, moment) == "Blinatumomab · day 11 of 28, cycle 1, pump stopped"


def test_a_pump_stopped_on_day_28_is_not_yet_a_break(patient: Patient, blina: Course) -> None:
    dose(blina, at(FIRST, 10), at(FIRST + 27 * DAY, 10), "pump")
    assert only(patient, at(FIRST + 27 * DAY)).status == "active"
    assert only(patient, at(FIRST + 28 * DAY)).status == "break"


def test_a_pump_started_again_in_mid_cycle_runs(patient: Patient, blina: Course) -> None:
    dose(blina, at(FIRST, 10), at(FIRST + 9 * DAY, 10), "pump")
    dose(blina, at(FIRST + 11 * DAY, 9), None, "pump")
    assert only(patient, at(FIRST + 10 * DAY)).infusing is False
    assert only(patient, at(FIRST + 12 * DAY)).infusing is True


def test_hours_count_from_the_last_of_two_stops(patient: Patient, blina: Course) -> None:
    dose(blina, at(FIRST, 10), at(FIRST + 9 * DAY, 10), "pump")
    dose(blina, at(FIRST + 11 * DAY, 9), at(FIRST + 12 * DAY, 9), "pump")
    assert only(patient, at(FIRST + 12 * DAY, 12)).hours_since_infusion_end == 3


def test_a_pump_whose_stop_was_not_recorded_is_running(patient: Patient, blina: Course) -> None:
    dose(blina, at(FIRST, 10), None, "pump")
    moment = at(FIRST + 32 * DAY)
    found = only(patient, moment)
    assert (found.status, found.infusing, found.cycle_day) == ("active", True, 33)
    assert line(patient, moment) == "Blinatumomab · day 33, cycle 1, pump stop not recorded"


@pytest.mark.parametrize("days", [0, 10, 35, 60])
def test_a_pump_of_which_nothing_is_recorded_is_running(
    patient: Patient, blina: Course, days: int
) -> None:
    found = only(patient, at(FIRST + days * DAY, 0))
    assert (found.status, found.infusing) == ("active", True)


def test_before_the_pump_of_day_1_is_connected_it_does_not_run(
    patient: Patient, blina: Course
) -> None:
    dose(blina, at(FIRST, 14), None, "pump")
    assert only(patient, at(FIRST, 10)).infusing is False
    assert only(patient, at(FIRST, 14)).infusing is True


def test_cycle_2_begins_only_when_it_is_recorded(patient: Patient, blina: Course) -> None:
    dose(blina, at(FIRST, 10), at(FIRST + 28 * DAY, 10), "pump")
    day_1 = FIRST + 45 * DAY
    assert only(patient, at(day_1)).cycle == 1
    blina.cycles.create(number=2, started=day_1)
    found = only(patient, at(day_1))
    assert (found.cycle, found.cycle_day, found.status, found.infusing) == (2, 1, "active", True)
    earlier = only(patient, at(day_1 - DAY))
    assert (earlier.cycle, earlier.cycle_day, earlier.status) == (1, 45, "break")


def test_a_pump_that_runs_across_two_cycles_is_known_in_both(
    patient: Patient, blina: Course
) -> None:
    dose(blina, at(FIRST, 10), at(FIRST + 30 * DAY, 10), "pump")
    blina.cycles.create(number=2, started=FIRST + 29 * DAY)
    assert only(patient, at(FIRST + 31 * DAY)).infusing is False


def test_without_a_cycle_the_pump_counts_as_running(patient: Patient) -> None:
    course(patient, "blinatumomab")
    found = only(patient, at(FIRST + 40 * DAY))
    assert (found.status, found.infusing, found.cycle) == ("active", True, None)
    assert line(patient, at(FIRST)) == "Blinatumomab · cycle not recorded"


def test_an_ended_course_stops_a_pump_that_nobody_stopped(patient: Patient, blina: Course) -> None:
    dose(blina, at(FIRST, 10), None, "pump")
    blina.ended = FIRST + 5 * DAY
    blina.save()
    assert only(patient, at(blina.ended, 23, 58)).infusing is True
    found = only(patient, at(blina.ended + DAY, 11, 59))
    assert (found.status, found.infusing, found.ended_days_ago) == ("ended", False, 1)
    assert found.hours_since_infusion_end == 12


def test_an_ended_course_without_any_pump_on_record_ran_to_its_last_day(
    patient: Patient, blina: Course
) -> None:
    blina.ended = FIRST + 5 * DAY
    blina.save()
    assert only(patient, at(blina.ended, 23)).infusing is True
    assert only(patient, at(blina.ended + DAY, 11, 59)).hours_since_infusion_end == 12


# CAR-T ------------------------------------------------------------------------------------------


def test_the_infusion_day_is_day_0(patient: Patient) -> None:
    car_t = course(patient, "tisagenlecleucel")
    dose(car_t, at(FIRST, 15), at(FIRST, 16))
    assert only(patient, at(FIRST, 1)).days_since_infusion == 0
    assert line(patient, at(FIRST)) == "Tisagenlecleucel · day of the infusion (day 0)"
    assert only(patient, at(FIRST + 56 * DAY, 23, 59)).days_since_infusion == 56
    text = "Tisagenlecleucel · day 20 after the infusion"
    assert line(patient, at(FIRST + 20 * DAY)) == text


def test_only_before_the_first_infusion_is_nothing_after_one_yet(patient: Patient) -> None:
    car_t = course(patient, "obecabtagene-autoleucel")
    for day in (FIRST, FIRST + 10 * DAY):
        dose(car_t, at(day, 15), at(day, 16))
    assert only(patient, at(FIRST, 14, 59)).is_before_infusion
    assert not only(patient, at(FIRST, 15)).is_before_infusion
    assert not only(patient, at(FIRST + DAY)).is_before_infusion
    second = only(patient, at(FIRST + 10 * DAY, 14))
    assert (second.days_since_infusion, second.is_before_infusion) == (0, False)


@pytest.mark.parametrize(
    ("therapy", "recorded"),
    [
        ("tisagenlecleucel", "single-infusion"),
        ("obecabtagene-autoleucel", "infusion"),
        ("blinatumomab", "pump"),
        ("imatinib", "tablet"),
        ("", ""),
    ],
)
def test_two_infusions_that_belong_together_are_recorded_as_drips_are(
    therapy: str, recorded: str
) -> None:
    assert dosing(Course(therapy=therapy)) == recorded


def test_without_an_infusion_on_record_the_first_day_is_day_0(patient: Patient) -> None:
    planned = course(patient, "tisagenlecleucel")
    day_dose(planned, FIRST, status="planned")
    assert only(patient, at(FIRST - DAY)).status == "planned"
    assert only(patient, at(FIRST + 3 * DAY)).days_since_infusion == 3


def test_an_infusion_later_than_planned_has_not_begun_before(patient: Patient) -> None:
    car_t = course(patient, "tisagenlecleucel")
    day_dose(car_t, FIRST + 2 * DAY)
    assert only(patient, at(FIRST + DAY)).status == "planned"
    assert line(patient, at(FIRST + DAY)) == "Tisagenlecleucel · planned for 4 Mar 2026"
    assert only(patient, at(FIRST + 3 * DAY)).days_since_infusion == 1


def test_an_infusion_before_the_first_day_counts(patient: Patient) -> None:
    car_t = course(patient, "tisagenlecleucel")
    day_dose(car_t, FIRST - 2 * DAY)
    assert only(patient, at(FIRST - DAY)).days_since_infusion == 1
    assert only(patient, at(FIRST - 2 * DAY, 0)).status == "active"
    assert only(patient, at(FIRST - 3 * DAY, 23, 59)).status == "planned"


def test_car_t_never_ends(patient: Patient) -> None:
    course(patient, "tisagenlecleucel", ended=FIRST)
    moment = at(FIRST + 3000 * DAY)
    assert line(patient, moment) == "Tisagenlecleucel · day 3000 after the infusion"
    found = assess([SymptomReport("agitation", Severity.MILD)], standings(patient, moment),
                   rules=catalogue().rules)  # fmt: skip
    assert found.level.slug == "urgent"


# Infusions --------------------------------------------------------------------------------------


def test_hours_count_from_the_end_of_a_drip(patient: Patient) -> None:
    rituximab = course(patient, "rituximab")
    dose(rituximab, at(FIRST, 10), at(FIRST, 14))
    assert only(patient, at(FIRST, 9)).infusing is False
    assert only(patient, at(FIRST, 9)).hours_since_infusion_end is None
    assert only(patient, at(FIRST, 10)).infusing is True
    found = only(patient, at(FIRST, 18))
    assert (found.infusing, found.hours_since_infusion_end, found.route) == (False, 4.0, "iv")
    assert line(patient, at(FIRST, 9)) == "Rituximab · infusion later today"
    assert line(patient, at(FIRST, 18)) == "Rituximab · infusion today"
    assert line(patient, at(FIRST + 3 * DAY)) == "Rituximab · 3 days after the last infusion"


def test_an_infusion_known_by_its_day_ends_at_23_59_local(patient: Patient) -> None:
    patient.zone = "America/New_York"
    rituximab = course(patient, "rituximab")
    day_dose(rituximab, FIRST)
    tz = ZoneInfo("America/New_York")
    assert only(patient, at(FIRST, 0, tz=tz)).infusing is True
    assert only(patient, at(FIRST, 23, 58, tz=tz)).infusing is True
    assert only(patient, at(FIRST, 23, 59, tz=tz)).hours_since_infusion_end == 0
    assert only(patient, at(FIRST + DAY, 23, 59, tz=tz)).hours_since_infusion_end == 24


def test_the_first_day_counts_as_an_infusion_when_none_is_recorded(patient: Patient) -> None:
    course(patient, "gemtuzumab-ozogamicin")
    assert only(patient, at(FIRST, 8)).infusing is True
    assert only(patient, at(FIRST + DAY, 23, 59)).hours_since_infusion_end == 24
    assert line(patient, at(FIRST)) == "Gemtuzumab ozogamicin · first day"
    text = "Gemtuzumab ozogamicin · day 2 after the first day, no infusion recorded"
    assert line(patient, at(FIRST + 2 * DAY)) == text


def test_the_first_day_also_counts_before_the_first_infusion_on_record(patient: Patient) -> None:
    one = course(patient, "inotuzumab-ozogamicin")
    day_dose(one, FIRST + 7 * DAY)
    assert only(patient, at(FIRST + DAY, 11, 59)).hours_since_infusion_end == 12
    assert only(patient, at(FIRST + 8 * DAY, 11, 59)).hours_since_infusion_end == 12


def test_a_drip_whose_end_is_not_recorded_is_running(patient: Patient) -> None:
    rituximab = course(patient, "rituximab")
    dose(rituximab, at(FIRST, 10), None)
    assert line(patient, at(FIRST, 12)) == "Rituximab · infusion running"
    assert only(patient, at(FIRST + 3 * DAY)).infusing is True
    text = "Rituximab · end of the infusion not recorded"
    assert line(patient, at(FIRST + 3 * DAY)) == text


def test_the_next_drip_ends_one_that_nobody_ended(patient: Patient) -> None:
    rituximab = course(patient, "rituximab")
    dose(rituximab, at(FIRST, 10), None)
    dose(rituximab, at(FIRST + 7 * DAY, 10), at(FIRST + 7 * DAY, 14))
    found = only(patient, at(FIRST + 7 * DAY, 15))
    assert (found.infusing, found.hours_since_infusion_end) == (False, 1.0)


def test_an_injection_is_not_a_drip(patient: Patient) -> None:
    rituximab = course(patient, "rituximab")
    dose(rituximab, at(FIRST, 10), at(FIRST, 10, 5), "injection")
    found = only(patient, at(FIRST, 12))
    assert found.route == "sc"
    assert line(patient, at(FIRST, 12)) == "Rituximab · injection today"
    asked = assess([SymptomReport("dizziness", Severity.MILD)], [found], rules=catalogue().rules)
    assert asked.level.slug == "unlisted"


def test_a_drip_that_still_matters_goes_before_a_later_injection(patient: Patient) -> None:
    rituximab = course(patient, "rituximab", started=FIRST - 7 * DAY)
    dose(rituximab, at(FIRST, 10), at(FIRST, 14))
    dose(rituximab, at(FIRST + DAY, 9), at(FIRST + DAY, 9, 5), "injection")
    assert only(patient, at(FIRST + DAY, 14)).route == "iv"
    assert only(patient, at(FIRST + DAY, 14, 1)).route == "sc"


def test_an_ended_course_without_infusions_leaves_the_hours_unknown(patient: Patient) -> None:
    course(patient, "inotuzumab-ozogamicin", ended=FIRST + 14 * DAY)
    found = only(patient, at(FIRST + 15 * DAY, 1))
    assert (found.hours_since_infusion_end, found.ended_days_ago) == (None, 1)
    assert found.infusing is False
    asked = assess([SymptomReport("headache", Severity.MILD)], [found], rules=catalogue().rules)
    assert asked.level.slug == "urgent"


def test_a_planned_infusion_was_not_given(patient: Patient) -> None:
    rituximab = course(patient, "rituximab")
    dose(rituximab, at(FIRST, 10), at(FIRST, 14))
    day_dose(rituximab, FIRST + 7 * DAY, status="planned")
    assert only(patient, at(FIRST + 7 * DAY, 14)).hours_since_infusion_end == 7 * 24


# Days and the clock -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", date(2026, 3, 29), 23),
        ("Europe/London", date(2026, 10, 25), 25),
        ("America/Havana", date(2026, 3, 8), 23),  # the clock skips midnight
        ("America/Havana", date(2026, 11, 1), 25),  # midnight comes twice
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
    ],
)
def test_a_day_is_as_long_as_the_clock_makes_it(zone: str, day: date, hours: float) -> None:
    tz = ZoneInfo(zone)
    length = start_of(day + DAY, tz) - start_of(day, tz)
    assert length == timedelta(hours=hours)
    assert local_day(start_of(day, tz), tz) == day
    assert local_day(start_of(day, tz) - timedelta(seconds=1), tz) == day - DAY
    assert end_of(day, tz).astimezone(tz).strftime("%H:%M") == "23:59"


def test_days_are_counted_by_the_calendar_when_the_clock_changes(patient: Patient) -> None:
    course(patient, "imatinib", started=date(2026, 3, 28))
    assert only(patient, at(date(2026, 3, 30), 0)).days_since_start == 2


@given(
    st.integers(0, 16 * 365 * 24).map(
        lambda hours: datetime(2020, 1, 1, tzinfo=UTC) + hours * timedelta(hours=1)
    ),
    st.sampled_from(["Europe/London", "America/Havana", "Pacific/Apia", "Asia/Kathmandu"]),
    st.integers(0, 40),
)
@settings(max_examples=200, deadline=None)
def test_midnights_are_where_the_local_day_changes(start: datetime, zone: str, hours: int) -> None:
    tz = ZoneInfo(zone)
    end = start + timedelta(hours=hours)
    found = list(midnights(start, end, tz))
    for moment in found:
        assert start < moment < end
        assert local_day(moment, tz) == local_day(moment - timedelta(seconds=1), tz) + DAY
    assert len(found) >= (local_day(end - timedelta(seconds=1), tz) - local_day(start, tz)).days


def test_on_hold_a_treatment_says_so_as_long_as_it_is_under_way(
    patient: Patient, blina: Course
) -> None:
    dose(blina, at(FIRST, 10), at(FIRST + 28 * DAY, 10), "pump")
    blina.ended = FIRST + 50 * DAY
    blina.save()
    for day in (FIRST + 5 * DAY, FIRST + 30 * DAY):
        blina.holds.create(started=day, ended=day + DAY, recorded=at(day), by=patient.owner)
    assert ", on hold " in line(patient, at(FIRST + 6 * DAY))
    assert ", on hold " in line(patient, at(FIRST + 31 * DAY))
    for days in (4, 7, 51):
        assert "on hold" not in line(patient, at(FIRST + days * DAY))


# The moments at which an answer changes ---------------------------------------------------------

STEP = timedelta(minutes=15)


def _answers(courses: list[Course], moment: datetime) -> list[Any]:
    """What the engine makes of every symptom at three severities, which is all a rule can see."""
    where = standings_from(courses, moment, LONDON)
    rules = catalogue().rules
    return [
        assess([SymptomReport(symptom, severity)], where, rules=rules).level
        for symptom in ("headache", "nausea", "vomiting", "dizziness", "fatigue", "jaundice",
                        "sweating", "weight-loss", "rash")
        for severity in Severity
    ]  # fmt: skip


def _row(
    therapy: str, started: date, doses: list[Dose], cycles: list[Cycle], **more: Any
) -> Course:
    made = Course(therapy=therapy, started=started, **more)
    made._prefetched_objects_cache = {"doses": doses, "cycles": cycles}  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    "kind", ["blinatumomab", "rituximab", "inotuzumab", "ended", "pump-ended", "tablets"]
)
def test_between_two_moments_no_answer_changes(patient: Patient, blina: Course, kind: str) -> None:
    blina.withdrawn = None if kind == "blinatumomab" else at(FIRST)
    blina.save()
    dose(blina, at(FIRST, 10, 7), at(FIRST + 2 * DAY, 9, 13), "pump")
    if kind == "rituximab":
        rituximab = course(patient, "rituximab")
        dose(rituximab, at(FIRST + DAY, 10, 7), at(FIRST + DAY, 14, 20))
        dose(rituximab, at(FIRST + 2 * DAY, 10), at(FIRST + 2 * DAY, 10, 5), "injection")
    elif kind == "inotuzumab":
        course(patient, "inotuzumab-ozogamicin", started=FIRST + DAY)
    elif kind == "pump-ended":
        course(patient, "blinatumomab", started=FIRST - DAY, ended=FIRST + DAY)
    elif kind == "ended":
        course(patient, "inotuzumab-ozogamicin", started=FIRST - DAY, ended=FIRST + DAY)
    elif kind == "tablets":
        course(patient, "imatinib", started=FIRST - 26 * DAY)
    start, end = at(FIRST, 3), at(FIRST + 4 * DAY, 3)
    courses = courses_between(patient, start, end)
    bounds = [start, *change_moments(courses, LONDON, start, end), end]
    changes = 0
    before: list[Any] = []
    for first, following in pairwise(bounds):
        answers = _answers(courses, first)
        changes += answers != before
        before = answers
        moment = first
        while moment < following:
            assert _answers(courses, moment) == answers, moment
            moment += STEP
        assert _answers(courses, following - timedelta(milliseconds=1)) == answers
    assert changes > 1, "nothing was tried"


def test_moments_are_in_utc_and_in_order(patient: Patient, blina: Course) -> None:
    dose(blina, at(FIRST, 10), at(FIRST + DAY, 10), "pump")
    start, end = at(FIRST, 9), at(FIRST + 2 * DAY, 12)
    found = change_moments([blina], LONDON, start, end)
    assert found == sorted(set(found))
    assert all(moment.tzinfo is UTC and start < moment < end for moment in found)
    assert at(FIRST, 10) in found
    assert at(FIRST + DAY, 10) in found
    assert at(FIRST + 2 * DAY, 10) + timedelta(milliseconds=1) in found


def test_what_changes_as_the_time_begins_or_ends_is_not_between(
    patient: Patient, blina: Course
) -> None:
    start, end = at(FIRST, 10), at(FIRST, 20)
    dose(blina, start, end, "pump")
    assert change_moments([blina], LONDON, start, end) == []


@pytest.mark.parametrize(("therapy", "is_dated"), [("imatinib", True), ("rituximab", False)])
def test_tablets_and_what_has_no_dates_change_at_midnight_alone(
    patient: Patient, therapy: str, is_dated: bool
) -> None:
    ended = FIRST + DAY if is_dated else None
    one = course(patient, therapy, ended=ended, is_dated=is_dated)
    start, end = at(FIRST), at(FIRST + 3 * DAY)
    found = change_moments([one], LONDON, start, end)
    assert found == list(midnights(start, end, LONDON))


# Queries ----------------------------------------------------------------------------------------


def test_no_treatment_is_one_query(patient: Patient, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert standings(patient, at(FIRST)) == []


def test_cycles_are_read_with_the_courses_and_tablets_are_not(
    patient: Patient, django_assert_num_queries: Any
) -> None:
    tablets = course(patient, "imatinib")
    cycle = tablets.cycles.create(number=1, started=FIRST)
    dose(tablets, at(FIRST), None, "tablet")
    moment = at(FIRST + 40 * DAY)
    with django_assert_num_queries(1):
        (found,) = courses_between(patient, moment, moment)
        assert list(found.doses.all()) == []
        assert list(found.cycles.all()) == [cycle]


def test_ten_years_of_doses_cost_the_same(
    patient: Patient, blina: Course, django_assert_num_queries: Any
) -> None:
    tablets = course(patient, "imatinib")
    rituximab = course(patient, "rituximab")
    day_dose(rituximab, FIRST)
    moment = at(FIRST, 12) + 3650 * DAY
    Dose.objects.bulk_create(
        Dose(course=tablets, kind="tablet", started=at(FIRST + n * DAY), local_day=FIRST + n * DAY)
        for n in range(3650)
    )
    Dose.objects.bulk_create(
        Dose(
            course=rituximab,
            kind="infusion",
            started=at(FIRST + n * 7 * DAY, 10),
            ended=at(FIRST + n * 7 * DAY, 14),
            local_day=FIRST + n * 7 * DAY,
        )
        for n in range(1, 520)
    )
    with django_assert_num_queries(1):
        found = standings(patient, moment)
    assert len(found) == 3
    loaded = courses_between(patient, moment, moment)
    cached = [c for c in loaded if c.therapy == "rituximab"]
    assert len(cached[0].doses.all()) == 2
    whole = patient.courses.prefetch_related("cycles", "doses")
    assert standings_from(whole, moment, LONDON) == found
    for back in (100, 2000, 3640):
        earlier = moment - back * DAY
        assert standings(patient, earlier) == standings_from(whole, earlier, LONDON)


def test_the_pure_functions_ask_nothing(
    patient: Patient, blina: Course, django_assert_num_queries: Any
) -> None:
    dose(blina, at(FIRST, 10), None, "pump")
    courses = courses_between(patient, at(FIRST), at(FIRST + 14 * DAY))
    with django_assert_num_queries(0):
        standings_from(courses, at(FIRST), LONDON)
        treatment_lines(courses, at(FIRST), LONDON)
        change_moments(courses, LONDON, at(FIRST), at(FIRST + 14 * DAY))


def test_a_stretch_of_days_loads_what_any_of_its_moments_needs(patient: Patient) -> None:
    rituximab = course(patient, "rituximab")
    for week in range(6):
        dose(rituximab, at(FIRST + week * 7 * DAY, 10), at(FIRST + week * 7 * DAY, 14))
    first, last = at(FIRST + 9 * DAY), at(FIRST + 24 * DAY)
    courses = courses_between(patient, first, last)
    whole = list(patient.courses.prefetch_related("cycles", "doses"))
    moment = first
    while moment <= last:
        expected = standings_from(whole, moment, LONDON)
        assert standings_from(courses, moment, LONDON) == expected
        moment += timedelta(hours=3)


def test_the_few_cycles_that_are_read_stand_for_all(patient: Patient, blina: Course) -> None:
    for n in range(12):
        blina.cycles.update_or_create(number=n + 1, defaults={"started": FIRST + n * 42 * DAY})
        dose(blina, at(FIRST + n * 42 * DAY, 10), at(FIRST + n * 42 * DAY + 28 * DAY, 9), "pump")
    whole = list(patient.courses.prefetch_related("cycles", "doses"))
    far = [*map(ZoneInfo, ("Pacific/Kiritimati", "Etc/GMT+12")), LONDON]
    for day in range(-3, 13 * 42, 13):
        moment = at(FIRST + day * DAY, 23, 30)
        courses = courses_between(patient, moment, moment)
        assert len(courses[0].cycles.all()) <= 3
        for zone in far:
            assert standings_from(courses, moment, zone) == standings_from(whole, moment, zone)


def test_a_stretch_reads_every_cycle_that_any_of_its_days_needs(
    patient: Patient, blina: Course
) -> None:
    numbers = range(1, 9)
    for n in numbers:
        blina.cycles.update_or_create(number=n, defaults={"started": FIRST + n * 42 * DAY})
    first, last = FIRST + 3 * 42 * DAY, FIRST + 5 * 42 * DAY + 3 * DAY
    (found,) = courses_between(patient, at(first + 4 * DAY), at(last))
    assert [cycle.number for cycle in found.cycles.all()] == [3, 4, 5, 6]
    assert [cycle.number for cycle in all_cycles(patient)[blina.pk]] == list(numbers)
