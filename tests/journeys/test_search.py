"""Finding a symptom while typing, in a real browser: with and without a network, in a crisis."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.phone import answer, follow, offline_page
from therapies.catalogue import catalogue

Open = Callable[..., Page]
FIELD = "Find a symptom"
EVERY_ADDRESS = "() => performance.getEntriesByType('resource').map((one) => one.name).join(' ')"


def crisis_line() -> str:
    line = next(line for line in catalogue().crisis_lines if line.country == "GB")
    return f"tel:{line.number.replace(' ', '')}"


def test_while_typing_the_servers_order_comes_first_and_what_was_chosen_stays(
    open_today: Open,
) -> None:
    page = open_today()
    answer(page, "rash", "Mild").check(force=True)
    page.get_by_label("Note").fill("after lunch")
    page.get_by_label(FIELD).press_sequentially("cant wake him", delay=20)
    found = page.locator("section", has_text="What you searched for")
    expect(found.locator(".symptom").first).to_have_id("symptom-reduced-consciousness")
    expect(found.locator(".symptom").first).to_be_in_viewport()
    expect(page.locator("#symptom-rash")).to_be_visible()  # answered
    expect(page.locator("#symptom-hair-loss")).to_be_hidden()
    expect(page.get_by_label(FIELD)).to_be_focused()
    expect(page.get_by_label(FIELD)).to_have_value("cant wake him")
    page.get_by_label(FIELD).fill("shaky")
    expect(page.get_by_text(catalogue().ambiguous["shaky"].question)).to_be_visible()
    page.get_by_label(FIELD).fill("39 degrees")
    expect(page.get_by_text("For a fever, use")).to_be_visible()
    page.get_by_label(FIELD).fill("")
    expect(found).to_have_count(0)
    expect(answer(page, "rash", "Mild")).to_be_checked()
    expect(page.get_by_label("Note")).to_have_value("after lunch")
    asked = page.evaluate(EVERY_ADDRESS)
    assert "/find/" in asked
    assert "wake" not in asked + page.url


def test_where_the_server_does_not_answer_the_words_of_the_page_still_match(
    open_today: Open,
) -> None:
    page = open_today(service_workers="block")
    page.route("**/find/", lambda route: route.abort())
    page.get_by_label(FIELD).fill("hair")
    expect(page.locator("#symptom-hair-loss")).to_be_visible()
    expect(page.locator("#symptom-rash")).to_be_hidden()


def test_letters_typed_before_the_words_are_there_are_looked_for_once_they_are(
    open_today: Open,
) -> None:
    held: list[Route] = []
    page = open_today(service_workers="block")
    page.route("**/words.json", lambda route: held.append(route))
    page.route("**/find/", lambda route: route.abort())
    page.get_by_label(FIELD).press_sequentially("balding")
    expect(page.locator("#symptom-rash")).to_be_visible()
    expect(page.locator("[data-unknown]")).to_be_hidden()  # nobody looked yet
    for route in held:
        route.continue_()
    expect(page.locator("#symptom-hair-loss")).to_be_visible()
    expect(page.locator("#symptom-rash")).to_be_hidden()
    expect(page.get_by_label(FIELD)).to_have_value("balding")
    expect(page.get_by_label(FIELD)).to_be_focused()
    assert len(held) == 1


def test_words_that_did_not_come_are_asked_for_again_with_the_next_letter(
    open_today: Open,
) -> None:
    page = open_today(service_workers="block")
    page.route("**/find/", lambda route: route.abort())
    page.route("**/words.json", lambda route: route.abort())
    page.get_by_label(FIELD).press_sequentially("baldin")
    expect(page.locator("#symptom-rash")).to_be_visible()
    page.unroute("**/words.json")
    page.get_by_label(FIELD).press_sequentially("g")
    expect(page.locator("#symptom-rash")).to_be_hidden()
    expect(page.locator("#symptom-hair-loss")).to_be_visible()


def test_without_a_network_the_list_is_never_empty(visit: Open) -> None:
    page = offline_page(visit())
    page.get_by_label(FIELD).fill("cant wake him")
    expect(page.locator("#symptom-reduced-consciousness")).to_be_visible()
    expect(page.locator("#symptom-nausea")).to_have_attribute("hidden", "")
    page.get_by_label(FIELD).fill("qzxv")
    expect(page.locator("#symptom-seizure")).to_be_visible()
    unknown = page.locator("[data-unknown]")
    expect(unknown).to_contain_text("Nothing in the list goes by these words")
    expect(unknown.get_by_role("link").first).to_have_attribute("href", "tel:02079460123")
    expect(unknown.get_by_role("link").last).to_have_attribute("href", "tel:999")
    page.get_by_label(FIELD).fill("")
    expect(unknown).to_be_hidden()


def test_words_of_suicide_bring_up_the_crisis_line_before_the_server_answers(
    open_today: Open,
) -> None:
    def never(_route: Route) -> None:
        """The server takes its time."""

    page = open_today(service_workers="block")
    page.route("**/find/", never)
    crisis = page.locator("[data-crisis-words]")
    expect(crisis).to_be_hidden()
    page.get_by_label(FIELD).press_sequentially("I don't want to li")
    expect(crisis).to_be_hidden()
    page.get_by_label(FIELD).press_sequentially("ve")
    expect(crisis).to_be_visible()
    called = [link.get_attribute("href") for link in crisis.get_by_role("link").all()]
    assert called[0] == crisis_line()
    assert called[-2:] == ["tel:999", "tel:02079460123"]
    expect(crisis.get_by_role("link").first).to_be_in_viewport()
    page.get_by_label(FIELD).fill("")
    expect(crisis).to_be_hidden()


def test_without_a_network_words_of_suicide_bring_up_the_crisis_line(visit: Open) -> None:
    page = offline_page(visit())
    page.get_by_label(FIELD).fill("want to kill myself")
    crisis = page.locator("[data-crisis-words]")
    expect(crisis).to_be_visible()
    called = [link.get_attribute("href") for link in crisis.get_by_role("link").all()]
    assert called[0] == crisis_line()
    assert called[-2:] == ["tel:999", "tel:02079460123"]
    expect(page.locator("[data-readers]")).to_contain_text("can read this entry")


def test_what_was_found_and_answered_stays_in_sight_while_the_next_word_is_searched(
    open_today: Open,
) -> None:
    page = open_today()
    page.get_by_label(FIELD).fill("hair")
    expect(page.locator("section", has_text="What you searched for")).to_be_visible()
    answer(page, "hair-loss", "Mild").check(force=True)
    page.get_by_label(FIELD).fill("wheezing")
    expect(page.locator("#symptom-wheezing")).to_be_visible()
    expect(page.locator("#symptom-nausea")).to_be_hidden()
    expect(page.locator("#symptom-hair-loss")).to_be_visible()
    expect(answer(page, "hair-loss", "Mild")).to_be_checked()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize(
    ("word", "heard"), [("wheezing", "What you searched for"), ("qzxv", "Nothing in the list")]
)
def test_find_takes_the_focus_to_what_was_found(
    open_today: Open, word: str, heard: str, *, scripts: bool
) -> None:
    page = open_today(java_script_enabled=scripts)
    page.get_by_label(FIELD).fill(word)
    follow(page.get_by_role("button", name="Find", exact=True))
    expect(page.locator(":focus")).to_contain_text(heard)
    expect(page.locator(":focus")).to_be_in_viewport()


def test_find_keeps_the_match_in_sight_without_scripts(open_today: Open) -> None:
    page = open_today(java_script_enabled=False)
    page.get_by_label(FIELD).fill("wheezing")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("heading", name="What you searched for")).to_be_visible()
    expect(page.locator("#symptom-wheezing")).to_be_in_viewport()
