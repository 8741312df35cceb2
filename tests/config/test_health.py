"""Whether the diary answers and is ready: one word for strangers, and no way to take it away."""

import logging
from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings

from config import health, readiness, worker
from config.daily_backups import MADE
from config.models import Mark
from tests.config.headers import faults_in
from tests.config.running import full, prepare, serving, small_disk

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
Usage = namedtuple("Usage", "total used free")
HTTPS = {"ORIGIN": "https://diary.example.org"}


@pytest.fixture(autouse=True)
def _anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(health, "STATE", health.State())
    monkeypatch.setattr(readiness, "_SEEN", [])
    monkeypatch.setattr(worker, "BEATS", {})
    monkeypatch.setattr(readiness, "STARTED", perf_counter())
    with time_machine.travel(NOW, tick=False):
        yield


def ready() -> tuple[int, bytes]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.content


def test_it_says_one_word_and_asks_nobody_who_they_are(
    db: None, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = Client()
    client.cookies["session"] = "made-up"
    with django_assert_num_queries(0):
        alive = client.get("/healthz")
    with override_settings(BACKUPS="/backups"):
        client.get("/readyz")
        health.STATE = health.State()
        with django_assert_max_num_queries(2):
            answer = client.get("/readyz")
    for said in (alive, answer):
        assert (said.status_code, said.content) == (200, b"ok\n")
        assert faults_in(said.headers) == []
        assert not said.cookies
    refused = client.post("/healthz")
    assert refused.status_code == 405
    assert faults_in(refused.headers) == []


def test_a_database_that_cannot_be_written_is_not_ready(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("disk is full")

    monkeypatch.setattr(Mark.objects, "put", fail)
    monkeypatch.setattr(logging.getLogger("config.health"), "propagate", True)
    assert ready() == (503, b"not ready\n")
    assert "nothing can be written" in caplog.text
    assert Client().get("/healthz").status_code == 200


def test_a_missing_migration_is_not_ready(db: None) -> None:
    MigrationRecorder.Migration.objects.filter(app="diary").latest("id").delete()
    assert ready()[0] == 503


@pytest.mark.parametrize(("free", "status"), [(4, 503), (5, 200)])
def test_a_nearly_full_disk_is_not_ready(
    db: None, monkeypatch: pytest.MonkeyPatch, free: int, status: int
) -> None:
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda _: Usage(100, 100 - free, free))
    assert ready()[0] == status


@pytest.mark.parametrize(("seconds", "status"), [(301, 503), (200, 200)])
def test_a_worker_that_stands_still_is_not_ready(db: None, seconds: int, status: int) -> None:
    worker.BEATS["reminders"] = perf_counter() - seconds
    assert ready()[0] == status


@pytest.mark.parametrize(("hours", "status"), [(37, 503), (30, 200), (None, 503)])
def test_a_backup_that_is_too_old_is_not_ready(
    db: None, monkeypatch: pytest.MonkeyPatch, hours: int | None, status: int
) -> None:
    monkeypatch.setattr(readiness, "STARTED", perf_counter() - 3600)
    if hours is not None:
        Mark.objects.put(MADE, NOW - timedelta(hours=hours))
    with override_settings(BACKUPS="/backups"):
        assert ready()[0] == status
    health.STATE = health.State()
    assert ready()[0] == 200  # where none are scheduled


def test_however_often_it_is_asked_it_looks_seldom(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    monkeypatch.setattr(health, "faults", lambda: looked.append(1) or [])
    assert {ready()[0] for _ in range(50)} == {200}
    assert len(looked) == 1
    monkeypatch.setattr(health, "EVERY", 0)
    health.STATE._until = 0.0
    ready()
    assert len(looked) == 2


def test_while_one_looks_the_others_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    looking, go_on = Event(), Event()

    def look() -> list[Any]:
        looking.set()
        go_on.wait(10)
        return []

    monkeypatch.setattr(health, "faults", look)
    first = Thread(target=health.STATE.is_ready)
    first.start()
    looking.wait(10)
    assert not health.STATE.is_ready()  # nothing was found yet
    go_on.set()
    first.join(10)
    assert health.STATE.is_ready()


def test_on_its_own_machine_plain_http_and_a_number_are_enough(tmp_path: Path) -> None:
    prepare(tmp_path)
    with serving(tmp_path, **HTTPS) as server:
        for path in ("/healthz", "/readyz"):
            status, headers, body = server.get(path)
            assert (status, body) == (200, b"ok\n"), server.log.read_text()
            assert "Set-Cookie" not in headers
            assert "no-store" in headers["Cache-Control"]
        # The control: any other page is sent on, or does not know the host.
        assert server.get("/urgent/")[0] in (301, 400)


def test_a_full_disk_is_not_ready_and_the_log_says_why(tmp_path: Path) -> None:
    (data := tmp_path / "data").mkdir()
    try:
        with small_disk(data):
            prepare(data)
            with serving(data) as server:
                with full(data):
                    assert server.get("/readyz")[0] == 503
                    assert server.get("/healthz")[0] == 200
                assert "Not ready (" in server.log.read_text()
    except PermissionError as error:
        pytest.skip(str(error))
