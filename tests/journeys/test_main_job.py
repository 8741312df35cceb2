"""The main job from sign-up to printed summary, as a parent of two does it; without scripts too."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from diary.models import CheckIn
from tests.conftest import PASSWORD
from tests.diary.answers import london_day
from tests.diary.open_entries import still_open
from tests.journeys.phone import answer


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def phone(
    request: pytest.FixtureRequest,
    browser: Browser,
    browser_context_args: dict[str, Any],
    transactional_db: None,
) -> Iterator[Page]:
    context = browser.new_context(**browser_context_args, java_script_enabled=request.param)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign_up(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Create an account").first.click()
    page.get_by_label("Email").fill("dad@example.org")
    page.get_by_label("What should the diary call you?").fill("Dad")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Create an account")


def begin_diary(page: Page, address: str, name: str, therapy: str) -> None:
    """The first two steps of four: for whom, and which therapy."""
    page.goto(f"{address}/new/")
    page.get_by_label("My child’s").check(force=True)
    page.get_by_label("Name or nickname").fill(name)
    page.get_by_label("Month of birth").select_option("5")
    page.get_by_label("Year of birth").fill("2012")
    page.get_by_label("Country").select_option("GB")
    page.get_by_label("Time zone").select_option("Europe/London")
    press(page, "Save and continue")
    page.get_by_label(therapy).check(force=True)
    press(page, f"Save for {name} and continue")


def finish_diary(page: Page, name: str) -> None:
    """The last step: the team's number, and the fever line."""
    press(page, f"Save for {name} and continue")
    expect(page.get_by_text("24-hour number").first).to_be_visible()
    page.get_by_label("24-hour number", exact=True).fill("020 7946 0123")
    press(page, f"Save for {name} and finish")
    expect(page.get_by_role("heading", name=f"How is {name} today?")).to_be_visible()


def choose(page: Page, symptom: str, words: str) -> None:
    answer(page, symptom, words.capitalize()).check(force=True)


def test_a_parent_of_two_from_sign_up_to_the_printed_summary(phone: Page, live_server: Any) -> None:
    page, address = phone, live_server.url
    sign_up(page, address)

    # Given Ben, six days after tisagenlecleucel
    begin_diary(page, address, "Ben", "Tisagenlecleucel")
    infused = london_day(6)
    page.get_by_label("Day of the infusion").fill(infused.isoformat())
    page.get_by_label("It was given on that day").check(force=True)
    finish_diary(page, "Ben")
    expect(page.get_by_text("Tisagenlecleucel · day 6 after the infusion")).to_be_visible()

    # When 38.6 is typed, then the prompt is there before anything is saved
    expect(page.locator(".prompt")).to_be_hidden()
    page.locator(".temp input[inputmode=decimal]:visible").fill("38,6")
    page.keyboard.press("Tab")
    expect(page.locator(".prompt")).to_be_visible()
    press(page, "Save for Ben")

    # Then the card says what to do, whom to call, why, and what to tell them
    expect(page.get_by_role("heading", name="Call Ben's care team now")).to_be_visible()
    assert page.locator("a[href='tel:02079460123']").first.is_visible()
    card = page.locator("main").text_content() or ""  # part of it is folded, one tap away
    for words in ("38.6 °C", "day 6", "Cytokine release syndrome", "Nobody is watching", "999"):
        assert words in card, words

    # When the ward answers, then three taps record it
    page.get_by_role("link", name="They answered").click()
    page.get_by_label("Come in").check(force=True)
    press(page, "Save for Ben")
    expect(page.get_by_text("Come in").first).to_be_visible()
    assert not still_open(CheckIn.objects.all()).exists()

    # Given Ana on the pump
    begin_diary(page, address, "Ana", "Blinatumomab")
    began = london_day(5)
    page.get_by_label("Number of this cycle").fill("1")
    page.get_by_label("Day 1 of this cycle").fill(began.isoformat())
    page.get_by_label("It is running").check(force=True)
    finish_diary(page, "Ana")
    expect(page.get_by_text("Blinatumomab · day 6 of 28, cycle 1")).to_be_visible()

    # When a confusion is chosen, then the prompt names Ana, and so does the card
    choose(page, "confusion", "mild")
    expect(page.locator(".prompt")).to_contain_text("Ana's care team now")
    press(page, "Save for Ana")
    expect(page.get_by_role("heading", name="Call Ana's care team now")).to_be_visible()
    expect(page.get_by_text("Brain and nerves").first).to_be_visible()

    # Then the list of people leads back to Ben, whose summary says it all, on paper too
    page.goto(f"{address}/people/")
    page.get_by_role("link", name="Open Ben’s diary").click()
    page.get_by_role("link", name="Summary").click()
    expect(page.get_by_role("heading", name="Summary for Ben")).to_be_visible()
    with page.expect_download() as download:
        press(page, "Download PDF for Ben")
    paper = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    text = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
    for words in ("Ben", "38.6 °C", "Tisagenlecleucel", "day 6", "Come in", "Page 1 of"):
        assert words in text, words
    assert "Confused" not in text  # nothing of Ana's
