"""In a real browser: parts that are swapped, the way back, where the focus is, and no server."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.models import Call, Dose
from tests.config.world import Diary, make_diary
from tests.conftest import NO_WORKER
from tests.diary.answers import london_day, on_tablets, said, with_numbers
from tests.journeys.axe import axe_faults


class Phone:
    """A page that knows whether it was drawn anew, and everything that went wrong on it."""

    def __init__(self, page: Page, origin: str, patient: Patient) -> None:
        self.page, self.origin, self.patient = page, origin, patient
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"} and message.text != NO_WORKER:
            self.complaints.append(message.text)

    def open(self, name: str, *ids: Any, query: str = "") -> None:
        path = reverse(name, args=[self.patient.pk, *ids])
        self.page.goto(f"{self.origin}{path}{query}")
        self.page.evaluate("window.sameDocument = true")

    def stop_server(self) -> None:
        self.page.route("**/*", lambda route: route.abort("connectionrefused"))

    def answer_with(self, status: int) -> None:
        def fulfil(route: Route) -> None:
            route.fulfill(status=status, body="<!doctype html><title>x</title><h1>Broken</h1>")

        self.page.route(re.compile(".*/(call|tablets)/$"), fulfil)

    @property
    def was_swapped(self) -> bool:
        return bool(self.page.evaluate("window.sameDocument === true"))

    def check(self) -> None:
        assert axe_faults(self.page) == []
        assert self.complaints == []


@pytest.fixture
def phone(
    browser: Browser,
    browser_context_args: dict[str, Any],
    live_server: Any,
    transactional_db: None,
    owner: User,
    patient: Patient,
    log_in: Callable[[User], Any],
) -> Iterator[Phone]:
    patient.created = timezone.now() - timedelta(days=100)
    patient.save()
    context = browser.new_context(**browser_context_args)
    session = log_in(owner).cookies["session"].value
    context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    context.set_default_timeout(30_000)
    yield Phone(context.new_page(), live_server.url, patient)
    context.close()


@pytest.fixture
def urgent(phone: Phone, owner: User) -> Any:
    """An urgent entry that nobody was called about, and two numbers to call."""
    with_numbers(phone.patient)
    confused = ReportData("confusion", "moderate")
    return record_check_in(phone.patient, said(timezone.now(), confused), by=owner)


def heading(page: Page) -> Any:
    return page.get_by_role("heading", level=1)


def test_months_turn_in_place_and_the_way_back_works(phone: Phone) -> None:
    page = phone.page
    phone.open("history")
    now = heading(page).inner_text()
    page.get_by_role("link", name="Earlier:").click()
    expect(heading(page)).not_to_have_text(now)
    expect(heading(page)).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?month=\d{4}-\d\d$"))
    expect(page).to_have_title(re.compile(heading(page).inner_text()))
    assert page.evaluate("window.scrollY") == 0
    assert phone.was_swapped
    phone.check()
    earlier, address = heading(page).inner_text(), page.url
    page.get_by_role("link", name="Only urgent").click()
    expect(heading(page)).to_have_text(f"{earlier}, only urgent")
    expect(page).to_have_url(f"{address}&show=urgent")
    phone.check()
    for words in (earlier, now):
        page.go_back()
        expect(heading(page)).to_have_text(words)
        expect(page.locator("html > body > footer")).to_have_count(1)
    expect(page.locator("#part")).to_have_count(1)
    page.go_forward()
    expect(heading(page)).to_have_text(earlier)
    assert phone.complaints == []


def test_no_answer_brings_up_the_next_number_in_place(phone: Phone, urgent: Any) -> None:
    page = phone.page
    phone.open("check_in", urgent.pk)
    steps = page.evaluate("history.length")
    expect(page.locator(".care .call").first).to_contain_text("020 7946 0123")
    page.get_by_role("button", name="No answer").click()
    expect(page.locator(".care .call").first).to_contain_text("020 7946 0456")
    expect(page.locator(".care .call").first).to_be_in_viewport()
    expect(heading(page)).to_be_focused()
    expect(page.locator(".unreached:visible")).to_have_count(0)
    assert page.evaluate("history.length") == steps
    assert phone.was_swapped
    phone.check()
    page.get_by_role("button", name="No answer").click()
    expect(page.locator(".care .call").first).to_contain_text("999")
    assert Call.objects.count() == 2


def test_without_a_server_the_card_says_so_and_keeps_its_numbers(phone: Phone, urgent: Any) -> None:
    page = phone.page
    phone.open("check_in", urgent.pk)
    phone.stop_server()
    page.get_by_role("button", name="No answer").click()
    expect(page.get_by_role("alert")).to_have_text("Not saved yet. Call now.")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(page.locator(".care .call").first).to_contain_text("020 7946 0123")
    phone.complaints.clear()  # the browser notes what it could not load
    phone.check()
    page.unroute_all()
    page.get_by_role("button", name="No answer").click()
    expect(page.locator(".care .call").first).to_contain_text("020 7946 0456")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert Call.objects.count() == 1


def test_a_server_that_fails_is_said_on_the_card(phone: Phone, urgent: Any) -> None:
    page = phone.page
    phone.open("check_in", urgent.pk)
    phone.answer_with(503)
    page.get_by_role("button", name="No answer").click()
    expect(page.get_by_role("alert")).to_have_text("Not saved yet. Call now.")
    expect(page.locator(".care .call").first).to_contain_text("020 7946 0123")


def test_a_server_that_is_slow_is_said_on_the_card(phone: Phone, urgent: Any) -> None:
    page = phone.page
    phone.open("check_in", urgent.pk)
    assert 0 < page.evaluate("htmx.config.timeout") <= 10_000
    page.evaluate("htmx.config.timeout = 300")
    page.route("**/call/", lambda _route: None)
    page.get_by_role("button", name="No answer").click()
    expect(page.get_by_role("alert")).to_have_text("Not saved yet. Call now.")


def test_who_was_logged_out_comes_to_the_log_in_page(phone: Phone, urgent: Any) -> None:
    page = phone.page
    phone.open("check_in", urgent.pk)
    page.evaluate(
        "document.addEventListener('htmx:afterSwap', () => { sessionStorage.swapped = 'yes'; })"
    )
    page.context.clear_cookies(name="session")
    page.get_by_role("button", name="No answer").click()
    page.wait_for_url("**/account/login/**")
    assert page.evaluate("sessionStorage.swapped") is None
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_label("Password")).to_be_visible()


def test_what_another_caregiver_changed_is_answered_by_the_plain_form(
    phone: Phone, urgent: Any
) -> None:
    """The number on the card is not kept any more: the form that says so comes as a page."""
    page = phone.page
    phone.open("check_in", urgent.pk)
    phone.patient.contacts.all().delete()
    page.get_by_role("button", name="No answer").click()
    expect(heading(page)).to_have_text("They answered")
    expect(page.locator(".error-summary")).to_be_focused()
    assert not Call.objects.exists()


def test_tablets_are_recorded_in_place(phone: Phone) -> None:
    page = phone.page
    course = on_tablets(phone.patient, london_day(9))
    for name, ids in (("treatment", ()), ("course", (course.pk,))):
        Dose.objects.all().delete()
        phone.open(name, *ids)
        address, title = page.url, page.title()
        taken, missed = (page.get_by_role("button", name=n) for n in ("Taken today", "Missed"))
        taken.click()
        expect(page.get_by_text("Tablets today: taken")).to_be_visible()
        expect(taken).to_be_focused()
        expect(page.get_by_role("status")).to_contain_text("Saved for Ana.")
        missed.click()
        expect(page.get_by_text("Tablets today: missed")).to_be_visible()
        assert (page.url, page.title()) == (address, title)
        assert phone.was_swapped
        phone.check()
    assert Dose.objects.get().status == Dose.Status.MISSED
    phone.answer_with(500)
    taken.click()
    expect(page.get_by_role("alert")).to_have_text("Not saved yet. Try again.")


def test_a_refused_tablet_is_sent_again_plainly_with_its_button(phone: Phone) -> None:
    page = phone.page
    course = on_tablets(phone.patient, london_day(9))
    phone.open("treatment")
    course.ended = london_day(3)
    course.save()
    with page.expect_navigation():
        page.get_by_role("button", name="Taken today").click()
    assert not phone.was_swapped
    expect(page.locator(".error-summary")).to_be_visible()
    assert not Dose.objects.exists()


def test_the_summary_changes_its_days_and_notes_in_place(phone: Phone, owner: User) -> None:
    page = phone.page
    at = timezone.now()
    record_check_in(phone.patient, said(at, ReportData("rash", "mild"), note="tea"), by=owner)
    phone.open("summary")
    page.get_by_role("link", name="7 days").click()
    expect(page).to_have_url(re.compile(r"\?days=7$"))
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    expect(heading(page)).to_be_focused()
    expect(page.get_by_role("button", name="Print for Ana")).to_be_visible()
    page.get_by_text("Notes: 0 of 1 put in").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Put in the ticked notes").click()
    expect(page.get_by_text("Notes: 1 of 1 put in")).to_be_visible()
    expect(page.get_by_role("button", name="Put in the ticked notes")).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?days=7&n="))
    expect(
        page.locator(f'form[action*="pdf"][action$="{page.url.partition("?")[2]}"]')
    ).to_have_count(1)
    assert phone.was_swapped
    phone.check()
    page.get_by_text("Own dates").click()
    page.get_by_label("First day").fill("2026-01-01")
    page.get_by_role("button", name="Show these days").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert phone.was_swapped
    page.go_back()
    expect(page.get_by_text("Notes: 1 of 1 put in")).to_be_visible()


@pytest.fixture
def shared(phone: Phone, owner: User) -> Diary:
    diary = make_diary(owner, "Bo")
    phone.patient = diary.patient
    return diary


def test_who_may_see_the_diary_changes_in_place(phone: Phone, shared: Diary) -> None:
    page = phone.page
    phone.open("sharing")
    page.get_by_role("button", name="Yes, let").click()
    expect(page.get_by_role("status")).to_contain_text("can now open")
    expect(page.get_by_role("heading", name="Waiting for your yes")).to_have_count(0)
    expect(heading(page)).to_be_focused()
    page.get_by_text("End their access").click()
    page.get_by_role("button", name=re.compile("^End .* access now")).click()
    expect(page.get_by_role("status")).to_contain_text("cannot open")
    page.get_by_role("button", name="Cancel invitation").click()
    expect(page.get_by_role("status")).to_contain_text("Invitation cancelled.")
    assert phone.was_swapped
    phone.check()


def test_a_link_without_a_server_leaves_the_page_and_says_so(phone: Phone) -> None:
    page = phone.page
    phone.open("history")
    now, address = heading(page).inner_text(), page.url
    phone.stop_server()
    page.get_by_role("link", name="Earlier:").click()
    expect(page.get_by_role("alert")).to_contain_text("The diary cannot be reached.")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(heading(page)).to_have_text(now)
    assert page.url == address
    page.unroute_all()
    page.get_by_role("link", name="Earlier:").click()
    expect(heading(page)).not_to_have_text(now)
    expect(page.get_by_role("alert")).to_be_hidden()
