"""The browser lacks something, or has no room: an urgent answer prompts all the same, and saving
says what was kept. In a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from diary.models import CheckIn
from tests.journeys.urgent import (
    PROMPT,
    TEAM,
    answer_urgently,
    expect_card,
    expect_kept,
    expect_prompt,
    prompt,
    save,
)

NOT_KEPT = "Not saved: the diary cannot be reached, and this browser cannot keep it."
LACKS = {
    "denied": "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); };",
    "silent": "IDBFactory.prototype.open = () => new EventTarget();",
    "no-store-at-all": "delete window.indexedDB;",
    "no-locks": "Object.defineProperty(navigator, 'locks', { value: undefined });",
    "no-worker-at-all": "delete Navigator.prototype.serviceWorker;",
}


def lacks(*names: str) -> Callable[[BrowserContext], None]:
    script = "\n".join(LACKS[name] for name in names)
    return lambda phone: phone.add_init_script(script)


def lacks_file(name: str) -> Callable[[BrowserContext], None]:
    def gone(route: Route) -> None:
        route.fulfill(status=404)

    return lambda phone: phone.route(f"**/{name}", gone)


def saved_once(page: Page) -> None:
    answer_urgently(page)
    save(page)
    expect_card(page)
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize("how", ["denied", "silent", "no-store-at-all"])
def test_the_browser_denies_its_store(open_today: Callable[..., Page], how: str) -> None:
    page = open_today(lacks(how))
    answer_urgently(page)
    page.context.set_offline(True)
    save(page)
    said = page.get_by_role("alert").filter(has_text=NOT_KEPT)
    expect(said).to_be_visible()
    expect_prompt(page)  # with everything typed still there
    page.context.set_offline(False)
    save(page)
    expect_card(page)
    assert CheckIn.objects.count() == 1


def test_the_store_of_the_browser_is_full(
    open_today: Callable[..., Page], live_server: Any
) -> None:
    def no_room(phone: BrowserContext) -> None:
        session = phone.new_cdp_session(phone.new_page())
        quota = {"origin": live_server.url, "quotaSize": 1}
        session.send("Storage.overrideQuotaForOrigin", quota)

    page = open_today(no_room)
    why = "vault.put({ id: '1', account: '1' }, {}).then(() => '', ({ name }) => name)"
    assert page.evaluate(why) == "QuotaExceededError"
    answer_urgently(page)
    page.context.set_offline(True)
    save(page)
    expect(page.get_by_role("alert").filter(has_text=NOT_KEPT)).to_be_visible()
    expect_prompt(page)
    page.context.set_offline(False)
    save(page)
    expect_card(page)
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"service_workers": "block"}, {"before": lacks("no-worker-at-all")}],
    ids=["refused", "unknown"],
)
def test_the_service_worker_is_missing(
    open_today: Callable[..., Page], change: dict[str, Any]
) -> None:
    page = open_today(**change)
    answer_urgently(page)
    page.context.set_offline(True)
    save(page)
    expect_kept(page, "The diary cannot be reached.")
    page.context.set_offline(False)
    expect(page.get_by_text("waited on the phone and is saved now")).to_be_visible()
    assert CheckIn.objects.count() == 1


def test_htmx_is_missing(open_today: Callable[..., Page]) -> None:
    page = open_today(lacks_file("*htmx*.js"))
    saved_once(page)
    assert page.evaluate("typeof htmx") == "undefined"
    page.get_by_role("button", name="No answer").click()
    card = page.get_by_role("alertdialog")
    expect(card.get_by_role("heading", level=1)).to_be_focused()
    expect(card.get_by_role("link").first).to_contain_text("020 7946 0456")


def test_javascript_is_off(open_today: Callable[..., Page]) -> None:
    saved_once(open_today(java_script_enabled=False))


@pytest.mark.parametrize("file", ["answers.js", "late.js"])
def test_a_script_did_not_arrive(open_today: Callable[..., Page], file: str) -> None:
    saved_once(open_today(lacks_file(file), service_workers="block"))


def test_a_script_breaks_half_way(open_today: Callable[..., Page]) -> None:
    saved_once(open_today(lacks("no-locks")))


def test_the_style_did_not_arrive(open_today: Callable[..., Page]) -> None:
    """Then the prompt cannot be hidden, and stands there from the start."""
    page = open_today(lacks_file("diary.css"), service_workers="block")
    expect(prompt(page)).to_contain_text(PROMPT)
    expect(prompt(page).get_by_role("link").first).to_have_attribute("href", TEAM)
