"""In a real browser: what is half typed survives the page, the session and the browser, sealed; and
nobody else gets to see it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.models import Patient, User
from diary.models import CheckIn
from tests.conftest import PASSWORD, new_patient
from tests.journeys.phone import (
    CANARY,
    answer,
    count,
    no_connection,
    offline_page,
    offline_page_at,
    save,
    type_entry,
    wait_for_outbox,
    wait_until_kept,
)

Visit = Callable[..., Page]


def half_typed(page: Page) -> Locator:
    return page.get_by_role("region", name="Half typed, not saved")


def drafts(page: Page) -> int:
    return int(page.evaluate("async () => (await vault.drafts()).length"))


def wait_for_drafts(page: Page, *notes: str) -> None:
    """Until the phone keeps so many drafts, with these notes."""
    page.evaluate(
        """async (wanted) => {
            let notes = null;
            for (let i = 0; i < 100; i += 1) {
                const contents = await Promise.all((await vault.drafts()).map(vault.read));
                notes = contents.map(({ fields }) => Object.fromEntries(fields).note).sort();
                if (String(notes) === String(wanted)) return;
                await new Promise((go) => { setTimeout(go, 50); });
            }
            throw new Error(`drafts: ${notes}`);
        }""",
        sorted(notes),
    )


def go_on(page: Page) -> None:
    half_typed(page).get_by_role("button", name="Continue").click()


def leave(page: Page) -> Page:
    """Close the page, and open it again in another tab."""
    url, context = page.url, page.context
    page.close()
    again = context.new_page()
    again.goto(url)
    return again


def test_what_was_half_typed_is_offered_again_and_goes_once_it_is_saved(visit: Visit) -> None:
    page = visit()
    type_entry(page)
    wait_for_drafts(page, CANARY)
    page = leave(page)
    expect(half_typed(page)).to_contain_text("Half typed and not saved: Ana, typed")
    expect(page.get_by_label("Note")).to_have_value("")
    go_on(page)
    expect(page.get_by_text("is not saved yet")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value(CANARY)
    expect(answer(page, "headache", "Mild")).to_be_checked()
    save(page)
    page.wait_for_url("**/check-ins/**")
    assert CheckIn.objects.get().versions.get().note == CANARY
    assert drafts(page) == 0
    page.go_back()
    expect(half_typed(page)).to_be_hidden()


def test_a_session_that_ended_takes_nothing_that_was_half_typed(
    visit: Visit, become: Callable[[User], None], owner: User, live_server: Any, ana: Patient
) -> None:
    page = visit()
    type_entry(page)
    wait_for_drafts(page, CANARY)
    Session.objects.all().delete()
    page.reload()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert CANARY not in page.content()
    become(owner)
    page.goto(live_server.url + reverse("today", args=[ana.pk]))
    go_on(page)
    expect(page.get_by_label("Note")).to_have_value(CANARY)


def test_it_is_offered_without_a_network_and_the_prompt_comes_with_it(visit: Visit) -> None:
    page = visit()
    answer(page, "confusion", "Mild").check(force=True)
    wait_for_drafts(page, "")
    offline_page(page)
    expect(half_typed(page)).to_contain_text("With an urgent sign")
    expect(page.locator("form .prompt")).to_be_hidden()
    go_on(page)
    expect(page.locator("form .prompt")).to_be_visible()
    save(page)
    expect(count(page)).to_have_text("Not sent yet: 1")
    assert drafts(page) == 0


def test_what_was_typed_hours_ago_is_dated_then(visit: Visit) -> None:
    page = visit()
    page.get_by_label("Note").fill(CANARY)
    wait_for_drafts(page, CANARY)
    page.clock.set_fixed_time(timezone.now() + timedelta(hours=3))
    page.reload()
    go_on(page)
    expect(page.get_by_text("when you typed it")).to_be_visible()
    assert page.get_by_label("Time", exact=True).input_value()
    save(page)
    page.wait_for_url("**/check-ins/**")
    said = CheckIn.objects.get().at
    assert abs(said - timezone.now()) < timedelta(minutes=5)


def test_it_is_bound_to_the_account_and_the_diary(
    visit: Visit,
    become: Callable[[User], None],
    ana: Patient,
    owner: User,
    writer: User,
    live_server: Any,
) -> None:
    bo = new_patient(owner, name="Bo", birth_month=1, birth_year=2016)
    page = visit()
    type_entry(page)
    wait_for_drafts(page, CANARY)
    page = visit(bo)
    wait_for_outbox(page)
    expect(half_typed(page)).to_be_hidden()
    become(writer)
    page.goto(live_server.url + reverse("today", args=[ana.pk]))
    wait_until_kept(page, ana)
    expect(half_typed(page)).to_be_hidden()
    assert CANARY not in page.content()
    assert drafts(page) == 1
    become(owner)
    page.reload()
    expect(half_typed(page)).to_be_visible()


def test_a_draft_that_was_moved_to_another_diary_cannot_be_read(visit: Visit) -> None:
    page = visit()
    type_entry(page)
    wait_for_drafts(page, CANARY)
    read = """async (change) => {
        const [row] = await vault.drafts();
        return vault.read({ ...row, ...change }).then(() => "read", (error) => error.name);
    }"""
    assert page.evaluate(read, {}) == "read"
    for change in ({"patient": "other"}, {"id": "other"}):
        assert page.evaluate(read, change) == "OperationError"


def test_it_can_be_deleted_and_an_emptied_page_keeps_none(visit: Visit) -> None:
    page = visit()
    page.get_by_label("Note").fill(CANARY)
    wait_for_drafts(page, CANARY)
    page.get_by_label("Note").fill("")
    wait_for_drafts(page)
    page.get_by_label("Note").fill(CANARY)
    wait_for_drafts(page, CANARY)
    page.reload()
    half_typed(page).get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(half_typed(page)).to_be_hidden()
    assert drafts(page) == 0


def test_typing_anew_beside_an_older_draft_loses_neither(visit: Visit) -> None:
    page = visit()
    page.get_by_label("Note").fill("older")
    wait_for_drafts(page, "older")
    page.reload()
    expect(half_typed(page)).to_be_visible()
    page.get_by_label("Note").fill("newer")
    wait_for_drafts(page, "newer", "older")
    page.reload()
    expect(half_typed(page)).to_have_count(2)


def test_searching_without_saving_offers_nothing_that_is_on_the_page(visit: Visit) -> None:
    page = visit()
    type_entry(page)
    wait_for_drafts(page, CANARY)
    page.get_by_label("Find a symptom").fill("rash")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("heading", name="What you searched for")).to_be_visible()
    wait_for_outbox(page)
    expect(page.get_by_label("Note")).to_have_value(CANARY)
    expect(half_typed(page)).to_be_hidden()


@pytest.mark.parametrize("mine", [True, False], ids=["own-phone", "shared-device"])
def test_a_shared_device_keeps_nothing_half_typed_and_no_diary(
    phone: BrowserContext, live_server: Any, ana: Patient, *, mine: bool
) -> None:
    page = phone.new_page()
    page.goto(live_server.url + "/account/login/")
    page.get_by_label("Email").fill(ana.owner.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("This is my own phone or computer").set_checked(mine)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How is Ana today?")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wait_for_outbox(page)
    type_entry(page)
    page.wait_for_timeout(1000)
    assert drafts(page) == mine
    assert page.evaluate("vault.account().then(Boolean)") == mine
    no_connection(page)
    save(page)  # what was saved is never lost, whoever's device it is
    expect(count(page)).to_have_text("Not sent yet: 1")
    assert drafts(page) == 0
    offline_page_at(page, page.url)
    expect(page.locator("form.answers")).to_be_visible(visible=mine)
    assert ("Ana" in page.inner_text("body")) == mine


def test_logging_out_asks_about_what_is_half_typed(
    visit: Visit,
    live_server: Any,
    become: Callable[[User], None],
    owner: User,
    ana: Patient,
) -> None:
    page = visit()
    type_entry(page)
    wait_for_drafts(page, CANARY)
    page.goto(live_server.url + "/me/")
    page.get_by_role("main").get_by_role("button", name="Log out", exact=True).click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("Not sent yet: 1. Log out anyway?")
    expect(asked).to_contain_text("you can finish what is half typed")
    asked.get_by_role("button", name="Log out and keep them here").click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()
    become(owner)
    page.goto(live_server.url + reverse("today", args=[ana.pk]))
    go_on(page)
    expect(page.get_by_label("Note")).to_have_value(CANARY)


def test_a_phone_that_keeps_nothing_says_so_while_typing(visit: Visit) -> None:
    page = visit()
    page.evaluate("() => { IDBFactory.prototype.open = () => { throw new Error('denied'); }; }")
    type_entry(page)
    expect(page.get_by_text("Save before you leave this page")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value(CANARY)
