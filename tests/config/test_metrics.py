"""Numbers for whoever runs the diary: none is about anybody, and no stranger gets them."""

import re
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client, override_settings
from prometheus_client import REGISTRY

from accounts.models import Patient, User
from config import metrics
from config.daily_backups import MADE
from config.models import Mark
from reminders.models import Heartbeat, Kind, Message
from tests.config.running import free_port, prepare, run_in_django, serving

WITH_METRICS = ["config.metrics.MetricsMiddleware", *settings.MIDDLEWARE]
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SEED = """
from django.test import Client
from accounts.models import User
from tests.config.canaries import fill_every_text
owner = User.objects.create_user("zqcanary@example.org", None, name="zqcanaryname")
diary = fill_every_text(owner, "zqcanarychild")
client = Client()
client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
print(diary.patient.pk, client.cookies["session"].value)
"""
LABEL = re.compile(r'(\w+)="([^"]*)"')


@pytest.fixture
def counted() -> Iterator[None]:
    with override_settings(MIDDLEWARE=WITH_METRICS):
        yield


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def facts() -> dict[tuple[str, ...], float]:
    samples = (one for metric in metrics._facts(NOW) for one in metric.samples)
    return {(one.name, *one.labels.values()): one.value for one in samples}


def test_a_request_is_counted_by_name_method_and_kind_of_answer(db: None, counted: None) -> None:
    labels = {"view": "urgent_country", "method": "GET", "status": "2xx"}
    before = value("diary_request_seconds_count", **labels)
    Client().get("/urgent/gb/")
    assert value("diary_request_seconds_count", **labels) == before + 1
    nowhere = {"view": "", "method": "OTHER", "status": "4xx"}
    before = value("diary_request_seconds_count", **nowhere)
    Client().generic("ZQCANARY", "/zqcanary/")
    assert value("diary_request_seconds_count", **nowhere) == before + 1


def test_a_database_that_fails_is_counted(
    dad: Client, counted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OperationalError("planted")

    monkeypatch.setattr("diary.team.views.people_of", fail)
    dad.raise_request_exception = False
    before = value("diary_database_errors_total", view="urgent")
    dad.get("/urgent/")
    assert value("diary_database_errors_total", view="urgent") == before + 1


def test_where_it_is_off_nothing_stands_in_the_way() -> None:
    assert not [name for name in settings.MIDDLEWARE if "metrics" in name]


def test_reminders_backups_and_the_disk_are_told(
    patient: Patient, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics.connection, "close", lambda: None)
    for number, (state, minutes) in enumerate(
        (("sent", 60), ("failed", 60), ("waiting", 20), ("waiting", 1), ("sent", 2000))
    ):
        at = NOW - timedelta(minutes=minutes)
        Message.objects.create(
            patient=patient,
            user=owner,
            kind=Kind.ENTRY,
            slot=str(number),
            due=at,
            at=at,
            state=state,
        )
    Heartbeat.objects.create(name="a", at=NOW - timedelta(seconds=7))
    Mark.objects.put(MADE, NOW - timedelta(hours=2))
    found = facts()
    assert found["diary_reminders", "sent"] == 1
    assert found["diary_reminders", "failed"] == 1
    assert found["diary_reminders", "waiting"] == 2
    assert found["diary_reminders_late",] == 1
    assert found["diary_reminders_heartbeat_age_seconds",] == 7
    assert found["diary_backup_age_seconds",] == 7200
    assert 0 < found["diary_disk_free_ratio",] <= 1


def test_however_often_it_is_scraped_the_database_is_asked_seldom(
    db: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(metrics.connection, "close", lambda: None)
    facts = metrics.Facts()
    with django_assert_num_queries(4):
        for _ in range(20):
            list(facts.collect())


def scraped(port: int, host: str = "127.0.0.1") -> str:
    with urllib.request.urlopen(f"http://{host}:{port}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def test_a_scrape_after_a_visit_has_no_word_of_a_diary(tmp_path: Path) -> None:
    prepare(tmp_path)
    patient, session = run_in_django(tmp_path, SEED).split()
    port = free_port()
    with serving(tmp_path, METRICS_PORT=str(port)) as server:
        for path in ("", "history/", "team/", "treatment/", "zqcanary/"):
            address = f"/p/{patient}/{path}?q=zqcanary"
            server.get(address, Cookie=f"session={session}", User_Agent="zqcanary")
        server.get("/zqcanary/")
        assert server.get("/metrics")[0] == 404  # not where a proxy leads
        found = scraped(port)
    assert 'view="today"' in found
    for secret in ("zqcanary", patient, patient.replace("-", ""), session, "/p/"):
        assert secret.lower() not in found.lower()
    ours = [line for line in found.splitlines() if line.startswith("diary_")]
    labels = {name for line in ours for name, _ in LABEL.findall(line)}
    assert labels <= {"view", "method", "status", "le", "state"}


def test_it_listens_on_this_machine_alone(tmp_path: Path) -> None:
    prepare(tmp_path)
    port = free_port()
    with serving(tmp_path, METRICS_PORT=str(port)):
        scraped(port)
        listening = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    there = re.findall(rf" ([0-9A-F]+):{port:04X} 0+:0000 0A", listening)
    assert there == ["0100007F"]
