"""In a real browser: the pages that anybody may read, on a phone and a wide screen."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import NO_WORKER
from tests.journeys.axe import axe_faults
from tests.journeys.crawling import SMALL_TARGETS
from therapies.catalogue import catalogue

PAGES = ["/urgent/", "/therapies/", "/sources/", "/about/"]
ALL = [*PAGES, *(f"/therapies/{slug}/" for slug in catalogue().therapies)]

pytestmark = pytest.mark.django_db(transaction=True)


class Watched:
    """A page, and everything that went wrong or went elsewhere on it."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: Any) -> None:
        if message.text != NO_WORKER:
            self.complaints.append(message.text)

    def _request(self, request: Any) -> None:
        if not request.url.startswith(self.origin):
            self.complaints.append(f"asked {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")

    def open(self, path: str) -> None:
        self.page.goto(self.origin + path)


@pytest.fixture
def watched(page: Page, live_server: Any) -> Watched:
    return Watched(page, live_server.url)


def test_axe_finds_nothing_and_nobody_else_is_asked(watched: Watched) -> None:
    """The crawl looks at one page of each kind, by night too; this at every one, by day."""
    page = watched.page
    for path in ALL:
        page.set_viewport_size({"width": 320, "height": 740})
        watched.open(path)
        # Everything that is folded away is looked at too.
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert axe_faults(page) == [], path
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wider <= 0, f"{path} is {wider} pixels too wide at {width}"
    assert watched.complaints == []


def test_a_foreign_request_or_a_fault_would_be_noticed(watched: Watched) -> None:
    watched.open("/about/")
    watched.page.evaluate("() => fetch('http://127.0.0.1:9/').catch(() => null)")
    watched.page.evaluate("() => console.error('a fault')")
    assert any("9/" in complaint for complaint in watched.complaints)
    assert "a fault" in watched.complaints


@pytest.mark.parametrize("width", [320, 360])
def test_the_schedule_is_drawn_once_with_text_large_enough_to_read(
    watched: Watched, width: int
) -> None:
    watched.page.set_viewport_size({"width": width, "height": 740})
    for slug in ("blinatumomab", "inotuzumab-ozogamicin", "tisagenlecleucel", "imatinib"):
        watched.open(f"/therapies/{slug}/#given")
        drawing = watched.page.locator("svg.plan:visible")
        expect(drawing).to_have_count(1)
        scale = drawing.evaluate("s => s.getScreenCTM().a")
        size = drawing.locator("text").first.evaluate(
            "t => parseFloat(getComputedStyle(t).fontSize)"
        )
        assert size * scale >= (12 if width == 360 else 11)
        outside = drawing.evaluate(
            "s => [...s.querySelectorAll('text')].filter(t => {"
            " const a = t.getBoundingClientRect(), b = s.getBoundingClientRect();"
            " return a.right > b.right + 1 || a.left < b.left - 1; }).map(t => t.textContent)"
        )
        assert outside == []


def test_on_a_wide_screen_the_wide_drawing_is_shown(watched: Watched) -> None:
    watched.page.set_viewport_size({"width": 1280, "height": 800})
    watched.open("/therapies/blinatumomab/#given")
    expect(watched.page.locator("svg.plan.wide")).to_be_visible()
    expect(watched.page.locator("svg.plan.narrow")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_anywhere_to_the_emergency_number_of_a_country(
    browser: Browser, live_server: Any, scripts: bool
) -> None:
    """Given a page about a medicine, when help is needed abroad, it is two choices away."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="en-GB", java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/therapies/blinatumomab/")
    page.get_by_role("banner").get_by_role("link", name="Urgent help").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("If this is an emergency")
    call = page.locator("a.button.call")
    expect(call).to_have_attribute("href", "tel:999")
    page.get_by_label("Country you are in").select_option("AU")
    page.get_by_role("button", name="Show this number").click()
    expect(call).to_have_attribute("href", "tel:000")
    expect(call).to_contain_text("Australia")
    context.close()


def test_the_keyboard_reaches_the_number_first(watched: Watched) -> None:
    watched.open("/urgent/")
    watched.page.keyboard.press("Tab")
    watched.page.keyboard.press("Enter")  # "Skip to content"
    watched.page.keyboard.press("Tab")
    assert watched.page.evaluate("document.activeElement.href") == "tel:999"


def test_on_a_phone_every_target_is_large_enough_for_a_thumb(watched: Watched) -> None:
    for path in ("/urgent/", "/therapies/", "/therapies/tisagenlecleucel/", "/sources/"):
        watched.open(path)
        assert watched.page.evaluate(SMALL_TARGETS) == []


def test_a_target_that_is_too_small_is_found(watched: Watched) -> None:
    watched.open("/urgent/")
    watched.page.locator("main summary").first.evaluate(
        "(one) => { one.style.blockSize = '20px'; one.style.minBlockSize = 0; }"
    )
    assert watched.page.evaluate(SMALL_TARGETS)


def test_american_readers_read_american(browser: Browser, live_server: Any) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(f"{live_server.url}/therapies/tisagenlecleucel/")
    expect(page.locator("html")).to_have_attribute("lang", "en-us")
    expect(page.locator("main")).to_contain_text("Diarrhea")
    expect(page.locator("main")).to_contain_text("Belly pain")
    context.close()
