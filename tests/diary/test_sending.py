"""What waited on a phone: sent once or a thousand times, it is in the diary once and unchanged."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Patient, Share, User
from diary.models import CheckIn, Course, Dose, Report
from diary.today.views import offline
from tests.conftest import new_patient
from tests.diary.answers import on_blinatumomab, typed

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
LogIn = Callable[[User], Client]


def waited(user: User, hours: float = 0, *, clock: float = 0, **answers: Any) -> dict[str, str]:
    """The fields that the script sends after so many hours, from a phone whose clock is ahead."""
    sent = NOW + timedelta(hours=clock)
    then = (sent - timedelta(hours=hours)).isoformat()
    fields = typed(**answers)
    return fields | {
        "account": str(user.pk),
        "sent": sent.isoformat(),
        "typed": then,
        "loaded": then,
        "opened": "",
    }


def send(client: Client, patient: Patient, fields: dict[str, str]) -> Any:
    with time_machine.travel(NOW, tick=False):
        return client.post(reverse("check_in_send", args=[patient.pk]), fields)


def test_it_is_saved_at_the_moment_it_was_typed(
    patient: Patient, owner: User, log_in: LogIn
) -> None:
    answer = send(log_in(owner), patient, waited(owner, 5, rash="mild", note="at night"))
    check_in = CheckIn.objects.get()
    assert answer.json() == {
        "id": str(check_in.pk),
        "url": reverse("check_in", args=[patient.pk, check_in.pk]),
        "call": None,
    }
    assert check_in.at == NOW - timedelta(hours=5)
    assert check_in.received == NOW
    assert AuditEntry.objects.filter(patient=patient, by=owner).exists()


def test_an_urgent_entry_that_waited_comes_back_with_its_instruction_and_number(
    patient: Patient, owner: User, log_in: LogIn
) -> None:
    client = log_in(owner)
    call = send(client, patient, waited(owner, 5, seizure="yes")).json()["call"]
    assert (call["word"], call["heading"]) == ("Urgent", "Call 999 now for Ana")
    assert [number["tel"] for number in call["numbers"]] == ["999"]
    assert "entry of 20 Nov 2026 at 16:40" in call["said"]
    only_prompted = waited(owner, 4, rash="mild") | {"prompted": "1"}
    call = send(client, patient, only_prompted).json()["call"]
    assert call["heading"] == "If Ana is like that now, call Ana's care team now"
    assert call["numbers"]


@pytest.mark.parametrize("clock", [-24, 24, 0.2])
def test_a_wrong_clock_of_the_phone_moves_nothing(
    patient: Patient, owner: User, log_in: LogIn, clock: float
) -> None:
    send(log_in(owner), patient, waited(owner, 5, clock=clock, rash="mild"))
    assert CheckIn.objects.get().at == NOW - timedelta(hours=5)


def test_a_clock_that_ran_backwards_is_asked_about(
    patient: Patient, owner: User, log_in: LogIn
) -> None:
    client = log_in(owner)
    answer = send(client, patient, waited(owner, -1, rash="mild"))
    assert answer.status_code == 422
    assert "clock of this device was changed" in answer.json()["said"]
    assert not CheckIn.objects.exists()
    given = waited(owner, -1, rash="mild", day="2026-11-20", time="18:30")
    assert send(client, patient, given).status_code == 200
    assert CheckIn.objects.get().at == datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


def test_only_a_time_means_the_day_it_was_typed(
    patient: Patient, owner: User, log_in: LogIn
) -> None:
    send(log_in(owner), patient, waited(owner, 30, rash="mild", time="08:00"))
    assert CheckIn.objects.get().at == datetime(2026, 11, 19, 8, 0, tzinfo=UTC)


def test_what_was_prompted_while_choosing_is_found_although_it_came_later(
    patient: Patient, owner: User, log_in: LogIn
) -> None:
    """Soon after an infusion dizziness is urgent: it was when the page was opened, but no longer
    when it was saved."""
    typed_at = NOW - timedelta(hours=10)
    over = typed_at - timedelta(hours=24, minutes=1)
    course = Course.objects.create(patient=patient, therapy="rituximab", started=over.date())
    Dose.objects.create(
        course=course,
        kind="infusion",
        started=over - timedelta(hours=1),
        ended=over,
        local_day=over.date(),
    )
    fields = waited(owner, 10, dizziness="mild")
    assert not send(log_in(owner), patient, fields).json()["call"]
    opened = (typed_at - timedelta(minutes=3)).isoformat()
    again = waited(owner, 10, dizziness="mild") | {"loaded": opened}
    assert send(log_in(owner), patient, again).json()["call"]
    assert CheckIn.objects.filter(at=typed_at).count() == 2


def test_what_was_prompted_is_not_taken_back_by_another_time(
    patient: Patient, owner: User, log_in: LogIn
) -> None:
    """Today's page prompted because of the pump; the entry is about a day before the treatment."""
    on_blinatumomab(patient, NOW, day=3)
    client = log_in(owner)
    said = "the page asked you to call"
    # Severe nausea is urgent with the pump running, and not before.
    then = waited(owner, 1, nausea="severe", day="2026-11-10", time="09:00")
    answer = send(client, patient, then)
    assert answer.status_code == 200
    assert not answer.json()["call"]
    with time_machine.travel(NOW, tick=False):
        assert said in client.get(answer.json()["url"]).content.decode()


