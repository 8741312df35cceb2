"""In a real browser: from the welcome page to the first saved entry; without scripts too."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from diary.models import CheckIn
from tests.conftest import PASSWORD
from tests.diary.answers import london_day

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
MOST_TAPS = 11


class Thumb:
    """Counts what is tapped: links, buttons, choices, lists. The keyboard leads from field to
    field, so what is typed is no tap."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, target: Locator) -> None:
        self.taps += 1
        target.click()

    def press(self, name: str) -> None:
        self.tap(self.page.get_by_role("button", name=name, exact=True))

    def type(self, label: str, text: str) -> None:
        self.page.get_by_label(re.compile(f"^{re.escape(label)}")).fill(text)


def begin(page: Page, address: str) -> Thumb:
    """Go as far as the choice of treatments."""
    thumb = Thumb(page)
    page.goto(address)
    thumb.tap(page.get_by_role("link", name="Create an account"))
    thumb.type("What should the diary call you?", "Mum")
    thumb.type("Email", "mum@example.org")
    thumb.type("Password", PASSWORD)
    thumb.press("Create an account")
    thumb.tap(page.get_by_text("My child’s"))
    thumb.type("Name or nickname", "Ben")
    thumb.taps += 1
    page.get_by_label("Month of birth").select_option("5")
    thumb.type("Year of birth", "2015")
    expect(page.get_by_label("Country")).to_have_value("GB")
    thumb.press("Save and continue")
    return thumb


@SCRIPTS
@pytest.mark.django_db(transaction=True)
def test_the_first_entry_is_saved_after_at_most_eleven_taps(
    browser: Browser, browser_context_args: dict[str, Any], live_server: Any, *, scripts: bool
) -> None:
    options = browser_context_args | {"locale": "en-GB", "timezone_id": "Europe/London"}
    context = browser.new_context(**options, java_script_enabled=scripts)
    page = context.new_page()
    thumb = begin(page, live_server.url)
    missing = page.get_by_text("24-hour number is missing")
    expect(missing).to_be_hidden()  # the last step asks for it
    thumb.tap(page.locator("label", has_text="Blinatumomab"))
    thumb.press("Save for Ben and continue")
    expect(missing).to_be_hidden()
    thumb.type("Number of this cycle", "1")
    thumb.type("Day 1 of this cycle", london_day(2).isoformat())
    thumb.tap(page.get_by_text("It is running"))
    thumb.press("Save for Ben and continue")
    expect(missing).to_be_hidden()
    thumb.type("24-hour number", "020 7946 0123")
    thumb.press("Save for Ben and finish")
    thumb.tap(page.get_by_role("button", name="Nothing new"))
    page.wait_for_url("**/check-ins/**")
    assert CheckIn.objects.count() == 1
    assert thumb.taps <= MOST_TAPS
    context.close()


@pytest.mark.django_db(transaction=True)
def test_the_list_of_treatments_is_searched_by_name_brand_and_class(
    browser: Browser, browser_context_args: dict[str, Any], live_server: Any
) -> None:
    context = browser.new_context(**(browser_context_args | {"locale": "en-GB"}))
    page = context.new_page()
    begin(page, live_server.url)
    field, boxes = page.get_by_role("searchbox"), page.locator("[name='therapies']:visible")
    everything = boxes.count()
    page.locator("label", has_text="Rituximab").click()
    for typed, found in (("glivec", 2), ("PONA", 2), ("tyrosine", 6), ("aspirin", 1)):
        field.fill(typed)
        expect(boxes).to_have_count(found)  # and what is chosen stays in sight
    field.press("Enter")
    expect(boxes).to_have_count(1)
    of_cells = page.get_by_role("group", name="CAR T-cell").locator("[name='therapies']:visible")
    for typed in ("cart", "car-t", "CAR T", "car t cell", "C.A.R.–T"):
        field.fill(typed)
        expect(of_cells).to_have_count(3)
        expect(boxes).to_have_count(4)
    field.fill("kymriah®")
    expect(of_cells).to_have_count(1)
    field.fill("aspirin")
    expect(page.get_by_text("Not on this list")).to_be_hidden()
    page.locator("label", has_text="Rituximab").click()
    field.fill("aspirin x")
    expect(page.get_by_text("Not on this list")).to_be_visible()
    field.fill("")
    expect(boxes).to_have_count(everything)
    context.close()
