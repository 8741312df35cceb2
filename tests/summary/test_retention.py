"""Diaries that nobody has written in for years: listed, marked, and kept by who wants them."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Erasure, Patient, User
from diary.check_ins.actions import record_check_in
from diary.management.examples import check_in_data
from summary.erasure.actions import keep
from summary.erasure.retention import old_diaries

NOW = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def old(patient: Patient, owner: User) -> Patient:
    """Ana's diary, begun six years ago, with its last entry on 29 November 2023."""
    Patient.objects.update(created=NOW - timedelta(days=6 * 365))
    last = datetime(2023, 11, 29, 12, 0, tzinfo=UTC)
    record_check_in(patient, check_in_data(last), by=owner)
    return patient


def run(*words: str) -> str:
    out = StringIO()
    call_command("retention", *words, stdout=out)
    return out.getvalue()


def test_it_is_off_unless_somebody_sets_the_years(old: Patient) -> None:
    with pytest.raises(CommandError, match="RETENTION_YEARS is not set"):
        run()


def test_a_dry_run_lists_ids_and_days_and_changes_nothing(old: Patient, settings: Any) -> None:
    settings.RETENTION_YEARS = 3
    assert run("--dry-run") == f"{old.pk}  last day 2023-11-29\n1 would be deleted.\n"
    assert not Erasure.objects.exists()


def test_they_wait_seven_days_and_their_owners_may_keep_them(
    old: Patient, owner: User, settings: Any, clock: Any
) -> None:
    settings.RETENTION_YEARS = 3
    assert "1 will be deleted" in run()
    waits = Erasure.objects.waiting().get()
    assert (waits.by, waits.due) == (None, datetime(2026, 12, 8, 0, 0, tzinfo=UTC))
    assert keep(waits, by=owner)
    assert run() == "0 will be deleted, unless their owners keep them.\n"
    clock.move_to(NOW + timedelta(days=3 * 366))
    assert "1 will be deleted" in run()


@pytest.mark.parametrize(("years", "count"), [(3, 1), (4, 0)])
def test_below_and_at_the_years(old: Patient, years: int, count: int) -> None:
    assert len(old_diaries(years)) == count


def test_to_the_day(old: Patient) -> None:
    assert old_diaries(3, datetime(2026, 11, 28, 23, tzinfo=UTC)) == []
    assert [one.last_day for one in old_diaries(3, NOW)] == [date(2023, 11, 29)]


def test_a_new_diary_without_an_entry_is_not_old(patient: Patient) -> None:
    assert old_diaries(1) == []
