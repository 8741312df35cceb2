"""In a real browser: what waits is edited, and neither the edit nor anything beside it is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from accounts.models import Patient, Share, User
from diary.models import CheckIn, OwnSymptom
from tests.conftest import new_patient
from tests.journeys.phone import (
    CANARY,
    answer,
    count,
    no_connection,
    offline_page,
    save,
    type_entry,
    unsent,
    wait_until_kept,
)
from tests.journeys.test_drafts import go_on, half_typed, wait_for_drafts

Visit = Callable[..., Page]

NOTE_WAITS = """async (note) => {
    const rows = await Promise.all((await vault.unsent()).map(vault.read));
    return rows.some(({ fields }) => Object.fromEntries(fields).note === note);
}"""
IS_GONE = """async (patient) => {
    const rows = await vault.kept(outbox.account());
    return rows.every((row) => row.patient !== patient);
}"""


def wait_for(page: Page, script: str, arg: str) -> None:
    """Until the script, which is asked again and again, says yes."""
    for _ in range(100):
        if page.evaluate(script, arg):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never: {script}")


def waiting(page: Page) -> Page:
    no_connection(page)
    type_entry(page)
    save(page)
    expect(count(page)).to_have_text("Not sent yet: 1")
    # The form is empty for the next entry before anybody types it.
    expect(page.locator("#outbox-heading")).to_be_focused()
    return page


def test_an_edit_while_the_entry_is_on_its_way_is_not_lost(visit: Visit) -> None:
    page = waiting(visit())
    held: list[Route] = []
    page.route("**/send/", lambda route: held.append(route), times=1)
    with page.expect_request("**/send/"):
        page.context.set_offline(False)
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Note")).to_have_value(CANARY)
    page.get_by_label("Note").fill("edited")
    save(page)
    wait_for(page, NOTE_WAITS, "edited")
    held[0].continue_()
    expect(page.get_by_role("alert").filter(has_text="saved already")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("edited")
    assert unsent(page) == 1
    save(page)
    page.wait_for_url("**/check-ins/**")
    assert unsent(page) == 0  # not a third time
    notes = [check_in.versions.get().note for check_in in CheckIn.objects.all()]
    assert sorted(notes) == ["edited", CANARY]


def test_editing_never_mixes_with_what_is_typed(visit: Visit) -> None:
    page = waiting(visit())
    page.get_by_label("Note").fill("of today")
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_text("Save that first")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("of today")
    expect(answer(page, "headache", "Mild")).not_to_be_checked()
    save(page)
    expect(count(page)).to_have_text("Not sent yet: 2")
    page.get_by_role("link", name="Edit").first.click()
    expect(page.get_by_label("Note")).to_have_value(CANARY)
    save(page)
    expect(count(page)).to_have_text("Not sent yet: 2")
    expect(page.get_by_label("Note")).to_have_value("")
    page.get_by_role("link", name="Edit").last.click()  # the same once more
    expect(page.get_by_label("Note")).to_have_value(CANARY)


def test_going_on_never_mixes_with_what_is_typed(visit: Visit) -> None:
    page = visit()
    page.get_by_label("Note").fill("older")
    wait_for_drafts(page, "older")
    page.reload()
    expect(half_typed(page)).to_be_visible()
    page.get_by_label("Note").fill("newer")
    go_on(page)
    expect(page.get_by_text("Save that first")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("newer")
    expect(half_typed(page)).to_be_visible()
    wait_for_drafts(page, "newer", "older")


def test_an_answer_that_the_page_does_not_show_stays_with_the_entry(
    visit: Visit, ana: Patient, owner: User
) -> None:
    page = visit()
    taste = OwnSymptom.objects.create(patient=ana, name="Metal taste", by=owner)
    page.route("**/kept/", lambda route: route.abort())  # the phone has not heard of it yet
    page.reload()
    answer(page, taste.key, "Severe").check(force=True)
    type_entry(page)
    save_without_network(page)
    offline_page(page)
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_text("does not show")).to_be_visible()
    page.get_by_label("Note").fill("edited")
    save(page)
    wait_for(page, NOTE_WAITS, "edited")
    expect(page.get_by_label("Note")).to_have_value("")  # kept, and ready for the next entry
    expect(count(page)).to_have_text("Not sent yet: 1")
    page.get_by_role("button", name="Nothing new").click()  # carries nothing of it
    expect(count(page)).to_have_text("Not sent yet: 2")
    page.context.set_offline(False)
    expect(count(page)).to_be_hidden()
    reports = [
        sorted(check_in.versions.get().reports.values_list("own_name", "answer"))
        for check_in in CheckIn.objects.order_by("at")
    ]
    assert reports == [[("", "mild"), ("Metal taste", "severe")], []]


def save_without_network(page: Page) -> None:
    no_connection(page)
    save(page)
    expect(count(page)).to_have_text("Not sent yet: 1")


@pytest.mark.parametrize("on_the_way", [True, False], ids=["waited", "at-once"])
def test_what_the_phone_prompted_for_is_not_taken_back(visit: Visit, *, on_the_way: bool) -> None:
    """Without a network the phone marks more than the diary does."""
    page = offline_page(visit())
    field = answer(page, "headache", "Mild")
    field.evaluate("(field) => field.setAttribute('data-level', 'urgent')")
    field.check(force=True)
    expect(page.locator("form .prompt")).to_be_visible()
    if not on_the_way:
        page.context.set_offline(False)
        page.wait_for_function("() => fetch('/device/').then(({ ok }) => ok, () => false)")
    save(page)
    if on_the_way:
        expect(count(page)).to_have_text("Not sent yet: 1")
        page.context.set_offline(False)
    asked = "call Ana's care team now" if on_the_way else "call now"
    expect(page.get_by_text(f"If Ana is like that now, {asked}")).to_be_visible()
    assert not CheckIn.objects.get().versions.get().findings.filter(level="urgent").exists()


def test_a_diary_one_may_no_longer_write_in_leaves_the_phone(
    visit: Visit, become: Callable[[User], None], writer: User, ana: Patient, live_server: Any
) -> None:
    bo = new_patient(writer, name="Bo", birth_month=1, birth_year=2016)
    become(writer)
    page = visit()
    Share.objects.update(revoked=timezone.now())
    page.goto(live_server.url + reverse("today", args=[bo.pk]))
    wait_until_kept(page, bo)
    wait_for(page, IS_GONE, str(ana.pk))
