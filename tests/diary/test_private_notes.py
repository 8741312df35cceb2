"""What the patient writes for themselves is on no page, file, search or paper of anybody else, and
hides nothing that was found."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import patient_for
from accounts.models import Role, Share, User
from diary.check_ins.load import entries_among
from diary.core.days import local_day
from diary.models import CheckIn, Finding, PrivateNote, Version
from summary.content.build import content
from summary.erasure.actions import ask_for_account
from summary.erasure.deletion import erase, erase_due
from summary.erasure.ledger import LedgerLine
from summary.export.as_json import as_json
from summary.export.read import records
from tests.config.world import Diary, make_diary
from tests.diary.answers import typed
from tests.diary.test_hidden_notes import NOTE, pages

LogIn = Callable[..., Client]


@pytest.fixture
def ana(owner: User) -> Diary:
    return make_diary(owner, "Ana")


@pytest.fixture
def herself(ana: Diary, make_user: Callable[..., User]) -> User:
    """Ana's own log-in."""
    now, user = timezone.now(), make_user("Ana herself")
    Share.objects.create(
        patient=ana.patient, user=user, role=Role.WRITER, is_patient=True, accepted=now,
        confirmed=now,
    )  # fmt: skip
    return user


@pytest.fixture
def noted(ana: Diary, herself: User, log_in: LogIn) -> CheckIn:
    """An urgent entry with a note for all and one for nobody, as the page of today saves it."""
    sent = typed(confusion="severe", note="Dizzy since noon", told_by="self")
    log_in(herself).post(
        reverse("today", args=[ana.patient.pk]), sent | {"private_note": f"I am {NOTE}"}
    )
    return CheckIn.objects.get(by=herself)


def leaks(client: Client, ana: Diary) -> list[str]:
    return [
        path
        for path, text in pages(client, ana).items()
        if NOTE in text and not path.startswith("search")
    ]


def correct(client: Client, check_in: CheckIn, **fields: str) -> int:
    page = reverse("check_in_correct", args=[check_in.patient_id, check_in.pk])
    based_on = str(check_in.versions.count())
    return client.post(page, typed(based_on=based_on) | fields).status_code


def test_it_is_on_no_page_of_anybody_else(
    ana: Diary, noted: CheckIn, owner: User, make_user: Callable[..., User], log_in: LogIn
) -> None:
    now = timezone.now()
    for role in Role:
        user = make_user(f"Some {role}")
        Share.objects.create(patient=ana.patient, user=user, role=role, accepted=now, confirmed=now)
        assert leaks(log_in(user), ana) == [], role
    opened = pages(log_in(owner), ana)
    assert len(opened) > 80
    assert leaks(log_in(owner), ana) == []
    assert any("Dizzy since noon" in text for text in opened.values()), "the other note is there"
    card = opened[reverse("check_in", args=[ana.patient.pk, noted.pk])]
    assert "confus" in card.lower()
    assert "Only you can read this" not in card, "nor that there is one"


def test_she_reads_it_with_the_entry_and_on_its_day(
    ana: Diary, noted: CheckIn, herself: User, log_in: LogIn
) -> None:
    found = leaks(log_in(herself), ana)
    here = ana.patient.pk
    assert reverse("check_in", args=[here, noted.pk]) in found
    assert reverse("check_in_correct", args=[here, noted.pk]) not in found  # not in the walk
    assert reverse("history_day", args=[here, noted.local_day.isoformat()]) in found
    assert not [p for p in found if "/summary/" in p or "/records/" in p]


def test_what_was_found_is_as_urgent_as_without_it(
    ana: Diary, noted: CheckIn, owner: User, log_in: LogIn
) -> None:
    assert noted.versions.get().findings.filter(level="urgent").exists()
    page = log_in(owner).get(reverse("today", args=[ana.patient.pk])).content.decode()
    assert reverse("check_in", args=[ana.patient.pk, noted.pk]) in page


def test_files_and_paper_of_others_lack_it_and_hers_has_it(
    ana: Diary, noted: CheckIn, owner: User, herself: User, log_in: LogIn
) -> None:
    for name in ("records_json", "records_csv", "records_fhir"):
        sent = log_in(owner).post(reverse(name, args=[ana.patient.pk]))
        assert sent.status_code == 200
        assert NOTE.encode() not in b"".join(sent) if sent.streaming else sent.content, name
    today = local_day(timezone.now(), ana.patient.tz)
    for user in (owner, herself):
        at = patient_for(user, ana.patient.pk)
        paper = content(at, first=today.replace(day=1), last=today, by=user, chosen=None)
        assert NOTE not in repr(paper)
    at = patient_for(herself, ana.patient.pk)
    assert NOTE in as_json(records(at)).decode()
    assert NOTE not in as_json(records(patient_for(owner, ana.patient.pk))).decode()


