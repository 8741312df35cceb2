"""A way out from the pages: who may ask, how long it can be kept, and who sees what meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Erasure, Patient, Share, User, erasing
from diary.models import CheckIn
from summary.erasure import rounds
from summary.erasure.actions import due_after
from summary.erasure.deletion import erase_due
from tests.conftest import PASSWORD

NOW = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)  # a Monday
LogIn = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("clock")


def confirm(client: Client) -> None:
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def ask(client: Client, page: str, *args: Any, **typed: str) -> Any:
    confirm(client)
    return client.post(reverse(page, args=args), typed)


def text(client: Client, page: str, *args: Any) -> str:
    return " ".join(client.get(reverse(page, args=args)).content.decode().split())


# A diary.


def test_more_leads_the_owner_to_deleting_and_nobody_else(
    patient: Patient, dad: Client, writer: User, log_in: LogIn
) -> None:
    link = reverse("diary_delete", args=[patient.pk])
    assert link in text(dad, "patient_more", patient.pk)
    assert link not in text(log_in(writer), "patient_more", patient.pk)


def test_the_page_offers_the_file_first_then_says_what_happens_then_asks(
    patient: Patient, dad: Client
) -> None:
    page = text(dad, "diary_delete", patient.pk)
    steps = [
        "Download it first",
        "From now on nobody else can open it",
        "<b>Mon 7 Dec</b>",
        "Nobody can undo that",
        "Delete Ana’s diary</button>",
    ]
    places = [page.index(step) for step in steps]
    assert places == sorted(places)


def test_without_a_fresh_password_nothing_is_asked_for(
    patient: Patient, owner: User, log: Callable[..., CheckIn], log_in: LogIn
) -> None:
    client, entry = log_in(owner, open_phone=True), log("37.0")
    for page, args in (
        ("diary_delete", [patient.pk]),
        ("words_delete", _ids(entry)),
        ("account_delete", []),
    ):
        asked = client.post(reverse(page, args=args), {"keeps_name": "no"})
        assert asked.url.startswith(reverse("account_reauthenticate")), page
    assert not Erasure.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("writer", 403), ("reader", 403), ("stranger", 404)])
def test_only_the_owner_deletes_a_diary_or_keeps_it(
    who: str, status: int, patient: Patient, dad: Client, request: Any, log_in: LogIn
) -> None:
    client = log_in(request.getfixturevalue(who))
    assert ask(client, "diary_delete", patient.pk).status_code == status
    ask(dad, "diary_delete", patient.pk)
    assert ask(client, "diary_keep", patient.pk).status_code == 404  # closed for them by now
    assert Erasure.objects.waiting().count() == 1


def test_while_it_waits_it_is_closed_for_others_and_says_so_to_its_owner(
    patient: Patient, dad: Client, writer: User, log_in: LogIn
) -> None:
    carer = log_in(writer)
    assert carer.get(reverse("today", args=[patient.pk])).status_code == 200
    ask(dad, "diary_delete", patient.pk)
    assert carer.get(reverse("today", args=[patient.pk])).status_code == 404
    assert "Ana" not in text(carer, "people")
    page = text(dad, "history", patient.pk)
    assert "Ana’s diary will be deleted after <b>Mon 7 Dec</b>." in page
    assert "Keep it" in page


def test_a_link_for_the_clinic_shows_nothing_while_it_waits(
    patient: Patient, owner: User, dad: Client
) -> None:
    patient.clinic_links.create(
        by=owner,
        token_hash="t",
        passcode="p",
        shows={},
        created=NOW,
        expires=NOW + timedelta(days=2),
    )
    assert patient.clinic_links.open().exists()
    ask(dad, "diary_delete", patient.pk)
    assert not patient.clinic_links.open().exists()
    dad.post(reverse("diary_keep", args=[patient.pk]))
    assert patient.clinic_links.open().exists()


def test_asking_twice_is_asking_once(patient: Patient, dad: Client, clock: Any) -> None:
    ask(dad, "diary_delete", patient.pk)
    first = Erasure.objects.get().due
    clock.move_to(NOW + timedelta(days=2))
    ask(dad, "diary_delete", patient.pk)
    assert Erasure.objects.get().due == first


def test_kept_it_is_open_again_for_everybody(
    patient: Patient, dad: Client, reader: User, log_in: LogIn, clock: Any
) -> None:
    ask(dad, "diary_delete", patient.pk)
    dad.post(reverse("diary_keep", args=[patient.pk]))
    assert log_in(reader).get(reverse("today", args=[patient.pk])).status_code == 200
    clock.move_to(NOW + timedelta(days=30))
    assert erase_due() == 0
    assert Patient.objects.exists()


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Auckland", "America/Los_Angeles"])
def test_it_can_be_kept_until_the_last_second_of_the_seventh_day_where_they_are(
    zone: str, patient: Patient, dad: Client, clock: Any
) -> None:
    Patient.objects.update(zone=zone)
    patient.refresh_from_db()
    ask(dad, "diary_delete", patient.pk)
    due = Erasure.objects.get().due
    local = due.astimezone(patient.tz)
    assert (local.hour, local.minute) == (0, 0)
    assert (local.date() - NOW.astimezone(patient.tz).date()).days == 8
    clock.move_to(due - timedelta(seconds=1))
    assert erase_due() == 0
    dad.post(reverse("diary_keep", args=[patient.pk]))
    clock.move_to(due + timedelta(seconds=1))
    assert erase_due() == 0
    ask(dad, "diary_delete", patient.pk)
    clock.move_to(Erasure.objects.waiting().get().due)
    assert erase_due() == 1
    assert dad.get(reverse("today", args=[patient.pk])).status_code == 404
    assert dad.post(reverse("diary_keep", args=[patient.pk])).status_code == 404


def test_the_seventh_day_ends_where_the_clock_skips_or_repeats_an_hour() -> None:
    for day in (datetime(2026, 10, 20, 12, tzinfo=UTC), datetime(2026, 3, 24, 12, tzinfo=UTC)):
        tz = Patient(zone="Europe/London").tz
        due = due_after(day, tz).astimezone(tz)
        assert (due.hour, due.date() - day.date()) == (0, timedelta(days=8))


# The words of an entry.


def test_the_writer_and_the_owner_may_delete_the_words_of_an_entry(
    patient: Patient, dad: Client, writer: User, log: Callable[..., CheckIn], log_in: LogIn
) -> None:
    entry = log("37.0")
    with erasing():
        CheckIn.objects.update(by=writer)
    link = reverse("words_delete", args=[patient.pk, entry.pk])
    for client in (dad, log_in(writer)):
        assert link in text(client, "check_in", patient.pk, entry.pk)
        assert "urgent findings and calls stay" in text(client, "words_delete", *_ids(entry))
        ask(client, "words_delete", *_ids(entry))
        assert Erasure.objects.waiting().get().row == entry.pk
        page = text(client, "check_in", *_ids(entry))
        assert "The words of this entry will be deleted after <b>Mon 7 Dec</b>." in page
        assert "The words will be deleted. For 7 days you can keep them" in page
        client.post(reverse("words_keep", args=_ids(entry)))
        assert not Erasure.objects.waiting().exists()


def test_nobody_else_may(
    patient: Patient,
    writer: User,
    reader: User,
    stranger: User,
    log: Callable[..., CheckIn],
    log_in: LogIn,
) -> None:
    entry = log("37.0")  # by Dad
    for who, status in ((writer, 403), (reader, 403), (stranger, 404)):
        client = log_in(who)
        for page in ("words_delete", "words_keep"):
            assert ask(client, page, *_ids(entry)).status_code == status
    assert reverse("words_delete", args=_ids(entry)) not in text(
        log_in(writer), "check_in", *_ids(entry)
    )
    assert not Erasure.objects.exists()


def _ids(entry: CheckIn) -> list[Any]:
    return [entry.patient_id, entry.pk]


# An account.


def test_an_account_goes_with_its_diaries_and_asks_which_name_stays(
    patient: Patient, dad: Client, owner: User, reader: User, log_in: LogIn
) -> None:
    assert reverse("account_delete") in text(dad, "account_menu")
    page = text(dad, "account_delete")
    assert "Download Ana’s diary" in page
    assert page.index('value="yes"') < page.index('value="no"')
    assert "checked" not in page
    assert ask(dad, "account_delete").status_code == 422
    assert not Erasure.objects.exists()
    ask(dad, "account_delete", keeps_name="no")
    assert [one.kind for one in Erasure.objects.waiting()] == ["account", "diary"]
    assert log_in(reader).get(reverse("today", args=[patient.pk])).status_code == 404
    assert "Your account will be deleted after <b>Mon 7 Dec</b>." in text(dad, "people")
    assert "Your account and Ana’s diary will be deleted" in text(dad, "today", patient.pk)


@pytest.mark.parametrize("way", ["diary", "account"])
def test_keeping_the_diary_or_the_account_keeps_both(
    way: str, patient: Patient, dad: Client, owner: User
) -> None:
    ask(dad, "diary_delete", patient.pk)  # the diary alone, before
    ask(dad, "account_delete", keeps_name="yes")
    dad.post(
        reverse("diary_keep", args=[patient.pk]) if way == "diary" else reverse("account_keep")
    )
    assert not Erasure.objects.waiting().exists()
    assert User.objects.get(pk=owner.pk).erase_due is None
    assert Patient.objects.get().erase_due is None


# What stays of it, and what starts it.


def test_no_row_about_an_erasure_holds_content(patient: Patient, dad: Client, clock: Any) -> None:
    ask(dad, "diary_delete", patient.pk)
    clock.move_to(NOW + timedelta(days=9))
    erase_due()
    kept = [*Erasure.objects.values_list(), *AuditEntry.objects.values_list()]
    assert kept
    assert "Ana" not in repr(kept)
    assert Erasure.objects.get().row == patient.pk
    assert AuditEntry.objects.filter(action="delete diary").exists()


def test_now_and_then_a_request_of_anybody_starts_it_and_waits_for_nothing(
    monkeypatch: pytest.MonkeyPatch, patient: Patient, dad: Client
) -> None:
    started: list[Any] = []

    class Beside:
        def __init__(self, *, target: Any, **_: Any) -> None:
            self.start = lambda: started.append(target)

    monkeypatch.setattr(rounds, "Thread", Beside)
    Client().get(reverse("urgent"))
    assert started == []
    monkeypatch.setattr(rounds, "EVERY", 0)
    Client().get(reverse("urgent"))
    assert started == [rounds.make_round]


@pytest.mark.django_db(transaction=True)
def test_a_round_deletes_what_is_due(
    monkeypatch: pytest.MonkeyPatch, patient: Patient, dad: Client
) -> None:
    monkeypatch.setattr(rounds, "connection", _Open())
    ask(dad, "diary_delete", patient.pk)
    rounds.make_round()
    assert Patient.objects.exists()
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        rounds.make_round()
    assert not Patient.objects.exists()
    assert not Share.objects.exists()


class _Open:
    """The connection of the test itself, which a round of its own would close."""

    def close(self) -> None:
        pass
