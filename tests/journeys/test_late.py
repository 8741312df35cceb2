"""In a real browser: what keeps an entry on the phone comes after the page. What is done before
waits for it, and nothing is lost where it does not come."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from diary.models import CheckIn
from tests.journeys.phone import answer, expect_half_typed, no_connection, save


class Late:
    """Holds the script back until it is let go."""

    def __init__(self) -> None:
        self.held: list[Route] = []

    def hold(self, phone: BrowserContext) -> None:
        phone.route("**/late.js", lambda route: self.held.append(route))

    def let_go(self) -> None:
        for route in self.held:
            route.continue_()


@pytest.fixture
def late() -> Late:
    return Late()


@pytest.fixture
def page(open_today: Callable[..., Page], late: Late) -> Page:
    page = open_today(late.hold, service_workers="block")
    answer(page, "headache", "Mild").check(force=True)
    page.get_by_label("Note").fill("typed early")
    assert page.evaluate("typeof keep") == "undefined"
    return page


def test_an_entry_sent_early_is_kept_until_the_network_is_there(page: Page, late: Late) -> None:
    save(page)
    page.route("**/device/", lambda route: route.abort())
    late.let_go()
    expect(page.get_by_role("heading", name="Not sent yet")).to_be_visible()
    assert CheckIn.objects.count() == 0
    page.unroute("**/device/")
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("An entry that waited is saved in the diary.")).to_be_visible()
    assert CheckIn.objects.count() == 1


def test_what_is_typed_early_is_kept_as_half_typed(page: Page, late: Late) -> None:
    late.let_go()
    expect_half_typed(page)


def test_an_entry_is_sent_plainly_where_the_scripts_do_not_come_soon(page: Page) -> None:
    save(page)
    page.wait_for_url("**/check-ins/**")
    assert CheckIn.objects.count() == 1


def test_the_prompt_does_not_wait(open_today: Callable[..., Page], late: Late) -> None:
    page = open_today(late.hold, service_workers="block")
    no_connection(page)
    answer(page, "confusion", "Mild").check(force=True)
    expect(page.locator("form .prompt")).to_be_visible()
    assert page.evaluate("typeof keep") == "undefined"
