"""The words of notes are kept from a reader whom the owner wants to spare them: on every page."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import patient_for
from accounts.models import Role, Share, User, erasing
from diary.check_ins.load import entries_among
from diary.core.days import local_day
from diary.history.search import Search
from diary.models import CheckIn, Photo, PhotoRemoval, Version
from summary.content.build import content
from tests.config.addresses import PATIENT, every_address, ids_for, who_may
from tests.config.world import Diary, make_diary

LogIn = Callable[[User], Client]
NOTE = "qqsecretqq"


@pytest.fixture
def ana(owner: User) -> Diary:
    """A diary with every kind of row, in which each note of an entry says the secret word."""
    ana = make_diary(owner, "Ana")
    with erasing():
        Version.objects.filter(number=1).update(note=f"First {NOTE}")
        Version.objects.filter(number__gt=1).update(note=f"Then {NOTE}", reason=f"Because {NOTE}")
        Photo.objects.update(note=f"Arm {NOTE}")
        PhotoRemoval.objects.update(reason=f"Removed {NOTE}")
    return ana


@pytest.fixture
def share(ana: Diary, stranger: User) -> Share:
    now = timezone.now()
    terms = {"role": Role.READER, "without_notes": True, "accepted": now, "confirmed": now}
    return Share.objects.create(patient=ana.patient, user=stranger, **terms)


def pages(client: Client, ana: Diary) -> dict[str, str]:
    """Every page of the diary that this person may open, those of each entry, photo and day too."""
    addresses = [one for one in every_address() if who_may(one) == PATIENT]
    paths = {one.path(ids_for(ana.ids)) for one in addresses}
    here = [ana.patient.pk]
    for check_in in CheckIn.objects.filter(patient=ana.patient):
        paths.add(reverse("check_in", args=[*here, check_in.pk]))
        paths.add(reverse("history_day", args=[*here, check_in.local_day.isoformat()]))
    paths |= {
        reverse("photo", args=[*here, pk]) for pk in Photo.objects.values_list("pk", flat=True)
    }
    paths |= {f"{reverse('summary', args=here)}?all=1"}
    found = {path: client.get(path) for path in paths}
    found |= {f"{path} part": client.get(path, headers={"HX-Request": "true"}) for path in paths}
    for words in ("", NOTE, "Arm"):
        sent = client.post(reverse("history_find", args=here), {"words": words}, follow=True)
        found[f"search {words}"] = sent
    return {
        path: answer.content.decode(errors="replace")
        for path, answer in found.items()
        if answer.status_code == 200 and not answer.streaming
    }


def leaking(client: Client, ana: Diary) -> list[str]:
    return sorted(path for path, text in pages(client, ana).items() if NOTE in text)


def test_no_page_says_a_word_of_them(ana: Diary, share: Share, log_in: LogIn) -> None:
    client = log_in(share.user)
    opened = pages(client, ana)
    assert len(opened) > 60
    assert [p for p, text in opened.items() if NOTE in text and not p.startswith("search")] == []
    found = opened[f"search {NOTE}"]
    assert found.count(NOTE) == opened["search Arm"].count("Arm"), "only what was typed comes back"


def test_the_same_walk_finds_them_where_they_are_not_hidden(
    ana: Diary, share: Share, log_in: LogIn
) -> None:
    Share.objects.update(without_notes=False)
    leaks = leaking(log_in(share.user), ana)
    for page in ("/check-ins/", "/history/", "/photos/", "/summary/"):
        assert any(page in path for path in leaks), page


def test_that_there_is_a_note_and_that_it_was_corrected_is_seen(
    ana: Diary, share: Share, log_in: LogIn
) -> None:
    noted = Version.objects.filter(note__contains=NOTE, kind="symptoms").first()
    card = reverse("check_in", args=[ana.patient.pk, noted.check_in_id])
    assert "hidden from you" in log_in(share.user).get(card).content.decode()


@pytest.mark.parametrize(("hides", "finds"), [(True, False), (False, True)])
def test_a_hidden_note_cannot_be_guessed_by_searching(
    hides: bool, finds: bool, ana: Diary, share: Share
) -> None:
    Share.objects.update(without_notes=hides)
    patient = patient_for(share.user, ana.patient.pk)
    entries = entries_among(patient, patient.check_ins.all())
    for words in (NOTE, "First", "Because"):
        sought = Search(words=words)
        assert sought.check_ins(patient).exists() is finds
        assert any(sought.is_met_by(entry) for entry in entries) is finds
    everything = Search(told_by="caregiver")
    told = sum(everything.is_met_by(entry) for entry in entries)
    assert told == everything.check_ins(patient).count(), "what is no word is found as ever"


def test_a_summary_for_such_a_reader_has_none_on_paper_either(ana: Diary, share: Share) -> None:
    patient = patient_for(share.user, ana.patient.pk)
    today = local_day(timezone.now(), patient.tz)
    said = content(patient, first=today.replace(day=1), last=today, by=share.user, chosen=None)
    assert said.notes
    assert NOTE not in repr(said)
