"""What one writer of SQLite gives is held in PostgreSQL by the turn of a diary, by rows that are
claimed and by constraints: each race is run, and run again without what holds it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.deletion import Collector
from django.test import Client
from django.urls import reverse

from accounts import actions as accounts
from accounts.models import Patient, Share, User
from accounts.turns import TURN
from diary.check_ins import actions as check_ins
from diary.check_ins.actions import correct_check_in, reassess, record_check_in
from diary.check_ins.data import ReportData
from diary.check_ins.moves import move_check_in
from diary.core.errors import Conflict, Refusal
from diary.duty import actions as duty
from diary.models import CheckIn, Finding, Version
from diary.treatment.actions import courses
from diary.treatment.actions.courses import start_course
from reminders import claims, rounds
from reminders.actions import set_reminder
from reminders.models import Kind, Message
from summary.erasure import deletion
from summary.erasure.actions import ask_for_diary
from tests.conftest import new_patient
from tests.diary.answers import on_blinatumomab, reading, said, typed
from tests.races import Pause, let_several_write, race

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
TODAY = date(2026, 11, 20)
pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]
TURNS = pytest.mark.parametrize("turns", [True, False], ids=["turns", "without turns"])


@pytest.fixture
def pause() -> Pause:
    return Pause()


@pytest.fixture
def only_if(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    def choose(turns: bool) -> None:
        if not turns:
            let_several_write(monkeypatch)

    return choose


class _Open:
    """A lock that another process does not know of."""

    def acquire(self, **_: Any) -> bool:
        return True

    def release(self) -> None:
        pass


@pytest.fixture
def two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has locks of its own."""
    monkeypatch.setattr("diary.check_ins.turns.TURNS", [_Open()])


def rules_of(patient: Patient) -> set[str]:
    return set(Finding.objects.filter(patient=patient).values_list("rule", flat=True))


@TURNS
def test_an_entry_saved_while_a_treatment_is_recorded_is_judged_by_it(
    turns: bool, only_if: Any, pause: Pause, patient: Patient, owner: User, monkeypatch: Any
) -> None:
    only_if(turns)
    monkeypatch.setattr(courses, "reassess", pause.after(courses.reassess))
    entry = said(NOW, ReportData("confusion", "mild"))
    race(
        pause,
        lambda: start_course(patient, therapy="blinatumomab", started=TODAY, by=owner),
        lambda: record_check_in(patient, entry, by=owner),
        diary=patient.pk,
    )
    assert pause.has_waited == turns
    therapies = set(Finding.objects.values_list("therapy", flat=True))
    assert ("blinatumomab" in therapies) == turns
    assert bool(reassess(patient, since=TODAY, by=owner)) != turns


@TURNS
def test_of_two_entries_at_once_the_second_is_judged_after_the_first(
    turns: bool,
    only_if: Any,
    pause: Pause,
    patient: Patient,
    owner: User,
    monkeypatch: Any,
    two_processes: None,
) -> None:
    """Together the two signs are a rule."""
    only_if(turns)
    on_blinatumomab(patient, NOW)
    monkeypatch.setattr(check_ins, "write_audit", pause.after(check_ins.write_audit))
    deeds = [
        lambda sign=sign: record_check_in(patient, said(NOW, ReportData(sign, "mild")), by=owner)
        for sign in ("headache", "nausea")
    ]
    outcomes = race(pause, *deeds, diary=patient.pk)
    assert all(isinstance(one, CheckIn) for one in outcomes), outcomes
    assert pause.has_waited == turns
    assert ("C10" in rules_of(patient)) == turns


@TURNS
def test_an_entry_that_is_written_while_its_diary_is_erased_keeps_nothing_back(
    turns: bool, only_if: Any, pause: Pause, patient: Patient, owner: User, monkeypatch: Any
) -> None:
    only_if(turns)
    record_check_in(patient, said(NOW, reading("38.6")), by=owner)
    ask_for_diary(patient, by=owner)
    real = Collector.delete

    def delete(collector: Collector) -> Any:
        if Patient in collector.data:  # it has looked up already what goes with the diary
            pause.stay()
        return real(collector)

    monkeypatch.setattr(Collector, "delete", delete)
    done, saved = race(
        pause,
        lambda: deletion.erase_due(NOW + timedelta(days=9)),
        lambda: record_check_in(patient, said(NOW, reading("38.9")), by=owner),
    )
    assert pause.has_waited == turns
    assert done == (1 if turns else 0)
    assert isinstance(saved, Exception) == turns
    assert Patient.objects.exists() != turns
    assert CheckIn.objects.exists() != turns


