"""Import a diary: two steps, a diary of its own, and nothing of anybody else's."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid5

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Patient, Share, User
from diary.models import CheckIn, Finding, HeldFile, Photo
from summary.bring_in.actions import NO_PICTURE, bring_in
from summary.bring_in.read import read_json
from summary.export import records
from summary.export.as_json import as_json
from tests.config.world import changed, state
from tests.conftest import new_patient
from tests.summary.files import Said, bring, exported, send

LogIn = Callable[[User], Client]


@pytest.fixture
def said(patient: Patient, owner: User, writer: User) -> Said:
    return exported(patient, [owner, writer])


def brought_by(user: User) -> Patient:
    return user.patients.order_by("pk").exclude(kept_authors=None).get()


def test_first_it_says_what_is_in_the_file_and_keeps_nothing(
    said: Said, stranger: User, log_in: LogIn
) -> None:
    client, before = log_in(stranger), state()
    check = send(client, said)
    page = client.get(check.url).content.decode()
    assert "Import the diary of <bdi>Ana</bdi>?" in page
    assert "May 2017" in page
    assert "Dad" in page
    assert "Grandma" in page
    assert f"<td>{len(said['check_ins'])}</td>" in page
    assert changed(before) == ["diary.heldfile"]


def test_a_yes_makes_a_diary_of_its_own_that_nobody_else_can_open(
    said: Said, stranger: User, owner: User, patient: Patient, log_in: LogIn
) -> None:
    client = log_in(stranger)
    before = json.loads(as_json(records(patient)))
    answer = bring(client, said)
    new = brought_by(stranger)
    assert answer.url == reverse("history", args=[new.pk])
    assert json.loads(as_json(records(patient))) == before
    assert not Share.objects.filter(patient=new).exists()
    assert log_in(owner).get(reverse("today", args=[new.pk])).status_code == 404
    assert not HeldFile.objects.exists()
    assert AuditEntry.objects.filter(action="bring in diary", by=stranger, patient=new).exists()


def test_a_no_keeps_nothing(said: Said, stranger: User, log_in: LogIn) -> None:
    client, before = log_in(stranger), state()
    check = send(client, said)
    assert client.post(check.url, {"do": "no"}).url == reverse("people")
    assert changed(before) == []


def test_two_taps_make_one_diary(said: Said, stranger: User, log_in: LogIn) -> None:
    client = log_in(stranger)
    check = send(client, said)
    client.post(check.url, {"do": "yes"})
    assert client.post(check.url, {"do": "yes"}).status_code == 404
    assert stranger.patients.count() == 1


def test_the_pages_name_who_wrote_it_there_and_not_who_brought_it_in(
    said: Said, stranger: User, log_in: LogIn
) -> None:
    client = log_in(stranger)
    bring(client, said)
    new = brought_by(stranger)
    looks = [reverse("look", args=[new.pk, look.pk]) for look in new.looks.all()]
    rows = [reverse("check_in", args=[new.pk, one.pk]) for one in new.check_ins.all()[:4]]
    seen = 0
    for path in (
        reverse("history", args=[new.pk]),
        reverse("questions", args=[new.pk]),
        reverse("medicines", args=[new.pk]),
        *looks,
        *rows,
    ):
        body = client.get(path).content.decode().partition("<main")[2]
        seen += "Dad" in body or "Grandma" in body
        assert "Mallory" not in body, path
    assert seen > 3
    summary = client.get(f"{reverse('summary', args=[new.pk])}?all=1").content.decode()
    assert summary.count("Mallory") == 1, "only who made the summary"


def test_no_page_of_it_costs_more_queries_for_it(
    said: Said,
    stranger: User,
    log_in: LogIn,
    patient: Patient,
    owner: User,
) -> None:
    client = log_in(stranger)
    bring(client, said)
    new = brought_by(stranger)
    for name in ("history", "summary", "questions", "today"):
        with CaptureQueriesContext(
            connection,
        ) as theirs:
            log_in(owner).get(reverse(name, args=[patient.pk]))
        with CaptureQueriesContext(connection) as mine:
            log_in(stranger).get(reverse(name, args=[new.pk]))
        assert len(mine) <= len(theirs) + 1, name


def test_ids_of_the_file_are_never_used_here(
    said: Said, patient: Patient, owner: User, log_in: LogIn
) -> None:
    """Into the server it came from, where each of its ids is taken: a second diary, no clash."""
    check_ins = set(CheckIn.objects.values_list("pk", flat=True))
    bring(log_in(owner), said)
    new = brought_by(owner)
    assert new.pk != patient.pk
    made = set(new.check_ins.values_list("pk", flat=True))
    assert made == {uuid5(new.pk, one["id"]) for one in said["check_ins"]}
    assert not made & check_ins


def test_what_is_taken_here_and_what_is_not_answer_alike(
    said: Said, stranger: User, log_in: LogIn
) -> None:
    """Ids that somebody else's rows have here, and ids that nothing has: no way to tell."""
    client = log_in(stranger)
    taken = send(client, said)
    text = json.dumps(said)
    for number, one in enumerate(said["check_ins"]):
        text = text.replace(one["id"], str(UUID(int=number, version=4)))
    free = send(client, json.loads(text))
    assert taken.status_code == free.status_code == 302
    pages = [client.get(answer.url) for answer in (taken, free)]
    assert [page.status_code for page in pages] == [404, 200], "the first was replaced"


