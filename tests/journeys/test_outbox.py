"""In a real browser: what was saved and is not in the diary yet is never lost, nor sent astray."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from accounts.models import Patient, Share, User
from diary.models import CheckIn, Version
from diary.today.views import offline
from tests.conftest import new_patient
from tests.journeys.phone import (
    CANARY,
    answer,
    count,
    expect_half_typed,
    no_connection,
    offline_page,
    offline_page_at,
    save,
    type_entry,
    unsent,
    wait_for_outbox,
)


def test_a_page_that_was_open_when_the_network_went_keeps_what_is_typed(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    no_connection(page)
    type_entry(page)
    save(page)
    expect(count(page)).to_have_text("Not sent yet: 1")
    page.get_by_role("button", name="Nothing new").click()
    expect(count(page)).to_have_text("Not sent yet: 2")
    page.context.set_offline(False)
    expect(count(page)).to_be_hidden()
    assert sorted(Version.objects.values_list("kind", "note")) == [
        ("nothing-new", ""),
        ("symptoms", CANARY),
    ]


def test_what_waits_is_dated_by_the_clock_of_the_diarys_country(
    visit: Callable[..., Page], ana: Patient
) -> None:
    ana.country = "US"
    ana.save()
    page = visit()
    no_connection(page)
    for _ in ("on the page of the server", "on the page that the phone keeps"):
        type_entry(page)
        save(page)
        typed = page.locator("#outbox [data-what]").last
        expect(typed).to_have_text(re.compile(r"typed .* \d+:\d\d\s?(am|pm)", re.IGNORECASE))
        offline_page(page)
    expect(page.locator("[data-kept-at]")).to_have_text(re.compile("am|pm"))


def test_an_answer_that_is_lost_on_its_way_makes_one_check_in(visit: Callable[..., Page]) -> None:
    page = visit()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/send/", lose)
    type_entry(page)
    save(page)
    expect(count(page)).to_be_visible()
    assert CheckIn.objects.count() == 1
    page.unroute("**/send/")
    page.reload()
    expect(page.get_by_text("An entry that waited is saved")).to_be_visible()
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize("status", [401, 403, 404, 409, 422, 429, 500, 503])
def test_no_answer_of_the_server_loses_an_entry(visit: Callable[..., Page], status: int) -> None:
    page = offline_page(visit())
    type_entry(page)
    save(page)
    expect(count(page)).to_be_visible()
    body = json.dumps({"said": "The day is not a date."}) if status in (409, 422) else "<p>no</p>"
    kind = "application/json" if status in (409, 422) else "text/html"
    page.route("**/send/", lambda r: r.fulfill(status=status, body=body, content_type=kind))
    page.context.set_offline(False)
    with page.expect_response("**/send/"):
        page.get_by_role("button", name="Send now").click()
    expect(count(page)).to_have_text("Not sent yet: 1")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save a copy").click()
    assert CANARY in Path(download.value.path()).read_text()
    page.get_by_role("link", name="Edit").click()
    page.reload()  # now with the page of the server
    expect(page.get_by_label("Note")).to_have_value(CANARY)
    expect(answer(page, "headache", "Mild")).to_be_checked()
    assert not CheckIn.objects.exists()


def test_what_the_server_asks_again_is_edited_and_saved_once(visit: Callable[..., Page]) -> None:
    page = visit()
    no_connection(page)
    page.get_by_label("Note").fill(CANARY)
    answer(page, "headache", "Mild").check(force=True)
    page.get_by_label("Temperature in °C").fill("38.x")
    save(page)
    expect(count(page)).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#outbox")).to_contain_text("The diary cannot read this temperature")
    page.reload()
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Note")).to_have_value(CANARY)
    page.get_by_label("Temperature in °C").fill("38.4")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Call Ana's care team now")
    assert CheckIn.objects.count() == 1
    expect(count(page)).to_be_hidden()


def test_an_entry_is_kept_when_the_session_ended_and_sent_after_logging_in(
    visit: Callable[..., Page], become: Callable[[User], None], owner: User, ana: Patient
) -> None:
    page = visit()
    Session.objects.all().delete()
    type_entry(page)
    save(page)
    expect(page.locator("#outbox")).to_contain_text("You are logged out.")
    link = page.get_by_role("link", name="Log in to send")
    assert (link.get_attribute("href") or "").endswith(f"/account/login/?next=%2Fp%2F{ana.pk}%2F")
    assert not CheckIn.objects.exists()
    become(owner)
    page.reload()
    expect(page.get_by_text("An entry that waited is saved")).to_be_visible()
    assert CheckIn.objects.get().versions.get().note == CANARY


def test_what_one_typed_is_never_sent_by_another_nor_into_another_diary(
    visit: Callable[..., Page],
    become: Callable[[User], None],
    ana: Patient,
    owner: User,
    writer: User,
    live_server: Any,
) -> None:
    bo = new_patient(writer, name="Bo", birth_month=1, birth_year=2016)
    page = visit()
    no_connection(page)
    type_entry(page)
    become(writer)  # in another tab: this page is still that of the father
    page.context.set_offline(False)
    save(page)
    expect(page.locator("#outbox")).to_contain_text("Somebody else is logged in")
    page.goto(live_server.url + reverse("today", args=[bo.pk]))
    expect(page.locator("#outbox")).to_contain_text("1 typed by somebody else")
    assert CANARY not in page.content()
    page.goto(live_server.url + reverse("today", args=[ana.pk]))
    assert CANARY not in page.content()
    assert not CheckIn.objects.exists()
    become(owner)
    page.reload()
    expect(page.get_by_text("An entry that waited is saved")).to_be_visible()
    check_in = CheckIn.objects.get()
    assert (check_in.patient, check_in.by) == (ana, owner)


def test_an_entry_goes_into_its_own_diary_whichever_page_is_open(
    visit: Callable[..., Page], ana: Patient, owner: User
) -> None:
    bo = new_patient(owner, name="Bo", birth_month=1, birth_year=2016)
    page = visit()
    other = visit(bo)
    no_connection(page)
    type_entry(page)
    save(page)
    expect(count(page)).to_be_visible()
    page.close()
    other.context.set_offline(False)
    expect(other.get_by_text("An entry that waited is saved")).to_be_visible()
    assert CheckIn.objects.get().patient == ana


def test_a_caregiver_whose_access_ended_keeps_what_they_typed(
    visit: Callable[..., Page], become: Callable[[User], None], writer: User, ana: Patient
) -> None:
    become(writer)
    page = visit()
    no_connection(page)
    type_entry(page)
    save(page)
    expect(count(page)).to_be_visible()
    Share.objects.update(revoked=timezone.now())
    page.context.set_offline(False)
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#outbox")).to_contain_text("ou may no longer write in this diary")
    assert not CheckIn.objects.exists()


def test_logging_out_asks_and_takes_what_is_kept_but_never_what_waits(
    visit: Callable[..., Page], live_server: Any, ana: Patient
) -> None:
    page = visit()
    no_connection(page)
    type_entry(page)
    save(page)
    page.context.route("**/send/", lambda route: route.fulfill(status=500))
    page.context.set_offline(False)
    page.goto(live_server.url + "/me/")
    leave = page.get_by_role("main").get_by_role("button", name="Log out", exact=True)
    leave.click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("Not sent yet: 1. Log out anyway?")
    asked.get_by_role("button", name="Stay logged in").click()
    expect(asked).to_be_hidden()
    leave.click()
    page.get_by_role("button", name="Log out and keep them here").click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()
    offline_page_at(page, live_server.url + reverse("today", args=[ana.pk]))
    expect(page.locator("form.answers")).to_be_hidden()
    assert "Ana" not in page.inner_text("body")
    expect(page.get_by_role("heading", name="If it is urgent, call now")).to_be_visible()
    assert unsent(page) == 1


def test_logging_out_from_the_list_of_sessions_asks_about_what_is_half_typed(
    visit: Callable[..., Page], live_server: Any
) -> None:
    page = visit()
    type_entry(page)
    expect_half_typed(page)
    page.goto(live_server.url + "/account/sessions/")
    page.get_by_role("link", name="Log out here").click()
    leave = page.get_by_role("main").get_by_role("button", name="Log out", exact=True)
    leave.click()
    asked = page.get_by_role("dialog")
    asked.get_by_role("button", name="Stay logged in").click()
    expect(asked).to_be_hidden()
    leave.click()
    asked.get_by_role("button", name="Log out and keep them here").click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()


@pytest.mark.parametrize("address", ["/account/logout/", "/account/sessions/", "/me/", "today"])
def test_each_button_of_each_question_answers_it_on_every_kind_of_page(
    visit: Callable[..., Page], live_server: Any, address: str
) -> None:
    page = visit()
    if address != "today":
        page.goto(live_server.url + address)
    expect(page.locator("dialog button")).to_have_count(4)  # a script brings them late
    answers = page.evaluate(
        """async () => {
            const answers = [];
            for (const dialog of document.querySelectorAll("dialog")) {
                for (const button of dialog.querySelectorAll("button")) {
                    dialog.returnValue = "unanswered";
                    dialog.showModal();
                    button.click();
                    await new Promise((go) => { setTimeout(go, 50); });
                    answers.push([dialog.open, dialog.returnValue === button.value]);
                    dialog.close();
                }
            }
            return answers;
        }"""
    )
    assert answers == [[False, True]] * 4


@pytest.mark.parametrize(("hours", "words"), [(25, "more than a day"), (121, "5 days or more")])
def test_what_waits_too_long_is_said(visit: Callable[..., Page], hours: int, words: str) -> None:
    page = offline_page(visit())
    type_entry(page)
    save(page)
    expect(count(page)).to_be_visible()
    expect(page.get_by_text(words)).to_be_hidden()
    page.clock.set_fixed_time(timezone.now() + timedelta(hours=hours))
    page.reload()
    expect(page.get_by_text(words)).to_be_visible()


def test_a_browser_that_refuses_to_keep_says_so_and_still_prompts_and_sends(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    page.evaluate("() => { IDBFactory.prototype.open = () => { throw new Error('denied'); }; }")
    no_connection(page)
    answer(page, "confusion", "Mild").check(force=True)
    expect(page.locator("form .prompt")).to_be_visible()
    save(page)
    expect(page.locator("#unreached")).to_contain_text("this browser cannot keep it")
    expect(answer(page, "confusion", "Mild")).to_be_checked()
    page.context.set_offline(False)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Call Ana's care team now")
    assert CheckIn.objects.count() == 1


def test_a_full_phone_says_so_and_still_prompts_and_sends(
    phone: BrowserContext, live_server: Any, ana: Patient, become: Callable[[User], None]
) -> None:
    become(ana.owner)
    page = phone.new_page()
    full = {"origin": live_server.url, "quotaSize": 1}
    phone.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", full)
    page.goto(live_server.url + reverse("today", args=[ana.pk]))
    wait_for_outbox(page)
    no_connection(page)
    answer(page, "confusion", "Mild").check(force=True)
    expect(page.locator("form .prompt")).to_be_visible()
    expect(page.get_by_text("Save before you leave this page")).to_be_visible()
    save(page)
    expect(page.locator("#unreached")).to_contain_text("this browser cannot keep it")
    expect(page.locator("form .prompt")).to_be_visible()
    expect(answer(page, "confusion", "Mild")).to_be_checked()
    page.context.set_offline(False)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Call Ana's care team now")
    assert CheckIn.objects.count() == 1


def test_a_server_whose_disk_is_full_loses_nothing_and_the_prompt_stays(
    visit: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit()

    def full(*_args: Any, **_kwargs: Any) -> CheckIn:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(offline, "record_check_in", full)
        answer(page, "confusion", "Mild").check(force=True)
        save(page)
        expect(count(page)).to_have_text("Not sent yet: 1")
        expect(page.locator("#outbox")).to_contain_text("The diary cannot write now")
        expect(page.locator("#first .prompt")).to_be_visible()
    assert not CheckIn.objects.exists()
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("waited on the phone and is saved now")).to_be_visible()
    assert CheckIn.objects.count() == 1
