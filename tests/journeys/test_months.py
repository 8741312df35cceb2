"""In a real browser: a full month is short, its charts are seen at once, a day is one tap away."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import Patient, User
from diary.history.calendar import Month
from tests.diary.answers import london_day
from tests.diary.full_month import TEN, fill, last_long_month
from tests.journeys.axe import axe_faults
from tests.journeys.test_lengths import PHONE, size

MOST_PIXELS, MOST_WORDS = 3000, 300
GAPS = (7, 8, 20)
FEVER = 14

Opener = Callable[..., Page]


@pytest.fixture
def month(transactional_db: None) -> Month:
    return last_long_month(london_day())


@pytest.fixture
def opened(
    browser: Browser,
    browser_context_args: dict[str, Any],
    live_server: Any,
    patient: Patient,
    month: Month,
    owner: User,
    log_in: Callable[[User], Any],
) -> Iterator[Opener]:
    """Open a page about the month, full or with gaps."""
    contexts = []

    def open_page(name: str, *more: Any, gaps: Any = GAPS, **options: Any) -> Page:
        if not patient.check_ins.exists():
            fill(patient, owner, month, gaps=gaps)
        context = browser.new_context(**(browser_context_args | {"viewport": PHONE} | options))
        contexts.append(context)
        context.set_default_timeout(30_000)
        session = log_in(owner).cookies["session"].value
        context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
        page = context.new_page()
        address = reverse(name, args=[patient.pk, *more])
        page.goto(f"{live_server.url}{address}?month={month.slug}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def shown(page: Page, words: str) -> Locator:
    chart = page.locator("svg.chart:visible")
    return chart.filter(has=page.locator("title", has_text=words))


def test_a_month_in_which_every_day_was_logged_is_short(
    opened: Opener, patient: Patient, owner: User, month: Month
) -> None:
    """With a fever, an advice and a later call that nobody answered on top."""
    fill(patient, owner, month)
    last = patient.check_ins.latest("at")
    last.calls.create(outcome="no-answer", whom="Ward", at=last.at, recorded=last.at, by=owner)
    page = opened("history")
    expect(page.locator(".days > li")).to_have_count(31)
    high, words = size(page)
    assert high <= MOST_PIXELS, high
    assert words <= MOST_WORDS, words
    assert page.get_by_text("Last fever").is_visible()
    assert page.get_by_text("Last advice of the team").is_visible()
    assert page.get_by_text("Come in for blood cultures").is_visible()
    assert page.locator(".lately").get_by_text("no answer").is_visible()


def test_urgent_and_no_entry_are_told_by_shape_and_word(opened: Opener, month: Month) -> None:
    page = opened("history")
    for day in GAPS:
        line = page.locator(f"#day-{month.slug}-{day:02}")
        expect(line).to_contain_text("No entry")
        assert "gradient" in line.evaluate("e => getComputedStyle(e).backgroundImage")
    urgent = page.locator(f"#day-{month.slug}-{FEVER}")
    expect(urgent).to_contain_text("Urgent Fever")
    shape = urgent.locator(".mark").evaluate("e => getComputedStyle(e, '::before').content")
    assert "▲" in shape


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_tap_in_month_list_and_strip_opens_the_day(
    opened: Opener, month: Month, *, scripts: bool
) -> None:
    day = f"{month.slug}-{FEVER}"
    taps = (
        ("history", f".month a[href*='{day}']"),
        ("history", f"#day-{day} a"),
        ("history_charts", f"svg.narrow a[href*='{day}'] >> nth=0"),
        ("history_charts", f"svg.narrow a[href*='{day}'] >> nth=1"),
    )
    for name, tapped in taps:
        page = opened(name, java_script_enabled=scripts)
        page.locator(tapped).click()
        expect(page).to_have_url(re.compile(rf"/history/{day}/$"))
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"{FEVER} ")
        expect(page.get_by_text("Urgent: 38.9 °C")).to_be_visible()
        page.get_by_role("link", name=f"{month.first:%B}", exact=True).click()
        expect(page.locator(f"#day-{day}")).to_be_in_viewport()


def test_ten_symptoms_of_a_month_are_seen_in_one_screen(opened: Opener) -> None:
    page = opened("history_charts")
    strips = shown(page, "Symptoms")
    strips.scroll_into_view_if_needed()
    strips.evaluate("svg => svg.scrollIntoView({block: 'start'})")
    names = strips.locator("text").all_text_contents()
    assert len([name for name in names if not name.isdigit()]) == len(TEN)
    top = page.evaluate("document.querySelector('.who').getBoundingClientRect().bottom")
    bottom = page.evaluate("document.querySelector('.tabs').getBoundingClientRect().top")
    box = strips.bounding_box()
    assert box is not None
    assert box["height"] <= bottom - top
    assert box["width"] <= PHONE["width"]


def test_both_charts_share_their_days_and_the_temperatures_are_first(opened: Opener) -> None:
    page = opened("history_charts")
    temperatures, strips = shown(page, "Temperatures"), shown(page, "Symptoms")
    first, second = temperatures.bounding_box(), strips.bounding_box()
    assert first and second
    assert first["y"] < second["y"]
    assert first["height"] >= PHONE["height"] / 3
    places = [
        chart.locator(".hit").evaluate_all("all => all.map(box => box.getBoundingClientRect().x)")
        for chart in (temperatures, strips)
    ]
    assert places[0] == pytest.approx(places[1], abs=0.5)
    assert len(places[0]) == 31


def test_the_fever_line_is_in_sight_and_gaps_are_hatched(opened: Opener) -> None:
    page = opened("history_charts")
    temperatures = shown(page, "Temperatures")
    line, edge = temperatures.locator(".fever-line").first, temperatures.bounding_box()
    at = line.evaluate("e => e.getBoundingClientRect().y")
    assert edge and edge["y"] < at < edge["y"] + edge["height"]
    degrees = temperatures.locator("text[text-anchor=end]").all_text_contents()
    assert degrees == ["36", "37", "38", "39"]
    expect(temperatures.locator(".gap")).to_have_count(2)
    expect(shown(page, "Symptoms").locator(".gap")).to_have_count(2 * len(TEN))
    fill_of = temperatures.locator(".gap").first.evaluate("e => getComputedStyle(e).fill")
    assert fill_of.startswith("url(")


def test_without_colours_the_strength_is_still_told(opened: Opener) -> None:
    page = opened("history_charts", forced_colors="active")
    strips = shown(page, "Symptoms")
    heights = {
        kind: strips.locator(f".{kind}").first.evaluate("e => e.getBBox().height")
        for kind in ("mild", "moderate")
    }
    assert heights["moderate"] > heights["mild"] * 1.5
    assert strips.locator(".small-urgent").count() > 0


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (360, "dark"), (1280, "light")], ids=str
)
def test_axe_finds_nothing(opened: Opener, month: Month, width: int, scheme: Any) -> None:
    for name, *more in (
        ("history",),
        ("history_charts",),
        ("history_day", f"{month.slug}-{FEVER}"),
        ("history_day", f"{month.slug}-07"),
    ):
        page = opened(name, *more, viewport={"width": width, "height": 740}, color_scheme=scheme)
        for details in page.locator("main details").all():
            details.evaluate("box => { box.open = true; }")
        assert axe_faults(page) == []


@pytest.mark.parametrize("width", [180, 320, 360, 640, 1280])
def test_nothing_scrolls_sideways(opened: Opener, month: Month, width: int) -> None:
    """180 is a phone of 360 pixels, enlarged to 200 %."""
    for name, *more in (
        ("history",),
        ("history_charts",),
        ("history_day", f"{month.slug}-{FEVER}"),
    ):
        page = opened(name, *more, viewport={"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_wide_page_two_stand_beside_each_other(opened: Opener, month: Month) -> None:
    wide = {"width": 1280, "height": 800}

    def beside(page: Page, left: str, right: str) -> bool:
        one = page.locator(left).bounding_box()
        other = page.locator(right).bounding_box()
        assert one and other
        return one["x"] + one["width"] <= other["x"] and abs(one["y"] - other["y"]) < 120

    page = opened("history", viewport=wide)
    assert beside(page, ".beside > :first-child", ".days")
    page.locator(f".month a[href*='{month.slug}-{FEVER}']").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{FEVER} ")
    assert beside(page, ".glance", ".beside h1")
    expect(page.locator(".month .shown")).to_contain_text(str(FEVER))
    page = opened("history_charts", viewport=wide)
    assert beside(page, ".across > :nth-child(1)", ".across > :nth-child(2)")
