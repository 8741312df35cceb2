"""In a real browser without a network: urgent help, with the numbers that the phone keeps."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Patient, Role, Share, User
from tests.conftest import new_patient
from tests.diary.answers import with_numbers
from tests.journeys.axe import axe_faults
from tests.journeys.phone import no_connection, offline_page

TOP = "part => part.getBoundingClientRect().top"
OWN = ["tel:02079460123", "tel:02079460456", "tel:999"]


def buttons(page: Page) -> list[str]:
    expect(page.locator("[data-families][data-ready]")).to_be_attached()
    found = page.locator("main a.button.call").evaluate_all("all => all.map((a) => a.href)")
    return [str(address) for address in found]


def test_without_a_network_a_familys_own_numbers_come_first(visit: Callable[..., Page]) -> None:
    page = offline_page(visit())
    page.locator(".whose").get_by_role("link", name="Urgent help").click()
    expect(page.get_by_role("heading", name="Numbers for Ana")).to_be_visible()
    assert buttons(page)[:3] == OWN
    first = page.locator("main a.button.call").first
    box = first.bounding_box()
    assert box
    assert box["y"] + box["height"] < 420
    assert axe_faults(page) == []


@pytest.mark.parametrize("may_write", [True, False], ids=["writer", "reader"])
def test_without_a_network_the_familys_fever_line_and_urgent_signs_stand_above_those_for_anybody(
    visit: Callable[..., Page],
    become: Callable[..., None],
    owner: User,
    reader: User,
    *,
    may_write: bool,
) -> None:
    become(owner if may_write else reader)
    page = offline_page(visit())
    page.locator(".whose").get_by_role("link", name="Urgent help").click()
    own = page.locator("[data-signs] section")
    expect(own.get_by_role("heading", name="Urgent for Ana")).to_be_visible()
    expect(own.get_by_text("Fever is urgent for Ana from 37.8 °C")).to_be_visible()
    for words in ("Sweating", "Dizzy or lightheaded", "Puffy eyelids"):
        expect(own.locator("div", has_text="Always").get_by_text(words)).to_be_visible()
    places = ["[data-families] a.call", "[data-signs] h2", "#team"]
    tops = [page.locator(place).first.evaluate(TOP) for place in places]
    assert tops == sorted(tops)
    page.set_viewport_size({"width": 320, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe_faults(page) == []


def test_a_reader_finds_the_familys_own_numbers_without_a_network(
    visit: Callable[..., Page], become: Callable[..., None], reader: User, ana: Patient
) -> None:
    become(reader)
    page = offline_page(visit())
    expect(page.get_by_role("heading", name="This page needs a network")).to_be_visible()
    expect(page.locator("form.answers")).to_be_hidden()
    numbers = page.locator("[data-to-read] a.call")
    assert numbers.evaluate_all("all => all.map((a) => a.href)") == OWN
    expect(page.get_by_text("What you save is kept")).to_be_hidden()
    page.locator(".whose").get_by_role("link", name="Urgent help").click()
    expect(page.get_by_role("heading", name="Numbers for Ana")).to_be_visible()
    assert buttons(page)[:3] == OWN


def test_who_may_only_read_from_now_on_keeps_no_form(
    visit: Callable[..., Page], become: Callable[..., None], writer: User, live_server: Any
) -> None:
    become(writer)
    page = visit()
    Share.objects.filter(user=writer).update(role=Role.READER)
    page.goto(live_server.url + reverse("people"))
    page.wait_for_function("async () => (await vault.kept(await vault.account())).length === 0")
    offline_page(visit())
    expect(page.locator("form.answers")).to_be_hidden()


def test_what_an_older_diary_gave_the_phone_stays(
    visit: Callable[..., Page], owner: User, live_server: Any
) -> None:
    bo = new_patient(owner, name="Bo", birth_month=1, birth_year=2016)
    visit(bo).evaluate(
        """async () => {
            const account = await vault.account();
            const [row] = await vault.kept(account);
            const { may_write, ...older } = await vault.read(row);
            await vault.keep(account, row.patient, older);
        }"""
    )
    page = visit()
    with page.expect_response(lambda response: response.url.endswith("/device/")):
        page.goto(live_server.url + reverse("people"))
    page.wait_for_timeout(500)  # what would be dropped is dropped by then
    assert page.evaluate("async () => (await vault.kept(await vault.account())).length") == 2


def test_with_several_diaries_each_person_is_named_without_a_network(
    visit: Callable[..., Page], owner: User, live_server: Any
) -> None:
    bo = new_patient(owner, name="Bo", birth_month=1, birth_year=2016)
    with_numbers(bo)
    visit()
    page = visit(bo)
    no_connection(page)
    page.goto(live_server.url + reverse("urgent"))
    for name in ("Ana", "Bo"):
        expect(page.get_by_role("heading", name=f"Numbers for {name}")).to_be_visible()
    page.goto(live_server.url + reverse("patient_urgent", args=[bo.pk]))
    expect(page.get_by_role("heading", name="Numbers for Bo")).to_be_visible()
    expect(page.get_by_role("heading", name="Numbers for Ana")).to_be_hidden()


def test_without_a_diary_the_number_of_the_country_in_the_address_stands_there_without_a_network(
    phone: BrowserContext, live_server: Any, transactional_db: None
) -> None:
    page = phone.new_page()
    page.goto(live_server.url + "/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(500)
    no_connection(page)
    page.goto(live_server.url + "/urgent/nz/")
    assert buttons(page) == ["tel:111"]
    expect(page.get_by_text("New Zealand").first).to_be_visible()
    page.goto(live_server.url + "/urgent/")
    assert buttons(page) == []
    expect(page.get_by_role("link", name="Find the number")).to_be_visible()
