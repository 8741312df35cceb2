"""The server fails in each way it can: an urgent answer prompts all the same, and saving says what
was kept. In a real browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from diary.models import CheckIn
from tests.config.running import full, make_diary, run_in_django, serving, small_disk
from tests.journeys.urgent import (
    answer_urgently,
    expect_card,
    expect_kept,
    save,
    wait_until_kept,
)

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
CANNOT_WRITE = "Not saved: the diary cannot write now"
COUNT = "from diary.models import CheckIn; print(CheckIn.objects.count())"


def visit(phone: BrowserContext, port: int, patient: str, session: str) -> Page:
    origin = f"http://127.0.0.1:{port}"
    phone.add_cookies([{"name": "session", "value": session, "url": origin}])
    page = phone.new_page()
    page.goto(f"{origin}/p/{patient}/")
    return page


def test_the_server_is_down(open_phone: Callable[..., BrowserContext], tmp_path: Path) -> None:
    patient, session = make_diary(tmp_path)
    with ExitStack() as up:
        server = up.enter_context(serving(tmp_path))
        page = visit(open_phone(service_workers="allow"), server.port, patient, session)
        wait_until_kept(page)
        up.close()
        answer_urgently(page)
        save(page)
        expect_kept(page, "The diary cannot be reached.")
        page.reload()  # the page that the phone keeps
        expect(page.locator("#offline[data-ready]")).to_be_attached()
        answer_urgently(page)


@SCRIPTS
def test_the_server_is_down_after_a_page_without_a_worker(
    open_phone: Callable[..., BrowserContext], tmp_path: Path, *, scripts: bool
) -> None:
    patient, session = make_diary(tmp_path)
    with ExitStack() as up:
        server = up.enter_context(serving(tmp_path))
        phone = open_phone(service_workers="block", java_script_enabled=scripts)
        page = visit(phone, server.port, patient, session)
        up.close()
        answer_urgently(page)
        if scripts:
            save(page)
            expect_kept(page, "The diary cannot be reached.")


def expect_said_by_a_broken_page(page: Page) -> None:
    expect(page.get_by_text("What you were saving just now may not be")).to_be_visible()
    expect(page.get_by_text("call the care team")).to_be_visible()


@contextmanager
def disk_of(folder: Path) -> Iterator[None]:
    with ExitStack() as mounted:
        try:
            mounted.enter_context(small_disk(folder))
        except PermissionError as refused:
            pytest.skip(str(refused))
        yield


@SCRIPTS
def test_the_disk_is_full(
    open_phone: Callable[..., BrowserContext], tmp_path: Path, *, scripts: bool
) -> None:
    with disk_of(tmp_path):
        patient, session = make_diary(tmp_path)
        with serving(tmp_path) as server:
            phone = open_phone(service_workers="allow", java_script_enabled=scripts)
            page = visit(phone, server.port, patient, session)
            with full(tmp_path):
                page.reload()  # what is there can be read
                answer_urgently(page)
                save(page)
                if scripts:
                    expect_kept(page, "The diary cannot write now: its disk may be full.")
                else:
                    said = page.get_by_role("alert").filter(has_text="Not saved")
                    expect(said).to_contain_text("What you typed is still here.")
                    expect(page.locator("form .prompt")).to_be_visible()
                    expect(page.locator("form .prompt a[href^='tel:']").first).to_be_visible()
            assert run_in_django(tmp_path, COUNT) == "0"
            if scripts:
                page.get_by_role("button", name="Send now").click()
                expect(page.get_by_text("waited on the phone and is saved now")).to_be_visible()
            else:
                save(page)  # what was typed is still there
                expect_card(page)
            assert run_in_django(tmp_path, COUNT) == "1"  # without a restart


def test_on_a_full_disk_logging_in_and_every_other_form_say_so(
    open_phone: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    with disk_of(tmp_path):
        patient, session = make_diary(tmp_path)
        with serving(tmp_path) as server:
            page = visit(open_phone(java_script_enabled=False), server.port, patient, session)
            visitor = open_phone(java_script_enabled=False).new_page()
            visitor.goto(f"http://127.0.0.1:{server.port}/account/login/")
            page.goto(f"http://127.0.0.1:{server.port}/p/{patient}/questions/")
            page.get_by_role("textbox").first.fill("When may she swim?")
            with full(tmp_path):
                visitor.get_by_label("Email").fill("dad@example.org")
                visitor.get_by_label("Password").fill("four quiet herons by the river")
                visitor.get_by_role("main").get_by_role("button", name="Log in").first.click()
                expect(visitor.get_by_role("heading", level=1)).to_have_text(CANNOT_WRITE)
                assert "Too many tries" not in visitor.content()
                assert "herons" not in visitor.content()
                page.get_by_role("main").get_by_role("button").first.click()
                expect(page.get_by_role("heading", level=1)).to_have_text(CANNOT_WRITE)
                expect(page.locator(".prompt a[href^='tel:']").first).to_be_visible()
                assert "is the disk full?" in server.log.read_text()
            page.get_by_role("button", name="Save again").click()
            expect(page.get_by_text("When may she swim?").first).to_be_visible()


@SCRIPTS
def test_the_server_answers_500(
    open_today: Callable[..., Page], monkeypatch: pytest.MonkeyPatch, *, scripts: bool
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("planted")

    page = open_today(java_script_enabled=scripts)
    for view in ("today", "offline"):
        monkeypatch.setattr(f"diary.today.views.{view}.record_check_in", broken)
    answer_urgently(page)
    save(page)
    if scripts:
        expect_kept(page, "The diary had an error.")
    else:
        expect_said_by_a_broken_page(page)
    assert not CheckIn.objects.exists()


def test_the_page_of_today_itself_answers_500(
    open_today: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("planted")

    page = open_today()
    wait_until_kept(page)
    monkeypatch.setattr("diary.today.views.today.sheet_for", broken)
    page.reload()
    expect(page.locator("#offline[data-ready]")).to_be_attached()
    answer_urgently(page)


def log_out_elsewhere(page: Page, address: str) -> None:
    tab = page.context.new_page()
    tab.goto(f"{address}/me/")
    tab.get_by_role("main").get_by_role("button", name="Log out", exact=True).click()
    expect(tab.get_by_role("link", name="Log in").first).to_be_visible()
    tab.close()


def end_session(_page: Page, _address: str) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


@SCRIPTS
@pytest.mark.parametrize("end", [log_out_elsewhere, end_session], ids=["logged-out", "expired"])
def test_the_session_ended_while_the_page_was_open(
    open_today: Callable[..., Page],
    live_server: Any,
    end: Callable[[Page, str], None],
    *,
    scripts: bool,
) -> None:
    page = open_today(java_script_enabled=scripts)
    end(page, live_server.url)
    answer_urgently(page)
    save(page)
    if scripts:
        expect_kept(page, "You are logged out. Your entry is kept on this phone.")
    else:
        said = page.get_by_role("alert")
        expect(said).to_contain_text("Not saved: you were logged out.")
        expect(said).to_contain_text("Call the care team")
    assert not CheckIn.objects.exists()
