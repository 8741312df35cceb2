"""A check-in is judged before the database is locked; what changes in between is not missed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.memory import one_reading
from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
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
    under_the_lock = [sql for sql in asked[begun:] if sql.startswith("SELECT")]
    assert len(under_the_lock) == 1
    assert "accounts_auditentry" in under_the_lock[0]
