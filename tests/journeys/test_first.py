"""Nothing stands above an urgent card, and the number to call is on the first screen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Patient, User, erasing
from diary.care_card.actions import record_call, record_event
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.models import CheckIn, Finding
from tests.diary.answers import reading, said
from tests.diary.cast import log_then
from tests.journeys.phone import wait_until_kept
from tests.journeys.urgent import answer, measure

SIZES = pytest.mark.parametrize(
    ("size", "lowest"), [((360, 740), 420), ((180, 370), 370), ((320, 568), 568)]
)
SEIZURE = ReportData("seizure", "yes")


def log(patient: Patient, by: User, *reports: ReportData, ago: timedelta = timedelta(0)) -> CheckIn:
    return log_then(patient, timezone.now() - ago, *(reports or [reading("38.6")]), by=by)


def as_it_is(patient: Patient, owner: User) -> CheckIn:
    return log(patient, owner)


def emergency(patient: Patient, owner: User) -> CheckIn:
    """On a day of the hospital stay, so that the heading has a second line."""
    return log(patient, owner, SEIZURE)


def crisis(patient: Patient, owner: User) -> CheckIn:
    return log(patient, owner, ReportData("self-harm-thoughts", "yes"))


def other_threads(patient: Patient, owner: User) -> CheckIn:
    log(patient, owner, SEIZURE, ago=timedelta(hours=30))
    told = log(patient, owner, ago=timedelta(hours=3))
    call = {"whom": "ward", "at": timezone.now(), "advice": "", "reason": "", "by": owner}
    record_call(told, outcome="reached", **call)
    return log(patient, owner)


def in_vain(patient: Patient, owner: User) -> CheckIn:
    check_in = log(patient, owner)
    call = {"whom": "care team, 24 hours", "at": timezone.now(), "advice": "", "reason": ""}
    record_call(check_in, outcome="no-answer", **call, by=owner)
    return check_in


def in_hospital(patient: Patient, owner: User) -> CheckIn:
    check_in = log(patient, owner, SEIZURE)
    record_event(check_in, outcome="in-hospital", by=owner)
    return check_in


def late(patient: Patient, owner: User) -> CheckIn:
    then = said(timezone.now() - timedelta(days=1), reading("39"), received=timezone.now())
    return record_check_in(patient, then, by=owner)


def called(patient: Patient, owner: User) -> CheckIn:
    check_in = log(patient, owner)
    advice = {"advice": "Come in. " + 20 * "They said a lot. ", "reason": "", "by": owner}
    record_call(check_in, outcome="reached", whom="ward", at=timezone.now(), **advice)
    return check_in


STATES = (as_it_is, emergency, crisis, other_threads, in_vain, in_hospital, late, called)


def lowest_of_call(page: Page) -> float:
    """The lower edge of the first number, once the heading above it is seen."""
    first = page.locator("#first > *").first
    heading, call = (
        first.locator("h1, h2, strong").locator("visible=true").first,
        first.locator("a.call").locator("visible=true"),
    )
    box, number = heading.bounding_box(), call.first.bounding_box()
    tops = [one["y"] for one in (c.bounding_box() for c in call.all()) if one]
    top = min(tops)
    assert box
    assert number
    assert 0 <= box["y"] < top
    return max(
        one["y"] + one["height"]
        for one in (c.bounding_box() for c in call.all())
        if one and one["y"] == top
    )


def stands_above(page: Page) -> list[str]:
    """Whatever is seen above the card, but the line with the name and urgent help."""
    return list(
        page.evaluate(
            """() => {
                const top = document.querySelector("#first > *").getBoundingClientRect().top;
                const known = ".who, .who *, header, .whose, main, #first, body, .skip";
                return [...document.querySelectorAll("body *")]
                    .filter((part) => part.checkVisibility() && !part.matches(known))
                    .filter((part) => part.getBoundingClientRect().height > 1)
                    .filter((part) => part.getBoundingClientRect().top < top - 1)
                    .map((part) => part.outerHTML.slice(0, 80));
            }"""
        )
    )


def expect_first(page: Page, lowest: float) -> None:
    assert page.evaluate("scrollY") == 0
    assert stands_above(page) == []
    assert lowest_of_call(page) <= lowest
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@SIZES
@pytest.mark.parametrize("user", ["owner", "reader"])
def test_the_number_is_on_the_first_screen_with_nothing_above_the_card(
    open_at: Callable[..., Page],
    family: Patient,
    owner: User,
    size: tuple[int, int],
    lowest: int,
    user: str,
    request: pytest.FixtureRequest,
) -> None:
    by = request.getfixturevalue(user)
    viewport = {"width": size[0], "height": size[1]}
    page = open_at(reverse("patient_more", args=[family.pk]), by=by, viewport=viewport)
    origin = page.url.split("/p/")[0]
    for state in STATES:
        check_in = state(family, owner)
        page.goto(origin + reverse("check_in", args=[family.pk, check_in.pk]))
        expect_first(page, lowest)
        with erasing():
            Finding.objects.all().delete()  # the next state is one of its own


@SIZES
def test_what_waits_on_the_phone_stands_below_the_card(
    open_today: Callable[..., Page], ana: Patient, size: tuple[int, int], lowest: int
) -> None:
    """A refused entry, one that could not be sent, and a prompt that went on standing."""
    page = open_today(viewport={"width": size[0], "height": size[1]})
    wait_until_kept(page, ana)
    refuse(page)
    measure(page, "38.6")
    save(page)
    page.wait_for_url("**/check-ins/**")
    expect(page.get_by_role("alertdialog")).to_be_visible()
    expect(page.get_by_text("Not sent yet: 1")).to_be_visible()
    expect_first(page, lowest)
    page.goto(page.url.split("/p/")[0] + reverse("today", args=[ana.pk]))
    page.context.set_offline(True)
    answer(page, "seizure", "Yes").check(force=True)
    save(page)
    expect(page.locator("#first").get_by_role("alertdialog")).to_be_focused()
    expect_first(page, lowest)
    page.reload()
    expect(page.locator("#offline[data-ready]")).to_be_attached()
    answer(page, "confusion", "Severe").check(force=True)
    save(page)
    expect(page.locator("#first").get_by_role("alertdialog")).to_be_focused()
    expect_first(page, lowest)


def save(page: Page) -> None:
    """By the keyboard: enlarged, the prompt that comes up moves the button from under a click."""
    page.get_by_role("button", name="Save for Ana").focus()
    page.keyboard.press("Enter")


def refuse(page: Page) -> None:
    """An entry that the diary looked at and did not take."""
    page.context.set_offline(True)
    page.get_by_label("Temperature in °C").fill("38.x")
    save(page)
    expect(page.get_by_text("Not sent yet: 1")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#outbox")).to_contain_text("cannot read this temperature")


def test_an_urgent_entry_that_was_sent_late_is_announced_with_its_number(
    open_today: Callable[..., Page], ana: Patient
) -> None:
    page = open_today()
    wait_until_kept(page, ana)
    page.context.set_offline(True)
    answer(page, "seizure", "Yes").check(force=True)
    save(page)
    expect(page.get_by_text("Not sent yet: 1")).to_be_visible()
    page.goto(page.url)  # another page, on which no prompt stands
    page.context.set_offline(False)
    card = page.locator("#first .care.urgent")
    expect(card.get_by_role("heading")).to_have_text("Call 999 now for Ana")
    expect(card.get_by_role("link").first).to_have_attribute("href", "tel:999")
    expect_first(page, 420)
    card.get_by_role("link", name="Open the card").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Call 999 now for Ana")


@pytest.mark.parametrize("is_online", [True, False], ids=["online", "offline"])
def test_the_prompt_says_the_digits_where_the_emergency_number_comes_first(
    open_today: Callable[..., Page], ana: Patient, *, is_online: bool
) -> None:
    page = open_today()
    if not is_online:
        wait_until_kept(page, ana)
        page.context.set_offline(True)
        page.reload()
        expect(page.locator("#offline[data-ready]")).to_be_attached()
    prompt = page.locator("form .prompt")
    answer(page, "confusion", "Mild").check(force=True)
    expect(prompt.locator("strong:visible")).to_have_text("Urgent: call Ana's care team now")
    answer(page, "seizure", "Yes").check(force=True)
    expect(prompt.locator("strong:visible")).to_have_text("Urgent: call 999 now for Ana")
    expect(prompt.get_by_text("In hospital: call the nurse")).to_be_visible()
    assert order_of(prompt) == ["tel:999", "tel:02079460123"]
    answer(page, "seizure", "No").check(force=True)
    answer(page, "self-harm-thoughts", "Yes").check(force=True)
    expect(prompt.locator("strong:visible")).to_have_text("Urgent: talk to someone now")
    expect(prompt.get_by_text("In danger now:")).to_be_visible()
    assert order_of(prompt) == ["tel:116123", "tel:999", "tel:02079460123"]


def order_of(prompt: Any) -> list[str]:
    """The numbers as they are seen, from top to bottom."""
    calls = prompt.locator("a.call:visible").evaluate_all(
        "(all) => all.map((a) => [a.getBoundingClientRect().top, a.getAttribute('href')])"
    )
    return [href for _, href in sorted(calls)]
