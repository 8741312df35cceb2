"""The catalogue is the one that somebody checked, and what it cites stands in its sources."""

import os
import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.therapies import noticing
from tests.therapies.frozen import FROZEN, HEAD, differences, facts
from tests.therapies.noticing import HEADINGS, SOURCES, hashed, named_in_sources, stands_in
from tests.therapies.test_catalogue import plant
from therapies.catalogue import FOLDER, catalogue
from therapies.catalogue.load import load

UPDATE = os.environ.get("UPDATE_FROZEN") == "1"
HASHES = """\
# Hashes of the headings, titles and helplines that are cited, as the sources have them. Renewed by
# UPDATE_FROZEN=1 SOURCES=FOLDER make test ARGS=tests/therapies/test_frozen.py
"""
RENEW = """
The catalogue says something other than the frozen table (tests/therapies/frozen.txt):

{lines}

Where that is a mistake, put the catalogue back. Where it is meant, renew the table with
UPDATE_FROZEN=1 make test ARGS=tests/therapies/test_frozen.py
and have somebody else check each changed line against the sources and the clinical decisions
(therapies/catalogue/sources.toml, [[decision]]) before it is committed."""


def test_the_catalogue_is_the_one_that_was_checked() -> None:
    if UPDATE:
        FROZEN.write_text("\n".join([HEAD.strip(), *facts(catalogue()), ""]), encoding="utf-8")
    lines = differences(catalogue())
    assert not lines, RENEW.format(lines="\n".join(lines))


@pytest.mark.parametrize("check", noticing.CHECKS, ids=lambda check: check.__name__)
def test_it_holds(check: noticing.Check) -> None:
    assert check(catalogue()) == []


def documents() -> dict[str, str]:
    return {path.name[:3]: path.read_text(encoding="utf-8") for path in SOURCES.glob("00?_*.txt")}


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the five documents are not here (SOURCES)")
def test_every_heading_title_and_helpline_stands_in_the_document_it_names() -> None:
    """The documents are not ours to keep: only hashes of what is cited are."""
    there, table = documents(), defaultdict(list)
    for source, words in named_in_sources(catalogue()):
        assert stands_in(there[source], words), f"source {source} has no “{words}”"
        table[source].append(f'    "{hashed(words)}",')
    text = HASHES
    for source, lines in sorted(table.items()):
        text += "\n".join([f'"{source}" = [', *dict.fromkeys(lines), "]", ""])
    if UPDATE:
        HEADINGS.write_text(text, encoding="utf-8")
    assert HEADINGS.read_text(encoding="utf-8") == text


# What was not noticed before: file, the entry, what stands there, what is planted, who notices.
PLANTED: dict[str, tuple[str, str, str, str, Callable[..., list[str]]]] = {
    "a wrong heading": (
        "rules.toml", "nerves-002", "Nervous system problems", "Nervous system damage",
        noticing.headings_do_not_stand),
    "a helpline digit": (
        "sources.toml", 'id = "004"', "0808 2080 888", "0808 2080 988",
        noticing.headings_do_not_stand),
    "the labels of mild and severe": (
        "symptoms.toml", 'slug = "mild"', '"Mild"', '"Severe"',
        noticing.wrong_words_of_levels_and_answers),
    "hard to wake": (
        "symptoms.toml", 'slug = "reduced-consciousness"', '"hard to wake", ', "", differences),
    "a word that was promised": (
        "symptoms.toml", 'slug = "reduced-consciousness"', '"won\'t wake up", ', "",
        noticing.words_not_found),
    "a short name of something else": (
        "symptoms.toml", 'slug = "reduced-consciousness"', '"Very drowsy"', '"Very tired"',
        noticing.short_names_mislead),
    "a short name twice": (
        "symptoms.toml", 'slug = "abdominal-swelling"', 'label = "Swollen tummy"',
        'label = "Swollen tummy"\nshort = "Tummy pain"', noticing.short_names_mislead),
    "a short name that is long": (
        "symptoms.toml", 'slug = "mottled-skin"', '"Pale, mottled or blue"',
        '"Mottled, pale or bluish skin"', noticing.short_names_mislead),
    "nerve signs that may wait": (
        "effects.toml", 'id = "blinatumomab-nervous-system-002"',
        "Call your team now. The diary treats any of these as urgent.",
        "Keep noting it and tell your team.", noticing.urgent_but_quiet),
    "a sign that a rule lost": (
        "rules.toml", 'id = "L3"', '"sudden-vision-loss", ', "",
        noticing.effects_and_rules_differ),
    "a label of another medicine": (
        "rules.toml", 'id = "L3"', 'cite = \\["label-iclusig"', 'cite = ["label-tasigna"',
        noticing.labels_of_another_medicine),
    "an urgent level that is today": (
        "levels.toml", 'slug = "urgent"', "team} now", "team} today",
        noticing.wrong_words_of_levels_and_answers),
    "a target": (
        "therapies.toml", 'slug = "inotuzumab-ozogamicin"', "CD22, a protein", "CD20, a protein",
        differences),
    "an emergency number": ("places.toml", 'code = "GB"', '"999"', '"998"', differences),
    "hours of a medicine": (
        "medicines.toml", 'slug = "ibuprofen"', "= 12", "= 2", differences),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_noticed(tmp_path: Path, fault: str) -> None:
    file, entry, old, new, check = PLANTED[fault]
    folder = Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))
    plant(folder, file, entry, old, new)
    assert check(load(folder))


def test_the_note_says_how_to_renew_it() -> None:
    assert "UPDATE_FROZEN=1" in RENEW and "clinical decisions" in RENEW
