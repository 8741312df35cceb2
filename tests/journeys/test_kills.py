"""The browser is killed while it saves. `bench/kills.py` does the same many times more."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse
from playwright.sync_api import Playwright

from accounts.models import Patient, User
from bench.kills import FORGETFUL, faults, run
from diary.models import Version


def a_phone(live_server: Any, patient: Patient, client: Client, folder: Path) -> dict[str, Any]:
    session = client.cookies["session"].value
    return {
        "today": live_server.url + reverse("today", args=[patient.pk]),
        "cookie": {"name": "session", "value": session, "url": live_server.url},
        "profile": folder / "phone",
    }


def saved() -> list[tuple[str, str]]:
    versions = Version.objects.select_related("check_in")
    return [(v.note, str(v.check_in.patient_id)) for v in versions]


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
    phone = a_phone(live_server, patient, log_in(owner), tmp_path)
    shown = run(playwright, **phone, kills=4, seed=3)
    assert shown
    assert faults(shown, saved(), str(patient.pk)) == []


def test_a_phone_that_forgets_what_waits_is_noticed(
    transactional_db: None,
    playwright: Playwright,
    browser: Any,
    live_server: Any,
    patient: Patient,
    owner: User,
    log_in: Callable[[User], Any],
    tmp_path: Path,
) -> None:
    phone = a_phone(live_server, patient, log_in(owner), tmp_path)
    shown = run(playwright, **phone, kills=4, seed=3, fault=FORGETFUL)
    assert any(fault.startswith("lost: ") for fault in faults(shown, saved(), str(patient.pk)))


def test_what_is_lost_doubled_or_misplaced_is_noticed() -> None:
    notes = [("one", "ana"), ("two", "ana"), ("two", "ana"), ("three", "bo")]
    found = faults({"one", "four"}, notes, "ana")
    assert found == ["lost: four", "doubled: two", "in another diary: three"]
