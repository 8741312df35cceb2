"""Temperatures of another app, brought in by the browser: with and without a script."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, expect

from accounts.models import Patient, User
from tests.conftest import PASSWORD, new_patient
from tests.journeys.crawling import Crawl

FILE = """Thermo app export
Date;Time;Temperature;Site
03/11/2025;08:00;37,2;ear
04/11/2025;21:30;38,4;ear
05/11/2025;;37,0;ear
06/11/2025;09:15;101,3;ear
"""


@pytest.fixture
def ana(transactional_db: None, make_user: Callable[[str], User]) -> Patient:
    ana = new_patient(make_user("Dad"), birth_month=1)
    ana.contacts.create(kind="always", label="Ward 12", number="020 7946 0000")
    return ana


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "thermo.csv"
    path.write_text(FILE)
    return path


def bring_in(crawl: Crawl, ana: Patient, file: Path, each: Callable[[], object]) -> None:
    """Given a file of an app, when it is chosen, looked at and saved, `each` sees every step."""
    cache.clear()
    crawl.log_in("dad@example.org", PASSWORD)
    page = crawl.page
    page.goto(f"{crawl.origin}/p/{ana.pk}/temperatures/import/")
    each()
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="Read file for Ana").click()
    expect(page.get_by_text("Step 2 of 3")).to_be_visible()
    each()
    page.get_by_label("All are in °C").check()
    page.get_by_label("Day first").check()
    page.get_by_role("button", name="Show what will be saved").click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    expect(page.get_by_text("Line 5: no time of day.")).to_be_visible()
    assert not ana.check_ins.exists()
    each()
    page.get_by_label("They are in °F").check()
    page.get_by_label("A caregiver").check()
    page.get_by_role("button", name="Save for Ana").click()
    expect(page.get_by_role("heading", name="3 temperatures saved for Ana")).to_be_visible()
    expect(page.get_by_role("heading", name="about these yet, call now")).to_be_visible()
    each()
    assert ana.check_ins.count() == 3
    assert crawl.faults == []


def test_a_file_of_an_app_is_looked_at_and_saved(
    ana: Patient, live_server: Any, browser: Browser, file: Path
) -> None:
    crawl = Crawl(browser, live_server.url)
    bring_in(crawl, ana, file, crawl.look)
    crawl.context.close()


def test_without_a_script_it_is_saved_too(
    ana: Patient, live_server: Any, browser: Browser, file: Path
) -> None:
    crawl = Crawl(browser, live_server.url, javascript=False)
    bring_in(crawl, ana, file, lambda: None)
    crawl.context.close()
