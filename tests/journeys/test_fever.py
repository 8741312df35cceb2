"""In a real browser, at 360 px: the fever line, slips of the unit, masks, and the next reading;
without scripts too."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import Patient, User
from diary.care_card.actions import record_call
from diary.models import CheckIn, Finding, Medicine, Report
from diary.team.actions import set_family_card
from diary.treatment.actions.courses import start_course
from tests.diary.answers import london_day, reading
from tests.diary.cast import log_then
from tests.diary.open_entries import still_open
from tests.journeys.axe import axe_faults
from tests.journeys.urgent import unfold

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
HOUR = timedelta(hours=1)
OWN = "Ring Ward 7 from 37.8. Do not give paracetamol first."
Open = Callable[..., Page]


@pytest.fixture
def today(open_at: Open, family: Patient) -> Open:
    return lambda **options: open_at(reverse("today", args=[family.pk]), **options)


@pytest.fixture
def card(family: Patient, owner: User) -> Callable[[str], None]:
    def says(degrees: str) -> None:
        set_family_card(family, words=OWN, fever_from=degrees, unit="C", by=owner)  # type: ignore[arg-type]

    return says


def prompt(page: Page) -> Locator:
    return page.locator(".prompt")


def measure(page: Page, degrees: str, unit: str = "C") -> None:
    page.get_by_label(f"°{unit}", exact=True).check(force=True)
    page.get_by_label(f"Temperature in °{unit}").fill(degrees)
    page.get_by_label("Note").focus()


def save(page: Page) -> Locator:
    page.get_by_role("button", name="Save for Ana", exact=True).click()
    return page.get_by_role("heading", level=1)


def check(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def look(page: Page) -> None:
    assert axe_faults(page) == []


@SCRIPTS
def test_the_familys_card_lowers_the_line_and_stands_beside_every_prompt(
    today: Open, card: Callable[[str], None], *, scripts: bool
) -> None:
    # Given a card that says 37.8
    card("37.8")
    page = today(java_script_enabled=scripts)
    # When 37.7 is typed nothing prompts, and 37.8 does, with the line and the card's own words
    measure(page, "37.7")
    expect(prompt(page)).to_be_hidden()
    measure(page, "37,8")
    expect(prompt(page)).to_be_visible()
    expect(prompt(page)).to_contain_text("37.8 °C (100.1 °F), from the hospital card")
    expect(prompt(page)).to_contain_text(f"The hospital card says: “{OWN}”")
    # Then the saved card says the same, and which line applied
    expect(save(page)).to_have_text("Call Ana's care team now")
    why = unfold(page, "What to tell, and why")
    expect(why).to_contain_text(f"The hospital card says: “{OWN}”")
    expect(why).to_contain_text("Fever line used: 37.8 °C (100.1 °F), from the hospital card.")
    check(page)
    if scripts:
        look(page)


@SCRIPTS
def test_the_familys_card_never_raises_the_line(
    today: Open, card: Callable[[str], None], *, scripts: bool
) -> None:
    card("38.5")
    page = today(java_script_enabled=scripts)
    words = "The hospital card gives 38.5 °C, which is higher. It does not raise the line."
    measure(page, "37.9")
    expect(prompt(page)).to_be_hidden()
    measure(page, "38.0")
    expect(prompt(page)).to_be_visible()
    expect(prompt(page)).to_contain_text(words)
    expect(save(page)).to_have_text("Call Ana's care team now")
    why = unfold(page, "What to tell, and why")
    expect(why).to_contain_text("Fever line used: 38.0 °C (100.4 °F)")
    expect(why).to_contain_text(words)


@SCRIPTS
@pytest.mark.parametrize(("degrees", "unit", "other"), [("37,8", "F", "C"), ("100.4", "C", "F")])
def test_the_wrong_unit_prompts_is_kept_and_is_asked_again(
    today: Open, degrees: str, unit: str, other: str, *, scripts: bool
) -> None:
    page = today(java_script_enabled=scripts)
    measure(page, degrees, unit)
    expect(prompt(page)).to_be_visible()
    expect(save(page)).to_have_text("Call Ana's care team now")
    again = unfold(page, "Measure again")
    expect(again).to_contain_text(f"Is the thermometer set to °{other}? You chose °{unit}.")
    assert Report.objects.get().temperature == Decimal(degrees.replace(",", "."))
    # When it is corrected to the other unit, then both readings stay
    page.get_by_role("link", name="Correct the temperature").click()
    page.get_by_label(f"°{unit}", exact=True).check(force=True)
    page.get_by_label(f"Temperature in °{unit}").fill("")
    page.get_by_label(f"°{other}", exact=True).check(force=True)
    page.get_by_label(f"Temperature in °{other}").fill(degrees)
    page.get_by_label("Why are you correcting it?").fill("wrong unit")
    page.get_by_role("button", name="Save for Ana", exact=True).click()
    expect(page.get_by_text("Measure again:")).to_have_count(0)
    assert list(Report.objects.order_by("version__number").values_list("unit", flat=True)) == [
        unit,
        other,
    ]
    assert still_open(CheckIn.objects.all()).exists()


@SCRIPTS
def test_a_plural_typed_in_the_search_narrows_to_the_symptom(today: Open, *, scripts: bool) -> None:
    page = today(java_script_enabled=scripts)
    page.get_by_label("Find a symptom").press_sequentially("fits")
    if scripts:
        expect(page.locator("#symptom-rash")).to_be_hidden()
        expect(page.locator("#symptom-seizure")).to_be_visible()
    page.get_by_role("button", name="Find", exact=True).click()
    found = page.locator("section", has_text="What you searched for")
    expect(found.locator("#symptom-seizure")).to_be_visible()


@SCRIPTS
def test_without_a_thermometer_feeling_feverish_is_enough(today: Open, *, scripts: bool) -> None:
    page = today(java_script_enabled=scripts)
    page.get_by_label("Feels feverish, no thermometer").check(force=True)
    expect(prompt(page)).to_be_visible()
    expect(save(page)).to_have_text("Call Ana's care team now")
    expect(page.locator(".care")).to_contain_text("felt, no thermometer")
    unfold(page, "Temperatures")
    expect(page.get_by_role("table")).to_contain_text("felt feverish, not measured")


@SCRIPTS
@pytest.mark.parametrize("name", ["Paracetamol", "Ibuprofen", "Dexamethasone"])
def test_after_a_medicine_a_reading_below_the_line_may_be_masked(
    today: Open, family: Patient, name: str, *, scripts: bool
) -> None:
    # Given a medicine that is written down, half an hour ago
    page = today(java_script_enabled=scripts)
    page.goto(page.url + "medicines/")
    page.get_by_label(name, exact=True).check(force=True)
    page.get_by_label("Half an hour ago").check(force=True)
    page.get_by_role("button", name="Save for Ana").click()
    expect(page.get_by_role("heading", name="Given in the last 7 days")).to_be_visible()
    assert Medicine.objects.get().medicine == name.lower()
    # When 36.9 is saved, then it may be masked: on the card, in the table and in the history
    page.goto(page.url.removesuffix("medicines/"))
    measure(page, "36.9")
    expect(save(page)).to_have_text("Saved for Ana")
    words = f"may be masked by {name}"
    expect(page.locator(".care")).to_contain_text(words)
    unfold(page, "Temperatures")
    expect(page.get_by_role("table")).to_contain_text(words)
    page.get_by_role("link", name="History").click()
    page.locator(".days a").first.click()
    expect(page.get_by_text(re.compile(f"36.9 °C, {words}")).first).to_be_visible()
    # And a fever is a fever all the same
    page.goto(page.url.partition("history/")[0])
    measure(page, "38.2")
    expect(save(page)).to_have_text("Call Ana's care team now")
    assert set(Finding.objects.values_list("level", flat=True)) == {"urgent"}
    check(page)


def test_a_steroid_that_is_kept_as_a_treatment_masks(
    today: Open, family: Patient, owner: User
) -> None:
    first = london_day(3)
    start_course(family, kind="medicine", name="Dexamethasone", started=first, by=owner)
    page = today()
    measure(page, "36.9")
    expect(save(page)).to_have_text("Saved for Ana")
    unfold(page, "Temperatures")
    expect(page.get_by_role("table")).to_contain_text("may be masked by Dexamethasone, taken since")


def log_and_call(patient: Patient, owner: User, degrees: str, at: datetime) -> None:
    """A fever, and a call that was answered: only then is the next reading asked for."""
    check_in = log_then(patient, at, reading(degrees), by=owner)
    called = at + timedelta(minutes=1)
    with time_machine.travel(called, tick=False):
        told = {"outcome": "reached", "whom": "the ward", "advice": "", "reason": ""}
        record_call(check_in, at=called, by=owner, **told)


@SCRIPTS
def test_readings_draw_a_line_with_the_time_between_them(
    today: Open, family: Patient, owner: User, *, scripts: bool
) -> None:
    now = timezone.now()
    log_then(family, now - timedelta(minutes=100), reading("38.4"), by=owner)
    log_then(family, now - timedelta(minutes=15), reading("37.2"), by=owner)
    page = today(java_script_enabled=scripts)
    measure(page, "38,1")
    expect(save(page)).to_have_text("Call Ana's care team now")
    unfold(page, "Temperatures")
    table = page.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(4)
    expect(table).to_contain_text("85 minutes later")
    expect(table).to_contain_text("15 minutes later")
    drawing = page.get_by_role("img", name="Temperatures of Ana, one after the other")
    expect(drawing.locator("circle")).to_have_count(3)
    kinds = drawing.locator("circle").evaluate_all("all => all.map(c => c.classList[0])")
    assert kinds == ["fever", "below", "fever"]
    expect(page.get_by_text("even if it has gone down")).to_be_visible()
    check(page)


@SCRIPTS
def test_after_a_fever_a_timer_asks_for_the_next_reading(
    today: Open, family: Patient, owner: User, *, scripts: bool
) -> None:
    # Given a fever of half an hour ago: every page says when to measure again
    log_and_call(family, owner, "38.4", timezone.now() - HOUR / 2)
    page = today(java_script_enabled=scripts)
    timer = page.locator(".strip", has_text="temperature again")
    due = (timezone.now() + HOUR / 2).astimezone(family.tz)
    shown = timer.locator("time")
    clocks = {f"{due - timedelta(minutes=n):%H:%M}" for n in (0, 1)}
    assert shown.inner_text()[:5] in clocks
    if scripts:
        assert re.search(r"\(in (29|30) min\)", shown.inner_text())
    timer.get_by_role("link", name="Write it down").click()
    expect(page.locator("#temperature")).to_be_in_viewport()
    # When a lower reading comes, then an hour from it the next one is asked for
    measure(page, "37.3")
    expect(save(page)).to_have_text("Saved for Ana")
    expect(timer).to_be_visible()
    assert shown.inner_text()[:5] not in clocks


def test_the_timer_counts_down_and_then_says_now(today: Open, family: Patient, owner: User) -> None:
    log_and_call(family, owner, "38.4", timezone.now() - HOUR / 2)
    page = today()
    page.clock.install()
    page.reload()
    shown = page.locator(".strip time")
    expect(shown).to_contain_text(re.compile(r"in (29|30) min"))
    page.clock.run_for(20 * 60 * 1000)
    expect(shown).to_contain_text(re.compile(r"in (9|10) min"))
    page.clock.run_for(11 * 60 * 1000)
    expect(shown).to_contain_text("(now)")


@SCRIPTS
def test_what_is_overdue_says_so_from_the_server(
    today: Open, family: Patient, owner: User, *, scripts: bool
) -> None:
    log_and_call(family, owner, "38.4", timezone.now() - 2 * HOUR)
    page = today(java_script_enabled=scripts)
    expect(page.locator(".strip", has_text="temperature again now")).to_contain_text(
        "it was due at"
    )
