"""Closed for a while: pages say so, nothing that was typed is lost, and urgent help works."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Patient
from config import maintenance
from diary.models import Question
from tests.config.headers import faults_in
from tests.diary.answers import with_numbers

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _closed(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def close() -> Callable[..., None]:
    def on(*words: str) -> None:
        call_command("maintenance", "on", *words, stdout=StringIO())

    return on


def until(clock: timedelta) -> str:
    return f"{(NOW + clock).astimezone():%H:%M}"


def test_pages_say_so_without_asking_the_database(
    patient: Patient, dad: Client, close: Callable[..., None], django_assert_num_queries: Any
) -> None:
    page = reverse("today", args=[patient.pk])
    assert dad.get(page).status_code == 200
    close()
    for path in (page, "/", "/device/", "/account/login/"):
        with django_assert_num_queries(0):
            answer = dad.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300"), path
        assert faults_in(answer.headers) == []
        words = answer.content.decode()
        assert "The diary is closed for now" in words
        assert "stays there, and is sent when the diary is open again" in words
        assert 'href="/urgent/"' in words
        assert "Ana" not in words
    call_command("maintenance", "off")
    assert dad.get(page).status_code == 200


def test_urgent_help_the_shell_of_phones_and_health_go_on(
    db: None, close: Callable[..., None], django_assert_num_queries: Any
) -> None:
    close()
    shell = ("/offline/", "/sw.js", "/diary.webmanifest")
    for path in ("/urgent/", "/urgent/gb/", *shell, "/healthz"):
        with django_assert_num_queries(0):
            assert Client().get(path).status_code == 200, path
    assert Client().get("/readyz").status_code == 200


def test_urgent_help_has_the_numbers_of_the_family(
    patient: Patient, dad: Client, close: Callable[..., None]
) -> None:
    with_numbers(patient)
    close()
    answer = dad.get("/urgent/", follow=True)
    assert answer.status_code == 200
    assert "data-families" not in answer.content.decode()
    assert "Ana" in answer.content.decode()


def test_what_was_typed_is_given_back_and_saved_later(
    patient: Patient, dad: Client, close: Callable[..., None]
) -> None:
    close()
    page = reverse("questions", args=[patient.pk])
    answer = dad.post(page, {"text": "Swim & <run>?", "password": "zqsecret"})
    words = answer.content.decode()
    assert answer.status_code == 503
    assert 'value="Swim &amp; &lt;run&gt;?"' in words
    assert "zqsecret" not in words
    assert f'action="{page}"' in words
    assert not Question.objects.exists()
    call_command("maintenance", "off")
    dad.post(page, {"text": "Swim?"})
    assert Question.objects.exists()


@pytest.mark.parametrize(
    ("ahead", "seconds"),
    [(timedelta(minutes=4), "240"), (timedelta(hours=3), "600"), (timedelta(hours=-2), "600")],
)
def test_a_phone_is_told_when_to_try_again_and_a_person_when_it_ends(
    db: None, close: Callable[..., None], ahead: timedelta, seconds: str
) -> None:
    close("--until", until(ahead))
    answer = Client().get("/")
    assert answer.headers["Retry-After"] == seconds
    assert f"{until(ahead)} (" in answer.content.decode()


def test_a_time_that_has_passed_is_not_promised(db: None, close: Callable[..., None]) -> None:
    close("--until", until(timedelta(hours=1)))
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        answer = Client().get("/")
    assert answer.headers["Retry-After"] == "300"
    assert "open again at" not in answer.content.decode()


def test_a_file_made_by_hand_closes_it_too(db: None, tmp_path: Path) -> None:
    (tmp_path / "maintenance").write_text("back soon")
    assert Client().get("/").status_code == 503
    assert maintenance.closed_until() is None


def test_a_time_that_is_none_is_refused_and_nothing_is_closed(
    db: None, close: Callable[..., None]
) -> None:
    with pytest.raises(CommandError, match="such as 14:00"):
        close("--until", "2pm")
    assert Client().get("/").status_code == 200
