"""In a real browser, at 360 px: what follows an urgent finding, until a person closes it; without
scripts too."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import Patient, User
from diary.care_card.actions import record_call
from diary.models import Call, CheckIn, Finding
from tests.diary.answers import reading
from tests.diary.cast import log_then
from tests.diary.open_entries import still_open
from tests.journeys.axe import axe_faults
from tests.journeys.urgent import unfold

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
PAGES = ("today", "history", "treatment", "team", "patient_more", "summary", "medicines", "sharing")
ALWAYS, CLINIC, EMERGENCY = "tel:02079460123", "tel:02079460456", "tel:999"
Open = Callable[..., Page]


@pytest.fixture
def log(family: Patient, owner: User) -> Callable[..., CheckIn]:
    def save(degrees: str = "38.6", *, ago: timedelta = timedelta(minutes=20)) -> CheckIn:
        return log_then(family, timezone.now() - ago, reading(degrees), by=owner)

    return save


def card(check_in: CheckIn) -> str:
    return reverse("check_in", args=[check_in.patient_id, check_in.pk])


def go(page: Page, name: str, patient: Patient) -> None:
    origin = page.url.split("/p/")[0]
    page.goto(origin + reverse(name, args=[patient.pk]))


def open_the_latest_day(page: Page) -> None:
    """From the month to the page of the last urgent day."""
    page.locator(".days .urgent a").first.click()
    page.wait_for_url("**/history/*-*-*/")


def strip(page: Page) -> Locator:
    return page.locator(".strip.urgent")


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def offered(page: Page) -> str | None:
    return page.locator(".care .call").first.get_attribute("href")


def look(page: Page) -> None:
    assert axe_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@SCRIPTS
def test_it_stays_on_every_page_until_a_person_closes_it_with_a_reason(
    open_at: Open, family: Patient, log: Callable[..., CheckIn], *, scripts: bool
) -> None:
    # Given an urgent finding of twenty minutes ago, every page of Ana says that it is open
    page = open_at(card(log()), java_script_enabled=scripts)
    for name in PAGES:
        go(page, name, family)
        expect(strip(page)).to_contain_text("Urgent, still open")
    # When the ward answers and says what to do
    strip(page).get_by_role("link", name="Open the card").click()
    follow(page, "They answered")
    page.get_by_label("Stay home and watch").check(force=True)
    page.get_by_label("In their words").fill("Ring again at 38.5")
    page.get_by_label("When do they want the next temperature?").select_option("30")
    page.get_by_label("10 minutes ago").check(force=True)
    press(page, "Save for Ana")
    # Then the call is there, and the thread stays on every page, with the next reading
    words = "Advice: Stay home and watch. Ring again at 38.5"
    expect(unfold(page, "What was saved")).to_contain_text(words)
    for name in PAGES:
        go(page, name, family)
        expect(strip(page)).to_contain_text("Urgent, the team was told")
        expect(page.locator(".strip", has_text="as the team asked")).to_have_count(1)
    # When somebody closes it without a reason, nothing happens; with one it is gone everywhere
    strip(page).get_by_role("link", name="Open the card").click()
    follow(page, "Close it, with a reason")
    page.get_by_label("Why can this be closed?").fill("   ")
    press(page, "Close for Ana")
    expect(page.get_by_text("Say in a few words why").first).to_be_visible()
    page.get_by_label("Why can this be closed?").fill("seen on the ward")
    press(page, "Close for Ana")
    for name in PAGES:
        go(page, name, family)
        expect(strip(page)).to_have_count(0)
        expect(page.locator(".strip", has_text="temperature again")).to_have_count(0)
    # And history and summary tell all of it, with the minutes from finding to call
    called = "called the care team (24 hours), they answered, 10 minutes after the finding"
    for name in ("history", "summary"):
        go(page, name, family)
        if name == "history":
            open_the_latest_day(page)
        main = page.get_by_role("main")
        for said_there in (called, words, "Measure again on", "closed by Dad: seen on the ward"):
            expect(main).to_contain_text(said_there)
    call = Call.objects.get(outcome="reached")
    assert (call.by.name, call.whom) == ("Dad", "care team, 24 hours")


@SCRIPTS
def test_neither_time_nor_a_lower_reading_closes_it(
    open_at: Open, family: Patient, log: Callable[..., CheckIn], owner: User, *, scripts: bool
) -> None:
    old = log(ago=timedelta(days=400))
    told = log("38.7", ago=timedelta(days=40))
    with time_machine.travel(told.at + timedelta(minutes=5), tick=False):
        record_call(
            told, outcome="reached", whom="ward", at=told.at, advice="", reason="", by=owner
        )
    log("36.6", ago=timedelta(hours=1))
    page = open_at(card(old), java_script_enabled=scripts)
    expect(page.get_by_role("heading", level=1)).to_have_text("Call Ana's care team now")
    go(page, "treatment", family)
    expect(strip(page)).to_have_count(2)
    expect(strip(page).first).to_contain_text("Urgent, still open")
    expect(strip(page).last).to_contain_text("Urgent, the team was told")
    assert CheckIn.objects.followed().count() == 2


@SCRIPTS
def test_no_answer_goes_to_the_next_number(
    open_at: Open, log: Callable[..., CheckIn], *, scripts: bool
) -> None:
    page = open_at(card(log()), java_script_enabled=scripts)
    assert offered(page) == ALWAYS
    for tried, following in (("24 hours", CLINIC), ("daytime", EMERGENCY)):
        press(page, "No answer")
        expect(page.locator(".care")).to_contain_text(f"Care team, {tried} did not answer")
        expect(page.locator(".care .call").first).to_have_attribute("href", following)
    expect(page.locator(".care")).to_contain_text("Call the number above now")
    assert still_open(CheckIn.objects.all()).exists()
    assert list(Call.objects.values_list("outcome", flat=True)) == ["no-answer"] * 2


@SCRIPTS
def test_it_got_worse_is_one_tap_to_the_emergency_number(
    open_at: Open, family: Patient, log: Callable[..., CheckIn], owner: User, *, scripts: bool
) -> None:
    check_in = log()
    record_call(
        check_in,
        outcome="reached",
        whom="ward",
        at=timezone.now(),
        advice="Stay home",
        reason="",
        by=owner,
    )
    page = open_at(card(check_in), java_script_enabled=scripts)
    # Given that the ward was told: from any page, one tap
    go(page, "history", family)
    expect(strip(page).get_by_role("link", name="Emergency")).to_have_attribute("href", EMERGENCY)
    strip(page).get_by_role("button", name="It got worse").click()
    # Then the emergency number stands first, on the screen, and the prompt is open again
    expect(page.get_by_role("heading", level=1)).to_have_text("It got worse: call 999 now")
    assert offered(page) == EMERGENCY
    expect(page.locator(".care .call").first).to_be_in_viewport()
    assert still_open(CheckIn.objects.all()).exists()
    if scripts:
        look(page)
    for name in ("history", "summary"):
        go(page, name, family)
        if name == "history":
            open_the_latest_day(page)
        expect(page.get_by_role("main")).to_contain_text("it got worse, 20 minutes after")


@SCRIPTS
def test_where_they_are_changes_the_words_and_not_the_level(
    open_at: Open, family: Patient, log: Callable[..., CheckIn], *, scripts: bool
) -> None:
    page = open_at(card(log()), java_script_enabled=scripts)
    heading = page.get_by_role("heading", level=1)
    more = page.get_by_text("In hospital already?")
    for button, words in (
        ("Ana is in hospital", "Call the nurse now"),
        ("We were told to expect this", "Tell Ana's care team now that it has come"),
        ("No longer so", "Call Ana's care team now"),
    ):
        if not page.get_by_role("button", name=button).is_visible():
            more.click()
        press(page, button)
        expect(heading).to_have_text(words)
        expect(page.locator(".care.urgent .word")).to_have_text("Urgent")
        go(page, "team", family)
        expect(strip(page)).to_contain_text("Urgent, still open")
        strip(page).get_by_role("link", name="Open the card").click()
    assert set(Finding.objects.values_list("level", flat=True)) == {"urgent"}
    go(page, "history", family)
    open_the_latest_day(page)
    expect(page.get_by_role("main")).to_contain_text("in hospital already")


def test_a_reader_sees_the_thread_with_its_numbers_and_no_buttons(
    open_at: Open, log: Callable[..., CheckIn], owner: User, reader: User
) -> None:
    check_in = log()
    record_call(
        check_in,
        outcome="reached",
        whom="",
        at=timezone.now(),
        advice="",
        reason="",
        by=owner,
    )
    page = open_at(reverse("history", args=[check_in.patient_id]), by=reader)
    expect(strip(page)).to_contain_text("the team was told")
    expect(strip(page).get_by_role("link", name="Emergency")).to_have_attribute("href", EMERGENCY)
    expect(strip(page).get_by_role("button")).to_have_count(0)


def test_when_it_cannot_be_saved_the_numbers_stay(
    open_at: Open, log: Callable[..., CheckIn]
) -> None:
    page = open_at(card(log()))
    page.route("**/*", lambda route: route.abort("connectionrefused"))
    for name in ("No answer", "It got worse"):
        press(page, name)
        expect(page.get_by_text("Not saved yet. Call now.").filter(visible=True)).to_be_visible()
        assert offered(page) == ALWAYS
    assert not Call.objects.exists()