def test_findings_stay_as_they_were_and_missing_ones_are_found_again(
    said: Said, stranger: User, log_in: LogIn
) -> None:
    urgent = [
        (n, m, k)
        for n, check_in in enumerate(said["check_ins"])
        for m, version in enumerate(check_in["versions"])
        for k, finding in enumerate(version["findings"])
        if finding["level"] == "urgent" and version is check_in["versions"][-1]
    ]
    assert len(urgent) > 2
    n, m, k = urgent[0]
    said["check_ins"][n]["versions"][m]["findings"][k]["wording"] = "As they put it in 2019."
    gone = next(one for one in urgent[1:] if one[0] != n)
    removed = said["check_ins"][gone[0]]["versions"][gone[1]]["findings"].pop(gone[2])
    bring(log_in(stranger), said)
    new = brought_by(stranger)
    findings = Finding.objects.filter(version__check_in__patient=new)
    assert findings.filter(wording="As they put it in 2019.").count() == 1
    again = findings.filter(
        version__check_in=uuid5(new.pk, said["check_ins"][gone[0]]["id"]),
        rule=removed["rule"],
        symptom=removed["symptom"],
        level="urgent",
    )
    assert again.exists()


def test_brought_in_and_taken_out_it_can_be_brought_in_again(
    said: Said, stranger: User, owner: User, log_in: LogIn
) -> None:
    bring(log_in(stranger), said)
    second = json.loads(as_json(records(brought_by(stranger))))
    assert {author["name"] for author in second["authors"]} == {"Dad", "Grandma"}
    assert bring(log_in(owner), second).status_code == 302


def test_of_a_photo_stays_what_was_said_of_it(said: Said, stranger: User, log_in: LogIn) -> None:
    """The picture is not in the file; the photo counts as removed, and says why."""
    photo = next(photo for one in said["check_ins"] for photo in one["photos"])
    photo["removal"] = None
    client = log_in(stranger)
    bring(client, said)
    new = brought_by(stranger)
    kept = Photo.objects.get(pk=uuid5(new.pk, photo["id"]))
    assert str(kept.author) in {"Dad", "Grandma"}
    page = client.get(reverse("check_in", args=[new.pk, kept.check_in_id])).content.decode()
    assert NO_PICTURE in page


@pytest.mark.parametrize("has_own", [False, True])
def test_it_is_ones_own_diary_only_if_one_says_so_and_has_none(
    said: Said, patient: Patient, owner: User, stranger: User, log_in: LogIn, has_own: bool
) -> None:
    said["patient"]["is_self"] = True
    if has_own:
        new_patient(stranger, name="Me", birth_month=1, birth_year=1980, is_self=True)
    client = log_in(stranger)
    bring(client, said, is_self="on")
    assert brought_by(stranger).is_self is not has_own
    bring(log_in(owner), said)
    assert not brought_by(owner).is_self, "nobody said so"


def test_the_file_waits_an_hour_and_for_nobody_else(
    said: Said, stranger: User, owner: User, log_in: LogIn
) -> None:
    client = log_in(stranger)
    check = send(client, said)
    assert log_in(owner).get(check.url).status_code == 404
    assert log_in(owner).post(check.url, {"do": "yes"}).status_code == 404
    assert client.get(check.url).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert log_in(stranger).post(check.url, {"do": "yes"}).status_code == 404
        send(log_in(owner), said)
    assert HeldFile.objects.get().by == owner, "what lay there too long is gone"


def test_without_an_answer_nothing_happens(said: Said, stranger: User, log_in: LogIn) -> None:
    client = log_in(stranger)
    check = send(client, said)
    before = state()
    for answer in ({}, {"do": "perhaps"}):
        assert client.post(check.url, answer).status_code == 422
    assert changed(before) == []


def test_without_a_log_in_nothing_is_taken(said: Said) -> None:
    before = state()
    assert send(Client(), said).url.startswith(reverse("account_login"))
    assert changed(before) == []


def test_it_warns_of_a_second_diary_of_one_name(
    said: Said, owner: User, stranger: User, log_in: LogIn
) -> None:
    client, words = log_in(stranger), "You keep a diary of <bdi>Ana</bdi> already"
    assert words not in client.get(send(client, said).url).content.decode()
    client = log_in(owner)
    assert words in client.get(send(client, said).url).content.decode()


def test_a_file_without_a_name_in_latin_letters_is_read(patient, owner, writer, stranger):
    """Files from before the name in Latin letters are of the same version."""
    said = exported(patient, [owner, writer])
    del said["patient"]["latin_name"]
    assert read_json(json.dumps(said).encode())["patient"]["latin_name"] == ""


def test_a_name_in_latin_letters_comes_along(patient, owner, writer, stranger):
    patient.latin_name = "Wang Li"
    patient.save()
    said = read_json(json.dumps(exported(patient, [owner, writer])).encode())
    assert bring_in(said, is_self=False, by=stranger).latin_name == "Wang Li"
