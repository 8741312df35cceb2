"""Reads a file that says it is a diary. Whatever it holds, the answer is rows or plain words."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, NoReturn

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from summary.export.as_json import FORMAT, VERSION
from summary.export.formats import SCHEMA

# Ten years with a check-in and more a day are about 10 million bytes and 400,000 values, and take
# some 100 MB of memory to bring in.
LARGEST = 12_000_000  # bytes
MOST_VALUES = 500_000
DEEPEST = 20  # a source of a finding is at 9
LONGEST_TEXT = 64_000  # bytes; the longest note, each letter written as two escapes, is shorter
SHOWN = 8  # problems, of however many
# One piece of JSON: a text, with its end where it has one, or a sign.
PIECE = re.compile(rb'"(?:[^"\\]++|\\[\s\S])*+("?)|[\[\]{},]')
CANNOT_BE_KEPT = re.compile("[\0\ud800-\udfff]")
ONE_OF = {
    "authors": "author",
    "shares": "share",
    "courses": "treatment",
    "cycles": "cycle",
    "doses": "dose",
    "holds": "hold",
    "pump_events": "pump event",
    "medicines": "medicine",
    "weights": "weight",
    "contacts": "phone number",
    "own_symptoms": "own symptom",
    "questions": "question",
    "appointments": "appointment",
    "notes": "note",
    "photos": "photo",
    "check_ins": "check-in",
    "versions": "version",
    "reports": "report",
    "findings": "finding",
    "citations": "source",
    "calls": "call",
    "looks": "one-minute check",
    "answers": "answer",
    "gaps": "gap",
    "log": "line of the log",
}
KINDS = {
    "object": "a group of named values",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}
Said = dict[str, Any]
At = tuple[str | int, ...]  # the steps that lead to a place in the file


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where, in words."""

    where: str
    what: str


class UnreadableFile(Exception):  # noqa: N818 (it is not an error of ours: the page says what to do)
    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(islice(problems, SHOWN))
        super().__init__("a file that cannot be read in")


def read_json(content: bytes) -> Said:
    """Return what the file says, in the shape of the schema. Raises UnreadableFile."""
    try:
        said: Said = _parsed(content)
        _check_head(said)
        _fill_in(said)
        if problems := list(islice(_problems(said), SHOWN)):
            raise UnreadableFile(problems)
    except RecursionError:
        _refuse("It is nested far too deeply to be a diary.")
    return said


def where(path: Iterable[str | int]) -> str:
    """Return a place in the file in words: check-in 3, version 1, note."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int) and words:
            words[-1] += f" {step + 1}"
        else:
            words.append(ONE_OF.get(str(step), str(step).replace("_", " ")[:40]))
    return ", ".join(words)


def _parsed(content: bytes) -> Any:
    if len(content) > LARGEST:
        _refuse(f"It is larger than {LARGEST // 1_000_000} MB.")
    _check_bounds(content)
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError:
        _refuse("It is not text in UTF-8, so it is not a file of this diary.")
    except json.JSONDecodeError as error:
        _refuse(f"It is not JSON, or not all of it is there (line {error.lineno}).")
    except ValueError:  # a number of thousands of digits
        _refuse("It holds a number that is far too long.")


def _check_bounds(content: bytes) -> None:
    """Refuse what would take far more memory than a diary, before it is read as JSON."""
    depth = values = 0
    for piece in PIECE.finditer(content):
        sign = piece[0][:1]
        if sign == b'"':
            if len(piece[0]) > LONGEST_TEXT:
                _refuse(f"It holds a text of more than {LONGEST_TEXT:,} bytes.")
            if not piece[1]:
                _refuse("It is not JSON, or not all of it is there.")
            continue
        depth += (sign in b"[{") - (sign in b"]}")
        values += sign in b"[{,"
        if depth > DEEPEST:
            _refuse(f"It is nested far too deeply to be a diary: more than {DEEPEST} levels.")
        if values > MOST_VALUES:
            _refuse(f"It holds more than {MOST_VALUES:,} values. Export fewer days at a time.")


def _object(pairs: list[tuple[str, Any]]) -> Said:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("A name is there twice in the same group, so it is not clear which one counts.")
    for name, value in pairs:
        if CANNOT_BE_KEPT.search(name) or (isinstance(value, str) and CANNOT_BE_KEPT.search(value)):
            _refuse("It holds a character that no text has (NUL, or half of one).", name)
    return found


def _no_number(number: str) -> NoReturn:
    _refuse(f"It holds {number[:40]}. Numbers in such a file are whole, or text like “38.4”.")


def _check_head(said: Any) -> None:
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        _refuse("It is not a diary that was exported as JSON from here.")
    if said.get("version") != VERSION:
        newer = " It is from a newer diary. Update this one first."
        _refuse(f"This diary reads version {VERSION} of such files.{newer}", "version")


def _fill_in(said: Said) -> None:
    """Add what a file of an earlier diary could not know: nobody was asked about it."""
    if isinstance(card := said.get("card"), dict):
        card.setdefault("source", "card" if card.get("fever_from") else "")
    patient = said.get("patient")
    zone = ""
    if isinstance(patient, dict):
        patient.setdefault("latin_name", "")
        zone = patient.get("zone", "")
    said.setdefault("log", [])
    for share in _rows(said.get("shares")):
        share.setdefault("until", None)
        share.setdefault("without_notes", False)
        share.setdefault("is_patient", False)
    for check_in in _rows(said.get("check_ins")):
        for version in _rows(check_in.get("versions")):
            version.setdefault("private_note", None)
    for course in _rows(said.get("courses")):
        course.setdefault("zone", zone)
        course.setdefault("holds", [])
        for dose in _rows(course.get("doses")):
            dose.setdefault("zone", zone)


def _rows(rows: Any) -> list[Said]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _refuse(what: str, *path: str | int) -> NoReturn:
    raise UnreadableFile([Problem(where(path) or "the file", what)]) from None


@cache
def _validator() -> Any:
    return Draft202012Validator(json.loads(SCHEMA.read_text()))


def _problems(said: Any) -> Iterator[Problem]:
    for error in _validator().iter_errors(said):
        best = error.context[-1] if error.context else error  # of null or a group: the group
        yield Problem(where(best.absolute_path) or "the file", _words(best))


def _words(error: ValidationError) -> str:
    wanted: Any = error.validator_value
    if error.validator == "type":
        kinds = [wanted] if isinstance(wanted, str) else wanted
        return f"This should be {' or '.join(KINDS[kind] for kind in kinds)}."
    if error.validator == "required":
        missing = [name for name in wanted if name not in error.instance]
        return f"Missing: {', '.join(missing[:5])}."
    if error.validator == "additionalProperties":
        schema: Any = error.schema
        unknown = sorted(set(error.instance) - set(schema["properties"]))
        return f"Not known here: {', '.join(name[:40] for name in unknown[:5])}."
    if error.validator == "enum":
        return f"This should be one of: {', '.join(f'“{one}”' for one in wanted)}."
    if error.validator == "maxLength":
        return f"This is longer than {wanted} characters."
    if error.validator == "maxItems":
        return f"There are more than {wanted} of them."
    if error.validator in {"minimum", "maximum"}:
        least = "at least" if error.validator == "minimum" else "at most"
        return f"This should be {least} {wanted}."
    return "This is not written as this diary writes it."
