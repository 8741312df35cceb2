"""The page is old, or a clock is wrong: an urgent answer prompts all the same, and what is saved is
dated by the diary. In a real browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Patient
from diary.models import CheckIn, Course
from tests.diary.answers import after_car_t
from tests.journeys.urgent import (
    answer,
    answer_urgently,
    expect_card,
    expect_kept,
    expect_prompt,
    measure,
    prompt,
    save,
    wait_until_kept,
)

DAY = timedelta(days=1)
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
WRONG = pytest.mark.parametrize("off", [DAY, -DAY], ids=["a-day-ahead", "a-day-behind"])
COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"


def is_opened_anew(page: Page) -> bool:
    """Come back to the page, as from another app, and see whether another one takes its place."""
    page.evaluate("window.isOld = true")
    page.evaluate(COME_BACK)
    page.wait_for_timeout(1000)
    return not page.evaluate("window.isOld")


def dated_now() -> bool:
    return abs(timezone.now() - CheckIn.objects.get().at) < timedelta(minutes=3)


@SCRIPTS
def test_a_page_that_is_open_since_yesterday(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    now = timezone.now()
    with time_machine.travel(now - DAY):
        page = open_today(
            lambda phone: phone.clock.install(time=now - DAY), java_script_enabled=scripts
        )
    page.clock.set_system_time(now)
    if scripts:
        page.get_by_label("Note").fill("still here")  # so that it is not opened anew
        assert not is_opened_anew(page)
        expect(page.get_by_label("Note")).to_have_value("still here")
    answer_urgently(page)
    save(page)
    expect_card(page)
    assert dated_now()


def test_an_untouched_page_is_opened_anew_only_where_the_diary_answers(
    open_today: Callable[..., Page],
) -> None:
    page = open_today()
    page.clock.set_system_time(timezone.now() + DAY)
    page.context.set_offline(True)
    assert not is_opened_anew(page)
    page.context.set_offline(False)
    assert is_opened_anew(page)
    answer_urgently(page)


def test_a_page_that_prompts_is_not_opened_anew(open_today: Callable[..., Page]) -> None:
    page = open_today()
    page.get_by_role("button", name="Too ill to fill this in").click()
    expect_prompt(page)
    page.clock.set_system_time(timezone.now() + DAY)
    assert not is_opened_anew(page)
    expect_prompt(page)


def test_a_page_that_came_with_answers_is_not_opened_anew(open_today: Callable[..., Page]) -> None:
    page = open_today()
    page.get_by_label("Note").fill("after lunch")
    measure(page, "38.x")
    save(page)
    expect(page.get_by_role("heading", name="Not saved yet")).to_be_visible()
    page.clock.set_system_time(timezone.now() + DAY)
    assert not is_opened_anew(page)
    expect(page.get_by_label("Note")).to_have_value("after lunch")
    expect_prompt(page)


@WRONG
def test_the_clock_of_the_phone_is_wrong(open_today: Callable[..., Page], off: timedelta) -> None:
    page = open_today(lambda phone: phone.clock.install(time=timezone.now() + off))
    answer_urgently(page)
    save(page)
    expect_card(page)
    assert dated_now()


@WRONG
def test_the_clock_of_the_phone_is_wrong_without_a_network(
    open_today: Callable[..., Page], off: timedelta
) -> None:
    page = open_today()
    wait_until_kept(page)
    page.clock.set_system_time(timezone.now() + off)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#offline[data-ready]")).to_be_attached()
    answer_urgently(page)
    save(page)
    expect_kept(page, "The diary cannot be reached.")
    page.context.set_offline(False)
    expect(page.get_by_text("waited on the phone and is saved now")).to_be_visible()
    assert dated_now()


def test_a_clock_a_day_ahead_does_not_take_the_marks_of_tomorrow(
    open_today: Callable[..., Page], ana: Patient
) -> None:
    """The last day of the weeks in which everything is reported; tomorrow less is urgent."""
    Course.objects.all().delete()
    after_car_t(ana, timezone.now(), days=56)
    page = open_today()
    wait_until_kept(page)
    page.clock.set_system_time(timezone.now() + DAY)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#offline[data-ready]")).to_be_attached()
    answer(page, "anxiety", "Severe").check(force=True)
    expect_prompt(page)
    answer(page, "anxiety", "No").check(force=True)
    expect(prompt(page)).to_be_hidden()
