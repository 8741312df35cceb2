"""Who can see, who looked, who changed: what the log says, and what it never says."""

import ast
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions, visits
from accounts.log import LINES, SAYS_ITSELF, WORDS, log_page
from accounts.models import AuditEntry, Patient, Role, Share, User, Visit, write_audit
from diary.team import actions as team
from tests.config.running import ROOT
from tests.diary.answers import london_day

LogIn = Callable[[User], Client]
PAGE = "sharing_log"
NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
WRITES = {"write_audit", "save_change", "judge_again", "_mark"}


def plain(answer: Any) -> str:
    """The words of a page in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_it_says_who_may_until_when_and_when_they_opened_it_last(
    url: str, patient: Patient, reader: User, dad: Client, log_in: LogIn, clock: Any
) -> None:
    Share.objects.filter(user=reader).update(until=NOW + timedelta(hours=2, minutes=20))
    said = plain(dad.get(url))
    assert "Aunt Rose May read, until the end of 20 Nov 2026. Not opened yet." in said
    log_in(reader).get(reverse("today", args=[patient.pk]))
    assert "Aunt Rose May read, until the end of 20 Nov 2026. Last opened: today." in plain(
        dad.get(url)
    )
    assert "Dad Manages this diary. Last opened: today." in plain(dad.get(url))


def test_each_look_is_there_once_a_day_and_person(
    url: str, patient: Patient, reader: User, dad: Client, log_in: LogIn, clock: Any
) -> None:
    aunt, today = log_in(reader), reverse("today", args=[patient.pk])
    for _ in range(3):
        aunt.get(today)
        aunt.get(reverse("history", args=[patient.pk]))
    assert Visit.objects.filter(user=reader).count() == 1
    clock.move_to(NOW + timedelta(hours=3))  # the next day in London
    log_in(reader).get(today)
    days = [str(day) for day in Visit.objects.filter(user=reader).values_list("day", flat=True)]
    assert days == ["2026-11-20", "2026-11-21"]
    assert plain(dad.get(url)).count("Aunt Rose opened the diary") == 2


@pytest.mark.django_db
def test_a_look_that_another_process_noted_is_no_fault(patient: Patient, owner: User) -> None:
    today = timezone.now().astimezone(patient.tz).date()
    Visit.objects.create(patient=patient, user=owner, day=today, at=timezone.now())
    visits.note_visit(patient, owner)
    assert Visit.objects.count() == 1


def test_a_stranger_and_a_download_note_no_look(
    patient: Patient, stranger: User, dad: Client, log_in: LogIn
) -> None:
    log_in(stranger).get(reverse("today", args=[patient.pk]))
    dad.get(reverse("kept", args=[patient.pk]))  # the phone asks for it by itself
    assert not Visit.objects.exists()


def test_where_a_look_cannot_be_noted_the_page_comes_and_the_next_one_notes_it(
    patient: Patient, dad: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise DatabaseError

    today = reverse("today", args=[patient.pk])
    with monkeypatch.context() as broken:
        broken.setattr(Visit.objects, "bulk_create", full)
        assert dad.get(today).status_code == 200
    assert not Visit.objects.exists()
    dad.get(today)
    assert Visit.objects.count() == 1


def test_a_look_costs_one_write_after_the_page_and_then_none(
    patient: Patient, dad: Client, django_assert_num_queries: Any, monkeypatch: Any
) -> None:
    team_page = reverse("team", args=[patient.pk])
    order: list[str] = []
    real = visits.note_visit
    monkeypatch.setattr(visits, "note_visit", lambda *who: (order.append("noted"), real(*who)))
    page = dad.get(team_page)
    assert order == ["noted"], "by closing what was sent"
    assert Visit.objects.count() == 1
    with django_assert_num_queries(0):
        real(patient, patient.owner)
    assert page.status_code == 200


def test_changes_of_numbers_card_and_sharing_are_there_without_what_was_written(
    url: str, patient: Patient, owner: User, reader: User, writer: User, dad: Client
) -> None:
    team.set_contacts(patient, numbers={"always": team.PhoneLine("020 7946 0999")}, by=writer)
    team.set_family_card(patient, words="Secret words", fever_from=None, unit="", by=writer)
    actions.edit_patient(patient, by=writer, name="Ana", team_name="The secret ward")
    share = Share.objects.get(user=reader)
    actions.change_share(share, role=Role.WRITER, by=owner)
    actions.revoke_share(share, by=owner)
    said = plain(dad.get(url))
    for words in (
        "Grandma changed a number to call",
        "Grandma changed the hospital card or fever line",
        "Grandma changed the name, birth month, unit, time zone or team name",
        "Dad changed what Aunt Rose may do",
        "Dad ended the access of Aunt Rose",
    ):
        assert words in said
    log = said[said.index("Who looked, who changed The first") :]
    for content in ("7946", "Secret", "secret"):
        assert content not in log


def test_a_summary_and_a_sheet_that_left_are_there(
    patient: Patient, reader: User, owner: User
) -> None:
    for action in ("summary.pdf", "emergency.pdf", "records.json"):
        write_audit(action, patient, patient=patient, by=reader)
    said = [f"{line.who} {line.words}" for line in log_page(patient).lines]
    assert "Aunt Rose downloaded a summary" in said
    assert "Aunt Rose downloaded the emergency sheet" in said
    assert "Aunt Rose exported the diary" in said


def test_it_is_filtered_by_person_and_paged(
    url: str, patient: Patient, owner: User, writer: User, dad: Client
) -> None:
    dad.get(url)  # his look of today is the first line
    for _ in range(LINES + 5):
        write_audit("set number", None, patient=patient, by=writer)
    write_audit("set family card", None, patient=patient, by=owner)
    first = plain(dad.get(url))
    assert first.count("Grandma changed a number") == LINES - 1
    assert "Page 1 of 2" in first
    second = plain(dad.get(f"{url}?page=2"))
    assert second.count("Grandma changed a number") == 6
    only = plain(dad.get(f"{url}?by={owner.pk}"))
    assert "Grandma changed" not in only
    assert "Dad changed the hospital card" in only
    for nonsense in ("by=x", "page=x", "page=99", "by=00000000-0000-0000-0000-000000000000"):
        assert dad.get(f"{url}?{nonsense}").status_code == 200


def test_nothing_of_another_diary_is_in_it(
    patient: Patient, stranger: User, dad: Client, url: str
) -> None:
    other = actions.create_patient(
        by=stranger,
        name="Ben",
        birth_month=1,
        birth_year=2015,
        is_self=False,
        zone="Europe/London",
        unit="C",
        country="GB",
    )
    Visit.objects.create(patient=other, user=stranger, day=london_day(0), at=timezone.now())
    assert "Mallory" not in plain(dad.get(f"{url}?by={stranger.pk}"))


@pytest.mark.parametrize(
    ("who", "status"), [("manager", 403), ("writer", 403), ("reader", 403), ("stranger", 404)]
)
def test_only_the_owner_reads_it(
    who: str, status: int, url: str, request: pytest.FixtureRequest, log_in: LogIn
) -> None:
    assert log_in(request.getfixturevalue(who)).get(url).status_code == status


def _named_in(file: Path) -> Iterator[str]:
    """Yield the action that each writing call of a file names first; a pattern for a made one."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WRITES:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield re.escape(argument.value)
                elif isinstance(argument, ast.JoinedStr):
                    parts = (
                        re.escape(part.value) if isinstance(part, ast.Constant) else ".+"
                        for part in argument.values
                    )
                    yield "".join(map(str, parts))


def test_somebody_has_decided_what_the_log_says_of_each_action() -> None:
    files = [f for app in ("accounts", "diary", "summary") for f in (ROOT / app).rglob("*.py")]
    named = {action for file in files for action in _named_in(file)}
    known = set(WORDS) | SAYS_ITSELF
    of_no_diary = {"reset password", "remove second step", "rename user", "ask to delete account"}
    columns = {"revoked", "confirmed", "cancelled"}
    assert len(named) > 40
    for pattern in named:
        fits = {one for one in known | of_no_diary | columns if re.fullmatch(pattern, one)}
        assert fits, f"{pattern}: add it to accounts/log.py"
    assert not set(WORDS) & SAYS_ITSELF
    assert AuditEntry._meta.get_field("action").max_length >= max(map(len, known))
