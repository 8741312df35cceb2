"""In a real browser: looking back by thumb, by keyboard, without scripts, enlarged, on paper."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.management.examples import log
from diary.models import Course, Cycle, Dose
from tests.diary.answers import london_day, said
from tests.diary.test_timeline import fever
from tests.journeys.axe import axe_faults

MOST_TEXT = 30  # pixels: nothing in a chart may be larger than this, nor smaller than 14
SCHEMES = ("light", "dark")


@pytest.fixture
def family(transactional_db: None, owner: User, patient: Patient) -> Patient:
    """Two cycles of a pump, tablets, two months of days with gaps, and an urgent one."""
    now = timezone.now()
    today = now.astimezone(patient.tz).date()
    patient.created = now - timedelta(days=70)
    patient.save()
    course = Course.objects.create(
        patient=patient, therapy="blinatumomab", started=today - timedelta(days=60)
    )
    for number, back in ((1, 60), (2, 18)):
        Cycle.objects.create(course=course, number=number, started=today - timedelta(days=back))
    Dose.objects.create(
        course=course,
        kind="pump",
        started=now - timedelta(days=18),
        local_day=today - timedelta(days=18),
    )
    log(patient, today - timedelta(days=50), today - timedelta(days=3), seed=5, users=[owner])
    reports = fever("38.6"), ReportData("headache", "severe")
    record_check_in(patient, said(now, *reports, note="a hot evening"), by=owner)
    return patient


@pytest.fixture
def opened(
    browser: Browser,
    browser_context_args: dict[str, Any],
    live_server: Any,
    family: Patient,
    owner: User,
    log_in: Callable[[User], Any],
) -> Iterator[Callable[..., Page]]:
    contexts = []
    session = log_in(owner).cookies["session"].value

    def open_page(name: str, **options: Any) -> Page:
        context = browser.new_context(**(browser_context_args | options))
        contexts.append(context)
        context.set_default_timeout(30_000)
        context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + reverse(name, args=[family.pk]))
        return page

    yield open_page
    for context in contexts:
        context.close()


def shown(page: Page) -> Locator:
    """The drawings that this width shows."""
    return page.locator("svg.chart:visible")


def test_a_tap_on_a_mark_goes_to_its_day_without_scripts(opened: Callable[..., Page]) -> None:
    page = opened("history_charts", java_script_enabled=False)
    chart = shown(page).filter(has=page.locator("title", has_text="Temperatures"))
    chart.locator("a .fever").last.click()
    today = london_day().isoformat()
    expect(page).to_have_url(re.compile(rf"/history/{today}/$"))
    expect(page.locator("#main")).to_contain_text("38.6 °C")


def test_the_charts_are_walked_by_keyboard_in_their_order(opened: Callable[..., Page]) -> None:
    page = opened("history_charts")
    days: list[str] = []
    first = shown(page).filter(has=page.locator("title", has_text="Temperatures")).locator("a")
    first.first.focus()
    for _ in range(first.count()):
        focused = page.locator(":focus")
        days.append(focused.get_attribute("href") or "")
        assert focused.evaluate("link => link.querySelector('title').textContent")
        ring = focused.locator(".hit").evaluate("box => getComputedStyle(box).strokeWidth")
        assert ring == "3px"
        page.keyboard.press("Tab")
    assert days == sorted(days)
    strips = shown(page).filter(has=page.locator("title", has_text="Symptoms")).locator("a")
    expect(strips.first).to_be_focused()
    strips.last.focus()
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_contain_text("Key")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_contain_text("The same in words")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_contain_text(re.compile(r" at \d\d:\d\d: "))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/history/\d{4}-\d\d-\d\d/$"))


@pytest.mark.parametrize("width", [320, 360, 640, 1280])
@pytest.mark.parametrize("name", ["history_charts", "history_cycles"])
def test_one_drawing_of_each_shows_and_its_words_stay_large(
    opened: Callable[..., Page], name: str, width: int
) -> None:
    """640 is a page of 1280 pixels, enlarged to 200 %."""
    page = opened(name, viewport={"width": width, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    visible, every = shown(page).count(), page.locator("svg.chart").count()
    assert 0 < visible == every / 2
    for drawing in shown(page).all()[:4]:
        scale = drawing.evaluate(
            "svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width"
        )
        assert 0.99 <= scale <= MOST_TEXT / 14
        assert (
            drawing.evaluate(
                """svg => {
                const edge = svg.getBoundingClientRect();
                return [...svg.querySelectorAll('text')].filter(text => {
                    const box = text.getBoundingClientRect();
                    return box.left < edge.left - 1 || box.right > edge.right + 1;
                }).map(text => text.textContent);
            }"""
            )
            == []
        )


@pytest.mark.parametrize("name", ["history", "history_charts", "history_cycles", "history_find"])
def test_axe_finds_nothing_by_day_and_by_night(opened: Callable[..., Page], name: str) -> None:
    page = opened(name)
    for details in page.locator("main details").all():
        details.evaluate("box => { box.open = true; }")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert axe_faults(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_words_of_a_note_are_found_and_the_address_does_not_say_them(
    opened: Callable[..., Page], *, scripts: bool
) -> None:
    page = opened("history", java_script_enabled=scripts)
    page.get_by_role("link", name="Find").click()
    page.locator("#id_words").fill("HOT even")
    page.get_by_role("button", name="Look in Ana’s history").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("what you looked for")
    expect(page.get_by_text("a hot evening")).to_be_visible()
    expect(page.locator(".entry")).to_have_count(1)
    # Both words: what is sealed may spell one of them by chance.
    assert "hot even" not in unquote_plus(page.url).lower()
    page.get_by_role("link", name="Look for something else").click()
    expect(page.locator("#id_words")).to_have_value("HOT even")
    page.get_by_role("link", name="Show everything").click()
    expect(page.get_by_role("region", name="The month at a glance")).to_be_attached()


def test_the_months_of_charts_turn_in_place_and_the_way_back_works(
    opened: Callable[..., Page],
) -> None:
    page = opened("history_charts")
    page.evaluate("window.sameDocument = true")
    heading = page.get_by_role("heading", level=1)
    now = heading.inner_text()
    page.get_by_role("link", name="Earlier:").click()
    expect(heading).not_to_have_text(now)
    expect(heading).to_be_focused()
    assert page.evaluate("window.sameDocument") is True
    page.go_back()
    expect(heading).to_have_text(now)
    page.evaluate("window.sameDocument = true")  # the way back fetches the page anew
    page.get_by_role("link", name="Cycles").click()
    expect(heading).to_have_text("Ana: cycle 2 beside cycle 1")
    assert page.evaluate("window.sameDocument") is True


def test_on_paper_the_wide_drawing_stands_alone(opened: Callable[..., Page]) -> None:
    page = opened("history_charts")
    page.emulate_media(media="print")
    drawn = shown(page).evaluate_all("all => all.map(svg => svg.classList.contains('wide'))")
    assert drawn
    assert all(drawn)
    expect(page.get_by_text("Tap a mark")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Ways to look back")).to_be_hidden()
    assert len(page.pdf(format="A4")) > 10_000


def test_the_calendar_says_treatment_in_words_and_leads_to_the_day(
    opened: Callable[..., Page],
) -> None:
    page = opened("history", java_script_enabled=False)
    today = london_day()
    cell = page.locator(f'.month a[href$="/{today.isoformat()}/"]')
    expect(cell).to_have_accessible_name(f"{today.day} {today:%B}: urgent; pump")
    cell.click()
    expect(page).to_have_url(re.compile(rf"/history/{today.isoformat()}/$"))
