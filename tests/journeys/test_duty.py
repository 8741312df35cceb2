"""In a real browser: duty is handed over for the night, told, answered once for all, given back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.duty.actions import set_order
from diary.models import Call, DutyTurn
from tests.diary.answers import reading, said
from tests.journeys.test_circle import SCRIPTS, go, is_fine, press

OpenAt = Callable[..., Page]


@pytest.fixture(autouse=True)
def fresh_limits(transactional_db: None) -> None:
    cache.clear()


@SCRIPTS
def test_a_night_on_duty(
    open_at: OpenAt, ana: Patient, owner: User, writer: User, reader: User, script: bool
) -> None:
    # Given Dad, who hands over to Grandma for the night, by one tap on Today
    set_order(ana, order=[owner.pk, writer.pk, reader.pk], by=owner)
    today, more = (reverse(name, args=[ana.pk]) for name in ("today", "patient_more"))
    dad = open_at(today, java_script_enabled=script)
    is_fine(dad, script=script)
    press(dad, "Hand over to Grandma until 07:00")
    expect(dad.get_by_role("main")).to_contain_text("Grandma is on duty for Ana, until 07:00.")
    is_fine(dad, script=script)
    go(dad, more)
    expect(dad.get_by_role("main")).to_contain_text("They have not said yet that they know.")
    is_fine(dad, script=script)

    # When she opens any page, it says so
    grandma = open_at(reverse("account_menu"), by=writer, java_script_enabled=script)
    strip = grandma.locator("#strips")
    expect(strip).to_contain_text("You are on duty for Ana, until 07:00. Dad handed over to you.")
    is_fine(grandma, script=script)
    press(grandma, "I know")
    expect(grandma.locator("#strips")).not_to_contain_text("handed over")

    # And something urgent is found: she is told wherever she is, and Rose only after ten minutes
    check_in = record_check_in(ana, said(timezone.now(), reading("39.0")), by=owner)
    go(grandma, reverse("account_menu"))
    expect(grandma.locator("#strips")).to_contain_text("Ana’s diary: an urgent entry")
    expect(grandma.locator("#strips")).to_contain_text("Nobody has answered yet.")
    is_fine(grandma, script=script)
    rose = open_at(reverse("account_menu"), by=reader, java_script_enabled=script)
    expect(rose.get_by_role("main")).not_to_contain_text("Nobody has answered yet.")

    # Then she opens the card from there, and says that she has seen it; the prompt stays
    grandma.get_by_role("link", name="Open the card").click()
    card = grandma.locator(".care")
    expect(card).to_contain_text("On duty: Grandma, until 07:00")
    is_fine(grandma, script=script)
    press(grandma, "I have seen this")
    expect(card).to_contain_text("Seen: Grandma, today")
    expect(card).to_contain_text("Call")
    expect(card.get_by_role("button", name="I have seen this")).to_have_count(0)
    is_fine(grandma, script=script)
    assert Call.objects.get(check_in=check_in).by == writer

    # And nobody is told any more; she gives duty back, and Dad sees it on his next page
    go(grandma, reverse("account_menu"))
    expect(grandma.get_by_role("main")).not_to_contain_text("Nobody has answered yet.")
    go(grandma, reverse("duty", args=[ana.pk]))
    is_fine(grandma, script=script)
    press(grandma, "Give it back to Dad")
    expect(grandma.get_by_role("main")).to_contain_text("You are off duty for Ana.")
    go(dad, today)
    expect(dad.locator("#strips")).to_contain_text("Grandma handed over to you.")
    is_fine(dad, script=script)


@SCRIPTS
def test_the_order_is_changed_and_another_time_is_typed(
    open_at: OpenAt, ana: Patient, writer: User, reader: User, script: bool
) -> None:
    dad = open_at(reverse("duty", args=[ana.pk]), java_script_enabled=script)
    is_fine(dad, script=script)
    press(dad, "Move up Aunt Rose")
    expect(dad.locator(".order li").nth(1)).to_contain_text("Aunt Rose")
    dad.get_by_label("5 minutes", exact=True).check()
    press(dad, "Save the minutes for Ana")
    expect(dad.get_by_role("main")).to_contain_text(
        "If nobody answers an urgent entry for 5 minutes"
    )
    dad.get_by_label("Aunt Rose", exact=True).check()
    dad.get_by_label("Until another time").check()
    press(dad, "Save who is on duty for Ana")
    expect(dad.get_by_role("main")).to_contain_text("Type the time, such as 06:30.")
    is_fine(dad, script=script)
    dad.get_by_label("The time").fill("06:30")
    press(dad, "Save who is on duty for Ana")
    expect(dad.get_by_role("main")).to_contain_text("Aunt Rose is on duty for Ana, until 06:30.")
    until = DutyTurn.objects.get().until
    assert until is not None
    assert until.astimezone(ana.tz).strftime("%H:%M") == "06:30"
    assert until - timezone.now() < timedelta(hours=25)
