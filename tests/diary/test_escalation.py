"""Who is told about something urgent: the rule alone, without a clock or a database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.duty import escalation as rule
from diary.duty.escalation import Escalation, Place, Turn

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAD, MUM, ROSE, MAX = (UUID(int=number) for number in range(1, 5))
EVERYBODY = (DAD, MUM, ROSE, MAX)
NAMES = dict(zip(EVERYBODY, ("Dad", "Mum", "Rose", "Max"), strict=True))


def after(minutes: float) -> datetime:
    return NOON + minutes * MINUTE


def tell(at: float, **more: Any) -> Escalation:
    asked = {
        "owner": DAD,
        "opened": [NOON],
        "acknowledged": (),
        "turns": (),
        "order": [Place(DAD), Place(MUM), Place(ROSE)],
        "minutes": 10,
        "at": after(at),
    }
    return rule.escalation(**asked | more)


def said(found: Escalation) -> dict[str, float]:
    return {NAMES[one.who]: (one.since - NOON) / MINUTE for one in found.recipients}


@pytest.mark.parametrize(
    ("at", "told", "due"),
    [
        (-1, {}, 0),
        (0, {"Dad": 0}, 10),
        (9.99, {"Dad": 0}, 10),
        (10, {"Dad": 0, "Mum": 10}, 20),
        (20, {"Dad": 0, "Mum": 10, "Rose": 20}, None),
        (3000, {"Dad": 0, "Mum": 10, "Rose": 20}, None),
    ],
)
def test_each_time_the_minutes_pass_the_next_is_told_too(
    at: float, told: dict[str, float], due: float | None
) -> None:
    found = tell(at)
    assert said(found) == told
    assert found.due == (None if due is None else after(due))


@pytest.mark.parametrize("minutes", [5, 10, 15, 30])
def test_the_family_chooses_after_how_many(minutes: int) -> None:
    assert set(said(tell(minutes - 0.01, minutes=minutes))) == {"Dad"}
    assert set(said(tell(minutes, minutes=minutes))) == {"Dad", "Mum"}


def test_who_is_on_duty_is_told_first() -> None:
    found = tell(10, turns=[Turn(ROSE, after(-60))])
    assert said(found) == {"Rose": 0, "Dad": 10}


def test_at_the_end_of_a_turn_it_goes_to_the_next_and_never_to_nobody() -> None:
    turns = [Turn(ROSE, after(-60), after(5))]
    assert (said(tell(4, turns=turns)), tell(4, turns=turns).due) == ({"Rose": 0}, after(5))
    assert said(tell(5, turns=turns)) == {"Dad": 5}, "Rose went off duty"
    assert said(tell(10, turns=turns)) == {"Dad": 5, "Mum": 10}
    assert said(tell(20, turns=turns)) == {"Dad": 5, "Mum": 10, "Rose": 20}, "by the order"


def test_a_hand_over_counts_from_its_moment() -> None:
    turns = [Turn(ROSE, after(-60), after(3)), Turn(MUM, after(3))]
    assert said(tell(9, turns=turns)) == {"Mum": 3}


def test_who_loses_access_on_duty_is_told_nothing_more() -> None:
    order = [Place(DAD), Place(MUM), Place(ROSE, after(5))]
    turns = [Turn(ROSE, after(-60), after(600))]
    assert said(tell(4, turns=turns, order=order)) == {"Rose": 0}
    assert tell(4, turns=turns, order=order).due == after(5)
    assert said(tell(5, turns=turns, order=order)) == {"Dad": 5}


def test_the_owner_is_told_where_nobody_else_can_be() -> None:
    assert said(tell(0, order=[])) == {"Dad": 0}
    assert said(tell(0, order=[Place(MUM, after(-1))], turns=[Turn(MUM, after(-9))])) == {"Dad": 0}
    assert said(tell(0, order=[Place(DAD, after(-1))])) == {"Dad": 0}


def test_one_answer_stops_it_for_all_and_something_new_opens_it_again() -> None:
    assert said(tell(12, acknowledged=[after(11)])) == {}
    assert said(tell(12, acknowledged=[after(13)])) == {"Dad": 0, "Mum": 10}, "not answered yet"
    new = {"opened": [NOON, after(30)], "acknowledged": [after(11)]}
    assert (said(tell(29, **new)), tell(29, **new).due) == ({}, after(30))
    assert said(tell(30, **new)) == {"Dad": 30}
    assert said(tell(40, **new)) == {"Dad": 30, "Mum": 40}
    assert said(tell(30, opened=[after(11)], acknowledged=[after(11)])) == {}


def test_who_is_on_duty_without_a_turn_is_the_first_who_can_open_the_diary() -> None:
    order = [Place(ROSE, after(-1)), Place(MUM), Place(DAD)]
    assert rule.on_duty(owner=DAD, turns=[], order=order, at=NOON) == (MUM, None)
    turn = Turn(DAD, after(-5))
    assert rule.on_duty(owner=DAD, turns=[turn], order=order, at=NOON) == (DAD, turn)


moments = st.integers(-60, 120).map(after)
ends = st.none() | moments
places = st.builds(Place, st.sampled_from(EVERYBODY), ends)
cases = st.fixed_dictionaries(
    {
        "opened": st.lists(moments, min_size=1, max_size=4),
        "acknowledged": st.lists(moments, max_size=3),
        "turns": st.lists(st.builds(Turn, st.sampled_from(EVERYBODY), moments, ends), max_size=4),
        "order": st.lists(places, max_size=4, unique_by=lambda place: place.who),
        "minutes": st.sampled_from([5, 10, 15, 30]),
    }
)
times = st.integers(-60, 180)


def people(found: Escalation) -> set[UUID]:
    return {one.who for one in found.recipients}


def waits(case: dict[str, Any], at: datetime) -> bool:
    """Is there something urgent that nobody has answered? Said in another way than by the rule."""
    answers = [a for a in case["acknowledged"] if a <= at]
    return any(o <= at and not any(a >= o for a in answers) for o in case["opened"])


@given(cases, times)
def test_somebody_is_told_as_long_as_nobody_has_answered(case: Any, at: int) -> None:
    assert bool(tell(at, **case).recipients) == waits(case, after(at))


@given(cases, times)
def test_nobody_without_access_is_told(case: Any, at: int) -> None:
    able = {p.who for p in case["order"] if p.until is None or p.until > after(at)}
    assert people(tell(at, **case)) <= able | {DAD}


@given(cases, times, times)
def test_after_an_answer_nobody_is_told_of_what_was_there(case: Any, at: int, later: int) -> None:
    case |= {"opened": [min(o, after(at)) for o in case["opened"]]}
    case |= {"acknowledged": [*case["acknowledged"], after(at)]}
    assert people(tell(max(at, later), **case)) == set()


@given(cases, times, times)
def test_without_a_turn_or_an_end_nobody_stops_being_told(case: Any, at: int, later: int) -> None:
    case |= {"turns": (), "acknowledged": (), "order": [Place(p.who) for p in case["order"]]}
    assert people(tell(min(at, later), **case)) <= people(tell(max(at, later), **case))


@given(cases, times)
def test_nothing_changes_before_it_is_due(case: Any, at: int) -> None:
    """Whoever wakes up when it is due, and not before, misses nobody."""
    case |= {"acknowledged": [a for a in case["acknowledged"] if a <= after(at)]}
    found = tell(at, **case)
    for minute in range(at, 241):
        if found.due is not None and after(minute) >= found.due:
            assert minute > at
            assert people(tell(minute, **case)) != people(found)
            break
        assert people(tell(minute, **case)) == people(found), minute


@given(cases, times)
def test_since_when_is_a_time_without_a_break(case: Any, at: int) -> None:
    for one in tell(at, **case).recipients:
        assert one.since <= after(at)
        minute = (one.since - NOON) / MINUTE
        assert one.who in people(tell(minute, **case))
        for between in range(int(minute), at + 1):
            if after(between) >= one.since:
                assert one.who in people(tell(between, **case))
