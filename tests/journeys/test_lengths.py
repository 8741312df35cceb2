"""In a real browser: the pages on therapies and sources are short until something is opened, and
all that is folded is one tap, one link, one search or one sheet of paper away."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from unicodedata import normalize

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from accounts.models import User
from therapies.catalogue import catalogue

PAGES = ["/sources/", *(f"/therapies/{slug}/" for slug in catalogue().therapies)]
PHONE = {"width": 360, "height": 740}
MOST_PIXELS, MOST_WORDS = 3000, 600
LONGEST = "/therapies/blinatumomab/"

pytestmark = pytest.mark.django_db(transaction=True)


def size(page: Page) -> tuple[int, int]:
    """Return how high the page is, and how many words are in sight on it."""
    high = page.evaluate("document.documentElement.scrollHeight")
    return high, len(page.locator("body").inner_text().split())


@pytest.mark.parametrize("is_logged_in", [False, True], ids=["anybody", "logged in"])
def test_a_page_is_short_before_anything_is_opened(
    page: Page,
    live_server: Any,
    owner: User,
    log_in: Callable[[User], Client],
    *,
    is_logged_in: bool,
) -> None:
    if is_logged_in:
        session = log_in(owner).cookies["session"].value
        page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    page.set_viewport_size(PHONE)
    for path in PAGES:
        page.goto(live_server.url + path)
        high, words = size(page)
        assert high <= MOST_PIXELS, f"{path} is {high} pixels high"
        assert words <= MOST_WORDS, f"{path} shows {words} words"


def test_a_page_that_is_opened_would_be_noticed(page: Page, live_server: Any) -> None:
    page.set_viewport_size(PHONE)
    page.goto(live_server.url + LONGEST)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    high, words = size(page)
    assert high > MOST_PIXELS
    assert words > MOST_WORDS


def test_every_citation_is_at_most_one_tap_away(page: Page, live_server: Any) -> None:
    """What each list says is folded once more, and its citations stand above that fold too."""
    for path in PAGES:
        page.goto(live_server.url + path)
        deep = page.evaluate(
            "() => { const all = [...document.querySelectorAll('main .citation')];"
            " const folds = (e) => { let n = 0; while ((e = e.parentElement))"
            " n += e.tagName === 'DETAILS'; return n; };"
            " const near = new Set(all.filter(e => folds(e) < 2).map(e => e.textContent));"
            " return all.map(e => e.textContent).filter(t => !near.has(t)); }"
        )
        assert deep == [], path


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_link_to_what_is_folded_unfolds_it(
    browser: Browser, live_server: Any, scripts: bool
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=scripts)
    page = context.new_page()
    known = catalogue()
    for anchor, said in (
        ("JC-05", known.decisions["JC-05"].decided[:30]),
        ("label-kymriah", known.labels["kymriah"].seen_on[:30]),
        ("source-002", known.sources["002"].disclaimer),
    ):
        page.goto(f"{live_server.url}/sources/#{anchor}")
        expect(page.locator(f"[id='{anchor}']")).to_contain_text(said)
        expect(page.locator(f"[id='{anchor}']")).to_be_visible()
        expect(page.locator(f"[id='{anchor}']")).to_be_in_viewport()
    # From a card to its source: the name is the link.
    page.goto(live_server.url + LONGEST + "#given")
    page.locator("#given").get_by_role("link", name="The Canadian Cancer Society").first.click()
    expect(page.locator("#source-000")).to_be_visible()
    context.close()


def test_the_keyboard_opens_a_section(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + LONGEST)
    summary = page.locator("summary", has_text="How it is given")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#given")).to_be_visible()


def test_a_search_in_the_page_opens_what_it_finds(page: Page, live_server: Any) -> None:
    """A link to words is found as the browser's own search finds them."""
    said = catalogue().sources["003"].gaps[1]
    page.goto(f"{live_server.url}/sources/#:~:text={said.replace(' ', '%20')}")
    expect(page.get_by_text(said)).to_be_visible()


def test_what_is_folded_is_printed(page: Page, live_server: Any) -> None:
    known = catalogue()
    page.goto(live_server.url + LONGEST)
    paper = PdfReader(BytesIO(page.pdf()))
    # Letters that are printed as one (fi) are two again.
    text = normalize(
        "NFKC", "".join("".join(sheet.extract_text() for sheet in paper.pages).split())
    )
    for effect in known.effects_of("blinatumomab"):
        assert "".join(effect.timing.split("(")[0].split()) in text
    for disagreement in known.disagreements_about("blinatumomab"):
        assert "".join(disagreement.sides[0].says.split()) in text
