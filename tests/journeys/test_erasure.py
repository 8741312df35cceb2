"""A way out in a real browser: asked for, undone, asked for again, and after seven days gone."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import Erasure, Patient, User
from diary.check_ins.actions import record_check_in
from diary.management.examples import check_in_data, reading
from summary.erasure.deletion import erase_due
from tests.conftest import PASSWORD, new_patient
from tests.journeys.axe import SCREENS, axe_faults
from tests.journeys.test_records import fits, log_in


@pytest.fixture
def ana(transactional_db: None, make_user: Callable[[str], User]) -> Patient:
    dad = make_user("Dad")
    ana = new_patient(dad)
    record_check_in(ana, check_in_data(timezone.now(), reading("37.0"), note="A note"), by=dad)
    cache.clear()
    return ana


def confirm(page: Page) -> None:
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")


def days_pass() -> None:
    Erasure.objects.waiting().update(due=F("due") - timedelta(days=8))
    erase_due()


def sound(page: Page) -> None:
    fits(page)
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme=scheme)
        assert axe_faults(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="light")


def test_ask_undo_ask_again_and_gone(page: Page, ana: Patient, live_server: object) -> None:
    base = str(live_server)
    # Given Dad, logged in; when he asks for Ana's diary to be deleted
    log_in(page, base, ana.owner.email)
    page.goto(f"{base}/p/{ana.pk}/more/")
    page.get_by_role("link", name="Delete The whole diary").click()
    sound(page)
    page.get_by_role("button", name="Delete Ana’s diary").click()
    # Then the password is asked first
    confirm(page)
    # Then every page says the day, and leads back
    expect(page.get_by_text("Ana’s diary will be deleted after")).to_be_visible()
    sound(page)
    page.get_by_role("link", name="Today").click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Kept. Nothing will be deleted.")).to_be_visible()
    days_pass()
    page.goto(f"{base}/p/{ana.pk}/history/")
    expect(page.get_by_text("will be deleted after")).to_have_count(0)
    # When he asks again, and the days pass
    page.goto(f"{base}/p/{ana.pk}/delete/")
    page.get_by_role("button", name="Delete Ana’s diary").click()
    expect(page.get_by_text("Ana’s diary will be deleted after")).to_be_visible()
    days_pass()
    # Then it is gone
    answer = page.goto(f"{base}/p/{ana.pk}/")
    assert answer is not None
    assert answer.status == 404
    page.goto(f"{base}/people/")
    expect(page.get_by_text("Ana")).to_have_count(0)


def test_the_words_and_the_account_without_javascript(
    browser: Browser, ana: Patient, live_server: object, browser_context_args: dict[str, Any]
) -> None:
    base, entry = str(live_server), ana.check_ins.get()
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    log_in(page, base, ana.owner.email)
    # When Dad deletes the words of an entry
    page.goto(f"{base}/p/{ana.pk}/check-ins/{entry.pk}/words/")
    fits(page)
    page.get_by_role("button", name="Delete the words for Ana").click()
    confirm(page)
    page.get_by_role("heading", name="What was saved").click()
    expect(page.get_by_text("The words of this entry will be deleted after")).to_be_visible()
    days_pass()
    page.goto(f"{base}/p/{ana.pk}/check-ins/{entry.pk}/")
    page.get_by_role("heading", name="What was saved").click()
    expect(page.get_by_text("Words deleted")).to_be_visible()
    expect(page.get_by_text("A note")).to_have_count(0)
    # When he deletes his account too
    page.goto(f"{base}/me/delete/")
    fits(page)
    page.get_by_label("Somebody").check()
    page.get_by_role("button", name="Delete your account").click()
    expect(page.get_by_text("Your account will be deleted after").first).to_be_visible()
    days_pass()
    # Then nobody is logged in any more
    page.goto(f"{base}/people/")
    expect(page).to_have_url(re.compile(r"/account/login/"))
    context.close()
