"""The diary speaks plainly: no banned words, short sentences, and grade 6 at most on every page."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.template.loader import render_to_string
from django.test import Client

from accounts.models import Patient, User
from tests.config.addresses import FILES, every_address, ids_for
from tests.config.reading import grade, prose, sentences, syllables_of, words_of
from tests.config.running import ROOT
from tests.config.wording import banned, in_python, in_script, in_template, said_badly, texts
from tests.config.world import CANARY, make_diary
from tests.conftest import PASSWORD

HARDEST = 6.0  # Flesch-Kincaid: a child of eleven
LONGEST = 25  # words of a sentence
ERRORS = ("400", "403_csrf", "500", "database_unreadable", "not_written", "proxy_no_proto")
ERRORS += ("proxy_no_referrer", "proxy_other_origin")
# Where the old words are still said; to be emptied. What is exported is a file for programs.
KEPT_WORDS = ("summary/export/",)  # files that other programs read keep their words
HARDER: dict[str, float] = {}


# The words.


def test_nobody_is_told_a_banned_word() -> None:
    said = [(where, words) for where, text in texts() for words in said_badly(text)]
    assert [one for one in said if not one[0].startswith(KEPT_WORDS)] == []


def test_every_kind_of_text_is_read() -> None:
    read = {where.split("/")[0] + where[where.rindex(".") :] for where, _text in texts()}
    assert {"templates.html", "templates.txt", "static.js", "therapies.toml"} <= read
    assert {f"{app}.py" for app in ("accounts", "config", "diary", "summary", "therapies")} <= read
    assert len(banned()) > 30
    assert all(banned().values())


@pytest.mark.parametrize(
    "planted",
    [
        in_template("<p>It\n   stands on every page of this diary.</p>"),
        in_template('<a aria-label="Whom to call" href="/">x</a>'),
        in_template('{% include "part.html" with hint="Please try again." %}'),
        in_script('tell("Not saved. Please try again.");'),
        in_script("tell(`${count} on this phone only`);"),
        in_python('"""Doc."""\nraise Refusal("This is no weight.")'),
        in_python('f"{name} was taken out of the diary"'),
        ["Keep noting it and tell your team."],
    ],
    ids=lambda planted: planted[0][:30],
)
def test_a_planted_word_is_found(planted: list[str]) -> None:
    assert [words for text in planted for words in said_badly(text)]


def test_what_nobody_reads_may_say_anything() -> None:
    hidden = [
        *in_template("{# It stands here. #}<p>It is here.</p>"),
        *in_script("// it stands here\nsave();"),
        *in_python('"""It stands here."""\ndef f():\n    """It stands there."""'),
    ]
    assert [words for text in hidden for words in said_badly(text)] == []


# The pages.


def pages(client: Client, ids: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every page that this person sees."""
    known = ids_for(ids)
    for address in every_address():
        if address.name in FILES or "logout" in address.name or set(address.arguments) - set(known):
            continue
        answer = client.get(address.path(known))
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if answer.status_code == 200 and is_page:
            yield address.name, answer.content.decode()


def too_hard(name: str, page: str) -> list[str]:
    """Say what is hard to read on a page."""
    said = sentences(prose(page), own_names=(f"{CANARY}ana",))
    hard = [f"{name}: {one}" for one in said if len(words_of(one)) > LONGEST]
    if (found := grade(said)) > HARDER.get(name, HARDEST):
        hard.append(f"{name} is of grade {found}")
    return hard


@pytest.fixture
def dad_with_password(owner: User) -> Client:
    """He has just typed his password, so that the pages of the account open."""
    EmailAddress.objects.create(user=owner, email=owner.email, primary=True, verified=True)
    client = Client()
    client.post("/account/login/", {"login": owner.email, "password": PASSWORD})
    return client


def test_a_child_of_eleven_can_read_every_page_of_a_full_diary(
    owner: User, dad_with_password: Client
) -> None:
    ana = make_diary(owner, "Ana")
    read = list(pages(dad_with_password, ana.ids))
    assert len(read) > 70
    assert [fault for name, page in read for fault in too_hard(name, page)] == []


def test_and_of_a_new_diary(patient: Patient, dad_with_password: Client) -> None:
    read = list(pages(dad_with_password, {"patient_id": patient.pk}))
    assert [fault for name, page in read for fault in too_hard(name, page)] == []


@pytest.mark.django_db
def test_and_what_everybody_may_open_and_what_says_that_something_failed(
    client: Client,
) -> None:
    read = list(pages(client, {}))
    assert len(read) > 10
    read += [(name, render_to_string(f"{name}.html", {"action": "/x/"})) for name in ERRORS]
    assert [fault for name, page in read for fault in too_hard(name, page)] == []


def test_and_every_mail() -> None:
    mails = sorted((ROOT / "templates").rglob("*.txt"))
    assert mails
    for mail in mails:
        text = in_template(mail.read_text(encoding="utf-8"))[-1]
        assert too_hard(mail.name, f"<main><p>{text}</p></main>") == []


def test_a_page_that_is_hard_to_read_is_found() -> None:
    hard = (
        "Notwithstanding the aforementioned recommendations, administration of supplementary "
        "medication necessitates prior consultation with the responsible haematologist."
    )
    assert too_hard("planted", f"<main><p>{hard}</p></main>")
    assert too_hard("planted", f"<main><p>{'We go out and ' * 7}then we rest.</p></main>")
    assert not too_hard("planted", "<main><p>Call the ward now, and tell them why.</p></main>")


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("the", 1), ("call", 1), ("phones", 1), ("saved", 1), ("called", 1), ("eye", 1)),
        *(("table", 2), ("hated", 2), ("boxes", 2), ("removed", 2), ("number", 2), ("page", 1)),
        *(("diary", 3), ("medicine", 3), ("hospital", 3), ("temperature", 4), ("emergency", 4)),
        *(("immediately", 5), ("immunotherapy", 6), ("material", 4), ("trying", 2)),
    ],
)
def test_syllables_are_counted_as_they_are_heard(word: str, count: int) -> None:
    assert syllables_of(word) == count
