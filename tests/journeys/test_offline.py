"""In a real browser without a network: the page of today, its prompt, and what the phone keeps."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.models import CheckIn, OwnSymptom
from tests.conftest import new_patient
from tests.diary.answers import said
from tests.journeys.axe import SCREENS, axe_faults
from tests.journeys.phone import (
    CANARY,
    answer,
    count,
    no_connection,
    offline_page,
    save,
    type_entry,
    wait_for_outbox,
)
from therapies.catalogue import catalogue

PROMPT = "Urgent: call Ana's care team now"


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
    expect(count(page)).to_have_text("Not sent yet: 1")
    expect(page.locator("#first .prompt")).to_be_visible()
    expect(page.locator("#outbox")).to_contain_text("Urgent: Ana")
    assert not CheckIn.objects.exists()
    page.context.set_offline(False)
    expect(page.get_by_text("An entry that waited")).to_be_hidden()
    expect(page.get_by_text("waited on the phone and is saved now")).to_be_visible()
    expect(page.get_by_text("The diary can be reached again.")).to_be_visible()
    check_in = CheckIn.objects.get()
    assert check_in.patient == ana
    assert check_in.versions.filter(findings__level="urgent").exists()


@pytest.fixture
def kept_page(open_today: Callable[..., Page], ana: Patient) -> Page:
    """A phone that keeps Ana, without a worker between its scripts and the test."""
    page = open_today(service_workers="block")
    wait_for_outbox(page)
    page.evaluate(
        """async (patient) => {
            const content = await (await fetch(`/p/${patient}/kept/`)).json();
            await vault.keep(content.account, patient, content);
        }""",
        str(ana.pk),
    )
    return page


@pytest.mark.parametrize("is_broken", [False, True], ids=["late", "broken"])
def test_a_script_that_comes_late_or_half_does_not_hide_what_to_fill_in(
    kept_page: Page, live_server: Any, *, is_broken: bool
) -> None:
    def answer_late(route: Route) -> None:
        kept_page.wait_for_timeout(1500)
        route.continue_()

    def answer_in_part(route: Route) -> None:
        """What reads the phone's own store is there, and nothing of what stands after it."""
        route.fulfill(path=str(finders.find("first.js")))

    kept_page.route("**/answers.js", answer_in_part if is_broken else answer_late)
    kept_page.goto(live_server.url + reverse("offline"))
    expect(kept_page.locator("#offline[data-ready]")).to_be_attached()
    answer(kept_page, "confusion", "Mild").check(force=True)
    expect(kept_page.locator("form .prompt")).to_be_visible()


def test_a_fever_by_the_familys_own_line_prompts_without_a_network(
    visit: Callable[..., Page],
) -> None:
    page = offline_page(visit())
    prompt = page.locator("form .prompt")
    for text, urgent in (("37,7", False), ("37.8", True), ("36.9", False), ("three", True)):
        page.get_by_label("Temperature in °C").fill(text)
        page.get_by_label("Note").focus()
        expect(prompt).to_be_visible() if urgent else expect(prompt).to_be_hidden()


def ids_listed(page: Page) -> list[str]:
    rows = page.locator(":is(#section-flags, #section-listed) + .tiles > .symptom")
    return list(rows.evaluate_all("all => all.map((one) => one.id)"))


def test_what_the_family_added_and_what_was_recent_stand_on_the_page_and_prompt(
    visit: Callable[..., Page], ana: Patient, owner: User
) -> None:
    taste = OwnSymptom.objects.create(patient=ana, name="Metal taste", by=owner)
    shaky = OwnSymptom.objects.create(patient=ana, name="Shaky hands", kind="yes-no", by=owner)
    OwnSymptom.objects.create(patient=ana, name="Old", by=owner, retired=timezone.now())
    before = timezone.now() - timedelta(days=1)
    record_check_in(ana, said(before, ReportData("nausea", "mild")), by=owner)
    page = visit()
    with_network = ids_listed(page)
    offline_page(page)
    titles = page.locator("section.symptoms:visible h2").all_inner_texts()
    assert titles[0] == "Recent symptoms"
    assert titles[-1] == "In your own words"
    assert ids_listed(page) == with_network
    recent = page.get_by_role("region", name="Recent symptoms")
    assert recent.locator(".symptom[open]").evaluate_all("all => all.map((one) => one.id)") == [
        "symptom-nausea"
    ]
    assert "Old" not in page.locator("summary").all_inner_texts()
    assert page.locator("[name='s-severity'], [name='s-yes-no']").count() == 0
    answer(page, shaky.key, "Yes").check(force=True)
    expect(page.get_by_role("group", name="Shaky hands").last).to_be_visible()
    # Should the rules ever call such a symptom urgent, it prompts as any other.
    rules = {"urgent": [f"{taste.symptom}:severe"], "emergency": [], "quiet": {"C": "", "F": ""}}
    kept = {"own": [{"key": taste.key, "symptom": taste.symptom}], "tables": [rules]}
    page.evaluate("(kept) => mark({ ...kept, openings: [] })", kept)
    expect(page.locator("form .prompt")).to_be_hidden()
    answer(page, taste.key, "Severe").check(force=True)
    expect(page.locator("form .prompt")).to_be_visible()
    save(page)
    expect(count(page)).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("While it was typed, the phone asked you to call")).to_be_visible()
    reports = CheckIn.objects.latest("at").versions.get().reports.values_list("own_name", "answer")
    assert set(reports) == {("Metal taste", "severe"), ("Shaky hands", "yes")}


