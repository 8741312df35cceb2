"""What must hold for every input: urgency only grows, and nothing raises."""

import dataclasses
import random
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from therapies.catalogue import catalogue
from therapies.rulebook import BASES, GROUPS, Severity
from therapies.standing import Standing
from therapies.urgency import SymptomReport, assess

RULES = catalogue().rules
SYMPTOMS = list(RULES.kinds)
THERAPIES = list(catalogue().therapies)
MANY = 100_000

maybe_days = st.none() | st.integers(-3, 500)
standings = st.builds(
    Standing,
    therapy=st.sampled_from(THERAPIES),
    status=st.sampled_from(["active", "break", "ended", "planned"]),
    cycle=st.none() | st.integers(1, 5),
    cycle_day=st.none() | st.integers(1, 60),
    days_since_start=maybe_days,
    days_since_infusion=maybe_days,
    infusing=st.none() | st.booleans(),
    hours_since_infusion_end=st.none() | st.floats(0, 2000),
    ended_days_ago=st.none() | st.integers(0, 100),
    route=st.sampled_from([None, "iv", "sc"]),
)
temperatures = st.none() | st.decimals(30, 110, places=2)
reports = st.builds(
    SymptomReport,
    symptom=st.sampled_from(SYMPTOMS),
    severity=st.sampled_from([None, *Severity]),
    temperature=temperatures,
    unit=st.sampled_from([None, "C", "F"]),
)
some_reports = st.lists(reports, max_size=4)
some_standings = st.lists(standings, max_size=3)
lines = st.none() | st.decimals(36, 39, places=1)


def level(given_reports: Any, on: Any, line: Decimal | None = None) -> int:
    return assess(given_reports, on, rules=RULES, fever_from_c=line).level


@settings(max_examples=400, deadline=None)
@given(some_reports, reports, some_standings, lines)
def test_one_more_symptom_never_lowers_the_level(
    given_reports: list[SymptomReport],
    more: SymptomReport,
    on: list[Standing],
    line: Decimal | None,
) -> None:
    assert level([*given_reports, more], on, line) >= level(given_reports, on, line)


@settings(max_examples=400, deadline=None)
@given(some_reports, some_standings, standings, lines)
def test_one_more_therapy_never_lowers_the_level(
    given_reports: list[SymptomReport], on: list[Standing], more: Standing, line: Decimal | None
) -> None:
    assert level(given_reports, [*on, more], line) >= level(given_reports, on, line)


@settings(max_examples=400, deadline=None)
@given(some_reports, reports, some_standings)
def test_a_higher_severity_never_lowers_the_level(
    given_reports: list[SymptomReport], report: SymptomReport, on: list[Standing]
) -> None:
    levels = [
        level([*given_reports, dataclasses.replace(report, severity=severity)], on)
        for severity in Severity
    ]
    assert levels == sorted(levels)


@settings(max_examples=400, deadline=None)
@given(some_reports, some_standings, st.decimals("36.0", "37.4", places=1))
def test_a_normal_temperature_cancels_nothing(
    given_reports: list[SymptomReport], on: list[Standing], temperature: Decimal
) -> None:
    normal = SymptomReport("fever", None, temperature, "C")
    without = assess(given_reports, on, rules=RULES)
    assert assess([*given_reports, normal], on, rules=RULES) == without


@settings(max_examples=400, deadline=None)
@given(some_reports, some_standings, st.decimals(36, 38, places=1), st.decimals(36, 38, places=1))
def test_a_lower_fever_line_never_lowers_the_level(
    given_reports: list[SymptomReport], on: list[Standing], one: Decimal, other: Decimal
) -> None:
    low, high = sorted([one, other])
    assert level(given_reports, on, low) >= level(given_reports, on, high)


@settings(max_examples=300, deadline=None)
@given(some_reports, some_standings, st.randoms())
def test_the_order_of_reports_and_therapies_does_not_matter(
    given_reports: list[SymptomReport], on: list[Standing], chance: random.Random
) -> None:
    mixed_reports = chance.sample(given_reports, len(given_reports))
    mixed_standings = chance.sample(on, len(on))
    found = assess(given_reports, on, rules=RULES)
    mixed = assess(mixed_reports, mixed_standings, rules=RULES)
    assert (mixed.level, mixed.groups, mixed.call_first) == (
        found.level,
        found.groups,
        found.call_first,
    )


@settings(max_examples=300, deadline=None)
@given(some_reports, some_standings)
def test_every_finding_is_cited_and_every_symptom_is_answered(
    given_reports: list[SymptomReport], on: list[Standing]
) -> None:
    found = assess(given_reports, on, rules=RULES)
    assert all(finding.citations and finding.plain for finding in found.findings)
    assert found.level == max((f.level for f in found.findings), default=0)
    answered = {finding.symptom for finding in found.findings}
    assert answered >= {r.symptom for r in given_reports if r.symptom != "fever"}


def test_a_hundred_thousand_inputs_raise_nothing_and_come_out_known() -> None:
    chance = random.Random(20261121)  # noqa: S311 (repeatable, not secret)
    for _ in range(MANY):
        found = assess(
            [_report(chance) for _ in range(chance.randrange(3))],
            [_standing(chance) for _ in range(chance.randrange(3))],
            rules=RULES,
            fever_from_c=chance.choice([None, Decimal("37.5"), Decimal("38.3")]),
        )
        assert set(found.groups) <= set(GROUPS)
        assert all(finding.basis in BASES for finding in found.findings)


def _report(chance: random.Random) -> SymptomReport:
    temperature = chance.choice([None, Decimal(chance.randrange(-500, 2000)) / 10])
    return SymptomReport(
        chance.choice(SYMPTOMS),
        chance.choice([None, *Severity]),
        temperature,
        chance.choice([None, "C", "F", "K"]),
    )


def _standing(chance: random.Random) -> Standing:
    def days() -> int | None:
        return chance.choice([None, chance.randrange(-5, 500)])

    return Standing(
        chance.choice(THERAPIES),
        chance.choice(["active", "break", "ended", "planned"]),
        cycle_day=days(),
        days_since_start=days(),
        days_since_infusion=days(),
        infusing=chance.choice([None, True, False]),
        hours_since_infusion_end=chance.choice([None, chance.uniform(0, 100)]),
        ended_days_ago=days(),
        route=chance.choice([None, "iv", "sc"]),
    )
