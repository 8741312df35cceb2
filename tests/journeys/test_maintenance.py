"""In a real browser: what is saved while the diary is closed waits on the phone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from config import health, maintenance
from config.readiness import Fault
from diary.models import Version
from tests.journeys.phone import CANARY, count, save, type_entry


@pytest.fixture
def closing() -> Iterator[None]:
    yield
    maintenance.open_again()


def test_an_entry_that_is_saved_while_the_diary_is_closed_is_sent_afterwards(
    visit: Callable[..., Page], closing: None
) -> None:
    page = visit()
    type_entry(page)
    maintenance.close(None)
    save(page)
    expect(count(page)).to_have_text("Not sent yet: 1")
    expect(page.get_by_text("Your entry is kept on this phone")).to_be_visible()
    page.reload()  # the phone shows its own page, and still has it
    expect(count(page)).to_have_text("Not sent yet: 1")
    assert not Version.objects.exists()
    maintenance.open_again()
    page.get_by_role("button", name="Send now").click()
    expect(count(page)).to_be_hidden()
    assert Version.objects.get().note == CANARY


def test_a_phone_shows_the_answer_about_health_itself(
    visit: Callable[..., Page], live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "STATE", health.State())
    monkeypatch.setattr(health, "faults", lambda: [Fault("planted", "nothing")])
    page = visit()
    page.goto(f"{live_server.url}/readyz")  # 503: for a page the phone would show its own
    expect(page.locator("body")).to_have_text("not ready")