@pytest.mark.parametrize("index", [True, False], ids=["index", "without index"])
def test_two_who_hand_over_at_once_leave_one_on_duty(
    index: bool,
    pause: Pause,
    patient: Patient,
    owner: User,
    writer: User,
    manager: User,
    monkeypatch: Any,
) -> None:
    """The index alone holds it, for whoever comes past the turn too."""
    if not index:
        _run("DROP INDEX one_open_turn_per_diary")
    monkeypatch.setattr(duty, "write_audit", pause.before(duty.write_audit))
    try:
        first, second = race(
            pause,
            lambda: duty.hand_over(patient, to=writer, until=None, after=None, by=owner),
            lambda: duty.hand_over(patient, to=manager, until=None, after=None, by=owner),
        )
        assert isinstance(second, Refusal) == index
        assert patient.duty_turns.filter(ended=None).count() == (1 if index else 2), first
    finally:
        if not index:
            patient.duty_turns.all().delete()
            _run(
                "CREATE UNIQUE INDEX one_open_turn_per_diary ON diary_dutyturn (patient_id) "
                "WHERE ended IS NULL"
            )


def _run(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words)


@pytest.mark.parametrize("claims_it", [True, False], ids=["claim", "without claim"])
def test_of_two_who_send_one_code_at_once_one_gets_in(
    claims_it: bool,
    pause: Pause,
    patient: Patient,
    owner: User,
    stranger: User,
    make_user: Any,
    monkeypatch: Any,
) -> None:
    _, code = accounts.invite(patient, email="", role="reader", by=owner)
    rival = make_user("Rival")
    monkeypatch.setattr(accounts, "write_audit", pause.before(accounts.write_audit))
    if not claims_it:
        plain = type(accounts.Invitation.objects.all())
        monkeypatch.setattr(plain, "update", lambda rows, **_: rows.count() or 1)
    race(
        pause,
        lambda: accounts.accept_invitation(code, by=stranger),
        lambda: accounts.accept_invitation(code, by=rival),
    )
    assert Share.objects.count() == (1 if claims_it else 2)


@pytest.mark.parametrize("claims_it", [True, False], ids=["claim", "without claim"])
def test_two_workers_take_a_message_once(
    claims_it: bool, pause: Pause, patient: Patient, owner: User, monkeypatch: Any
) -> None:
    set_reminder(patient, Kind.ENTRY, by=owner, clocks=[time(20)])
    at = NOW + timedelta(days=1)
    rounds.plan(at)
    take = claims._take if claims_it else _take_anyway
    monkeypatch.setattr(claims, "_take", pause.after(take))
    taken = race(pause, lambda: claims.take(at), lambda: claims.take(at))
    assert sorted(map(len, taken)) == ([0, 1] if claims_it else [1, 1])


def _take_anyway(message: Message, now: datetime) -> bool:
    same = Message.objects.filter(pk=message.pk)
    return bool(same.update(state=Message.State.TAKEN, taken=now))


def test_two_rounds_at_once_make_one_message(
    pause: Pause, patient: Patient, owner: User, monkeypatch: Any
) -> None:
    set_reminder(patient, Kind.ENTRY, by=owner, clocks=[time(20)])
    monkeypatch.setattr(rounds, "_move_on", pause.after(rounds._move_on))
    at = NOW + timedelta(days=1)
    race(pause, lambda: rounds.plan(at), lambda: rounds.plan(at))
    assert Message.objects.count() == 1


def test_of_two_corrections_of_one_version_one_is_asked_again(
    pause: Pause, patient: Patient, owner: User, monkeypatch: Any
) -> None:
    entry = record_check_in(patient, said(NOW, reading("36.8")), by=owner)
    monkeypatch.setattr(check_ins, "write_audit", pause.before(check_ins.write_audit))
    _, second = race(
        pause,
        *(
            lambda degrees=degrees: correct_check_in(
                entry, said(NOW, reading(degrees)), reason="typed wrong", by=owner, based_on=1
            )
            for degrees in ("38.6", "37.0")
        ),
        diary=patient.pk,
    )
    assert isinstance(second, Conflict)
    assert Version.objects.count() == 2
    assert Finding.objects.filter(level="urgent").exists()


def test_two_taps_move_an_entry_once(
    pause: Pause, patient: Patient, owner: User, monkeypatch: Any, two_processes: None
) -> None:
    entry = record_check_in(patient, said(NOW, reading("38.6")), by=owner)
    bo = new_patient(owner, name="Bo")
    monkeypatch.setattr(check_ins, "write_audit", pause.before(check_ins.write_audit))
    first, second = race(
        pause,
        lambda: move_check_in(entry, to=bo, by=owner),
        lambda: move_check_in(entry, to=bo, by=owner),
        diary=patient.pk,
    )
    assert first == second == bo.check_ins.get()
    assert [v.kind for v in entry.versions.all()] == ["symptoms", "removed"]


def test_every_transaction_of_a_page_takes_the_turn_of_its_diary(
    patient: Patient, dad: Client, monkeypatch: Any
) -> None:
    from config.postgresql.base import DatabaseWrapper  # needs psycopg, which SQLite does not

    seen, real = [], DatabaseWrapper._take_turn

    def look(self: Any) -> None:
        seen.append(TURN.get())
        real(self)

    monkeypatch.setattr(DatabaseWrapper, "_take_turn", look)
    answer = dad.post(reverse("today", args=[patient.pk]), typed(temperature_C="38.6"))
    assert answer.status_code == 302
    assert patient.pk in seen
    assert TURN.get() is None
