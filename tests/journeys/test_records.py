"""A diary out as a file and in again, in a real browser, without JavaScript."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from accounts.models import Patient, User
from tests.conftest import PASSWORD, new_patient
from tests.summary.whole import live


@pytest.fixture
def ana(transactional_db: None, make_user: Callable[[str], User]) -> Patient:
    dad = make_user("Dad")
    ana = new_patient(dad)
    live(ana, [dad, make_user("Grandma")], seed=7)
    cache.clear()
    return ana


def log_in(page: Page, base: str, email: str) -> None:
    page.goto(f"{base}/account/login/")
    page.get_by_label("Email").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile(r"/p/"))


def fits(page: Page) -> None:
    """Nothing reaches beyond the phone's edge; without a script only the boxes can say so."""
    for part in page.locator("main *:visible").all():
        box = part.bounding_box()
        assert box is None or box["x"] + box["width"] <= 361, part.evaluate("e => e.outerHTML")


def test_out_and_in_again_without_javascript(
    browser: Browser, ana: Patient, live_server: object, tmp_path: Path, browser_context_args: dict
) -> None:
    base = str(live_server)
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    # Given Dad, logged in; when he opens the page from More
    log_in(page, base, ana.owner.email)
    page.goto(f"{base}/p/{ana.pk}/more/")
    page.get_by_role("link", name="Export and import").click()
    # Then the password is asked first
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Export and import")
    fits(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download JSON for Ana").click()
    file = tmp_path / "diary.json"
    download.value.save_as(file)
    assert "Ana" not in download.value.suggested_filename
    # When he sends a file that somebody changed, then it says what is wrong and where
    broken = tmp_path / "broken.json"
    said = json.loads(file.read_text())
    said["check_ins"][2]["versions"][0]["kind"] = "great"
    broken.write_text(json.dumps(said))
    page.get_by_role("link", name="Import a diary").click()
    page.get_by_label("The file").set_input_files(broken)
    page.get_by_role("button", name="Look at what is in it").click()
    expect(page.get_by_role("alert")).to_contain_text("check-in 3, version 1, kind")
    fits(page)
    # And the good one shows what is in it, and becomes a second diary on a yes
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Look at what is in it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import the diary of Ana?")
    fits(page)
    assert ana.owner.patients.count() == 1
    page.get_by_role("button", name="Import Ana’s diary").click()
    expect(page.get_by_text("Ana’s diary is here. Only you can open it.")).to_be_visible()
    assert ana.owner.patients.count() == 2
    context.close()