def test_without_anybody_at_the_door_nobody_reads_it(ana: Diary, noted: CheckIn) -> None:
    """As behind a link for the clinic, or at the command line."""
    entries = entries_among(ana.patient, ana.patient.check_ins.all())
    assert NOTE not in repr([entry.private_note for entry in entries])
    assert NOTE not in as_json(records(ana.patient)).decode()


def test_a_guardian_corrects_the_entry_and_her_note_stays_hers(
    ana: Diary, noted: CheckIn, owner: User, herself: User, log_in: LogIn
) -> None:
    fields = {"s-confusion": "mild", "note": "Dizzy since noon", "reason": "a slip"}
    assert correct(log_in(owner), noted, **fields) == 302
    assert leaks(log_in(owner), ana) == []
    card = log_in(herself).get(reverse("check_in", args=[ana.patient.pk, noted.pk]))
    assert NOTE in card.content.decode()


def test_she_changes_it_and_takes_it_out_without_saying_why(
    ana: Diary, noted: CheckIn, herself: User, owner: User, log_in: LogIn
) -> None:
    client = log_in(herself)
    page = reverse("check_in_correct", args=[ana.patient.pk, noted.pk])
    assert NOTE in client.get(page).content.decode()
    fields = {"s-confusion": "severe", "note": "Dizzy since noon", "private_note": "Better"}
    assert correct(client, noted, **fields) == 302
    assert correct(client, noted, **fields | {"private_note": ""}) == 302
    entry = entries_among(
        patient_for(herself, ana.patient.pk), ana.patient.check_ins.filter(pk=noted.pk)
    )[0]
    assert entry.private_note == ""
    assert len(entry.versions) == 1, "nobody else learns that there is one"
    found = Finding.objects.filter(version__check_in=noted)
    assert not found.exclude(version__number=1).exists(), "and nothing is asked anew"
    assert correct(client, noted, **fields | {"s-confusion": "mild"}) == 422, "that has a reason"


def test_sent_twice_it_is_one_and_another_text_under_its_id_is_refused(
    ana: Diary, herself: User, log_in: LogIn
) -> None:
    page = reverse("today", args=[ana.patient.pk])
    fields = typed(nausea="mild", told_by="self") | {"private_note": "one"}
    client = log_in(herself)
    assert [client.post(page, fields).status_code for _ in range(2)] == [302, 302]
    assert client.post(page, fields | {"private_note": "two"}).status_code == 409
    assert PrivateNote.objects.get(by=herself).text == "one"


def test_too_ill_to_fill_this_in_takes_it_along_and_shows_it_to_nobody(
    ana: Diary, herself: User, log_in: LogIn
) -> None:
    page = reverse("today", args=[ana.patient.pk])
    fields = typed(do="short", told_by="self") | {"private_note": NOTE}
    assert f'name="private_note" value="{NOTE}"' in log_in(herself).post(
        page, fields
    ).content.decode().replace("\n", "")


def test_only_the_patient_is_offered_it(
    ana: Diary, herself: User, owner: User, log_in: LogIn
) -> None:
    page = reverse("today", args=[ana.patient.pk])
    assert "A note only you can read" in log_in(herself).get(page).content.decode()
    assert "A note only you can read" not in log_in(owner).get(page).content.decode()


def test_it_goes_with_the_words_of_the_entry_and_with_her_account(
    ana: Diary, noted: CheckIn, herself: User
) -> None:
    erase(LedgerLine(timezone.now(), "words", noted.pk))
    assert not PrivateNote.objects.filter(by=herself).exists()
    version = noted.versions.get()
    PrivateNote.objects.create(version=version, text=NOTE, by=herself, at=timezone.now())
    erasure = ask_for_account(herself, keeps_name=True, by=herself)
    erase_due(erasure.due)
    assert Version.objects.filter(pk=version.pk).exists()
    assert not PrivateNote.objects.filter(text=NOTE).exists(), "it becomes nobody else's"
