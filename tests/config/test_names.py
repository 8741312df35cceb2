"""A name says what a thing is: a noun, one for each thing of an app."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.config.running import ROOT
from tests.config.test_arrows import MAY_IMPORT

PARTICIPLES = (
    "asked brought done drawn found given had held kept known left made met meant put said seen "
    "sent shown sought spelt taken told typed written"
)
ADVERBS = (
    "again away elsewhere early ever lately later never now once soon then there twice when where "
    "why"
)
# They end as a participle does, and name a thing in the words of the field.
NOUNS = (
    "drawing feed finding judging meaning meeting need reading setting sharing spelling standing "
    "string thing warning wording"
)


def is_not_a_noun(name: str) -> bool:
    """Is the last word of a module's or a class's name a participle or an adverb?"""
    words = re.findall(r"[A-Z]?[a-z]+", name)
    last = words[-1].lower() if words else ""
    if last.removesuffix("s") in NOUNS.split():
        return False
    return last in f"{PARTICIPLES} {ADVERBS}".split() or last.endswith(("ed", "ing"))


def public_classes(source: str) -> list[str]:
    body = ast.parse(source).body
    named = [node.name for node in body if isinstance(node, ast.ClassDef)]
    return [name for name in named if not name.startswith("_")]


def says(source: str) -> bool:
    """Is `said` an attribute of something, or a field that it is asked for by?"""
    nodes = list(ast.walk(ast.parse(source)))
    read = any(isinstance(node, ast.Attribute) and node.attr == "said" for node in nodes)
    inside = [part for node in nodes if isinstance(node, ast.ClassDef) for part in node.body]
    fields = {getattr(part, "name", "") for part in inside} | {
        part.target.id
        for part in inside
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    }
    return read or "said" in fields


def _sources(app: str) -> list[Path]:
    return [path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_modules_and_classes_are_named_by_nouns(app: str) -> None:
    modules = [path.stem for path in _sources(app) if "commands" not in path.parts]
    classes = [name for path in _sources(app) for name in public_classes(path.read_text())]
    assert [name for name in (*modules, *classes) if is_not_a_noun(name)] == []


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_no_public_class_of_an_app_has_the_name_of_another(app: str) -> None:
    names = [name for path in _sources(app) for name in public_classes(path.read_text())]
    # Django asks for one Command in each file of a command, and for the wrapper of each database.
    assert set(Counter(names) - Counter(set(names))) <= {"Command", "DatabaseWrapper"}


# A column of an applied migration: the words of a preview that a held file is shown with.
COLUMN = {"summary/bring_in/forms.py", "summary/bring_in/views.py"}


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_nothing_is_asked_for_what_it_said(app: str) -> None:
    saying = {str(p.relative_to(ROOT)) for p in _sources(app) if says(p.read_text())}
    assert saying - COLUMN - {"diary/models/authors.py"} == set()


@pytest.mark.parametrize("name", ["Said", "DoseSaid", "kept", "search_elsewhere", "Listed", "Why"])
def test_the_check_catches_a_planted_name(name: str) -> None:
    assert is_not_a_noun(name)


@pytest.mark.parametrize("name", ["judging", "Finding", "readings", "SavedVersion", "GivenDose"])
def test_the_check_lets_nouns_pass(name: str) -> None:
    assert not is_not_a_noun(name)


@pytest.mark.parametrize(
    "source", ["form.said", "class A:\n    said: str", "class A:\n    def said(self): 0"]
)
def test_the_check_catches_a_planted_said(source: str) -> None:
    assert says(source)
    assert not says("said = 1\nsay(said)")