def test_the_fever_line_of_the_family_is_named_without_a_network(
    visit: Callable[..., Page],
) -> None:
    page = offline_page(visit())
    words = "Fever line used: 37.8 °C (100.1 °F), from the hospital card."
    answer(page, "confusion", "Mild").check(force=True)
    expect(page.locator("form .prompt")).to_contain_text(words)
    assert page.locator("form.answers").inner_text().count(words) == 1


def test_an_urgent_entry_stays_open_without_a_network(
    visit: Callable[..., Page], ana: Patient, owner: User
) -> None:
    before = timezone.now() - timedelta(hours=1)
    record_check_in(ana, said(before, ReportData("confusion", "mild")), by=owner)
    page = offline_page(visit())
    thread = page.get_by_role("region", name="Urgent, still open")
    expect(thread).to_contain_text("entry of ")
    assert thread.get_by_role("link").evaluate_all("all => all.map((a) => a.href)") == [
        "tel:02079460123",
        "tel:02079460456",
        "tel:999",
    ]
    answer(page, "confusion", "Mild").check(force=True)
    save(page)
    expect(count(page)).to_be_visible()
    page.reload()
    expect(thread).to_contain_text("not sent yet; entry of ")


def test_what_to_do_about_the_pump_stands_there_without_a_network(
    visit: Callable[..., Page],
) -> None:
    page = offline_page(visit())
    for trouble in catalogue().home.troubles.values():
        page.get_by_text(trouble.label, exact=True).click()
        card = page.locator("details[open]")
        expect(card).to_contain_text(trouble.steps[0])
        expect(card.get_by_role("link").first).to_have_attribute("href", "tel:02079460123")
        expect(card).to_contain_text("This is not recorded without a network")
        page.get_by_text(trouble.label, exact=True).click()


def test_too_ill_is_saved_in_one_tap_with_the_prompt(visit: Callable[..., Page]) -> None:
    page = offline_page(visit())
    page.get_by_role("button", name="Too ill to fill this in").click()
    expect(count(page)).to_have_text("Not sent yet: 1")
    expect(page.locator("#first .prompt")).to_be_visible()
    page.context.set_offline(False)
    expect(count(page)).to_be_hidden()
    assert CheckIn.objects.get().versions.get().kind == "too-ill"


# Of each diary in a list: its name, its initial and its colour.
ROWS = """(rows) => rows.map((row) => [
    row.querySelector("h2, strong").textContent.trim(),
    row.querySelector(".dot").textContent.trim(),
    getComputedStyle(row.querySelector(".dot")).backgroundColor,
])"""


def test_of_two_diaries_none_is_chosen_without_a_network(
    visit: Callable[..., Page], owner: User, live_server: Any
) -> None:
    bo = new_patient(owner, name="Bo", birth_month=1, birth_year=2016)
    new_patient(owner, name="Al", birth_month=1, birth_year=2016)
    page = visit()
    page = visit(bo)
    page = visit(Patient.objects.get(name="Al"))
    page.goto(live_server.url + "/")
    online = page.locator(".people .card").evaluate_all(ROWS)
    assert [name for name, *_ in online] == ["Al", "Ana", "Bo"]
    no_connection(page)
    page.goto(live_server.url + "/")
    expect(page.get_by_role("heading", name="Whose diary?")).to_be_visible()
    expect(page.locator("form.answers")).to_be_hidden()
    rows = page.locator("[data-diaries] a")
    assert rows.evaluate_all(ROWS) == online
    page.get_by_role("link", name="Ana").click()
    answer(page, "rash", "Mild").check(force=True)
    expect(page.get_by_role("button", name="Save for Ana")).to_be_visible()


def test_a_clock_outside_of_what_is_kept_marks_more_and_says_so(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    page.clock.set_fixed_time(timezone.now() + timedelta(days=20))
    offline_page(page)
    expect(page.get_by_text("more than two weeks old")).to_be_visible()
    answer(page, "confusion", "Mild").check(force=True)
    expect(page.locator("form .prompt")).to_be_visible()


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
    page = visit()
    page.reload()  # now through the worker
    offline_page(page)
    answer(page, "rash", "Mild").check(force=True)
    save(page)
    expect(count(page)).to_be_visible()
    type_entry(page)  # half typed, beside what waits
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


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_axe_finds_nothing(visit: Callable[..., Page], width: int, scheme: Any) -> None:
    page = visit()
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    offline_page(page)
    answer(page, "confusion", "Mild").check(force=True)

    def check() -> None:
        assert axe_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    check()
    save(page)
    expect(count(page)).to_be_visible()
    check()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    check()


def test_a_page_that_needs_a_network_says_so_and_leads_to_today(visit, ana):
    page = visit()
    page.context.set_offline(True)
    for name in ("history", "team", "summary"):
        page.goto(page.url.partition("/p/")[0] + reverse(name, args=[ana.pk]))
        expect(page.locator("#offline[data-ready]")).to_be_attached()
        expect(page.get_by_role("heading", name="This page needs a network")).to_be_visible()
        expect(page.locator("form.answers")).to_be_hidden()
    page.get_by_role("link", name="Log for Ana without a network").click()
    expect(page.locator("form.answers")).to_be_visible()
    expect(page.get_by_role("heading", name="This page needs a network")).to_be_hidden()
