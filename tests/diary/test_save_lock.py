"""A check-in is judged before the database is locked; what changes in between is not missed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Timer
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.memory import one_reading, remembered
from accounts.models import Patient, User
from diary.check_ins import turns
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.check_ins.turns import turn_of
from diary.core.errors import BusyError, is_busy
from diary.models import CheckIn, Finding
from diary.team.actions import set_family_card
from diary.treatment.actions.courses import start_course
from tests.diary.answers import reading, said

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
TODAY = date(2026, 11, 20)
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def before_the_lock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let somebody else do something just before the save takes the lock."""
    ours = transaction.atomic

    def plan(deed: Any) -> None:
        def atomic(*args: Any, **more: Any) -> Any:
            monkeypatch.setattr(transaction, "atomic", ours)
            deed()
            return ours(*args, **more)

        monkeypatch.setattr(transaction, "atomic", atomic)

    return plan


def rules(check_in: CheckIn) -> set[str]:
    return set(Finding.objects.filter(version__check_in=check_in).values_list("therapy", flat=True))


def test_a_treatment_that_is_recorded_in_between_is_judged(
    patient: Patient, owner: User, before_the_lock: Any
) -> None:
    before_the_lock(lambda: start_course(patient, therapy="blinatumomab", started=TODAY, by=owner))
    with one_reading():
        saved = record_check_in(patient, said(NOW, ReportData("confusion", "mild")), by=owner)
    assert "blinatumomab" in rules(saved)


def test_a_fever_line_that_is_lowered_in_between_holds(
    patient: Patient, owner: User, before_the_lock: Any
) -> None:
    before_the_lock(lambda: lower(patient, owner))
    with one_reading():
        saved = record_check_in(patient, said(NOW, reading("37.8")), by=owner)
    version = saved.versions.get()
    assert version.fever_line_c is not None
    assert version.fever_line_c == Decimal("37.5")
    assert version.findings.filter(level="urgent").exists()


def lower(patient: Patient, owner: User) -> None:
    set_family_card(patient, words="", fever_from=Decimal("37.5"), unit="C", by=owner)


def test_under_the_lock_nothing_is_asked_but_whether_anything_changed(
    patient: Patient, owner: User
) -> None:
    start_course(patient, therapy="blinatumomab", started=TODAY, by=owner)
    with one_reading(), CaptureQueriesContext(connection) as queries:
        record_check_in(patient, said(NOW, reading("38.6")), by=owner)
    asked = [query["sql"] for query in queries.captured_queries]
    begun = next(n for n, sql in enumerate(asked) if sql.startswith(("BEGIN", "SAVEPOINT")))
    under_the_lock = [sql for sql in asked[begun:] if sql.lstrip("(").startswith("SELECT")]
    assert len(under_the_lock) == 1
    assert "accounts_auditentry" in under_the_lock[0]


@pytest.fixture
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("short_wait")
def test_who_waits_too_long_for_the_diary_is_told_that_it_is_busy(patient: Patient) -> None:
    mine = turns.TURNS[patient.pk.int % len(turns.TURNS)]
    with mine, pytest.raises(BusyError) as refused, turn_of(patient):
        pytest.fail("two have the turn")
    assert is_busy(refused.value)
    with turn_of(patient):
        assert mine.locked()
    assert not mine.locked()


@pytest.mark.django_db(transaction=True)
def test_what_was_read_before_the_turn_came_is_read_again(patient: Patient) -> None:
    mine = turns.TURNS[patient.pk.int % len(turns.TURNS)]
    for waits in (False, True):
        with one_reading():
            remembered("known", lambda: "old")
            if waits:
                mine.acquire()
                Timer(0.1, mine.release).start()
            with turn_of(patient):
                assert remembered("known", lambda: "new") == ("new" if waits else "old")


def test_who_holds_the_database_already_waits_for_nobody(patient: Patient) -> None:
    with turns.TURNS[patient.pk.int % len(turns.TURNS)], transaction.atomic(), turn_of(patient):
        pass
