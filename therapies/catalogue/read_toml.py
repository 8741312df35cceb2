"""Reads TOML into dataclasses; every key must be known, every field without a default there."""

import dataclasses
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from therapies.catalogue import shapes, shapes_home
from therapies.rulebook import Citation

Entry = dict[str, Any]
T = TypeVar("T")

# Where a TOML key is a Python keyword.
RENAMED_KEYS = {"class": "class_slug"}
NEEDS_PLAIN_TEXT = (
    "plain",
    "meaning",
    "question",
    "says",
    "care_team_words",
    "schedule",
    "heading",
    "then",
)


class CatalogueError(Exception):
    """A fault in the catalogue; names the file and the entry."""

    def __init__(self, file: str, entry: str, what: str) -> None:
        super().__init__(f"{file}, {entry}: {what}")


def read_toml(folder: Path, file: str) -> Entry:
    try:
        return tomllib.loads((folder / file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogueError(file, "the file", "is missing") from None
    except tomllib.TOMLDecodeError as fault:
        raise CatalogueError(file, "the file", f"is not TOML: {fault}") from None


def expect(file: str, entry: str, slugs: Iterable[Any], table: Iterable[str], kind: str) -> None:
    """Raise CatalogueError where one of the slugs is not in the table of this kind."""
    table = set(table)
    for slug in slugs:
        if slug not in table:
            raise CatalogueError(file, entry, f"“{slug}” is not a known {kind}")


def build(shape: type[T], entry: Entry, file: str, title: str) -> T:
    """Make one row; every key must be known, and every field without a default must be there."""
    values = {RENAMED_KEYS.get(key, key): value for key, value in entry.items()}
    fields = {field.name: field for field in dataclasses.fields(shape)}  # type: ignore[arg-type]
    expect(file, title, values, fields, "key")
    for name, field in fields.items():
        if name not in values and field.default is dataclasses.MISSING:
            what = "has no citation" if name.startswith("citation") else f"has no “{name}”"
            raise CatalogueError(file, title, what)
    for name, value in values.items():
        if name in NEEDS_PLAIN_TEXT and not str(value).strip():
            raise CatalogueError(file, title, f"the plain sentence “{name}” is empty")
        if fields[name].default is dataclasses.MISSING and not str(value).strip():
            raise CatalogueError(file, title, f"“{name}” is empty")
    if values.get("citations") == []:
        raise CatalogueError(file, title, "has no citation")
    return shape(**{name: _value(name, value, file, title) for name, value in values.items()})


NESTED_SHAPES: dict[str, type] = {
    "answer_meanings": shapes.AnswerMeaning,
    "citations": Citation,
    "classes_said": shapes.ClassClaim,
    "hospital": shapes_home.Hospital,
    "sides": shapes.Side,
}


def _value(name: str, value: Any, file: str, title: str) -> Any:
    if name == "citation":
        return build(Citation, _citation(value), file, title)
    if name == "citations":
        return tuple(build(Citation, _citation(item), file, title) for item in value)
    if name in NESTED_SHAPES:
        return tuple(build(NESTED_SHAPES[name], item, file, title) for item in value)
    if isinstance(value, float):
        return Decimal(str(value))
    return tuple(value) if isinstance(value, list) else value


def _citation(entry: Entry) -> Entry:
    """A label is cited like a source, by its id."""
    if "label" in entry:
        return {"source": entry["label"], "heading": entry.get("heading", "")}
    return entry
