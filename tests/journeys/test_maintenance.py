"""In a real browser: what is saved while the diary is closed waits on the phone."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from config import maintenance
from diary.models import Version
from tests.journeys.phone import CANARY, count, save, type_entry


@pytest.fixture
def closing() -> Iterator[None]:
    yield
    maintenance.open_again()


def test_an_entry_that_is_saved_while_the_diary_is_closed_is_sent_afterwards(
    visit: Callable[..., Page], closing: None
) -> None:
    page = visit()
    type_entry(page)
    maintenance.close(None)
    save(page)
    expect(count(page)).to_have_text("Not sent yet: 1")
    expect(page.get_by_text("Your entry is kept on this phone")).to_be_visible()
    page.reload()  # the phone shows its own page, and still has it
    expect(count(page)).to_have_text("Not sent yet: 1")
    assert not Version.objects.exists()
    maintenance.open_again()
    page.get_by_role("button", name="Send now").click()
    expect(count(page)).to_be_hidden()
    assert Version.objects.get().note == CANARY