def test_whoever_is_logged_in_sends_nothing_that_another_typed(
    patient: Patient, owner: User, writer: User, log_in: LogIn
) -> None:
    answer = send(log_in(writer), patient, waited(owner, rash="mild"))
    assert answer.status_code == 403
    assert not CheckIn.objects.exists()


def test_a_reader_a_stranger_and_nobody_save_nothing(
    patient: Patient, reader: User, stranger: User, log_in: LogIn
) -> None:
    for user, status in ((reader, 403), (stranger, 404)):
        assert send(log_in(user), patient, waited(user, rash="mild")).status_code == status
    assert send(Client(), patient, waited(reader, rash="mild")).status_code == 302
    assert not CheckIn.objects.exists()


def test_what_cannot_be_is_said_in_words(patient: Patient, owner: User, log_in: LogIn) -> None:
    answer = send(log_in(owner), patient, waited(owner, temperature_C="38.x"))
    assert answer.status_code == 422
    assert "cannot read this temperature" in answer.json()["said"]


def test_the_device_is_told_who_is_logged_in(owner: User, log_in: LogIn) -> None:
    found = log_in(owner).get(reverse("device")).json()
    assert found["account"] == str(owner.pk)
    assert len(found["token"]) == 64
    assert Client().get(reverse("device")).status_code == 302


def test_the_device_is_told_in_which_diaries_one_may_write(
    patient: Patient, owner: User, writer: User, reader: User, stranger: User, log_in: LogIn
) -> None:
    own = str(patient.pk)
    expected = ((owner, {own: True}), (writer, {own: True}), (reader, {own: False}), (stranger, {}))
    for user, diaries in expected:
        assert log_in(user).get(reverse("device")).json()["diaries"] == diaries
    Share.objects.update(revoked=timezone.now())
    assert log_in(writer).get(reverse("device")).json()["diaries"] == {}


def said_in_the_diary() -> dict[str, tuple[str, str, str]]:
    """Return every check-in as id -> patient, note and answer."""
    reports = Report.objects.select_related("version__check_in__patient")
    return {
        str(r.version.check_in_id): (
            str(r.version.check_in.patient_id),
            r.version.note,
            r.answer,
        )
        for r in reports
    }


def replay(
    client: Client, patients: list[Patient], user: User, *, times: int, seed: int
) -> tuple[dict[str, tuple[str, str, str]], list[str]]:
    """Send entries again and again, in any order, with lost requests and lost answers. Return what
    must be in the diary, and what was wrong about the answers."""
    dice = random.Random(seed)  # noqa: S311 (made-up data)
    model: dict[str, tuple[str, str, str]] = {}  # what the server must hold
    entries: list[tuple[Patient, dict[str, str]]] = []
    faults = []
    for n in range(times):
        if not entries or dice.random() < 0.12:
            answer = dice.choice(("mild", "no"))
            fields = waited(user, dice.randint(0, 90), rash=answer, note=f"entry {n}")
            entries.append((dice.choice(patients), fields))
        patient, fields = dice.choice(entries)
        changed = dice.random() < 0.15
        if changed:  # the same id, with other words or in another diary
            patient = dice.choice(patients)
            fields = fields | {"note": dice.choice((fields["note"], "changed"))}
        if dice.random() < 0.2:
            continue  # lost on its way there
        drift = timedelta(seconds=dice.randint(0, 20))
        with time_machine.travel(NOW + drift, tick=False):
            got = client.post(reverse("check_in_send", args=[patient.pk]), fields).status_code
        said = (str(patient.pk), fields["note"], fields["s-rash"])
        expected = 200 if model.setdefault(fields["id"], said) == said else 409
        if got != expected:
            faults.append(f"{n}: {got} instead of {expected}")
        # An answer that is lost on its way back changes nothing here: the entry is sent again.
    return model, faults


def test_a_thousand_replays_with_losses_and_reorders_lose_and_double_nothing(
    patient: Patient, owner: User, log_in: LogIn
) -> None:
    bo = new_patient(owner, name="Bo", birth_month=1, birth_year=2016)
    model, faults = replay(log_in(owner), [patient, bo], owner, times=1000, seed=7)
    assert faults == []
    assert said_in_the_diary() == model
    assert len(model) > 80
    assert CheckIn.objects.count() == len(model)


def test_the_replay_notices_a_server_that_saves_twice(
    patient: Patient, owner: User, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = offline.record_check_in

    def forgetful(patient: Patient, data: Any, *, by: User) -> CheckIn:
        return real(patient, replace(data, id=uuid4()), by=by)

    monkeypatch.setattr(offline, "record_check_in", forgetful)
    model, faults = replay(log_in(owner), [patient], owner, times=60, seed=7)
    assert faults or said_in_the_diary() != model
    assert CheckIn.objects.count() > len(model)
