"""Every path that README and docs name is there, and every class that a template names."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings

from tests.config.running import ROOT

DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FOLDERS = (
    "accounts|bench|config|deploy|diary|docs|reminders|requirements|static|summary|templates|tests"
    "|therapies"
)
# In backticks, or where a link leads; a proof names a test behind "::".
PATH = re.compile(rf"`((?:{FOLDERS})/[\w./-]*)(?:::\w+)?`|\]\((?!https?:)([\w./-]+)\)")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NAME = re.compile(r"\b((?:accounts|diary|summary|therapies)(?:\.[a-z_]+)+)\.([A-Z]\w*)")
SCREENS = 2 * 40  # lines


def missing(text: str, folder: Path) -> list[str]:
    """Name the paths that lead nowhere: from the root, or for a link from the document's folder."""
    named = [(ROOT / inside if inside else folder / link) for inside, link in PATH.findall(text)]
    return sorted({str(path) for path in named if not path.exists()})


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))
def test_every_path_that_a_document_names_exists(doc: Path) -> None:
    assert missing(doc.read_text(), doc.parent) == []


def unknown(text: str) -> list[str]:
    """Name the classes that are not where the text says."""
    return [name for room, name in NAME.findall(text) if not hasattr(import_module(room), name)]


def test_every_class_that_a_template_names_is_there() -> None:
    texts = [path.read_text() for path in TEMPLATES]
    assert sum(bool(NAME.search(text)) for text in texts) > 50
    assert [name for text in texts for name in unknown(text)] == []


def test_how_a_check_in_travels_names_a_file_for_each_step_in_two_screens() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    steps = [line for line in text.splitlines() if line.startswith("| ") and "`" in line]
    assert len(steps) > 20
    assert all(any(PATH.findall(line.split("|")[2])) for line in steps)
    assert len(text.splitlines()) <= SCREENS


@pytest.mark.parametrize(
    "planted", ["`diary/views/today.py`", "[card](gone.md)", "`tests/gone.py::test_it`"]
)
def test_a_path_that_leads_nowhere_is_found(planted: str) -> None:
    assert missing(f"It stands in {planted}.", ROOT / "docs")
    assert not missing("It stands in `diary/urls.py`, [here](safety.md).", ROOT / "docs")


def test_a_class_that_is_not_there_is_found() -> None:
    assert unknown("{# Reads card: diary.care_card.card.Told. #}")
    assert not unknown("{# Reads card: diary.care_card.card.CareCard. #}")


def pressed(text: str) -> list[str]:
    """Name the buttons and pages that the README's first steps tell somebody to choose."""
    steps = text.split("## The first five minutes")[1].split("\n## ")[0]
    return re.findall(r"\*\*([^*]+)\*\*", steps)


def test_the_first_steps_name_what_stands_on_the_buttons() -> None:
    pages = "\n".join(path.read_text() for path in TEMPLATES)
    words = pressed((ROOT / "README.md").read_text())
    assert len(words) >= 4
    for name in words:
        assert f">{name.replace('Ana', '{{ patient.called }}')}<" in pages, name


def test_the_newest_release_is_this_version() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "docs/releases.md").read_text(), re.MULTILINE)
    assert headings[0] == settings.VERSION
    numbers = [tuple(map(int, heading.split("."))) for heading in headings]
    assert numbers == sorted(numbers, reverse=True)
