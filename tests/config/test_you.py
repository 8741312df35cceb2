"""Whoever keeps their own diary is "you" in it; the name is said on buttons and on paper only."""

import re

import pytest
from django.test import Client

from accounts.models import Patient, User
from tests.config.reading import Prose
from tests.config.test_words import pages
from tests.config.world import make_diary

NAME = "Maria"
# Where the name stays, by page: on paper, in the list of diaries, and on the card what is read
# out on the phone and who signed.
KEPT = {
    "summary": ".*",
    "emergency": ".*",
    "people": ".*",
    "home": ".*",  # shows the same while somebody waits for a yes
    "check_in": rf"{NAME}( \w+)?(: .*)?|.*, Dad, for {NAME} \w+\.",
}


class Said(Prose):
    """The prose of `main` without its buttons, which name whose diary they write in."""

    in_button = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        self.in_button += tag == "button"

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        self.in_button -= tag == "button"

    def handle_data(self, data: str) -> None:
        if not self.in_button:
            super().handle_data(data)


def named(name: str, page: str) -> list[str]:
    """Return what a page says of the person by name."""
    said = Said()
    said.feed(page)
    said.close()
    texts = (" ".join(block.split()) for block in said.blocks)
    kept = re.compile(KEPT.get(name, ""))
    return [f"{name}: {text}" for text in texts if NAME in text and not kept.fullmatch(text)]


@pytest.fixture
def maria(owner: User) -> dict[str, object]:
    diary = make_diary(owner, NAME)
    Patient.objects.update(is_self=True, birth_year=1981)
    return diary.ids


def test_nobody_reads_their_own_name_in_their_own_diary(
    owner: User, maria: dict[str, object], client: Client
) -> None:
    client.force_login(owner)
    read = list(pages(client, maria))
    assert len(read) > 60
    assert [fault for name, page in read for fault in named(name, page)] == [], "\n".join(
        f for n, p in read for f in named(n, p)
    )


def test_nor_in_a_new_one(owner: User, patient: Patient, client: Client) -> None:
    Patient.objects.update(is_self=True, name=NAME)
    client.force_login(owner)
    read = list(pages(client, {"patient_id": patient.pk}))
    assert len(read) > 40
    assert [fault for name, page in read for fault in named(name, page)] == []


def test_somebody_else_reads_the_name(reader: User, patient: Patient, client: Client) -> None:
    Patient.objects.update(is_self=True, name=NAME)
    client.force_login(reader)
    shown = dict(pages(client, {"patient_id": patient.pk}))
    for page in ("today", "team", "weights"):
        assert named(page, shown[page])


@pytest.mark.parametrize("planted", ["Numbers to call for Maria", "Maria’s <b>weight</b>"])
def test_a_planted_name_is_found(planted: str) -> None:
    assert named("planted", f"<main><h1>{planted}</h1></main>")
    assert not named("planted", f"<main><button><span>{planted}</span></button></main>")
    assert not named("planted", f'<header class="whose">{planted}</header><main></main>')
    assert not named("summary", f"<main><h1>{planted}</h1></main>")
