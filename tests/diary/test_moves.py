"""An entry about somebody else goes to their diary and leaves a trail in the one it was in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Patient, Role, Share, User
from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.check_ins.moves import REASON, move_check_in
from diary.core.errors import Refusal
from diary.management.examples import check_in_data, reading
from diary.models import CheckIn, Finding, OwnSymptom, Version
from tests.config.world import changed, state
from tests.conftest import new_patient
from tests.diary.answers import on_blinatumomab

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
LogIn = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def bo(owner: User) -> Patient:
    """Ana's brother, on blinatumomab, in the same family."""
    bo = new_patient(owner, name="Bo", birth_month=2, birth_year=2020, tint=2)
    on_blinatumomab(bo, NOW)
    return bo


@pytest.fixture
def fever(patient: Patient, writer: User) -> CheckIn:
    """A fever that Grandma wrote an hour ago into the wrong diary."""
    data = check_in_data(NOW - timedelta(hours=1), reading("38.6"), note="hot")
    return record_check_in(patient, data, by=writer)


def test_it_has_its_moment_and_author_there_and_is_judged_by_the_treatments_there(
    patient: Patient, bo: Patient, owner: User, writer: User
) -> None:
    said = ReportData("confusion", "mild")
    entry = record_check_in(patient, check_in_data(NOW - timedelta(hours=1), said), by=writer)
    assert not Finding.objects.exclude(therapy="").exists()
    moved = move_check_in(entry, to=bo, by=owner)
    assert (moved.patient, moved.at, moved.received) == (bo, entry.at, entry.received)
    moved.refresh_from_db()
    assert (moved.by, moved.versions.get().by, moved.zone) == (writer, writer, entry.zone)
    findings = Finding.objects.filter(version__check_in=moved)
    assert "blinatumomab" in set(findings.values_list("therapy", flat=True))
    assert set(findings.values_list("patient", flat=True)) == {bo.pk}


def test_a_removed_version_without_content_stays_and_what_was_urgent_stays_open(
    patient: Patient, bo: Patient, owner: User, fever: CheckIn
) -> None:
    found = list(fever.versions.get().findings.values_list())
    move_check_in(fever, to=bo, by=owner)
    last = fever.versions.get(number=2)
    assert (last.kind, last.reason, last.note, last.by) == ("removed", REASON, "", owner)
    assert not last.reports.exists()
    assert list(fever.versions.get(number=1).findings.values_list()) == found
    followed = CheckIn.objects.followed()
    assert set(followed.values_list("patient", flat=True)) == {patient.pk, bo.pk}
    assert AuditEntry.objects.filter(action="move check-in", patient=patient, by=owner).exists()


def test_two_taps_and_a_crash_move_it_once(
    bo: Patient, owner: User, fever: CheckIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as kill:
        kill.setattr("diary.check_ins.moves.remove_check_in", killed)
        with pytest.raises(KeyboardInterrupt):
            move_check_in(fever, to=bo, by=owner)
    assert fever.versions.count() == 1, "nothing is lost"
    first = move_check_in(fever, to=bo, by=owner)
    assert move_check_in(fever, to=bo, by=owner) == first
    assert bo.check_ins.count() == 1
    assert fever.versions.count() == 2


def test_a_symptom_of_ones_own_is_listed_there_too(
    patient: Patient, bo: Patient, owner: User, dad: Client
) -> None:
    OwnSymptom.objects.create(patient=patient, name="Itch", kind="severity", by=owner)
    said = ReportData("own-symptom", "mild", own_name="Itch")
    entry = record_check_in(patient, check_in_data(NOW, said), by=owner)
    moved = move_check_in(entry, to=bo, by=owner)
    assert bo.own_symptoms.get().name == "Itch"
    assert dad.get(reverse("check_in_correct", args=[bo.pk, moved.pk])).status_code == 200


def test_what_was_removed_is_not_moved(bo: Patient, owner: User, fever: CheckIn) -> None:
    remove_check_in(fever, reason="Typed twice", by=owner)
    with pytest.raises(Refusal, match="Restore it first"):
        move_check_in(fever, to=bo, by=owner)
    assert not bo.check_ins.exists()


def test_one_that_was_moved_restored_and_corrected_is_not_moved_over_what_is_there(
    bo: Patient, owner: User, dad: Client, fever: CheckIn
) -> None:
    there = move_check_in(fever, to=bo, by=owner)
    data = check_in_data(NOW - timedelta(hours=1), reading("37.0"))
    correct_check_in(fever, data, reason="It was hers", by=owner)
    answer = dad.post(page_of(fever), {"to": bo.pk})
    assert answer.status_code == 422
    assert "moved there before" in answer.content.decode()
    assert (fever.versions.count(), there.versions.count()) == (3, 1)


# The page.


def page_of(entry: CheckIn) -> str:
    return reverse("check_in_move", args=[entry.patient_id, entry.pk])


def card_of(client: Client, entry: CheckIn) -> str:
    address = reverse("check_in", args=[entry.patient_id, entry.pk])
    return client.get(address).content.decode()


def test_the_owner_moves_it_and_is_told_what_to_do(
    patient: Patient, bo: Patient, dad: Client, fever: CheckIn
) -> None:
    assert page_of(fever) in card_of(dad, fever)
    page = dad.get(page_of(fever)).content.decode()
    assert "the call stays open in Ana’s diary" in page
    assert "Bo, born February 2020" in page
    done = dad.post(page_of(fever), {"to": bo.pk}, follow=True)
    moved = bo.check_ins.get()
    assert done.redirect_chain[-1][0] == reverse("check_in", args=[bo.pk, moved.pk])
    assert "Moved to Bo’s diary." in done.content.decode()
    assert REASON in card_of(dad, fever)
    assert page_of(fever) not in card_of(dad, fever)


def test_nobody_is_chosen_beforehand_and_one_has_to_be(
    bo: Patient, dad: Client, fever: CheckIn
) -> None:
    assert " checked" not in dad.get(page_of(fever)).content.decode().replace("is checked", "")
    assert "Choose whose entry it was." in dad.post(page_of(fever)).content.decode()
    assert fever.versions.count() == 1


def test_with_one_diary_there_is_no_link(dad: Client, fever: CheckIn) -> None:
    assert page_of(fever) not in card_of(dad, fever)


def test_a_diary_that_waits_to_be_deleted_takes_nothing(
    bo: Patient, dad: Client, fever: CheckIn
) -> None:
    Patient.objects.filter(pk=bo.pk).update(erase_due=NOW + timedelta(days=7))
    assert page_of(fever) not in card_of(dad, fever)
    assert dad.post(page_of(fever), {"to": bo.pk}).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("writer", 422), ("reader", 403), ("stranger", 404)])
def test_it_goes_only_where_this_person_may_write(
    who: str, status: int, bo: Patient, fever: CheckIn, request: Any, log_in: LogIn
) -> None:
    client, before = log_in(request.getfixturevalue(who)), state()
    assert client.post(page_of(fever), {"to": bo.pk}).status_code == status
    assert changed(before) == []


def test_a_caregiver_who_writes_in_both_moves_it(
    bo: Patient, writer: User, fever: CheckIn, log_in: LogIn
) -> None:
    Share.objects.create(patient=bo, user=writer, role=Role.WRITER, accepted=NOW, confirmed=NOW)
    client = log_in(writer)
    assert page_of(fever) in card_of(client, fever)
    assert client.post(page_of(fever), {"to": bo.pk}).status_code == 302
    assert Version.objects.filter(check_in__patient=bo).get().note == "hot"
