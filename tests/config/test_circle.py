"""Sharing, changing, ending, saving, correcting, moving, sending and erasing, in any order: who may
what, and what is there, is what a small model says. `make circle` runs it 2,000 times."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from accounts import access, actions
from accounts.models import Role
from diary.check_ins import actions as check_ins
from tests.config.circle import DONE, Circle
from tests.config.long_run import FIRST, LONG, tell, unlogged

ROUNDS, RUNS, STEPS = (20, 100, 50) if LONG else (1, 40, 30)


def run(runs: int, steps: int = STEPS, number: int = 0) -> None:
    with unlogged():
        _run(runs, steps, number)


def _run(runs: int, steps: int, number: int) -> None:
    run_state_machine_as_test(
        seed(number)(Circle),
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            database=None,
            deadline=None,
            report_multiple_bugs=False,  # one plant is enough of a fault
            phases=[Phase.generate, Phase.shrink] if LONG else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_circle_of_people_does_what_the_model_says(db: None) -> None:
    DONE.clear()
    for number in range(FIRST, ROUNDS):
        run(RUNS, number=number)
        tell(f"round {number}: {RUNS} runs of {STEPS} steps: {dict(sorted(DONE.items()))}")
    reached = {name for (name, status), times in DONE.items() if status in (0, 200, 302) and times}
    refused = {name for (name, status), times in DONE.items() if status in (403, 404) and times}
    pages = {"share_confirm", "share_edit", "share_revoke", "check_in_send", "check_in_correct"}
    pages |= {"check_in_remove", "check_in_move", "words_delete", "words_keep"}
    # After more steps than there are in CI; and nobody is asked when what is due is erased.
    late = {"words_keep"} if not LONG else set()
    assert pages - late <= reached <= pages | {"erased"}
    assert pages - late <= refused <= pages
    assert "erased" in reached or not LONG


def rises(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever manages gives any role, to themselves too."""
    monkeypatch.setattr(actions, "_only_who_may_change", lambda *_: None)
    monkeypatch.setattr(access, "roles_given_by", lambda *_: tuple(Role))
    monkeypatch.setattr(actions, "roles_given_by", lambda *_: tuple(Role))


def loses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A correction that is answered and not kept."""
    monkeypatch.setattr(
        "diary.today.views.corrections.check_ins.correct_check_in", lambda *_, **__: None
    )


def doubles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is sent counts as new."""
    real = check_ins._create

    def create(patient: Any, data: Any, by: Any) -> Any:
        return real(patient, replace(data, id=uuid4()), by)

    monkeypatch.setattr(check_ins, "_create", create)


@pytest.mark.parametrize("plant", [rises, loses, doubles])
def test_it_notices_what_is_planted(
    db: None, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        run(100, 20)
