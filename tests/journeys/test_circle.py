"""In a real browser: a friend helps for one evening, and the owner sees who looked and who changed
a number."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Patient, Share, User
from diary.team.actions import PhoneLine, set_contacts
from tests.journeys.axe import axe_faults

OpenAt = Callable[..., Page]
SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])


@pytest.fixture(autouse=True)
def fresh_limits(transactional_db: None) -> None:
    cache.clear()


def go(page: Page, address: str) -> int:
    answer = page.goto(re.sub(r"(https?://[^/]+).*", r"\1", page.url) + address)
    assert answer is not None
    return answer.status


def press(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words).click()


def is_fine(page: Page, *, script: bool) -> None:
    """Nothing for axe to find, and nothing wider than the phone."""
    if script:
        assert axe_faults(page) == []
    width = "document.documentElement.scrollWidth <= window.innerWidth"
    assert not script or page.evaluate(width)


@SCRIPTS
def test_a_friend_helps_for_one_evening(
    open_at: OpenAt, ana: Patient, stranger: User, script: bool
) -> None:
    # Given Dad, who invites Mallory until midnight, by a code that he reads aloud
    sharing, today = (reverse(name, args=[ana.pk]) for name in ("sharing", "today"))
    dad = open_at(sharing, java_script_enabled=script)
    dad.get_by_label("Tonight at midnight").check()
    is_fine(dad, script=script)
    press(dad, "Make a code for Ana’s diary")
    code = dad.locator(".code").inner_text()

    # When she types it, she reads first who gives what, and accepts
    friend = open_at(reverse("join"), by=stranger, java_script_enabled=script)
    friend.get_by_label("The code").fill(code)
    press(friend, "Use this code")
    expect(friend.get_by_role("heading", level=1)).to_have_text("Dad invites you to Ana’s diary")
    expect(friend.get_by_role("main")).to_contain_text("You may read, until the end of")
    is_fine(friend, script=script)
    assert go(friend, today) == 404
    go(friend, reverse("join"))
    friend.get_by_label("The code").fill(code)
    press(friend, "Use this code")
    press(friend, "Accept Dad’s invitation")
    expect(friend.get_by_role("heading", level=1)).to_contain_text("Wait for Dad to say yes")

    # Then Dad says yes, and she reads
    go(dad, sharing)
    press(dad, "Yes, let Mallory see Ana’s diary")
    expect(dad.get_by_role("main")).to_contain_text("Mallory can now open Ana’s diary")
    assert go(friend, today) == 200

    # And Dad changes the end to a day, and sees that she looked
    dad.get_by_role("link", name="Change Mallory’s access").click()
    dad.get_by_label("At the end of a day").check()
    last = timezone.now().astimezone(ana.tz).date() + timedelta(days=3)
    dad.get_by_label("The last day").fill(last.isoformat())
    is_fine(dad, script=script)
    press(dad, "Save for Mallory")
    expect(dad.get_by_role("main")).to_contain_text(f"until the end of {last.day} {last:%b %Y}")
    go(dad, reverse("sharing_log", args=[ana.pk]))
    expect(dad.get_by_role("main")).to_contain_text("Last opened: today")
    dad.get_by_label("What was done by", exact=True).select_option("Mallory")
    press(dad, "Show")
    expect(dad.locator(".log")).to_contain_text("Mallory opened the diary")
    expect(dad.locator(".log")).not_to_contain_text("Dad")
    is_fine(dad, script=script)

    # When the end comes while she has the diary open, her next click finds nothing
    share = Share.objects.filter(user=stranger)
    share.update(until=timezone.now())
    assert go(friend, today) == 404
    go(dad, sharing)
    expect(dad.get_by_role("main")).to_contain_text("Access that has ended")

    # And when Dad gives it again and then ends it at once, it is the same
    share.update(until=None)
    assert go(friend, today) == 200
    go(dad, sharing)
    dad.get_by_text("End their access").click()
    press(dad, "End Mallory’s access now")
    expect(dad.get_by_role("main")).to_contain_text("Mallory cannot open Ana’s diary")
    assert go(friend, today) == 404


@SCRIPTS
def test_a_number_that_somebody_else_changed_is_taken_back_in_one_tap(
    open_at: OpenAt, ana: Patient, writer: User, script: bool
) -> None:
    before = ana.contacts.get(kind="always").number
    set_contacts(ana, numbers={"always": PhoneLine("020 7946 0999")}, by=writer)
    dad = open_at(reverse("today", args=[ana.pk]), java_script_enabled=script)
    strip = dad.locator("#strips")
    expect(strip).to_contain_text("Grandma changed the 24-hour number")
    is_fine(dad, script=script)
    press(dad, "Take it back")
    expect(dad.get_by_role("main")).to_contain_text("Restored for Ana: the 24-hour number.")
    expect(dad.get_by_role("main")).to_contain_text(before)
    expect(strip).not_to_contain_text("Grandma")
