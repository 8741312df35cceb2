"""In a real browser: reminders are set, put to rest at night, stopped; the calendar is made."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Patient
from reminders.models import Feed, QuietHours, Reminder
from tests.journeys.test_circle import SCRIPTS, go, is_fine, press

OpenAt = Callable[..., Page]


@pytest.fixture(autouse=True)
def fresh_limits(transactional_db: None) -> None:
    cache.clear()


@SCRIPTS
def test_somebody_sets_reminders(open_at: OpenAt, ana: Patient, script: bool) -> None:
    # Given a parent who looks for "remind me at 8 pm" under More
    dad = open_at(reverse("patient_more", args=[ana.pk]), java_script_enabled=script)
    dad.get_by_role("link", name="Reminders").click()
    is_fine(dad, script=script)

    # When they set today's entry, the evening first offered
    dad.get_by_role("link", name="Today’s entry").click()
    is_fine(dad, script=script)
    press(dad, "Remind me")

    # Then it is on, and everything else is as it was
    expect(dad.get_by_role("main")).to_contain_text("20:00 every day")
    assert Reminder.objects.get(stopped=None).clocks == ["20:00"]

    # And the night is quiet, by two times
    dad.locator("summary", has_text="Quiet hours").click()
    dad.get_by_role("textbox", name="From").fill("22:00")
    dad.get_by_role("textbox", name="Until").fill("07:00")
    is_fine(dad, script=script)
    press(dad, "Save quiet hours")
    expect(dad.get_by_role("main")).to_contain_text("22:00 to 07:00")
    assert QuietHours.objects.exists()

    # And a calendar address is shown once
    dad.locator("summary", has_text="In your own calendar").click()
    press(dad, "Make a calendar address")
    expect(dad.locator(".secret")).to_contain_text("/calendar/")
    is_fine(dad, script=script)
    go(dad, reverse("reminders", args=[ana.pk]))
    expect(dad.locator(".secret")).to_have_count(0)
    assert Feed.objects.filter(ended=None).count() == 1

    # And the reminder is stopped where it was set
    dad.get_by_role("link", name="Today’s entry").click()
    press(dad, "Stop this reminder")
    assert not Reminder.objects.filter(stopped=None).exists()
