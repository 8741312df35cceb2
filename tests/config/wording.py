"""Every text of ours that somebody may read: in templates, messages, scripts and the catalogue."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.config.running import ROOT
from tests.therapies.test_words import our_words

APPS = ("accounts", "config", "diary", "summary", "therapies")
TABLE = "## Banned, and what to say"
# What is no text: Django's tags and notes, and of HTML all but what is read aloud.
NO_TEXT = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<(?!/?(?:p|li)\b)[^>]*>", re.DOTALL)
SAID_IN_TAG = re.compile(
    r'(?:aria-label|alt|title|placeholder)="([^"]*)"|(?:\w+)="([^"{}]* [^"]*)"'
)
JS_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`([^`]*)`')


def banned() -> dict[str, str]:
    """Return what is not to be said, and what to say instead: docs/words.md is their one home."""
    table = (ROOT / "docs" / "words.md").read_text(encoding="utf-8").split(TABLE)[1]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", table, re.MULTILINE)
    return {words: better for words, better in rows if words != "banned"}


def texts() -> Iterator[tuple[str, str]]:
    """Yield each text with the file it is in."""
    for folder, kinds in (("templates", ("html", "txt")), ("static", ("js",))):
        for path in _files(folder, kinds):
            read = in_script if path.suffix == ".js" else in_template
            yield from ((_name(path), text) for text in read(path.read_text(encoding="utf-8")))
    for app in APPS:
        for path in _files(app, ("py",)):
            if "migrations" not in path.parts:
                source = path.read_text(encoding="utf-8")
                yield from ((_name(path), text) for text in in_python(source))
    for path in _files("therapies/catalogue", ("toml",)):
        if path.stem not in {"search", "spelling"}:  # what people type, and letters
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            yield from ((_name(path), text) for text in our_words(table))


def in_template(source: str) -> list[str]:
    said = [words for found in SAID_IN_TAG.findall(source) for words in found if words]
    return [*said, NO_TEXT.sub(" ", source)]


def in_script(source: str) -> list[str]:
    code = re.sub(r"(?m)^\s*//[^\n]*$|(?s:/\*.*?\*/)", "", source)
    return [one or other for one, other in JS_STRING.findall(code)]


def in_python(source: str) -> list[str]:
    """Return the strings of a module but for its docstrings, the parts of an f-string as one."""
    tree = ast.parse(source)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value for part in node.values if isinstance(part, ast.Constant))
            found.append(" … ".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [node.value] if id(node) not in docs else []
    return found


def said_badly(text: str) -> list[str]:
    """Name the banned words in a text."""
    plain = re.sub(r"\s+", " ", text).replace("'", "’")
    return [words for words in banned_patterns() if banned_patterns()[words].search(plain)]


def banned_patterns() -> dict[str, re.Pattern[str]]:
    if not _PATTERNS:
        for words in banned():
            _PATTERNS[words] = re.compile(rf"\b{re.escape(words)}\b", re.IGNORECASE)
    return _PATTERNS


_PATTERNS: dict[str, re.Pattern[str]] = {}


def _files(folder: str, kinds: tuple[str, ...]) -> list[Path]:
    return sorted(path for kind in kinds for path in (ROOT / folder).rglob(f"*.{kind}"))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))
