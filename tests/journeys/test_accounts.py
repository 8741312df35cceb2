"""In a real browser: signing up, passkey, authenticator app, sessions, and sharing a diary."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Patient, User
from tests.accounts.test_patients import SEEN, UNSEEN
from tests.conftest import NO_WORKER, PASSWORD
from tests.journeys.axe import axe_faults


@pytest.fixture(autouse=True)
def fresh_limits(transactional_db: None) -> None:
    cache.clear()


class Watched:
    """A page of one browser, and everything that went wrong or went elsewhere on it."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.page = context.new_page()
        self.origin = origin
        self.complaints: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"} and message.text != NO_WORKER:
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith(self.origin):
            self.complaints.append(f"asked {request.url}")

    def open(self, name: str, *args: Any) -> None:
        self.page.goto(self.origin + reverse(name, args=args))

    def press(self, words: str) -> None:
        main = self.page.get_by_role("main")
        main.get_by_role("button", name=words).or_(main.get_by_role("link", name=words)).click()

    def write(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.locator(f"main [name={name}]").fill(text)

    def sees(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    def check(self) -> None:
        """Nothing for axe to find, nothing in the console, nobody else asked."""
        assert axe_faults(self.page) == []
        assert self.complaints == []


Watch = Callable[..., Watched]


@pytest.fixture
def watch(
    browser: Browser, browser_context_args: dict[str, Any], live_server: Any
) -> Iterator[Watch]:
    contexts = []

    def start(**extra: Any) -> Watched:
        contexts.append(browser.new_context(**browser_context_args, **extra))
        return Watched(contexts[-1], live_server.url)

    yield start
    for context in contexts:
        context.close()


def _passkey_in(page: Page) -> None:
    """Give the browser a fingerprint reader that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def _sign_up(me: Watched, name: str, email: str) -> None:
    me.open("account_signup")
    me.write(name=name, email=email, password1=PASSWORD)
    me.press("Create an account")
    me.sees("Start a diary")


def _log_in(me: Watched, email: str) -> None:
    me.open("account_login")
    me.write(login=email, password=PASSWORD)
    me.page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()


def _again_with_password(me: Watched) -> None:
    """What changes how one gets in asks for the password again."""
    me.write(password=PASSWORD)
    me.page.get_by_role("main").get_by_role("button").first.click()


def test_a_passkey_is_added_and_opens_the_account(watch: Watch) -> None:
    me = watch()
    _passkey_in(me.page)
    me.open("home")
    me.check()
    me.press("Create an account")
    me.check()
    _sign_up(me, "Dad", "dad@example.org")
    me.check()

    me.open("account_menu")
    me.check()
    me.press("Passkeys")
    me.press("Add")
    _again_with_password(me)
    me.sees("Add a passkey")
    me.check()
    me.write(name="My phone")
    me.page.locator("[name=passwordless]").check()
    with me.page.expect_navigation():
        me.press("Add")
    me.open("mfa_list_webauthn")
    expect(me.page.get_by_role("main")).to_contain_text("My phone")
    me.check()

    me.open("account_menu")
    me.press("Log out")
    expect(me.page.get_by_role("link", name="Log in").first).to_be_visible()
    me.open("account_login")
    me.check()
    me.press("Log in with a passkey")
    me.sees("Welcome, Dad")
    assert me.complaints == []


def test_an_authenticator_app_is_set_up_from_the_square_on_the_page(watch: Watch) -> None:
    me = watch()
    _sign_up(me, "Dad", "dad@example.org")
    me.open("account_menu")
    me.press("Second step")
    me.check()
    me.press("Set up an app")
    _again_with_password(me)
    me.sees("Set up an authenticator app")
    square = me.page.locator(".qr svg").bounding_box()
    assert square["width"] > 150
    assert square["height"] > 150
    me.check()
    me.page.get_by_text("Type this key instead").click()
    secret = me.page.locator(".secret").inner_text()

    def code() -> str:
        left = 30 - time.time() % 30
        if left < 5:
            time.sleep(left)  # the next code, so that it does not end on its way
        return format_hotp_value(hotp_value(secret, int(time.time()) // 30))

    me.write(code=code())
    me.press("Use this app")
    me.sees("Recovery codes")
    codes = me.page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    me.check()

    me.open("account_logout")
    me.press("Log out")
    expect(me.page.get_by_role("link", name="Log in").first).to_be_visible()
    _log_in(me, "dad@example.org")
    me.check()
    me.write(code=codes[0])
    me.page.get_by_role("main").get_by_role("button").first.click()
    me.sees("Welcome, Dad")

    me.open("account_logout")
    me.press("Log out")
    expect(me.page.get_by_role("link", name="Log in").first).to_be_visible()
    _log_in(me, "dad@example.org")
    me.write(code=code())
    me.page.get_by_role("main").get_by_role("button").first.click()
    me.sees("Welcome, Dad")
    assert me.complaints == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_another_device_is_seen_and_logged_out(watch: Watch, script: bool, owner: User) -> None:
    here, elsewhere = watch(java_script_enabled=script), watch(java_script_enabled=script)
    for device in (here, elsewhere):
        _log_in(device, owner.email)
        device.sees("Welcome, Dad")
    here.open("usersessions_list")
    expect(here.page.get_by_role("heading", name="Another device")).to_have_count(1)
    here.press("Log out the others")
    expect(here.page.get_by_role("heading", name="Another device")).to_have_count(0)
    elsewhere.open("account_menu")
    elsewhere.sees("Log in")
    if script:
        here.check()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_diary_is_shared_by_a_code_read_aloud(
    watch: Watch, script: bool, patient: Patient, owner: User
) -> None:
    # Given Dad, who keeps Ana's diary, and Rose, who is new
    dad, rose = watch(java_script_enabled=script), watch(java_script_enabled=script)
    _log_in(dad, owner.email)

    # When Dad reads a code aloud and Rose types it, a little differently
    dad.open("sharing", patient.pk)
    dad.press("Make a code for Ana’s diary")
    dad.sees("Confirm it is you")
    _again_with_password(dad)
    code = dad.page.locator(".code").inner_text()
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", code)
    rose.open("home")
    rose.press("I have an invitation code")
    rose.write(code=code.lower().replace("-", " "))
    rose.press("Use this code")
    assert code not in rose.page.url
    rose.write(name="Rose", email="rose@example.org", password1=PASSWORD)
    rose.press("Create an account")
    rose.sees("Welcome, Rose")
    expect(rose.page.get_by_role("main")).to_contain_text("Waiting for confirmation")

    # Then Dad sees who it was and says yes, and Rose finds the diary in her list
    dad.open("sharing", patient.pk)
    expect(dad.page.get_by_role("main")).to_contain_text("rose@example.org")
    for person in (dad, rose) if script else ():
        person.check()
    dad.press("Yes, let Rose see Ana’s diary")
    expect(dad.page.get_by_role("main")).to_contain_text("Rose can now open Ana’s diary")
    rose.open("people")
    expect(rose.page.get_by_role("link", name="Open Ana’s diary")).to_be_visible()

    # And when Dad ends it, it is gone on her next click
    dad.page.get_by_text("End their access").click()
    dad.press("End Rose’s access now")
    expect(dad.page.get_by_role("main")).to_contain_text("Rose cannot open Ana’s diary")
    rose.open("people")
    rose.sees("Welcome, Rose")
    expect(rose.page.get_by_role("link", name="Open Ana’s diary")).to_have_count(0)


def test_a_wrong_code_says_so_and_keeps_what_was_typed(watch: Watch, stranger: User) -> None:
    me = watch(java_script_enabled=False)
    _log_in(me, stranger.email)
    me.open("join")
    me.write(code="ABCD EFGH")
    me.press("Use this code")
    expect(me.page.get_by_role("alert")).to_contain_text("That code does not work")
    assert me.page.locator("[name=code]").input_value() == "ABCD EFGH"


def test_latin_letters_are_asked_for_while_the_name_is_typed(
    open_at: Callable[..., Page], patient: Patient
) -> None:
    page = open_at(reverse("patient_edit", args=[patient.pk]))
    latin = page.get_by_label("Name in Latin letters")
    for name in UNSEEN:
        page.get_by_label("Name or nickname").fill(name)
        expect(latin).to_be_visible()
    for name in SEEN:
        page.get_by_label("Name or nickname").fill(name)
        expect(latin).to_be_hidden()
    page = open_at(reverse("patient_edit", args=[patient.pk]), java_script_enabled=False)
    expect(page.get_by_label("Name in Latin letters")).to_be_visible()
