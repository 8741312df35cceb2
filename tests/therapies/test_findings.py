"""Which symptom and which therapy a finding is about, where there are several."""

from decimal import Decimal

import pytest

from tests.therapies.test_urgency import MILD, SEVERE, judge, off_pump, tablet
from therapies.catalogue import catalogue
from therapies.rulebook import TimeWindow
from therapies.standing import Standing, in_time
from therapies.urgency import Assessment, is_possible


def about(found: Assessment, rule: str) -> list[tuple[str, str | None]]:
    return [(f.symptom, f.therapy) for f in found.findings if f.rule == rule]


def test_what_was_found_about_one_symptom_says_nothing_about_another() -> None:
    found = judge(("confusion", SEVERE), ("hair-loss", SEVERE), ("thirst", MILD), on=[])
    assert about(found, "C5") == [("hair-loss", None)]
    assert about(found, "N2") == [("thirst", None)]
    turned = judge(("thirst", MILD), ("hair-loss", SEVERE), ("confusion", SEVERE), on=[])
    assert about(turned, "C5") == [("hair-loss", None)]


def test_what_is_severe_is_about_a_therapy_that_lists_it_and_counts() -> None:
    assert about(judge(("hair-loss", SEVERE), on=[tablet()]), "C5") == [("hair-loss", None)]
    found = judge(("constipation", SEVERE), on=[off_pump(), tablet()])
    assert about(found, "C5") == [("constipation", "blinatumomab")]
    over = Standing("blinatumomab", status="ended", ended_days_ago=400)
    assert about(judge(("constipation", SEVERE), on=[over]), "C5") == [("constipation", None)]


@pytest.mark.parametrize(
    ("degrees", "unit", "possible"),
    [
        ("33.9", "C", False), ("34.0", "C", True), ("43.0", "C", True), ("43.1", "C", False),
        ("93.1", "F", False), ("93.2", "F", True), ("109.4", "F", True), ("109.5", "F", False),
    ],
)  # fmt: skip
def test_both_ends_of_what_a_thermometer_may_say_are_possible(
    degrees: str, unit: str, possible: bool
) -> None:
    assert is_possible(catalogue().rules, Decimal(degrees), unit) is possible


@pytest.mark.parametrize(
    ("hours", "days", "counts"),
    [
        (24, 0, True), (24, 1, True), (24, 2, False), (25, 2, True), (48, 2, True), (48, 3, False),
        (49, 3, True),
    ],
)  # fmt: skip
def test_of_an_infusion_known_by_its_day_the_last_minute_of_the_day_counts(
    hours: int, days: int, counts: bool
) -> None:
    one = Standing("rituximab", days_since_infusion=days)
    assert in_time(catalogue().rules, one, TimeWindow(hours_after=hours)) is counts


@pytest.mark.parametrize(("cycle_day", "counts"), [(12, True), (28, True), (29, True), (30, False)])
def test_of_a_pump_that_stopped_nobody_knows_when_the_last_day_by_plan_counts(
    cycle_day: int, counts: bool
) -> None:
    one = off_pump(cycle_day=cycle_day, hours_since_infusion_end=None)
    assert in_time(catalogue().rules, one, TimeWindow(hours_after=24)) is counts
