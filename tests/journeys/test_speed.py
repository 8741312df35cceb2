"""In a real browser: the taps of a day, filled in again, undone, asked; without scripts too."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median
from time import monotonic
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.models import CheckIn, OwnSymptom, Question, Report, Version
from tests.diary.answers import on_blinatumomab, said, with_numbers
from tests.journeys.axe import SCREENS, axe_faults
from tests.journeys.phone import answer

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
MOST_TAPS = 4
MOST_SECONDS = 30


class Thumb:
    """Counts every tap and every number typed; nothing on the page is reached otherwise."""

    def __init__(self) -> None:
        self.taps = 0
        self.numbers = 0

    def tap(self, target: Locator) -> None:
        self.taps += 1
        target.click()

    def number(self, target: Locator, digits: str) -> None:
        assert target.get_attribute("inputmode") == "decimal"
        self.tap(target)
        target.page.keyboard.type(digits, delay=150)
        self.numbers += 1


@pytest.fixture
def family(transactional_db: None, owner: User, patient: Patient) -> Patient:
    now = timezone.now()
    on_blinatumomab(patient, now)
    with_numbers(patient)
    reports = ReportData("nausea", "mild"), ReportData("hair-loss", "mild")
    record_check_in(patient, said(now - timedelta(days=1), *reports), by=owner)
    return patient


@pytest.fixture
def open_today(
    browser: Browser,
    browser_context_args: dict[str, Any],
    live_server: Any,
    family: Patient,
    owner: User,
    log_in: Callable[[User], Any],
) -> Iterator[Callable[..., Page]]:
    contexts = []
    session = log_in(owner).cookies["session"].value

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**(browser_context_args | options))
        contexts.append(context)
        context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + reverse("today", args=[family.pk]))
        return page

    yield open_page
    for context in contexts:
        context.close()


def choice(page: Page, symptom: str, words: str) -> Locator:
    return page.locator(f"#symptom-{symptom} label", has_text=words)


def save(page: Page) -> Locator:
    return page.get_by_role("button", name="Save for Ana")


def saved(page: Page) -> None:
    page.wait_for_url("**/check-ins/**")


@SCRIPTS
def test_an_ordinary_day_takes_at_most_four_taps_and_one_number(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    seconds = []
    for _ in range(3):
        page, thumb = open_today(java_script_enabled=scripts), Thumb()
        begun = monotonic()
        thumb.number(page.get_by_label("Temperature in °C"), "36,8")
        thumb.tap(choice(page, "nausea", "Mild"))
        thumb.tap(choice(page, "hair-loss", "Mild"))
        thumb.tap(save(page))
        saved(page)
        seconds.append(monotonic() - begun)
        assert thumb.taps <= MOST_TAPS
        assert thumb.numbers == 1
    assert median(seconds) < MOST_SECONDS
    newest = CheckIn.objects.latest("received")
    assert set(
        Report.objects.filter(version__check_in=newest).values_list("symptom", flat=True)
    ) == {
        "fever",
        "nausea",
        "hair-loss",
    }


@SCRIPTS
def test_a_listed_symptom_that_was_never_there_takes_three_taps(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page, thumb = open_today(java_script_enabled=scripts), Thumb()
    thumb.tap(page.locator("#symptom-constipation > summary"))
    thumb.tap(choice(page, "constipation", "Mild"))
    thumb.tap(save(page))
    saved(page)
    assert thumb.taps <= 3
    newest = CheckIn.objects.latest("received")
    assert Report.objects.get(version__check_in=newest).symptom == "constipation"


@SCRIPTS
def test_one_that_is_not_listed_takes_four_taps_by_its_name(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page, thumb = open_today(java_script_enabled=scripts), Thumb()
    assert page.locator("#symptom-leg-cramps").is_hidden()
    thumb.tap(page.get_by_label("Find a symptom"))
    page.keyboard.type("leg cramps")
    if not scripts:
        thumb.tap(page.get_by_role("button", name="Find", exact=True))
    expect(page.get_by_role("heading", name="What you searched for")).to_be_visible()
    thumb.tap(choice(page, "leg-cramps", "Mild"))
    thumb.tap(save(page))
    saved(page)
    assert thumb.taps <= 4
    newest = CheckIn.objects.latest("received")
    assert Report.objects.get(version__check_in=newest).symptom == "leg-cramps"


@SCRIPTS
def test_the_same_as_last_time_takes_three_taps_and_one_number(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page, thumb = open_today(java_script_enabled=scripts), Thumb()
    thumb.tap(page.get_by_role("button", name="Same as last time"))
    expect(page.get_by_text("not saved yet")).to_be_visible()
    assert CheckIn.objects.count() == 1
    thumb.number(page.get_by_label("Temperature in °C"), "36.8")
    thumb.tap(save(page))
    saved(page)
    assert (thumb.taps, thumb.numbers) == (3, 1)
    assert Version.objects.latest("at").reports.count() == 3


@SCRIPTS
def test_nothing_new_is_one_tap_and_one_more_undoes_it(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page, thumb = open_today(java_script_enabled=scripts), Thumb()
    thumb.tap(page.get_by_role("button", name="Nothing new"))
    saved(page)
    assert thumb.taps == 1
    thumb.tap(page.get_by_role("button", name="Undo for Ana"))
    expect(page.get_by_role("heading", name="Removed")).to_be_visible()
    kinds = Version.objects.filter(check_in=CheckIn.objects.latest("received"))
    assert list(kinds.values_list("kind", flat=True)) == ["nothing-new", "removed"]


def test_undoing_an_urgent_entry_leaves_its_prompt_on_every_page(
    open_today: Callable[..., Page],
) -> None:
    page = open_today()
    answer(page, "confusion", "Mild").check(force=True)
    save(page).click()
    page.get_by_role("button", name="Undo for Ana").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Call Ana's care team now")
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.get_by_text("Urgent, still open").first).to_be_visible()


def test_every_target_of_the_ordinary_day_is_large_enough(open_today: Callable[..., Page]) -> None:
    page = open_today()
    targets = [
        page.get_by_label("Temperature in °C"),
        choice(page, "nausea", "Mild"),
        page.get_by_role("button", name="Same as last time"),
        page.get_by_role("button", name="Nothing new"),
        page.locator("#symptom-seizure > summary"),
        page.locator("#symptom-constipation > summary"),
        page.locator("#q"),
    ]
    for target in targets:
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44, target


@SCRIPTS
def test_a_symptom_in_ones_own_words_is_added_and_answered(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page = open_today(java_script_enabled=scripts)
    page.get_by_label("Temperature in °C").fill("36,8")
    page.get_by_text("Add another").click()
    page.get_by_label("What do you call it?").fill("Metal taste")
    page.get_by_label("What do you call it?").press("Enter")
    expect(page.get_by_text("“Metal taste” is on the list.")).to_be_visible()
    expect(page.get_by_label("Temperature in °C")).to_have_value("36,8")
    answer(page, OwnSymptom.objects.get().key, "Severe").check(force=True)
    save(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Call Ana's care team today")
    expect(page.get_by_text("“Metal taste”").first).to_be_visible()


def test_a_question_is_kept_without_losing_what_is_typed(open_today: Callable[..., Page]) -> None:
    page = open_today()
    page.get_by_label("Note").fill("half a note")
    page.get_by_text("Question for next time").click()
    page.get_by_label("Your question").fill("May she swim?")
    page.get_by_role("button", name="Save question").click()
    expect(page.locator("#jotted")).to_contain_text("May she swim?")
    expect(page.get_by_label("Your question")).to_have_value("")
    expect(page.get_by_label("Note")).to_have_value("half a note")
    assert Question.objects.get().text == "May she swim?"


def test_a_question_is_kept_without_scripts(open_today: Callable[..., Page]) -> None:
    page = open_today(java_script_enabled=False)
    page.get_by_text("Question for next time").click()
    page.get_by_label("Your question").fill("May she swim?")
    page.get_by_role("button", name="Save question").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Questions for Ana")
    page.get_by_role("button", name="Tick as answered").click()
    expect(page.get_by_role("heading", name="Answered")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_today: Callable[..., Page],
    live_server: Any,
    family: Patient,
    owner: User,
    width: int,
    scheme: str,
) -> None:
    OwnSymptom.objects.create(patient=family, name="Metal taste", by=owner)
    Question.objects.create(patient=family, text="May she swim?", by=owner)
    page = open_today(viewport={"width": width, "height": 800}, color_scheme=scheme)

    def check() -> None:
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert axe_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.get_by_role("button", name="Same as last time").click()
    expect(page.get_by_text("Filled in as on")).to_be_visible()
    check()
    page.get_by_role("radio", name="A caregiver").check(force=True)
    save(page).click()
    page.wait_for_url("**/check-ins/**")
    check()
    for name in ("own_symptoms", "questions"):
        page.goto(live_server.url + reverse(name, args=[family.pk]))
        check()
    page.goto(live_server.url + reverse("today", args=[family.pk]))
    choice(page, "nausea", "Severe").click()
    page.get_by_text("Told by").click()
    page.get_by_role("radio", name="Ana", exact=True).check(force=True)
    save(page).click()
    page.wait_for_url("**/check-ins/**")
    for name in ("today", "history", "summary"):
        page.goto(live_server.url + reverse(name, args=[family.pk]))
        check()
