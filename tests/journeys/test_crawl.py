"""Every page in a real browser: nobody else is asked, nothing is refused, axe finds nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser

from accounts.models import User
from tests.config.addresses import ALLAUTH, OWN, every_address, ids_for, who_may
from tests.config.world import Diary, make_diary
from tests.conftest import PASSWORD
from tests.journeys.crawling import Crawl


@pytest.fixture
def diary(transactional_db: None, make_user: Callable[[str], User]) -> Iterator[Diary]:
    cache.clear()
    yield make_diary(make_user("Dad"), "Ana")


def starts(diary: Diary) -> list[str]:
    """Return every address that can be read by the owner, linked or not."""
    return [
        address.path(ids_for(diary.ids))
        for address in every_address()
        if who_may(address) != OWN and not {"key", "pk"} & set(address.arguments)
    ]


def opened(crawl: Crawl, paths: list[str], each: Any) -> None:
    """Leave out what takes only posts, then walk."""
    ask = crawl.context.request
    answers = {path: ask.head(crawl.origin + path).status for path in paths}
    # Pages about a second step that this person has not set up are not there.
    absent = {path for path in paths if "/2fa/" in path and answers[path] == 404}
    readable = [path for path in paths if answers[path] != 405 and path not in absent]
    crawl.walk(*readable, each=each)


def test_a_visitor_meets_no_fault(
    browser: Browser, live_server: Any, transactional_db: None
) -> None:
    crawl = Crawl(browser, live_server.url)
    crawl.walk("/", "/account/login/", "/account/signup/", each=crawl.look)
    assert not crawl.faults, "\n".join(crawl.faults)
    assert {"home", "urgent", "therapies", "therapy", "sources", "about"} <= crawl.views


def test_the_owner_of_a_diary_meets_no_fault(
    browser: Browser, live_server: Any, diary: Diary
) -> None:
    crawl = Crawl(browser, live_server.url)
    crawl.log_in("dad@example.org", PASSWORD)
    opened(crawl, starts(diary), crawl.look)
    assert not crawl.faults, "\n".join(crawl.faults)
    assert {"today", "history", "treatment", "summary", "sharing"} <= crawl.views


def test_the_pages_open_without_javascript_too(
    browser: Browser, live_server: Any, diary: Diary
) -> None:
    crawl = Crawl(browser, live_server.url, javascript=False)
    crawl.log_in("dad@example.org", PASSWORD)
    opened(crawl, [path for path in starts(diary) if "/account/" not in path], None)
    assert not crawl.faults, "\n".join(crawl.faults)


def test_the_crawl_finds_planted_faults(
    browser: Browser, live_server: Any, transactional_db: None
) -> None:
    crawl = Crawl(browser, live_server.url)

    def spoil() -> None:
        crawl.page.evaluate(
            """() => {
                const image = document.createElement('img');
                image.src = 'https://elsewhere.example/pixel.png';
                document.querySelector('main').append(image);
                const script = document.createElement('script');
                script.textContent = 'window.ran = true';
                document.body.append(script);
                const wide = document.createElement('div');
                wide.style.minWidth = '3000px';
                wide.style.height = '9px';
                document.querySelector('main').append(wide);
            }"""
        )
        crawl.look()

    crawl.page.goto(f"{crawl.origin}/about/")
    spoil()
    found = "\n".join(crawl.faults)
    assert "image-alt" in found
    assert "violates" in found or "Refused" in found
    assert "scrolls sideways" in found
    assert crawl.page.evaluate("window.ran") is None

    lost = Crawl(browser, live_server.url)
    lost.walk("/no-such-page/")
    assert any("answered 404" in fault for fault in lost.faults)


def test_the_account_pages_are_among_those_that_are_opened(diary: Diary) -> None:
    paths = starts(diary)
    names = [address for address in every_address() if who_may(address) == ALLAUTH]
    assert len(names) > 20
    assert "/account/2fa/" in paths
    assert "/account/sessions/" in paths
