"""The prompt as it is seen: enlarged, drawn again, as long as somebody needs. In a real browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from diary.models import CheckIn
from tests.journeys.axe import SCREENS, axe_faults
from tests.journeys.urgent import (
    answer,
    expect_card,
    expect_kept,
    expect_prompt,
    measure,
    prompt,
    save,
)

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@SCRIPTS
def test_a_fever_goes_on_prompting_where_the_page_is_drawn_again(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page = open_today(java_script_enabled=scripts)
    measure(page, "38.6")
    page.get_by_label("Find a symptom").fill("hair")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="What you searched for")).to_be_visible()
    expect_prompt(page)
    measure(page, "36.8")
    expect(prompt(page)).to_be_hidden()
    assert not CheckIn.objects.exists()


def test_a_fever_that_waits_prompts_again_while_it_is_edited(
    open_today: Callable[..., Page],
) -> None:
    page = open_today()
    measure(page, "38.6")
    page.context.set_offline(True)
    save(page)
    expect_kept(page, "The diary cannot be reached.")
    expect(prompt(page)).to_be_hidden()
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Temperature in °C")).to_have_value("38.6")
    expect_prompt(page)


@pytest.mark.parametrize("is_online", [True, False], ids=["online", "offline"])
def test_a_fever_that_is_sent_with_enter_prompts(
    open_today: Callable[..., Page], *, is_online: bool
) -> None:
    page = open_today()
    page.get_by_label("Temperature in °C").press_sequentially("38.6")
    page.context.set_offline(not is_online)
    page.get_by_label("Temperature in °C").press("Enter")
    expect_card(page) if is_online else expect_kept(page, "The diary cannot be reached.")


def cut_off(page: Page) -> list[str]:
    """Whatever stands outside of the page, or in a box too small for it that cannot be moved."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll("body *")].filter((part) => {
                const isLeftOut = part.closest(".visually-hidden, .skip, .scroll, svg");
                if (isLeftOut || !part.checkVisibility()) return false;
                const { left, right } = part.getBoundingClientRect();
                const cuts = ["hidden", "clip"].includes(getComputedStyle(part).overflowX);
                const isCut = cuts && part.scrollWidth > part.clientWidth + 1;
                return left < -0.5 || right > innerWidth + 0.5 || isCut;
            }).map((part) => part.outerHTML.slice(0, 100))"""
        )
    )


def narrow_lines(page: Page, where: Locator) -> list[str]:
    """Paragraphs squeezed into a column that holds no word."""
    parts = where.locator("p, dt, dd, a, strong, h1, h2").all()
    shown = [part for part in parts if part.is_visible()]
    return [p.inner_text() for p in shown if (p.bounding_box() or {"width": 0})["width"] < 40]


@pytest.mark.parametrize("height", [370, 320])
def test_at_twice_the_size_nothing_is_cut_and_nothing_scrolls_sideways(
    open_today: Callable[..., Page], height: int
) -> None:
    """A phone 360 px wide at 200 % has 180 px of its own."""
    page = open_today(viewport={"width": 180, "height": height})

    def check(where: Locator) -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= 180
        assert cut_off(page) == []
        assert narrow_lines(page, where) == []

    measure(page, "38.6")
    expect_prompt(page)
    check(prompt(page))
    expect(prompt(page).get_by_role("link").first).to_be_in_viewport(ratio=0.9)
    last = prompt(page).locator("p").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=0.9)
    page.get_by_role("button", name="Save for Ana").focus()
    page.keyboard.press("Enter")
    expect_card(page)
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    check(page.get_by_role("alertdialog"))
    page.get_by_role("alertdialog").get_by_role("link").first.focus()
    expect(page.get_by_role("alertdialog").get_by_role("link").first).to_be_in_viewport(ratio=0.9)


@SCRIPTS
def test_the_prompt_and_the_card_have_no_time_limit(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    now = timezone.now()
    page = open_today(lambda phone: phone.clock.install(time=now), java_script_enabled=scripts)
    answer(page, "confusion", "Moderate").check(force=True)
    expect_prompt(page)
    before = page.locator("form .prompt").inner_text()
    wait(page, scripts=scripts)
    expect_prompt(page)
    assert page.locator("form .prompt").inner_text() == before
    save(page)
    expect_card(page)
    wait(page, scripts=scripts)
    expect_card(page)
    assert (
        page.locator(".care, .care *, .prompt, .prompt *").evaluate_all(
            "(parts) => parts.flatMap((part) => part.getAnimations()).length"
        )
        == 0
    )


def wait(page: Page, *, scripts: bool) -> None:
    """Three hours of every timer of the page; without scripts there is none."""
    if scripts:
        page.clock.run_for(timedelta(hours=3) // timedelta(milliseconds=1))
    assert page.locator("meta[http-equiv=refresh i]").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(180, "light"), *SCREENS])
def test_axe_finds_nothing(open_today: Callable[..., Page], width: int, scheme: str) -> None:
    page = open_today(viewport={"width": width, "height": 740}, color_scheme=scheme)

    def check() -> None:
        assert axe_faults(page) == []

    answer(page, "seizure", "Yes").check(force=True)
    expect(prompt(page)).to_be_visible()
    check()
    page.context.set_offline(True)
    save(page)
    expect(page.locator("#first").get_by_role("alertdialog")).to_be_focused()
    check()
    page.context.set_offline(False)
    page.get_by_role("link", name="Open the card").first.click()
    expect(page.get_by_role("alertdialog")).to_be_visible()
    check()
