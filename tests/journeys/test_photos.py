"""A photo in a real browser on a phone, with and without scripts: chosen, saved, seen, removed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import Patient, User
from diary.models import Photo, PhotoRemoval, Picture
from tests.diary.cast import log_symptom
from tests.diary.pictures import CANARY, from_a_phone
from tests.journeys.axe import axe_faults

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "IMG_0815.jpg"
    file.write_bytes(from_a_phone(orientation=1))
    return file


@pytest.fixture
def open_check_in(
    browser: Browser,
    browser_context_args: dict[str, Any],
    live_server: Any,
    transactional_db: None,
    patient: Patient,
    owner: User,
    log_in: Callable[[User], Any],
) -> Any:
    opened = []

    def opening(*, scripts: bool) -> Page:
        check_in = log_symptom(patient, "rash", "mild", by=owner)
        context = browser.new_context(**browser_context_args, java_script_enabled=scripts)
        session = log_in(owner).cookies["session"].value
        context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
        opened.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/p/{patient.pk}/check-ins/{check_in.pk}/")
        return page

    yield opening
    for context in opened:
        context.close()


def unfold(page: Page) -> None:
    """Open what was saved, with its photos, below the card."""
    page.locator("summary", has_text="What was saved").click()


def looked_at(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@SCRIPTS
def test_a_photo_from_the_first_tap_to_its_removal(
    open_check_in: Any, patient: Patient, photo: Path, live_server: Any, scripts: bool
) -> None:
    page = open_check_in(scripts=scripts)
    saved = page.url
    expect(page.get_by_role("link", name="Add a photo")).to_have_count(0)

    page.goto(f"{live_server.url}/p/{patient.pk}/more/")
    page.get_by_role("link", name="Photos").click()
    expect(page.get_by_text("Photos are off.")).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="Switch photos on for Ana").click()
    expect(page.get_by_text("Photos are on for Ana.")).to_be_visible()

    page.goto(saved)
    unfold(page)
    page.get_by_role("link", name="Add a photo for Ana").click()
    expect(page.get_by_text("A photo needs a connection.")).to_be_visible()
    looked_at(page)
    page.get_by_label("A short note").fill("Left arm")
    page.get_by_label("A rash").check()
    if scripts:  # past the browser's own "choose a file", as an old browser would go
        page.evaluate("document.querySelector('form[enctype]').noValidate = true")
        page.get_by_role("button", name="Save the photo for Ana").click()
        expect(page.get_by_text("Choose a photo.").first).to_be_visible()
        expect(page.get_by_label("A short note")).to_have_value("Left arm")
        assert axe_faults(page) == []

    page.get_by_label("The photo").set_input_files(photo)
    page.get_by_role("button", name="Save the photo for Ana").click()
    expect(page).to_have_url(saved)
    expect(page.get_by_text("Photo saved for Ana.")).to_be_visible()
    kept = Picture.objects.get()
    assert CANARY not in bytes(kept.whole) + bytes(kept.small)

    unfold(page)
    small = page.get_by_role("img", name="Photo of a rash")
    small.scroll_into_view_if_needed()
    looked_at(page)
    page.get_by_role("link", name="Photo of a rash").click()
    whole = page.get_by_role("img", name="Photo of a rash")
    expect(whole).to_be_visible()
    assert whole.evaluate("image => image.decode().then(() => image.naturalWidth)") == 240
    looked_at(page)

    page.get_by_role("link", name="Remove this photo").click()
    page.get_by_label("Why are you removing it?").fill("Blurred")
    page.get_by_role("button", name="Remove for Ana").click()
    expect(page).to_have_url(saved)
    unfold(page)
    expect(page.get_by_text("removed").last).to_be_visible()
    expect(page.get_by_role("img", name="Photo of a rash")).to_have_count(0)
    assert PhotoRemoval.objects.get().reason == "Blurred"
    assert not Picture.objects.exists()


def test_a_photo_opened_by_itself_is_a_download_and_runs_nothing(
    open_check_in: Any, patient: Patient, photo: Path, live_server: Any, owner: User
) -> None:
    page = open_check_in(scripts=True)
    saved = page.url
    patient.photo_consents.create(given="2026-11-20T00:00Z", by=owner)
    page.goto(f"{saved}photos/new/")
    page.get_by_label("The photo").set_input_files(photo)
    page.get_by_label("Something else").check()
    page.get_by_role("button", name="Save the photo for Ana").click()
    expect(page).to_have_url(saved)
    key = Photo.objects.get().pk
    with page.expect_download() as download:
        page.evaluate("path => location.assign(path)", f"/p/{patient.pk}/photos/{key}/photo.jpg")
    assert download.value.suggested_filename == f"photo-{patient.file_mark}.jpg"


def test_without_a_network_a_photo_is_not_said_to_be_saved(
    open_check_in: Any, patient: Patient, photo: Path, owner: User
) -> None:
    page = open_check_in(scripts=True)
    patient.photo_consents.create(given="2026-11-20T00:00Z", by=owner)
    page.goto(f"{page.url}photos/new/")
    page.get_by_label("The photo").set_input_files(photo)
    page.get_by_label("Something else").check()
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Save the photo for Ana").click(no_wait_after=True)
    expect(page.locator("body")).not_to_contain_text("saved")
    assert not Photo.objects.exists()
