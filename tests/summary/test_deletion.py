"""What really goes, what stays, and under which name."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Erasure, Invitation, Patient, Role, Share, User
from diary.check_ins.actions import correct_check_in, record_check_in
from diary.check_ins.data import ReportData
from diary.management.examples import check_in_data
from diary.models import (
    Answer,
    AuthoredRow,
    CheckIn,
    Finding,
    OwnSymptom,
    Question,
    Report,
    Version,
)
from summary.erasure import deletion
from summary.erasure.actions import ask_for_account, ask_for_diary, ask_for_words
from summary.erasure.deletion import DELETED, erase_due, path_to_patient
from summary.erasure.ledger import FILE, lines_in
from summary.export import records
from tests.config.canaries import fill_every_text, without_canary
from tests.config.world import CANARY, make_diary


@pytest.fixture(autouse=True)
def _own_ledger(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)


def later() -> Any:
    return timezone.now() + timedelta(days=9)


def everything() -> str:
    rows = {m: list(m._default_manager.values_list()) for m in apps.get_models()}
    return repr(rows)


# A diary.


def test_a_deleted_diary_leaves_no_row(owner: User, patient: Patient) -> None:
    gone = fill_every_text(owner, "Bo").patient
    assert without_canary() == [], "every column with words was tried"
    User.objects.exclude(pk=owner.pk).delete()  # a friend, who was only made to wait
    ask_for_diary(gone, by=owner)
    assert erase_due(later()) == 1
    assert CANARY not in everything()
    tables = {m for m in apps.get_models() if m._meta.app_label in ("diary", "summary")}
    assert {m for m in tables if m._default_manager.exists()} == set()
    assert list(Patient.objects.all()) == [patient]


def test_a_diary_of_somebody_else_is_not_touched(owner: User, stranger: User) -> None:
    gone, other = make_diary(owner, "Bo").patient, make_diary(stranger, "Cy").patient
    before = records(other)
    ask_for_diary(gone, by=owner)
    erase_due(later())
    assert records(other) == before


def test_one_that_fails_leaves_everything_as_it_was(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = make_diary(owner, "Bo").patient
    ask_for_diary(gone, by=owner)

    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(deletion, "write_audit", stop)
    with pytest.raises(KeyboardInterrupt):
        erase_due(later())
    assert Answer.objects.exists()
    assert Erasure.objects.waiting().exists()
    assert not (settings.DATA_DIR / FILE).exists()


def test_one_that_cannot_go_does_not_keep_the_others_from_going(
    owner: User, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = make_diary(owner, "Bo").patient
    ask_for_diary(stuck, by=owner)
    ask_for_diary(patient, by=owner)
    real = deletion._erase_diary

    def protected(gone: Patient) -> None:
        if gone == stuck:
            raise models.ProtectedError("something", set())
        real(gone)

    monkeypatch.setattr(deletion, "_erase_diary", protected)
    assert erase_due(later()) == 1
    assert list(Patient.objects.all()) == [stuck]
    assert Erasure.objects.waiting().get().row == stuck.pk


def test_a_kill_between_deletion_and_ledger_is_made_good_by_the_next_run(
    owner: User, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_diary(patient, by=owner)

    def killed() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as kill:
        kill.setattr(deletion, "write_down", killed)
        with pytest.raises(KeyboardInterrupt):
            erase_due(later())
    ledger = settings.DATA_DIR / FILE
    assert not Patient.objects.exists()
    assert not ledger.exists()
    assert erase_due(later()) == 0
    assert [(line.kind, line.row) for line in lines_in(ledger)] == [("diary", patient.pk)]


def test_a_line_that_a_crash_cut_off_is_written_again(owner: User, patient: Patient) -> None:
    ledger = settings.DATA_DIR / FILE
    ledger.write_text("2026-11-30T14:00:00+00:00 diary 0190")
    ask_for_diary(patient, by=owner)
    erase_due(later())
    assert [line.row for line in lines_in(ledger)] == [patient.pk]


# The words of an entry.


def test_the_words_of_all_versions_go_and_what_was_found_and_done_stays(
    owner: User, patient: Patient
) -> None:
    entry = _entry_with_words(patient, owner)
    other = record_check_in(patient, check_in_data(timezone.now(), note="other"), by=owner)
    before = _kept(entry)
    assert before["findings"]
    ask_for_words(entry, by=owner)
    erase_due(later())
    assert CANARY not in everything()
    assert _kept(entry) == before
    assert {v.note for v in entry.versions.all()} == {DELETED}
    assert other.versions.get().note == "other"
    assert AuditEntry.objects.filter(action="delete words", patient=patient).exists()


def test_an_entry_without_its_words_still_opens_and_can_be_corrected(
    owner: User, patient: Patient, dad: Client
) -> None:
    entry = _entry_with_words(patient, owner)
    ask_for_words(entry, by=owner)
    erase_due(later())
    ids = [patient.pk, entry.pk]
    assert DELETED in dad.get(reverse("check_in", args=ids)).content.decode()
    assert dad.get(reverse("check_in_correct", args=ids)).status_code == 200
    assert dad.get(reverse("history", args=[patient.pk])).status_code == 200


def test_a_symptom_that_other_entries_have_too_keeps_its_name_there(
    owner: User, patient: Patient
) -> None:
    entry = _entry_with_words(patient, owner)
    own = OwnSymptom.objects.get()
    mine = ReportData("own-symptom", "mild", own_name=own.name)
    other = record_check_in(patient, check_in_data(timezone.now(), mine), by=owner)
    ask_for_words(entry, by=owner)
    erase_due(later())
    assert Report.objects.get(version__check_in=other).own_name == own.name
    names = set(Report.objects.filter(version__check_in=entry).values_list("own_name", flat=True))
    assert names == {"", f"{DELETED} 1"}
    assert OwnSymptom.objects.get(name=own.name).retired is None


def _entry_with_words(patient: Patient, by: User) -> CheckIn:
    OwnSymptom.objects.create(patient=patient, name=f"Itch {CANARY}", kind="severity", by=by)
    said = (
        ReportData("confusion", "moderate"),
        ReportData("own-symptom", "mild", own_name=f"Itch {CANARY}"),
    )
    entry = record_check_in(patient, check_in_data(timezone.now(), *said, note=CANARY), by=by)
    again = check_in_data(timezone.now(), *said, note=f"More {CANARY}")
    correct_check_in(entry, again, reason=f"Because {CANARY}", by=by)
    return entry


def _kept(entry: CheckIn) -> dict[str, Any]:
    findings = Finding.objects.filter(version__check_in=entry)
    answers = Report.objects.filter(version__check_in=entry)
    return {
        "findings": list(findings.values_list()),
        "answers": list(answers.values_list("symptom", "answer", "temperature")),
        "calls": list(entry.calls.values_list()),
    }


# An account.


@pytest.mark.parametrize(("keeps", "name"), [(True, "Grandma"), (False, "Somebody")])
def test_what_somebody_wrote_in_the_diary_of_somebody_else_stays(
    keeps: bool, name: str, patient: Patient, owner: User, writer: User, dad: Client
) -> None:
    entry = record_check_in(patient, check_in_data(timezone.now(), note="by her"), by=writer)
    question = Question.objects.create(patient=patient, text="Why?", by=writer)
    now = timezone.now()
    Invitation.objects.create(
        patient=patient,
        role=Role.READER,
        email=writer.email.upper(),
        code_hash=uuid4().hex,
        by=owner,
        created=now,
        expires=now + timedelta(days=7),
    )
    ask_for_account(writer, keeps_name=keeps, by=writer)
    erase_due(later())
    assert not User.objects.filter(pk=writer.pk).exists()
    assert not Share.objects.exists()
    entry.refresh_from_db()
    question.refresh_from_db()
    assert [str(entry.author), str(question.author)] == [name, name]
    assert {row.by for row in (entry, question, entry.versions.get())} == {owner}
    assert entry.versions.get().note == "by her"
    assert [author.name for author in records(patient).authors] == [name]
    assert writer.email not in everything().lower()
    assert name in dad.get(reverse("check_in", args=[patient.pk, entry.pk])).content.decode()
    assert ("Grandma" in everything()) == keeps


def test_the_diaries_of_an_account_go_with_it(owner: User, stranger: User) -> None:
    make_diary(owner, "Bo")
    User.objects.filter(email__startswith="friend").delete()
    ask_for_account(owner, keeps_name=True, by=owner)
    erase_due(later())
    assert CANARY not in everything()
    assert list(User.objects.all()) == [stranger]
    assert Version.objects.count() == 0


@pytest.mark.django_db
def test_every_table_with_an_author_knows_the_way_to_its_diary() -> None:
    signed = [model for model in apps.get_models() if issubclass(model, AuthoredRow)]
    assert len(signed) > 12
    for model in signed:
        assert path_to_patient(model).endswith("patient"), model
        assert _can_ask(model)


def _can_ask(model: type[models.Model]) -> bool:
    with transaction.atomic():
        return model._default_manager.filter(**{path_to_patient(model): uuid4()}).count() == 0
