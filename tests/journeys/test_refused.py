"""In a real browser: what the server refuses, and what was never filled in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Patient
from diary.models import CheckIn
from tests.journeys.phone import (
    CANARY,
    answer,
    count,
    no_connection,
    offline_page,
    save,
    type_entry,
    unsent,
)


def save_nothing(page: Page) -> None:
    """Enter in the empty field: the button comes with the first answer."""
    expect(page.get_by_role("button", name="Save for Ana")).to_be_hidden()
    page.get_by_label("Temperature in °C").press("Enter")


REFUSED = [400, 403, 404, 405, 409, 410, 413, 422]


def test_an_empty_save_is_never_queued_and_says_in_sight_what_is_missing(
    visit: Callable[..., Page], live_server: object
) -> None:
    page = visit()
    save_nothing(page)
    missing = page.locator(".error-summary")
    expect(missing).to_be_in_viewport()
    assert unsent(page) == 0
    page.goto(f"{live_server.url}/me/")  # type: ignore[attr-defined]
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#outbox")).to_be_hidden()
    assert not CheckIn.objects.exists()


def test_blanks_and_a_time_alone_are_an_empty_save(visit: Callable[..., Page]) -> None:
    page = visit()
    page.get_by_label("Note").fill("  ")
    page.get_by_text("Change time").click()
    page.locator("#time").fill("00:00")
    save(page)
    expect(page.locator(".error-summary")).to_be_in_viewport()
    assert unsent(page) == 0


@pytest.mark.parametrize("is_reloaded", [True, False], ids=["page of the phone", "open page"])
def test_without_a_network_an_empty_save_says_so_and_is_not_queued(
    visit: Callable[..., Page], *, is_reloaded: bool
) -> None:
    page = visit()
    if is_reloaded:
        page = offline_page(page)
    else:
        no_connection(page)
    save_nothing(page)
    expect(page.locator("#unreached")).to_contain_text("Nothing is filled in yet")
    expect(page.locator("#unreached")).to_be_in_viewport()
    assert unsent(page) == 0
    type_entry(page)
    save(page)
    expect(count(page)).to_have_text("Not sent yet: 1")


@pytest.mark.parametrize("status", REFUSED)
def test_what_the_server_refuses_is_sent_once_and_can_be_edited(
    visit: Callable[..., Page], ana: Patient, status: int
) -> None:
    page = offline_page(visit())
    type_entry(page)
    save(page)
    expect(count(page)).to_be_visible()
    sent = []
    page.route("**/send/", lambda r: (sent.append(1), r.fulfill(status=status, body="<p>no</p>")))
    page.context.set_offline(False)
    waiting = page.locator("#outbox li")
    expect(waiting).to_contain_text("Refused")
    expect(page.locator("#outbox")).to_contain_text("It is not sent again by itself")
    for _ in range(2):
        page.reload()
        expect(waiting).to_contain_text("Refused")
    assert len(sent) == 1
    page.unroute("**/send/")
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Note")).to_have_value(CANARY)
    expect(answer(page, "headache", "Mild")).to_be_checked()
    save(page)
    expect(page.locator("#outbox")).to_be_hidden()
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize("status", [429, 500, 503, 507])
def test_what_may_pass_by_itself_is_tried_again(visit: Callable[..., Page], status: int) -> None:
    page = offline_page(visit())
    type_entry(page)
    save(page)
    expect(count(page)).to_be_visible()
    page.route("**/send/", lambda r: r.fulfill(status=status))
    with page.expect_response("**/send/"):
        page.context.set_offline(False)
    expect(page.locator("#outbox li")).not_to_contain_text("Refused")
    page.unroute("**/send/")
    page.reload()
    expect(page.get_by_text("An entry that waited is saved")).to_be_visible()


def test_a_phone_that_kept_its_network_asks_again_when_the_diary_was_away(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    page.clock.install()
    page.reload()
    page.route("**/device/", lambda r: r.abort())
    page.route("**/send/", lambda r: r.abort())
    type_entry(page)
    save(page)
    expect(count(page)).to_be_visible()
    page.unroute("**/device/")
    page.unroute("**/send/")
    page.clock.fast_forward("11:00")
    expect(page.get_by_text("An entry that waited is saved")).to_be_visible()
    assert CheckIn.objects.count() == 1


def test_what_is_given_back_on_the_page_is_not_counted_as_waiting_too(
    visit: Callable[..., Page], live_server: object
) -> None:
    page = visit()
    type_entry(page)
    page.get_by_text("Change time").click()
    page.locator("#day").evaluate("field => { field.value = '2020-01-01'; }")
    save(page)
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("#outbox")).to_be_hidden()
    expect(page.get_by_label("Note")).to_have_value(CANARY)
    # Left without saving, it is said again; saved, it is gone.
    page.goto(f"{live_server.url}/me/")  # type: ignore[attr-defined]
    expect(page.locator("#outbox li")).to_contain_text("Refused")
    page.get_by_role("link", name="Edit").click()
    page.locator("#day").fill("")
    page.locator("#time").fill("")
    save(page)
    expect(page.locator("#outbox")).to_be_hidden()
    assert CheckIn.objects.count() == 1
