"""What the journeys share."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.servers import basehttp
from django.core.servers.basehttp import ServerHandler
from playwright.sync_api import Browser, Page

from accounts.models import User


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


@pytest.fixture
def open_at(
    transactional_db: None,
    browser: Browser,
    browser_context_args: dict[str, Any],
    live_server: Any,
    owner: User,
    log_in: Callable[[User], Any],
) -> Iterator[Callable[..., Page]]:
    """Opens an address in a browser of its own, logged in: as the owner, or `by` somebody."""
    contexts = []

    def open_page(address: str, *, by: User = owner, **options: Any) -> Page:
        context = browser.new_context(**(browser_context_args | options))
        contexts.append(context)
        context.set_default_timeout(8_000)
        session = log_in(by).cookies["session"].value
        context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
