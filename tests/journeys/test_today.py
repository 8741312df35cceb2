"""In a real browser: logging a day, the prompt before saving, and the call; without scripts too."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import Patient, User
from diary.models import Call, CheckIn, FamilyCard, Report, Version
from tests.diary.answers import london_day, on_blinatumomab, with_numbers
from tests.journeys.axe import SCREENS, axe_faults
from tests.journeys.phone import answer, follow

PROMPT = "Urgent: call Ana's care team now"
# In the order of typing; the last four in Arabic and full-width digits.
TYPED = (
    ("37,7", False), ("38,6", True), ("36.9", False), ("37.8", True),
    ("٣٧٫٧", False), ("٣٨٫٦", True), ("３６．９", False), ("３７．８", True),
)  # fmt: skip


@pytest.fixture
def family(transactional_db: None, owner: User, patient: Patient) -> Patient:
    on_blinatumomab(patient, timezone.now())
    with_numbers(patient)
    FamilyCard.objects.create(
        patient=patient, words="Ring us at 37.8", fever_from="37.8", fever_unit="C"
    )
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
        page.on("console", lambda m: m.type == "error" and _not_ours(m.text))
        page.goto(live_server.url + reverse("today", args=[family.pk]))
        return page

    yield open_page
    for context in contexts:
        context.close()


def _not_ours(text: str) -> None:
    # A form with something to put right is answered with 422, which a browser notes as an error.
    assert "422" in text, text


def prompt(page: Page) -> Locator:
    return page.locator(".prompt")


SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@SCRIPTS
def test_an_urgent_choice_prompts_before_saving_and_can_be_taken_back(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page = open_today(java_script_enabled=scripts)
    expect(prompt(page)).to_be_hidden()
    answer(page, "headache", "Mild").check(force=True)
    expect(prompt(page)).to_be_hidden()
    answer(page, "confusion", "Moderate").check(force=True)
    expect(prompt(page)).to_be_visible()
    expect(prompt(page)).to_contain_text(PROMPT)
    expect(prompt(page)).to_be_in_viewport()
    expect(prompt(page).get_by_role("link").first).to_have_attribute("href", "tel:02079460123")
    answer(page, "confusion", "No").check(force=True)
    expect(prompt(page)).to_be_hidden()
    assert not CheckIn.objects.exists()


@SCRIPTS
def test_a_fever_prompts_once_the_field_is_left(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page = open_today(java_script_enabled=scripts)
    field = page.get_by_label("Temperature in °C")
    for text, urgent in TYPED:
        field.fill(text)
        page.get_by_label("Note").focus()
        expect(prompt(page)).to_be_visible() if urgent else expect(prompt(page)).to_be_hidden()
    field.fill("three")
    page.get_by_label("Note").focus()
    expect(prompt(page)).to_be_visible()


@SCRIPTS
def test_the_other_unit_has_its_own_field_and_its_own_line(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page = open_today(java_script_enabled=scripts)
    celsius, fahrenheit = (page.get_by_label(f"Temperature in °{u}") for u in "CF")
    expect(fahrenheit).to_be_hidden()
    celsius.fill("98.6")
    page.get_by_label("Note").focus()
    expect(prompt(page)).to_be_visible()
    page.get_by_label("°F", exact=True).check(force=True)
    expect(celsius).to_be_hidden()
    expect(prompt(page)).to_be_hidden()
    fahrenheit.fill("98.6")
    page.get_by_label("Note").focus()
    expect(prompt(page)).to_be_hidden()
    fahrenheit.fill("100.4")
    page.get_by_label("Note").focus()
    expect(prompt(page)).to_be_visible()
    page.get_by_role("button", name="Save for Ana").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Call Ana's care team now")
    assert Report.objects.get().unit == "F"


def test_the_emergency_number_moves_first(open_today: Callable[..., Page]) -> None:
    page = open_today(java_script_enabled=False)
    answer(page, "seizure", "Yes").check(force=True)
    emergency = prompt(page).get_by_role("link", name="999")
    team = prompt(page).get_by_role("link", name="020 7946 0123")
    first, second = emergency.bounding_box(), team.bounding_box()
    assert first
    assert second
    assert first["y"] < second["y"]
    expect(prompt(page)).to_contain_text("call 999 now for Ana")


@SCRIPTS
def test_from_the_symptom_to_the_written_call(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page = open_today(java_script_enabled=scripts)
    answer(page, "confusion", "Mild").check(force=True)
    page.get_by_role("button", name="Save for Ana").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Call Ana's care team now")
    expect(page.locator(".care .call").first).to_be_in_viewport()
    page.get_by_role("button", name="No answer").click()
    expect(page.locator(".care .call").first).to_contain_text("020 7946 0456")
    taps = ("link", "They answered"), ("radio", "Come in"), ("button", "Save for Ana")
    for role, name in taps:
        found = page.get_by_role(role, name=name)  # type: ignore[arg-type]
        found.check(force=True) if role == "radio" else found.click()
    expect(page.get_by_text("Come in").first).to_be_visible()
    assert list(Call.objects.values_list("outcome", "whom").order_by("recorded")) == [
        ("no-answer", "care team, 24 hours"),
        ("reached", "care team, daytime"),
    ]


def test_an_ordinary_day_takes_six_taps(open_today: Callable[..., Page]) -> None:
    page = open_today()
    taps = 0

    def tap(target: Locator) -> None:
        nonlocal taps
        taps += 1
        target.check(force=True) if target.get_attribute("type") == "radio" else target.click()

    tap(page.get_by_label("Temperature in °C"))
    page.keyboard.type("36,8")
    for symptom, words in (
        ("headache", "Mild"),
        ("nausea", "No"),
        ("rash", "Mild"),
        ("tremor", "No"),
    ):
        tap(answer(page, symptom, words))
    tap(page.get_by_role("button", name="Save for Ana"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("at your next visit")
    assert taps == 6
    assert Report.objects.count() == 5


@SCRIPTS
def test_nothing_new_is_one_tap(open_today: Callable[..., Page], *, scripts: bool) -> None:
    page = open_today(java_script_enabled=scripts)
    page.get_by_role("button", name="Nothing new").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved for Ana")


@SCRIPTS
def test_too_ill_shows_the_numbers_at_once(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page = open_today(java_script_enabled=scripts)
    page.get_by_role("button", name="Too ill to fill this in").click()
    expect(prompt(page)).to_be_visible()
    page.get_by_label("Trouble breathing").check()
    page.get_by_role("button", name="Save for Ana").click()
    expect(page.locator(".care .call").first).to_contain_text("999")


def test_a_second_tap_takes_an_answer_back(open_today: Callable[..., Page]) -> None:
    page = open_today()
    radio = answer(page, "confusion", "Severe")
    radio.click(force=True)
    expect(prompt(page)).to_be_visible()
    radio.click(force=True)
    expect(radio).not_to_be_checked()
    expect(prompt(page)).to_be_hidden()


def test_typing_in_the_search_narrows_the_list(open_today: Callable[..., Page]) -> None:
    page = open_today()
    answer(page, "rash", "Mild").check(force=True)
    page.get_by_label("Find a symptom").type("shaky")
    expect(page.locator("#symptom-chills")).to_be_visible()
    expect(page.locator("#symptom-tremor")).to_be_visible()
    expect(page.locator("#symptom-rash")).to_be_visible()  # it is answered
    expect(page.locator("#symptom-headache")).to_be_hidden()
    page.get_by_label("Find a symptom").fill("")
    expect(answer(page, "rash", "Mild")).to_be_checked()
    page.get_by_label("Find a symptom").type("hair")
    expect(page.locator("#symptom-hair-loss")).to_be_visible()


@SCRIPTS
def test_the_find_button_keeps_what_was_typed(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page = open_today(java_script_enabled=scripts)
    page.get_by_label("Temperature in °C").fill("38,6")
    page.get_by_label("Note").fill("after lunch")
    page.get_by_label("Find a symptom").fill("hair")
    page.get_by_label("Find a symptom").press("Enter")
    expect(page.get_by_role("heading", name="What you searched for")).to_be_visible()
    expect(page.locator("#symptom-hair-loss")).to_be_visible()
    expect(page.get_by_label("Temperature in °C")).to_have_value("38,6")
    expect(page.get_by_label("Note")).to_have_value("after lunch")
    assert not CheckIn.objects.exists()


def test_everything_with_the_keyboard_alone(open_today: Callable[..., Page]) -> None:
    page = open_today()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    for _ in range(200):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name ?? document.activeElement.textContent")
        if name == "temperature-C":
            page.keyboard.type("36.8")
        if name == "Confusion":
            page.keyboard.press("Enter")
        if name == "s-confusion":
            page.keyboard.press("ArrowRight")
            break
    expect(prompt(page)).to_be_visible()
    page.get_by_role("button", name="Save for Ana").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Call Ana's care team now")
    assert set(Report.objects.values_list("symptom", "answer")) == {
        ("fever", "reading"),
        ("confusion", "mild"),
    }


def test_enter_in_the_temperature_field_saves_and_is_not_nothing_new(
    open_today: Callable[..., Page],
) -> None:
    page = open_today(java_script_enabled=False)
    page.get_by_label("Temperature in °C").fill("38.6")
    page.get_by_label("Temperature in °C").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Call Ana's care team now")
    assert Version.objects.get().kind == Version.Kind.SYMPTOMS


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_today: Callable[..., Page], width: int, scheme: str
) -> None:
    page = open_today(viewport={"width": width, "height": 800}, color_scheme=scheme)

    def check() -> None:
        assert axe_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    check()
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    answer(page, "confusion", "Severe").check(force=True)
    answer(page, "anxiety", "Severe").check(force=True)
    expect(prompt(page)).to_be_visible()
    check()
    page.get_by_label("Temperature in °C").fill("38.x")
    page.get_by_role("button", name="Save for Ana").click()
    expect(page.get_by_role("heading", name="Not saved yet")).to_be_visible()
    check()
    page.get_by_label("Temperature in °C").fill("386")
    page.get_by_role("button", name="Save for Ana").click()
    expect(page.get_by_role("heading", name="Measure again")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    check()
    card = page.url
    for name in ("They answered", "Close without a call", "Remove", "Correct"):
        page.goto(card)
        page.locator("#saved-heading").click()
        follow(page.get_by_role("main").get_by_role("link", name=name, exact=True))
        check()
    page.goto(card)
    follow(page.get_by_role("link", name="More", exact=True))
    check()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_when_it_began_is_asked_of_what_has_an_answer(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page = open_today(java_script_enabled=scripts)
    row = page.locator("#symptom-headache")
    answer(page, "headache", "Mild")
    expect(row.get_by_text("When it began")).to_be_hidden()
    answer(page, "headache", "Mild").check(force=True)
    if not scripts:
        follow(page.get_by_role("button", name="Add when it began"))
    row.get_by_text("When it began").click()
    yesterday = london_day(1)
    row.get_by_label("Day").fill(yesterday.isoformat())
    row.get_by_label("Now").select_option("on")
    page.get_by_role("button", name="Save for Ana").click()
    page.wait_for_url("**/check-ins/**")
    report = Report.objects.get(symptom="headache")
    assert (report.began, report.going) == (yesterday, Report.Going.ON)
