"""In a real browser without a network: the prompt, what waits on the phone, and what never may."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from accounts.models import Patient, Share, User
from diary.models import CheckIn, FamilyCard, Version
from tests.diary.answers import on_blinatumomab, with_numbers

PROMPT = "Urgent: call Ana's care team now"
CANARY = "zqcanarynote"


@pytest.fixture
def ana(transactional_db: None, owner: User, patient: Patient) -> Patient:
    on_blinatumomab(patient, timezone.now())
    with_numbers(patient)
    FamilyCard.objects.create(
        patient=patient, words="Ring us at 37.8", fever_from="37.8", fever_unit="C"
    )
    return patient


@pytest.fixture
def phone(
    browser: Browser, browser_context_args: dict[str, Any], live_server: Any
) -> Iterator[BrowserContext]:
    context = browser.new_context(**(browser_context_args | {"service_workers": "allow"}))
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def become(
    phone: BrowserContext, live_server: Any, log_in: Callable[[User], Any]
) -> Callable[[User], None]:
    def as_user(user: User) -> None:
        session = log_in(user).cookies["session"].value
        phone.add_cookies([{"name": "session", "value": session, "url": live_server.url}])

    return as_user


@pytest.fixture
def visit(
    phone: BrowserContext, live_server: Any, ana: Patient, owner: User, become: Callable[..., None]
) -> Callable[..., Page]:
    """Open the page of today once with a network, until the phone has kept what it needs."""
    become(owner)

    def open_page(patient: Patient = ana) -> Page:
        page = phone.new_page()
        with page.expect_response(lambda r: r.url.endswith("/kept/")):
            page.goto(live_server.url + reverse("today", args=[patient.pk]))
        wait_until_kept(page, patient)
        return page

    return open_page


def wait_until_kept(page: Page, patient: Patient) -> None:
    page.evaluate(
        """async (patient) => {
            for (let i = 0; i < 100; i += 1) {
                const account = await vault.account();
                const rows = await vault.kept(account);
                if (rows.some((row) => row.patient === patient)) return;
                await new Promise((go) => { setTimeout(go, 50); });
            }
            throw new Error("not kept");
        }""",
        str(patient.pk),
    )


def offline_page(page: Page) -> Page:
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#offline[data-ready]")).to_be_attached()
    return page


def answer(page: Page, symptom: str, words: str) -> Locator:
    field = page.locator(f"#symptom-{symptom}")
    if not field.is_visible():
        page.locator("details.card", has=field).locator("summary").first.click()
    return field.get_by_label(words, exact=True)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save for Ana").click()


def count(page: Page) -> Locator:
    return page.get_by_role("heading", name="on this phone only")


def type_entry(page: Page, note: str = CANARY) -> None:
    answer(page, "headache", "Mild").check(force=True)
    page.get_by_label("Note").fill(note)


def no_connection(page: Page) -> None:
    page.context.set_offline(True)


def test_without_a_network_the_page_of_today_prompts_and_keeps(
    visit: Callable[..., Page], ana: Patient
) -> None:
    page = offline_page(visit())
    expect(page.get_by_role("heading", level=1)).to_have_text("How is Ana today?")
    prompt = page.locator("form .prompt")
    expect(prompt).to_be_hidden()
    answer(page, "confusion", "Mild").check(force=True)
    expect(prompt).to_be_visible()
    expect(prompt).to_contain_text(PROMPT)
    expect(prompt.get_by_role("link").first).to_have_attribute("href", "tel:02079460123")
    expect(prompt).to_contain_text("Ring us at 37.8")
    save(page)
    expect(count(page)).to_have_text("1 on this phone only")
    expect(page.locator("#outbox .prompt")).to_be_visible()
    expect(page.locator("#outbox")).to_contain_text("Urgent: Ana")
    assert not CheckIn.objects.exists()
    page.context.set_offline(False)
    expect(page.get_by_text("An entry that waited")).to_be_hidden()
    expect(page.get_by_text("Urgent: an entry that waited is saved")).to_be_visible()
    check_in = CheckIn.objects.get()
    assert check_in.patient == ana
    assert check_in.versions.filter(findings__level="urgent").exists()


def test_a_fever_by_the_familys_own_line_prompts_without_a_network(
    visit: Callable[..., Page],
) -> None:
    page = offline_page(visit())
    prompt = page.locator("form .prompt")
    for text, urgent in (("37,7", False), ("37.8", True), ("36.9", False), ("three", True)):
        page.get_by_label("Temperature in °C").fill(text)
        page.get_by_label("Note").focus()
        expect(prompt).to_be_visible() if urgent else expect(prompt).to_be_hidden()


def test_a_page_that_was_open_when_the_network_went_keeps_what_is_typed(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    no_connection(page)
    type_entry(page)
    save(page)
    expect(count(page)).to_have_text("1 on this phone only")
    page.get_by_role("button", name="Nothing new").click()
    expect(count(page)).to_have_text("2 on this phone only")
    page.context.set_offline(False)
    page.reload()
    page.evaluate("() => outbox.flush()")  # after the one that loading the page began
    expect(count(page)).to_be_hidden()
    assert sorted(Version.objects.values_list("kind", "note")) == [
        ("nothing-new", ""),
        ("symptoms", CANARY),
    ]


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
    expect(count(page)).to_have_text("1 on this phone only")
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
    page.reload()
    expect(page.locator("#outbox")).to_contain_text("The diary cannot read this temperature")
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Note")).to_have_value(CANARY)
    page.get_by_label("Temperature in °C").fill("38.4")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Call Ana's care team now")
    assert CheckIn.objects.count() == 1
    expect(count(page)).to_be_hidden()


def test_an_entry_is_kept_when_the_session_ended_and_sent_after_logging_in(
    visit: Callable[..., Page], become: Callable[[User], None], owner: User
) -> None:
    page = visit()
    Session.objects.all().delete()
    type_entry(page)
    save(page)
    expect(page.locator("#outbox")).to_contain_text("You are logged out.")
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
    bo = Patient.objects.create(
        owner=writer, name="Bo", birth_month=1, birth_year=2016, zone="Europe/London", unit="C"
    )
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
    expect(page.locator("#outbox")).to_contain_text("you may no longer write in this diary")
    assert not CheckIn.objects.exists()


def test_of_two_diaries_none_is_chosen_without_a_network(
    visit: Callable[..., Page], owner: User, live_server: Any
) -> None:
    bo = Patient.objects.create(
        owner=owner, name="Bo", birth_month=1, birth_year=2016, zone="Europe/London", unit="C"
    )
    visit()
    page = visit(bo)
    no_connection(page)
    page.goto(live_server.url + "/")
    expect(page.get_by_role("heading", name="Whose diary?")).to_be_visible()
    expect(page.locator("form.answers")).to_be_hidden()
    page.get_by_role("link", name="Ana").click()
    expect(page.get_by_role("button", name="Save for Ana")).to_be_visible()


def test_logging_out_asks_and_takes_what_is_kept_but_never_what_waits(
    visit: Callable[..., Page], live_server: Any, ana: Patient
) -> None:
    page = visit()
    no_connection(page)
    type_entry(page)
    save(page)
    page.context.set_offline(False)
    page.context.route("**/send/", lambda route: route.fulfill(status=500))
    page.goto(live_server.url + "/me/")
    leave = page.get_by_role("main").get_by_role("button", name="Log out", exact=True)
    leave.click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("1 on this phone only. Log out all the same?")
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


def offline_page_at(page: Page, url: str) -> None:
    page.context.set_offline(True)
    page.goto(url)
    expect(page.locator("#offline[data-ready]")).to_be_attached()


def unsent(page: Page) -> int:
    return int(page.evaluate("async () => (await vault.unsent()).length"))


@pytest.mark.parametrize(("hours", "words"), [(25, "more than a day"), (121, "five days or more")])
def test_what_waits_too_long_is_said(visit: Callable[..., Page], hours: int, words: str) -> None:
    page = offline_page(visit())
    type_entry(page)
    save(page)
    expect(count(page)).to_be_visible()
    expect(page.get_by_text(words)).to_be_hidden()
    page.clock.set_fixed_time(timezone.now() + timedelta(hours=hours))
    page.reload()
    expect(page.get_by_text(words)).to_be_visible()


def test_a_clock_outside_of_what_is_kept_marks_more_and_says_so(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    page.clock.set_fixed_time(timezone.now() + timedelta(days=20))
    offline_page(page)
    expect(page.get_by_text("more than two weeks old")).to_be_visible()
    answer(page, "confusion", "Mild").check(force=True)
    expect(page.locator("form .prompt")).to_be_visible()


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


def test_the_urgent_page_opens_without_a_network_and_without_an_account(
    phone: BrowserContext, live_server: Any, transactional_db: None
) -> None:
    page = phone.new_page()
    page.goto(live_server.url + "/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(500)
    no_connection(page)
    page.goto(live_server.url + reverse("urgent"))
    expect(page.get_by_role("heading", name="If this is an emergency")).to_be_visible()


STORED = """async () => {
    const found = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            found.push(request.url, await (await cache.match(request)).text());
        }
    }
    const database = await new Promise((go) => {
        indexedDB.open("diary").onsuccess = (e) => go(e.target.result);
    });
    const bytes = (value) => (value instanceof ArrayBuffer || ArrayBuffer.isView(value)
        ? new TextDecoder("latin1").decode(value) : value);
    for (const store of database.objectStoreNames) {
        const rows = await new Promise((go) => {
            const asked = database.transaction(store).objectStore(store).getAll();
            asked.onsuccess = () => go(asked.result);
        });
        found.push(...rows.map((row) => JSON.stringify(row, (_, value) => bytes(value))));
    }
    found.push(JSON.stringify(localStorage), JSON.stringify(sessionStorage));
    return found.join("\\n");
}"""
PRIVATE = (CANARY, "Ana", "020 7946", "02079460123", "Ring us at", "dad@example.org")


def leaks(page: Page) -> list[str]:
    stored = page.evaluate(STORED)
    assert "shell-" not in stored or "urgent" in stored
    return [word for word in PRIVATE if word in stored]


def test_nothing_of_anybody_stands_readable_on_the_phone(visit: Callable[..., Page]) -> None:
    page = offline_page(visit())
    type_entry(page)
    save(page)
    expect(count(page)).to_be_visible()
    assert leaks(page) == []
    key = page.evaluate(
        """async () => {
            const database = await new Promise((go) => {
                indexedDB.open("diary").onsuccess = (e) => go(e.target.result);
            });
            const keys = await new Promise((go) => {
                const asked = database.transaction("keys").objectStore("keys").getAll();
                asked.onsuccess = () => go(asked.result);
            });
            const out = await crypto.subtle.exportKey("raw", keys[0]).catch((error) => error.name);
            return [keys.length, keys[0].extractable, out];
        }"""
    )
    assert key == [1, False, "InvalidAccessError"]
    page.evaluate("localStorage.setItem('planted', 'zqcanarynote')")
    assert leaks(page) == [CANARY]  # the scan finds what is planted


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(visit: Callable[..., Page], width: int, scheme: Any) -> None:
    page = visit()
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    offline_page(page)
    answer(page, "confusion", "Mild").check(force=True)

    def check() -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    check()
    save(page)
    expect(count(page)).to_be_visible()
    check()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    check()
