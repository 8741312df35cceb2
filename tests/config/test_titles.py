"""A title names no patient: the history of a browser and the list of what is open show it to
whoever holds the phone."""

import re

import pytest
from django.test import Client

from accounts.models import Patient, User
from tests.config.running import ROOT
from tests.config.test_words import pages
from tests.config.world import make_diary

NAME = "Zebedee"
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@pytest.mark.parametrize("is_self", [True, False])
def test_no_title_names_the_patient_and_each_says_what_the_page_is(
    owner: User, client: Client, is_self: bool
) -> None:
    ids = make_diary(owner, NAME).ids
    Patient.objects.update(is_self=is_self)
    client.force_login(owner)
    titles = {name: TITLE.findall(page) for name, page in pages(client, ids)}
    assert len(titles) > 60
    assert [name for name, found in titles.items() if len(found) < 1] == []
    assert [name for name, found in titles.items() if NAME in found[0]] == []
    assert [name for name, found in titles.items() if found[0].startswith(" – ")] == []


def test_a_script_gives_the_page_no_name_either() -> None:
    named = [
        file.name
        for file in (ROOT / "static").glob("*.js")
        if re.search(r"document\.title = .*\bname\b", file.read_text())
    ]
    assert named == []
