"""What the journeys share."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.servers import basehttp
from django.core.servers.basehttp import ServerHandler
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import Patient, User
from diary.models import FamilyCard
from tests.diary.answers import on_blinatumomab, with_numbers
from tests.journeys.phone import wait_until_kept


@pytest.fixture(scope="session")
def base_url() -> str:
    """Stands in for the plugin's own fixture, which warns with this pytest; `live_server` tells."""
    return ""


@pytest.fixture(scope="session", autouse=True)
def one_answer_per_connection() -> Iterator[None]:
    """Let the test server end each connection after its answer: one that the browser keeps open
    would end after its test, when it may no longer touch the database, and fail another test."""

    class OneAnswer(ServerHandler):
        def cleanup_headers(self) -> None:
            super().cleanup_headers()
            self.headers["Connection"] = "close"
            self.request_handler.close_connection = True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(basehttp, "ServerHandler", OneAnswer)
        yield


@pytest.fixture(scope="session", autouse=True)
def told_of_the_network() -> Iterator[None]:
    """Let a page hear that the network is back: Chromium 150 forgets, when a page is opened anew
    without a network, that it told the page so, and then never tells it of the change."""
    real = BrowserContext.set_offline

    def set_offline(context: BrowserContext, offline: bool) -> None:
        told = [context.new_cdp_session(page) for page in context.pages if not offline]
        without = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        for session in told:
            session.send("Network.overrideNetworkState", without)
        real(context, offline)
        for session in told:
            session.detach()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BrowserContext, "set_offline", set_offline)
        yield


@pytest.fixture
def open_phone(
    browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Callable[..., BrowserContext]]:
    """Opens browsers of their own, each with what it is told to have."""
    contexts = []

    def open_one(**options: Any) -> BrowserContext:
        contexts.append(browser.new_context(**(browser_context_args | options)))
        contexts[-1].set_default_timeout(30_000)
        return contexts[-1]

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def family(transactional_db: None, patient: Patient) -> Patient:
    """Ana on day 6 of the pump, with the team's numbers."""
    on_blinatumomab(patient, timezone.now())
    with_numbers(patient)
    return patient


@pytest.fixture
def open_at(
    transactional_db: None,
    open_phone: Callable[..., BrowserContext],
    live_server: Any,
    owner: User,
    log_in: Callable[[User], Any],
) -> Callable[..., Page]:
    """Opens an address in a browser of its own, logged in: as the owner, or `by` somebody. What is
    done to the browser `before` comes first."""

    def open_page(
        address: str,
        *,
        by: User = owner,
        before: Callable[[BrowserContext], None] | None = None,
        **options: Any,
    ) -> Page:
        context = open_phone(**options)
        session = log_in(by).cookies["session"].value
        context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
        if before:
            before(context)
        page = context.new_page()
        page.goto(live_server.url + address)
        return page

    return open_page


@pytest.fixture
def ana(transactional_db: None, owner: User, patient: Patient) -> Patient:
    """On blinatumomab at home, with the numbers of the team and a card of the family's own."""
    on_blinatumomab(patient, timezone.now())
    with_numbers(patient)
    FamilyCard.objects.create(
        patient=patient, words="Ring us at 37.8", fever_from="37.8", fever_unit="C"
    )
    return patient


@pytest.fixture
def phone(open_phone: Callable[..., BrowserContext]) -> BrowserContext:
    return open_phone(service_workers="allow")


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


@pytest.fixture
def open_today(open_at: Callable[..., Page], ana: Patient) -> Callable[..., Page]:
    """Opens Ana's page of today as her father, in a browser that may keep it."""

    def open_page(before: Callable[[BrowserContext], None] | None = None, **options: Any) -> Page:
        allowed = {"service_workers": "allow"} | options
        return open_at(reverse("today", args=[ana.pk]), before=before, **allowed)

    return open_page
