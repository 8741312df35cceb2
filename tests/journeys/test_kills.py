"""The browser is killed while it saves. `bench/kills.py` does the same many times more."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.urls import reverse
from playwright.sync_api import Playwright

from accounts.models import Patient, User
from bench.kills import faults, run
from diary.models import Version


def test_a_killed_browser_loses_and_doubles_nothing(
    transactional_db: None,
    playwright: Playwright,
    browser: Any,
    live_server: Any,
    patient: Patient,
    owner: User,
    log_in: Callable[[User], Any],
    tmp_path: Path,
) -> None:
    session = log_in(owner).cookies["session"].value
    cookie = {"name": "session", "value": session, "url": live_server.url}
    today = live_server.url + reverse("today", args=[patient.pk])
    shown = run(playwright, today, cookie, kills=4, seed=3, profile=tmp_path / "phone")
    versions = Version.objects.select_related("check_in")
    saved = [(v.note, str(v.check_in.patient_id)) for v in versions]
    assert shown
    assert faults(shown, saved, str(patient.pk)) == []


def test_what_is_lost_doubled_or_misplaced_is_noticed() -> None:
    saved = [("one", "ana"), ("two", "ana"), ("two", "ana"), ("three", "bo")]
    found = faults({"one", "four"}, saved, "ana")
    assert found == ["lost: four", "doubled: two", "in another diary: three"]
