"""In a browser: two amber signs bring up the prompt (JC-61), also without scripts or network."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from tests.diary.answers import said
from tests.journeys.phone import answer, count, offline_page, save

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


def prompt(page: Page):
    return page.locator("form .prompt")


@SCRIPTS
@pytest.mark.parametrize(
    ("one", "other"),
    [("headache", "tremor"), ("cough", "sore-throat"), ("cough", "headache")],
    ids=["in one section", "in two folded ones", "in a folded and an open one"],
)
def test_two_amber_signs_prompt_before_saving(
    open_today: Callable[..., Page], one: str, other: str, *, scripts: bool
) -> None:
    page = open_today(java_script_enabled=scripts)
    answer(page, one, "Moderate").check(force=True)
    expect(prompt(page)).to_be_hidden()
    answer(page, other, "Mild").check(force=True)
    expect(prompt(page)).to_be_hidden()
    answer(page, other, "Moderate").check(force=True)
    expect(prompt(page)).to_be_visible()
    answer(page, one, "No").check(force=True)
    expect(prompt(page)).to_be_hidden()


def test_an_amber_reading_and_an_amber_sign_prompt(
    visit: Callable[..., Page], ana: Patient
) -> None:
    page = visit()
    field = page.get_by_label("Temperature in °C")
    field.fill("37.6")
    answer(page, "cough", "Moderate").check(force=True)
    expect(prompt(page)).to_be_visible()
    field.fill("36.8")
    page.get_by_label("Note").focus()
    expect(prompt(page)).to_be_hidden()


def test_without_a_network_two_amber_signs_prompt_and_one_that_waits_counts(
    visit: Callable[..., Page],
) -> None:
    page = offline_page(visit())
    answer(page, "cough", "Moderate").check(force=True)
    expect(prompt(page)).to_be_hidden()
    save(page)
    expect(count(page)).to_be_visible()
    page.reload()
    expect(page.locator("#offline[data-ready]")).to_be_visible()
    expect(prompt(page)).to_be_hidden()
    answer(page, "cough", "Moderate").check(force=True)
    expect(prompt(page)).to_be_hidden()
    answer(page, "cough", "No").check(force=True)
    answer(page, "sore-throat", "Moderate").check(force=True)
    expect(prompt(page)).to_be_visible()


@SCRIPTS
def test_an_amber_sign_that_is_saved_makes_the_next_one_prompt(
    open_today: Callable[..., Page], ana: Patient, owner: User, *, scripts: bool
) -> None:
    before = timezone.now() - timedelta(hours=3)
    record_check_in(ana, said(before, ReportData("cough", "moderate")), by=owner)
    page = open_today(java_script_enabled=scripts)
    answer(page, "sore-throat", "Moderate").check(force=True)
    expect(prompt(page)).to_be_visible()
