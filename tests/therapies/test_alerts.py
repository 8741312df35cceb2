"""The simulation behind `make alerts`: the same for a seed, sourced, and it sees a missed fever."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bench.alerts import CARD, RATES, Outcome, read_rates, simulate
from therapies.catalogue import catalogue
from therapies.degrees import celsius
from therapies.rulebook import Level
from therapies.urgency import Assessment, SymptomReport, assess

GIVEN, DOSES, SOURCES = read_rates()


def run(therapy: str = "blinatumomab", **more: Any) -> Outcome:
    known = catalogue().therapies[therapy]
    return simulate(known, GIVEN, DOSES.get(therapy, [0]), patients=6, **{"seed": 3} | more)


def deaf_above(degrees: str) -> Callable[..., Assessment]:
    """The engine, but for readings from `degrees` on, which it does not call urgent."""

    def judge(reports: list[SymptomReport], *args: Any, **more: Any) -> Assessment:
        warm = [celsius(r.temperature, r.unit) for r in reports if r.temperature and r.unit]
        found = assess(reports, *args, **more)
        is_deaf = max(warm, default=Decimal(0)) >= Decimal(degrees)
        return replace(found, level=Level.CONTACT) if is_deaf else found

    return judge


def test_a_seed_gives_the_same_course_and_another_seed_another_one() -> None:
    assert run() == run()
    assert run(seed=4) != run()


def test_a_fever_that_is_missed_is_counted() -> None:
    assert (run().missed, run(card=CARD).missed) == (0, 0)
    assert run().fevers > 0
    some, every = run(judge=deaf_above("39")), run(judge=deaf_above("38"))
    assert 0 < some.missed < every.missed == every.fevers
    strict = run(judge=deaf_above("37.5"), card=CARD)
    assert strict.missed == strict.fevers > every.fevers


def test_each_rate_names_a_source_and_what_can_be_reported() -> None:
    kinds = catalogue().rules.kinds
    fitting = {
        "temperature": {"fever", "raised"},
        "severity": {"mild", "moderate", "severe"},
        "yes-no": {"yes"},
    }
    for rate in GIVEN:
        assert rate.source in SOURCES, rate
        assert rate.chances.keys() <= fitting[kinds[rate.symptom]], rate
        assert all(0 < rate.a_day(answer) <= 1 for answer in rate.chances), rate
    told = tomllib.loads(RATES.read_text())["source"]
    assert all(row["known"] in ("read", "remembered", "assumed") for row in told.values())
    assert set(told) == {rate.source for rate in GIVEN}, "a source that nothing uses"


@pytest.mark.parametrize("therapy", catalogue().therapies)
def test_each_therapy_has_rates_of_its_own_and_fevers(therapy: str) -> None:
    mine = [rate for rate in GIVEN if therapy in rate.therapies]
    assert any("fever" in rate.chances for rate in mine)
