"""The prompt as it is heard, and reached with the keyboard: while choosing, on the card of a saved
entry, and where the entry waits on the phone. In a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Patient
from diary.models import CheckIn, Contact
from tests.diary.open_entries import still_open
from tests.journeys.urgent import (
    PROMPT,
    TEAM,
    answer,
    expect_card,
    expect_kept,
    expect_prompt,
    measure,
    prompt,
    save,
)

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
Node = dict[str, Any]


class Heard:
    """What the browser tells a screen reader: its accessibility tree."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def nodes(self) -> list[Node]:
        return list(self.session.send("Accessibility.getFullAXTree")["nodes"])

    def of_role(self, role: str, **properties: Any) -> list[Node]:
        return [
            node
            for node in self.nodes()
            if not node["ignored"]
            and node["role"]["value"] == role
            and properties.items() <= properties_of(node).items()
        ]

    def words_in(self, node: Node) -> list[tuple[str, str]]:
        """Role and name of everything under a node, as it is read out."""
        known = {found["nodeId"]: found for found in self.nodes()}

        def walk(one: Node) -> list[tuple[str, str]]:
            told = [] if one["ignored"] else [(one["role"]["value"], one["name"]["value"])]
            return told + [t for c in one.get("childIds", []) if c in known for t in walk(known[c])]

        return walk(known[node["nodeId"]])


def properties_of(node: Node) -> dict[str, Any]:
    return {p["name"]: p["value"].get("value") for p in node.get("properties", [])}


@SCRIPTS
def test_the_prompt_while_choosing_is_announced(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    """The live region is there, empty, before; what appears in it by style alone is read out."""
    page = open_today(java_script_enabled=scripts)
    heard = Heard(page)
    before, *_ = heard.of_role("status", live="assertive", atomic=True)
    assert heard.words_in(before)[1:] == []
    answer(page, "confusion", "Moderate").check(force=True)
    expect_prompt(page)
    after, *_ = heard.of_role("status", live="assertive", atomic=True)
    assert after["backendDOMNodeId"] == before["backendDOMNodeId"]
    words = heard.words_in(after)
    assert ("StaticText", PROMPT) in words
    links = [name for role, name in words if role == "link"]
    assert links[0] == "Call the care team, 24 hours 020 7946 0123"
    answer(page, "confusion", "No").check(force=True)
    gone, *_ = heard.of_role("status", live="assertive", atomic=True)
    assert heard.words_in(gone)[1:] == []


@SCRIPTS
def test_the_card_after_saving_interrupts(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page = open_today(java_script_enabled=scripts)
    answer(page, "confusion", "Moderate").check(force=True)
    save(page)
    expect_card(page)
    heard = Heard(page)
    (card,) = heard.of_role("alertdialog")
    assert card["name"]["value"] == "Urgent Call Ana's care team now"
    assert card["description"]["value"].startswith("Call the care team, 24 hours 020 7946 0123")
    assert not properties_of(card)["modal"]  # nothing else of the page is taken away
    (focused,) = heard.of_role("heading", focused=True)
    assert ("heading", focused["name"]["value"]) in heard.words_in(card)


def test_the_entry_that_waits_interrupts_too(open_today: Callable[..., Page]) -> None:
    page = open_today()
    answer(page, "seizure", "Yes").check(force=True)
    page.context.set_offline(True)
    save(page)
    expect(page.locator("#first").get_by_role("alertdialog")).to_be_focused()
    (standing,) = Heard(page).of_role("alertdialog", focused=True)
    assert standing["name"]["value"] == "Urgent: call 999 now for Ana"
    emergency, team = (
        page.locator("#first .prompt").get_by_role("link", name=number).bounding_box()
        for number in ("999", "020 7946 0123")
    )
    assert emergency
    assert team
    assert emergency["y"] < team["y"]


def expect_kept_standing(page: Page) -> None:
    expect_kept(page, "The diary cannot be reached.")


@SCRIPTS
def test_the_whole_path_with_the_keyboard_alone(
    open_today: Callable[..., Page], *, scripts: bool
) -> None:
    page = open_today(java_script_enabled=scripts)
    tab_to(page, page.get_by_label("Temperature in °C"))
    page.keyboard.type("38.6")
    tab_to(page, page.get_by_role("button", name="Save for Ana"), before=is_not_hidden)
    expect_prompt(page)
    page.keyboard.press("Shift+Tab")  # backwards from the button: the numbers
    page.keyboard.press("Shift+Tab")
    expect(prompt(page).get_by_role("link").first).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Save for Ana"))
    page.keyboard.press("Enter")
    expect_card(page)
    card = page.get_by_role("alertdialog")
    for key in ("Escape", "Escape", "Backspace"):
        page.keyboard.press(key)
        expect_card(page)
    page.keyboard.press("Tab")
    expect(card.locator(f"a[href='{TEAM}']")).to_be_focused()
    tab_to(page, card.get_by_role("button", name="No answer"))
    page.keyboard.press("Enter")
    expect(card.get_by_role("link").first).to_contain_text("020 7946 0456")
    expect(card.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(card.get_by_role("link").first).to_be_focused()
    assert still_open(CheckIn.objects.all()).exists()


def tab_to(page: Page, target: Locator, before: Callable[[Page], None] | None = None) -> None:
    for _ in range(250):
        page.keyboard.press("Tab")
        if target.evaluate("(wanted) => wanted === document.activeElement"):
            return
        if before:
            before(page)
    raise AssertionError("the keyboard does not come there")


def is_not_hidden(page: Page) -> None:
    """What has the focus is not behind the prompt."""
    hidden = page.evaluate(
        """() => {
            const field = document.activeElement;
            const shown = field.closest("label") ?? field;
            if (field.closest(".bar")) return null;
            const { left, top, width, height } = shown.getBoundingClientRect();
            const seen = [0.1, 0.5, 0.9].some((part) => {
                const top_most = document.elementFromPoint(left + width / 2, top + height * part);
                return top_most && (shown.contains(top_most) || top_most.contains(shown));
            });
            return seen ? null : `${field.name} at ${top}`;
        }"""
    )
    assert hidden is None


def test_without_a_number_of_the_team_the_keyboard_reaches_a_call_first(
    open_today: Callable[..., Page],
) -> None:
    Contact.objects.all().delete()
    page = open_today()
    answer(page, "confusion", "Moderate").check(force=True)
    save(page)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="999")).to_be_focused()


def test_the_card_is_left_when_somebody_was_told(
    open_today: Callable[..., Page], ana: Patient
) -> None:
    page = open_today()
    measure(page, "38.6")
    save(page)
    page.get_by_role("link", name="They answered").click()
    page.get_by_label("Come in").check(force=True)
    save(page)
    expect(page.get_by_text("Come in").first).to_be_visible()
    expect(page.get_by_role("alertdialog")).to_be_hidden()


@pytest.mark.parametrize("name", ["Too ill to fill this in"])
def test_too_ill_interrupts_as_well(open_today: Callable[..., Page], name: str) -> None:
    page = open_today()
    page.get_by_role("button", name=name).click()
    expect_prompt(page)
    save(page)
    expect_card(page)
