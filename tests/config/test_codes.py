"""What people read names no rule by its internal code: "JC-23" means nothing to anybody."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from tests.config.test_words import pages
from tests.config.world import make_diary
from therapies.catalogue import catalogue

CODE = re.compile(r"\bJC-\d+")
UNSEEN = re.compile(r"<script.*?</script>|<style.*?</style>|<[^>]+>", re.DOTALL)


def codes(page: str) -> list[str]:
    """Return those in sight, each with the words before it; an address may have one."""
    text = " ".join(UNSEEN.sub(" ", page).split())
    return [text[max(0, code.start() - 40) : code.end()] for code in CODE.finditer(text)]


def test_no_page_shows_an_internal_code(owner: User, log_in: Callable[[User], Client]) -> None:
    read = list(pages(log_in(owner), make_diary(owner, "Ana").ids))
    addresses = [reverse("therapy", args=[slug]) for slug in catalogue().therapies]
    read += [(address, Client().get(address).content.decode()) for address in addresses]
    assert len(read) > 70
    assert [(name, code) for name, page in read for code in codes(page)] == []


@pytest.mark.parametrize("name", ["summary_pdf", "emergency_pdf"])
def test_no_paper_shows_an_internal_code(
    owner: User, log_in: Callable[[User], Client], name: str
) -> None:
    ana = make_diary(owner, "Ana")
    client, address = log_in(owner), reverse(name, args=[ana.patient.pk])
    answer = client.post(address)
    paper = PdfReader(BytesIO(answer.content))
    text = " ".join(sheet.extract_text() for sheet in paper.pages)
    assert "diary’s own decision, not of a source" in " ".join(text.split())
    assert CODE.findall(text) == []


def test_a_code_in_sight_is_found_and_one_in_an_address_is_none() -> None:
    assert codes('<p>See <a href="/sources/#JC-05">decision JC-05</a></p>') == [
        "See decision JC-05"
    ]
    assert codes('<p id="JC-05"><a href="/sources/#JC-05">the diary’s own</a></p>') == []


def test_no_decision_is_told_by_the_code_of_another() -> None:
    """On paper nothing can be tapped: "see the decision" says nothing."""
    assert [d.id for d in catalogue().decisions.values() if CODE.search(d.decided)] == []
