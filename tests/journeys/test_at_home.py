"""Treatment at home in a real browser: one tap for an alarm, and the daily look by finger."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import Patient, User
from diary.core.days import local_day
from diary.models import Look, PumpEvent
from diary.treatment.actions import at_home, courses, doses
from tests.conftest import PASSWORD, new_patient
from tests.journeys.crawling import Crawl

DAY = timedelta(days=1)
HEIGHT = 740


@pytest.fixture
def ana(transactional_db: None, make_user: Callable[[str], User]) -> Patient:
    """Ana, 15, on day 6 of a pump at home, with tablets, a drip and yesterday's look."""
    dad, now = make_user("Dad"), timezone.now()
    ana = new_patient(dad, birth_month=1, birth_year=now.year - 15)
    ana.contacts.create(kind="always", label="Ward 12", number="020 7946 0000")
    today = local_day(now, ana.tz)
    first = today - 5 * DAY
    blina = courses.start_course(ana, therapy="blinatumomab", started=first, by=dad)
    courses.start_cycle(blina, started=first, by=dad)
    doses.start_pump(blina, day=first, by=dad)
    at_home.set_bag_plan(blina, due=now + timedelta(hours=30), every_hours=96, by=dad)
    courses.start_course(ana, therapy="rituximab", started=first, by=dad)
    imatinib = courses.start_course(ana, therapy="imatinib", started=today - 30 * DAY, by=dad)
    doses.record_tablet(imatinib, day=today - DAY, taken=True, late=True, by=dad)
    doses.record_tablet(imatinib, day=today - 2 * DAY, taken=False, by=dad)
    doses.record_tablet(imatinib, day=today - 3 * DAY, taken=True, by=dad)
    Look.objects.create(
        id=uuid4(),
        patient=ana,
        which="sentence",
        at=now - DAY,
        zone=ana.zone,
        local_day=today - DAY,
        by=dad,
        told_by="together",
        answers=[],
        strokes=[[[100, 100], [150, 250], [200, 100], [250, 250], [300, 100]], [[400, 250]]],
    )
    return ana


@pytest.fixture
def crawl(browser: Browser, live_server: Any, ana: Patient) -> Any:
    cache.clear()
    crawl = Crawl(browser, live_server.url)
    crawl.log_in("dad@example.org", PASSWORD)
    yield crawl
    crawl.context.close()


def write(page: Page) -> None:
    """Write on the field with a finger: two lines."""
    field = page.locator("canvas")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    for start in (0.1, 0.5):
        page.mouse.move(box["x"] + box["width"] * start, box["y"] + box["height"] * 0.2)
        page.mouse.down()
        for n in range(1, 12):
            x = box["x"] + box["width"] * (start + 0.03 * n)
            page.mouse.move(x, box["y"] + box["height"] * (0.8 if n % 2 else 0.2))
        page.mouse.up()


def test_an_alarm_is_one_tap_from_the_treatment_page(crawl: Crawl, ana: Patient) -> None:
    page = crawl.page
    page.goto(f"{crawl.origin}/p/{ana.pk}/treatment/")
    crawl.look()
    page.get_by_role("button", name="The pump is alarming").click()
    expect(
        page.get_by_role("heading", name="Call the care team now about the pump")
    ).to_be_visible()
    call = page.get_by_role("link", name="020 7946 0000")
    box = call.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < HEIGHT
    crawl.look()
    assert PumpEvent.objects.get().kind == "alarm"
    assert crawl.faults == []


def test_a_sentence_written_by_finger_stands_beside_the_first_days(
    crawl: Crawl, ana: Patient
) -> None:
    page = crawl.page
    page.goto(f"{crawl.origin}/p/{ana.pk}/")
    page.get_by_role("link", name="Start", exact=True).click()
    crawl.look()
    write(page)
    for name in ("writing", "day", "place", "anything"):
        page.locator(f'[name="q-{name}"][value="no"]').check()
    expect(page.locator(".prompt")).to_be_hidden()
    page.get_by_role("button", name="Save check for Ana").click()
    expect(page.locator(".written")).to_have_count(2)
    crawl.look()
    look = ana.looks.order_by("at").last()
    assert look is not None
    assert [len(line) for line in look.strokes] == [12, 12]
    assert look.check_in is None
    assert crawl.faults == []


def test_writing_again_forgets_the_first_try_and_a_page_with_errors_keeps_the_last(
    crawl: Crawl, ana: Patient
) -> None:
    page = crawl.page
    page.goto(f"{crawl.origin}/p/{ana.pk}/looks/new/")
    write(page)
    page.get_by_role("button", name="Write it again").click()
    assert page.locator("#strokes").input_value() == ""
    write(page)
    kept = page.locator("#strokes").input_value()
    page.get_by_role("button", name="Save check for Ana").click()
    expect(page.get_by_text("You need to answer this one.").first).to_be_visible()
    assert page.locator("#strokes").input_value() == kept
    assert ana.looks.count() == 1


def test_a_difference_prompts_before_saving_and_leads_to_the_urgent_card(
    crawl: Crawl, ana: Patient
) -> None:
    page = crawl.page
    page.goto(f"{crawl.origin}/p/{ana.pk}/looks/new/")
    expect(page.locator(".prompt")).to_be_hidden()
    page.locator('[name="q-speech"][value="mild"]').check()
    expect(page.locator(".prompt")).to_be_visible()
    expect(page.locator(".prompt a").first).to_have_attribute("href", "tel:02079460000")
    crawl.look()
    page.get_by_role("button", name="Save check for Ana").click()
    expect(page.locator(".care.urgent")).to_be_visible()
    assert crawl.faults == []


def test_without_a_script_the_look_can_be_done_and_prompts(
    browser: Browser, live_server: Any, ana: Patient
) -> None:
    cache.clear()
    crawl = Crawl(browser, live_server.url, javascript=False)
    crawl.log_in("dad@example.org", PASSWORD)
    page = crawl.page
    page.goto(f"{crawl.origin}/p/{ana.pk}/looks/new/")
    expect(page.locator("canvas")).to_be_hidden()
    page.get_by_label("Or type it").fill("Two boats came home")
    page.locator('[name="q-anything"][value="severe"]').check()
    expect(page.locator(".prompt")).to_be_visible()
    page.get_by_role("button", name="Save check for Ana").click()
    expect(page.locator(".care.urgent")).to_be_visible()
    assert ana.looks.latest("at").sentence == "Two boats came home"
    crawl.context.close()
    assert crawl.faults == []


def test_a_drip_is_ended_in_one_tap(crawl: Crawl, ana: Patient) -> None:
    page = crawl.page
    page.goto(f"{crawl.origin}/p/{ana.pk}/treatment/")
    page.get_by_role("button", name="Drip starts now").click()
    page.get_by_role("button", name="Drip has ended now").click()
    expect(page.get_by_text("it has ended now")).to_be_visible()
    assert ana.courses.get(therapy="rituximab").doses.get().ended is not None
