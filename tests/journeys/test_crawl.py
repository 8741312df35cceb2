"""Every page in a real browser: nobody else is asked, nothing is refused, axe finds nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser

from accounts.models import User
from diary.models import Course
from reminders.send import STOP
from summary.export.clinic.actions import make_link
from tests.config.addresses import ALLAUTH, FILES, OWN, every_address, ids_for, who_may
from tests.config.world import Diary, make_diary
from tests.conftest import PASSWORD
from tests.diary.answers import london_day
from tests.journeys.crawling import Crawl


@pytest.fixture
def crawl(browser: Browser, live_server: Any, transactional_db: None) -> Iterator[Crawl]:
    cache.clear()
    crawl = Crawl(browser, live_server.url)
    yield crawl
    crawl.context.close()


OTHERS = ("inotuzumab-ozogamicin", "brexucabtagene-autoleucel", "")  # beside those of the diary


@pytest.fixture
def diary(transactional_db: None, make_user: Callable[[str], User]) -> Iterator[Diary]:
    """Ana's diary, with a course of every way a treatment is given."""
    diary = make_diary(make_user("Dad"), "Ana")
    treat_in_other_ways(diary)
    yield diary


def treat_in_other_ways(diary: Diary) -> None:
    for therapy in OTHERS:
        named = {"therapy": therapy} if therapy else {"kind": "medicine", "name": "Vincristine"}
        Course.objects.create(patient=diary.patient, started=london_day(20), **named)


def starts(diary: Diary) -> dict[str, list[str]]:
    """Return by name, for every address the owner can open, the paths at which it may be."""
    found: dict[str, list[str]] = {}
    token = link_for_the_clinic(diary)
    others = [course.pk for course in diary.patient.courses.exclude(pk=diary.ids["course_id"])]
    for address in every_address():
        if who_may(address) == OWN or {"key", "pk"} & set(address.arguments):
            continue
        if address.name in FILES:
            continue
        ids = ids_for(diary.ids) | {"token": token}
        if address.name == "reminder_stop":
            ids["token"] = STOP.sign(str(diary.patient.reminders.get().pk))
        found[address.name] = [address.path(ids)]
        if "course_id" in address.arguments:
            found[address.name] += [address.path({**ids, "course_id": pk}) for pk in others]
    return found


def link_for_the_clinic(diary: Diary) -> str:
    """Return the secret part of an address that is there."""
    patient = diary.patient
    return make_link(patient, lasts=timedelta(hours=1), shows={}, by=patient.owner).token


def opened(crawl: Crawl, paths: dict[str, list[str]], each: Any) -> None:
    """Open each address once where it is there; leave out what takes only posts."""
    readable = []
    for name, ways in paths.items():
        there, asked = [], {}
        for way in ways:
            answer = crawl.context.request.head(crawl.origin + way)
            asked[way] = answer.status
            if "text/html" not in answer.headers["content-type"]:
                break  # for scripts, not for people
            if answer.status == 200:
                there.append(way)
                if name != "course":
                    break  # the page is the same for every way of treatment
        else:
            # Pages about a second step that this person has not set up are not there.
            if not there and 405 not in asked.values() and not name.startswith("mfa_"):
                crawl.faults.append(f"{name} is nowhere: {asked}")
        readable += there
    crawl.walk(*readable, each=each)


def test_a_visitor_meets_no_fault(crawl: Crawl) -> None:
    crawl.walk("/", "/account/login/", "/account/signup/", each=crawl.look)
    assert not crawl.faults, "\n".join(crawl.faults)
    assert {"home", "urgent", "therapies", "therapy", "sources", "about"} <= crawl.views


def test_the_owner_of_a_diary_meets_no_fault(crawl: Crawl, diary: Diary) -> None:
    crawl.log_in("dad@example.org", PASSWORD)
    opened(crawl, starts(diary), crawl.look)
    assert not crawl.faults, "\n".join(crawl.faults)
    assert {"today", "history", "treatment", "summary", "sharing"} <= crawl.views


def test_the_pages_open_without_javascript_too(
    browser: Browser, live_server: Any, diary: Diary
) -> None:
    crawl = Crawl(browser, live_server.url, javascript=False)
    crawl.log_in("dad@example.org", PASSWORD)
    paths = starts(diary)
    opened(crawl, {name: paths[name] for name in paths if "/account/" not in paths[name][0]}, None)
    crawl.context.close()
    assert not crawl.faults, "\n".join(crawl.faults)


def test_the_crawl_finds_planted_faults(crawl: Crawl) -> None:

    def spoil() -> None:
        crawl.page.evaluate(
            """() => {
                const image = document.createElement('img');
                image.src = 'https://elsewhere.example/pixel.png';
                document.querySelector('main').append(image);
                const script = document.createElement('script');
                script.textContent = 'window.ran = true';
                document.body.append(script);
                const small = document.createElement('input');
                small.name = 'small';
                small.setAttribute('aria-label', 'small');
                small.style.fontSize = '15px';
                document.querySelector('main').append(small);
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
    assert "a field that a phone zooms into: small 15px" in found
    assert crawl.page.evaluate("window.ran") is None

    crawl.walk("/no-such-page/")
    assert any("answered 404" in fault for fault in crawl.faults)


def test_the_account_pages_are_among_those_that_are_opened(diary: Diary) -> None:
    account = {address.name for address in every_address() if who_may(address) == ALLAUTH}
    assert len(account & set(starts(diary))) > 20
