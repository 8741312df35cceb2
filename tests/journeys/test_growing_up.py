"""In a real browser: Ana gets a log-in of her own, keeps a note to herself, chooses who stays, and
on the day the diary is hers."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Patient, Share, User
from tests.journeys.test_circle import SCRIPTS, go, is_fine, press

OpenAt = Callable[..., Page]
LOOKED_AT = os.environ.get("SCREENSHOTS", "")  # a folder, for whoever wants to look


@pytest.fixture(autouse=True)
def fresh_limits(transactional_db: None) -> None:
    cache.clear()


def looked_at(page: Page, name: str, *, script: bool) -> None:
    is_fine(page, script=script)
    if LOOKED_AT and script:
        page.screenshot(path=Path(LOOKED_AT, f"{name}.png"), full_page=True)


def comes_of_age(ana: Patient, **later: int) -> None:
    Patient.objects.filter(pk=ana.pk).update(of_age_at=timezone.now() + timedelta(**later))


@SCRIPTS
def test_the_diary_becomes_hers(
    open_at: OpenAt, ana: Patient, stranger: User, script: bool
) -> None:
    today, growing_up = (reverse(name, args=[ana.pk]) for name in ("today", "growing_up"))
    comes_of_age(ana, days=10)

    # Given Dad, who reads on Today what will be, and makes a code for Ana
    dad = open_at(today, java_script_enabled=script)
    notice = dad.locator(".notice", has_text="this diary becomes")
    expect(notice).to_contain_text("this diary becomes Ana’s own")
    looked_at(dad, "today-dad", script=script)
    notice.get_by_role("link", name="See what to do").click()
    press(dad, "Make a code for Ana")
    code = dad.locator(".code").inner_text()
    looked_at(dad, "code", script=script)

    # When she types it, it says that the diary is about her, and Dad says that it is she
    her = open_at(reverse("join"), by=stranger, java_script_enabled=script)
    her.get_by_label("The code").fill(code)
    press(her, "Use this code")
    expect(her.get_by_role("main")).to_contain_text("this diary is about you")
    looked_at(her, "offer", script=script)
    press(her, "Accept Dad’s invitation")
    go(dad, growing_up)
    looked_at(dad, "waiting", script=script)
    press(dad, "Yes, this is Ana")
    looked_at(dad, "has-log-in", script=script)

    # Then she writes about herself, with a note that Dad does not find
    go(her, today)
    expect(her.get_by_role("heading", level=1)).to_have_text("How are you today?")
    her.get_by_text("A note only you can read").first.click()
    if not script:
        her.get_by_label("Note", exact=True).fill("For the team")
    her.locator("#private_note").fill("For nobody")
    looked_at(her, "today-ana", script=script)
    her.locator("#temperature-C").fill("39.2")
    her.get_by_role("button", name="Save for Ana").first.click()
    expect(her.get_by_role("main")).to_contain_text("Call")
    her.get_by_text("What was saved").click()
    expect(her.get_by_role("main")).to_contain_text("Only you can read this: For nobody")
    looked_at(her, "card-ana", script=script)
    go(dad, her.url.removeprefix(dad.url.split("/p/")[0]))
    expect(dad.get_by_role("main")).to_contain_text("39.2")
    expect(dad.locator("body")).not_to_contain_text("For nobody")

    # And she chooses that he may go on reading
    go(her, growing_up)
    her.get_by_label("Only read").check()
    looked_at(her, "choose", script=script)
    press(her, "Save for Dad")
    expect(her.locator("#messages")).to_contain_text("Saved for Dad")

    # On the day it is hers, and Dad reads
    comes_of_age(ana, seconds=-1)
    go(dad, today)
    expect(dad.get_by_role("button", name="Save for Ana")).to_have_count(0)
    assert go(dad, reverse("sharing", args=[ana.pk])) == 403
    go(her, reverse("sharing", args=[ana.pk]))
    expect(her.get_by_role("main")).to_contain_text("You manage this diary.")
    looked_at(her, "sharing-ana", script=script)
    go(her, reverse("sharing_log", args=[ana.pk]))
    expect(her.locator(".log")).to_contain_text("took over the diary as their own")
    looked_at(her, "log-ana", script=script)


@SCRIPTS
def test_without_a_log_in_dad_goes_on_and_the_page_says_what_he_may_not(
    open_at: OpenAt, ana: Patient, script: bool
) -> None:
    comes_of_age(ana, days=-3)
    dad = open_at(reverse("today", args=[ana.pk]), java_script_enabled=script)
    expect(dad.get_by_role("main")).to_contain_text("has no log-in yet")
    dad.get_by_role("link", name="See what to do").click()
    expect(dad.get_by_role("main")).to_contain_text("You can no longer share, export or delete")
    looked_at(dad, "limited", script=script)
    go(dad, reverse("patient_more", args=[ana.pk]))
    for words in ("Export and import", "Delete"):
        expect(dad.get_by_role("main").get_by_role("link", name=words)).to_have_count(0)
    is_fine(dad, script=script)
    # He may still shut somebody out, and lets nobody in.
    dad.get_by_role("link", name="Sharing").click()
    expect(dad.get_by_role("heading", name="Who can see it now")).to_be_visible()
    expect(dad.get_by_role("heading", name="Invite someone")).to_have_count(0)
    looked_at(dad, "limited-sharing", script=script)
    assert not Share.objects.exists()
