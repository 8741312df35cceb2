"""The bar of tabs: in the same place on every page of a patient, and over nothing."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from accounts.models import Patient
from tests.journeys.phone import wait_until_kept

PAGES = {"Today": "today", "History": "history", "Treatment": "treatment", "Summary": "summary"}
BARS = ".tabs, .bar, .who"


def tabs(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Ana")


def box(found: Locator) -> dict[str, float]:
    edges = found.bounding_box()
    assert edges
    return {**edges, "end": edges["y"] + edges["height"]}


def test_every_page_of_a_patient_has_it_at_the_bottom_and_marks_where_one_is(
    open_at: Callable[..., Page], ana: Patient
) -> None:
    page = open_at(reverse("today", args=[ana.pk]))
    for words in (*PAGES, "More"):
        tabs(page).get_by_role("link", name=words).click()
        page.wait_for_url(f"**{address(ana, words)}")
        expect(tabs(page).locator("[aria-current=page]")).to_have_text(words)
        bar = box(tabs(page))
        assert bar["end"] == 740
        assert bar["height"] <= 57
        assert min(box(link)["height"] for link in tabs(page).get_by_role("link").all()) >= 44
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        assert box(page.locator("footer summary").last)["end"] <= bar["y"]
        expect(
            page.get_by_role("banner").get_by_role("link", name="Urgent help")
        ).to_be_in_viewport()
    page.goto(page.url.replace("/more/", "/history/charts/"))
    expect(tabs(page).locator("[aria-current=true]")).to_have_text("History")


def address(patient: Patient, words: str) -> str:
    return reverse(PAGES.get(words, "patient_more"), args=[patient.pk])


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_bar_that_saves_stands_on_it(open_today: Callable[..., Page], *, scripts: bool) -> None:
    page = open_today(java_script_enabled=scripts, viewport={"width": 360, "height": 740})
    assert box(page.locator(".bar"))["end"] == pytest.approx(box(tabs(page))["y"], abs=1)
    tabs(page).get_by_role("link", name="More").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("More about Ana")


def test_the_focus_is_never_behind_a_bar(open_at: Callable[..., Page], ana: Patient) -> None:
    page = open_at(reverse("patient_more", args=[ana.pk]), viewport={"width": 360, "height": 740})
    for _ in range(30):
        page.keyboard.press("Tab")
        behind = page.evaluate(
            """(bars) => {
                const here = document.querySelector("body :focus");
                if (!here) return false;
                const { left, top, bottom } = here.getBoundingClientRect();
                const at = (y) => document.elementFromPoint(left + 4, y)?.closest(bars);
                return !here.closest(bars) && Boolean(at(top + 2) ?? at(bottom - 2));
            }""",
            BARS,
        )
        assert not behind, page.evaluate("document.activeElement.outerHTML")


@pytest.mark.parametrize("size", [(740, 360), (180, 370), (1280, 800)])
def test_on_its_side_enlarged_or_wide_it_moves_with_the_page_or_is_in_the_header(
    open_at: Callable[..., Page], ana: Patient, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    page = open_at(reverse("treatment", args=[ana.pk]), viewport=viewport)
    assert tabs(page).evaluate("(bar) => getComputedStyle(bar).position") == "static"
    assert box(tabs(page))["end"] <= box(page.get_by_role("main"))["y"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_is_there_without_a_network(open_today: Callable[..., Page], ana: Patient) -> None:
    page = open_today(viewport={"width": 360, "height": 740})
    wait_until_kept(page, ana)
    page.context.set_offline(True)
    for words in ("Today", "History"):
        tabs(page).get_by_role("link", name=words).click()
        expect(page.locator("#offline[data-ready]")).to_be_attached()
        expect(tabs(page).locator("[aria-current=page]")).to_have_text(words)
        assert box(tabs(page))["end"] == 740
