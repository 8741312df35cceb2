"""The catalogue and the pages never reassure, and speak plainly in both spellings."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from therapies.catalogue import FOLDER, catalogue
from therapies.templatetags.sources import named, sourced
from therapies.templatetags.spelling import spelled, symptom_label

TEMPLATES = FOLDER.parent.parent / "templates"

# Nothing may sound as if there were no reason to call. What people type is not what we say.
REASSURING = re.compile(
    r"\b(normal(ly)?|fine|ok|okay|all clear|safe(ly)?|reassur\w*|relax|harmless|no need|"
    r"nothing to worry|(do not|don['’]t) worry|no cause for|not serious|probably nothing|"
    r"good news|well done|great|congratulations|improv\w+|getting better)\b",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"(does not make it harmless|does not mean that it is harmless|does not mean harmless)"
)
NOT_OUR_WORDS = {"synonyms", "heading", "title", "word", "file", "seen_on", "seen", "source"}


def reassuring(text: str) -> list[str]:
    return [found.group() for found in REASSURING.finditer(DENIED.sub("", text))]


def our_words(entry: Any, key: str = "") -> Iterator[str]:
    """Yield every text of ours inside an entry of the catalogue."""
    if isinstance(entry, dict):
        for name, value in entry.items():
            if name not in NOT_OUR_WORDS or not isinstance(value, str | list):
                yield from our_words(value, name)
    elif isinstance(entry, list):
        for value in entry:
            yield from our_words(value, key)
    elif isinstance(entry, str):
        yield entry


@pytest.mark.parametrize(
    "path",
    # What people type into the search is not said by the diary.
    [path for path in sorted(FOLDER.glob("*.toml")) if path.stem != "search"],
    ids=lambda path: path.stem,
)
def test_the_catalogue_never_reassures(path: Path) -> None:
    texts = list(our_words(tomllib.loads(path.read_text(encoding="utf-8"))))
    assert texts
    assert [(text, found) for text in texts if (found := reassuring(text))] == []


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_no_page_reassures(path: Path) -> None:
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]+>", " ", path.read_text(encoding="utf-8"))
    assert reassuring(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "This is normal.",
        "You are fine.",
        "It is harmless.",
        "Nothing to worry about.",
        "Don’t worry.",
        "All clear!",
    ],
)
def test_a_reassuring_word_would_be_noticed(text: str) -> None:
    assert reassuring(text)


def test_saying_that_something_is_not_harmless_is_allowed() -> None:
    assert reassuring("That a symptom is not listed does not make it harmless.") == []


def test_every_level_ends_in_the_team() -> None:
    for level in catalogue().levels.values():
        assert "team" in level.meaning
        assert "{team}" in level.heading


def test_the_quiet_levels_say_to_call_if_it_gets_worse() -> None:
    for slug in ("contact", "expected", "unlisted"):
        assert "worse" in catalogue().levels[slug].meaning


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("Leukaemia and diarrhoea", "Leukemia and diarrhea"),
        ("OEDEMA", "EDEMA"),
        ("a specialised centre", "a specialized center"),
        ("paracetamol", "acetaminophen"),
        ("leukaemias", "leukemias"),
        ("Percentres", "Percentres"),
    ],
)
def test_a_british_text_is_spelled_for_the_reader(british: str, american: str) -> None:
    with override("en-gb"):
        assert spelled(british) == british
    with override("en-us"):
        assert spelled(british) == american


def test_a_symptom_has_its_american_name_for_american_readers() -> None:
    with override("en-gb"):
        assert symptom_label("abdominal-pain") == "Tummy pain"
    with override("en-us"):
        assert symptom_label("abdominal-pain") == "Belly pain"
        assert symptom_label("diarrhoea") == "Diarrhea"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("As source 001 says.", "As Macmillan Cancer Support says."),
        ("It is in 000. 002 wins.", "It is in the Canadian Cancer Society. The American"),
        (
            "(sources 000, 001 and 004)",
            "(the Canadian Cancer Society, Macmillan Cancer Support and",
        ),
        ("Source 003 only", "The Canadian Cancer Society’s page on targeted therapy only"),
        ("Call 0000 or 112; see JC-05", "Call 0000 or 112; see the diary’s own decision"),
    ],
)
def test_a_source_is_named_where_the_text_has_its_number(text: str, shown: str) -> None:
    assert named(text).startswith(shown)


def test_the_short_name_of_a_source_or_decision_becomes_a_link() -> None:
    text = sourced("Source 002 <says> so (JC-05, JC-02a); 1002 does not.")
    assert '<a href="/sources/#source-002">The American Cancer Society</a> &lt;says' in text
    assert '(the diary’s own decisions <a href="/sources/#JC-05">1</a>, ' in text
    assert '<a href="/sources/#JC-02a">2</a>);' in text
    one = sourced("This is decision JC-05.")
    assert one == 'This is <a href="/sources/#JC-05">the diary’s own decision</a>.'
    assert "&lt;says&gt;" in text
    assert "1002 does" in text


PAGES = ["/therapies/", "/therapies/imatinib/", "/therapies/blinatumomab/", "/about/", "/urgent/"]
QUOTED = re.compile(r"“[^”]*”|<title>[^<]*</title>")


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_an_american_reader_gets_american_spelling_but_for_titles_of_sources(
    client: Client, path: str
) -> None:
    american = {"accept-language": "en-US,en;q=0.9"}
    page = client.get(path, headers=american, follow=True).content.decode()
    assert '<html lang="en-us">' in page
    assert not re.search(r"leukaemia|diarrhoea|specialised", QUOTED.sub("", page))


@pytest.mark.django_db
def test_the_title_of_a_source_keeps_its_own_spelling(client: Client) -> None:
    page = client.get("/sources/", headers={"accept-language": "en-US"}).content.decode()
    assert "Targeted therapies and immunotherapy for acute lymphoblastic leukaemia" in page
    page = client.get("/sources/", headers={"accept-language": "en-GB"}).content.decode()
    assert "Immunotherapy for acute lymphoblastic leukemia" in page


@pytest.mark.django_db
def test_a_british_reader_gets_british_spelling(client: Client) -> None:
    page = client.get("/therapies/", headers={"accept-language": "en-GB"}).content.decode()
    assert "leukaemia" in page
    assert "leukemia" not in page
