"""The diary as tables for a spreadsheet: CSV files in a zip, with a dictionary of their columns.

The same diary gives the same bytes. What a person typed stays text, whatever it looks like.
"""

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from summary.export import Records
from summary.export.dictionary import DICTIONARY, README, SEPARATORS, UNITS, meaning
from summary.export.tables import rows, tables

MARK = "'"
ESCAPED = "'\\"  # a text with a NUL, which no spreadsheet holds, or that would read like one
STARTS = frozenset("=+-@")
PLAIN_START = re.compile("[a-df-zA-DF-Z]")  # most texts; an e may belong to a number
EPOCH = (1980, 1, 1, 0, 0, 0)


class _WithComma(Decimal):
    """A number as it is written where the comma comes before the decimals."""

    def __str__(self) -> str:
        return super().__str__().replace(".", ",")


def as_csv(found: Records, separator: str = ",") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as folder:
        _add(folder, "README.txt", README + SEPARATORS[separator])
        _add(folder, "dictionary.csv", _sheet(DICTIONARY, dictionary(separator), separator))
        for table, lines in rows(found):
            heading = [*table.keys, *(column.name for column in table.columns)]
            _add(folder, f"{table.name}.csv", _sheet(heading, lines, separator))
    return file.getvalue()


def with_semicolons(found: Records) -> bytes:
    """The same for a spreadsheet that divides columns by ; and writes a comma before decimals."""
    return as_csv(found, ";")


def dictionary(separator: str = ",") -> list[list[str]]:
    """Return every column of every table: where it stands, what it holds and what that means."""
    found = []
    comma = " Its decimals come after a comma: 38,4." if separator == ";" else ""
    for table in tables():
        found += [
            [table.name, key, "key", "", f"The {key} it belongs to.", ""] for key in table.keys
        ]
        for column in table.columns:
            values = "; ".join(f"{slug} = {label}" for slug, label in column.choices)
            words = meaning(table.name, column) + (comma if column.kind == "number" else "")
            unit = UNITS.get(column.name, "")
            found.append([table.name, column.name, column.kind, unit, words, values])
    return found


def guarded(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, a number or a day.

    It gets an apostrophe in front where it could be taken so, or begins with one: README.txt says
    how to read it.
    """
    if "\0" in text or (text.startswith("\\") and _may_be_taken(text)):
        return ESCAPED + text.replace("\\", "\\\\").replace("\0", "\\0")
    return MARK + text if _may_be_taken(text) else text


def _may_be_taken(text: str) -> bool:
    if not text or PLAIN_START.match(text):
        return False
    if text.startswith(MARK) or unicodedata.category(text[0]) in ("Cc", "Cf"):
        return True
    first = next((c for c in text if not _is_blank(c)), "")
    if STARTS & set(_folded(first)):
        return True
    letters = [c for c in text if c.isalpha() and c not in "eE"]
    return not letters and any(c.isdigit() for c in text)


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] in "CZM"


def _folded(character: str) -> str:
    """Return a full-width or small sign, or any dash, as the plain one."""
    if unicodedata.category(character or " ") == "Pd" or character == "−":
        return "-"
    return unicodedata.normalize("NFKC", character)


def _sheet(heading: Iterable[str], lines: Iterable[Iterable[Any]], separator: str = ",") -> str:
    """Numbers stand bare, all else in quotes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, delimiter=separator)
    number = _WithComma if separator == ";" else Decimal
    writer.writerow(heading)
    for line in lines:
        cells = map(_cell, line)
        writer.writerow([number(cell) if isinstance(cell, Decimal) else cell for cell in cells])
    return text.getvalue()


def _cell(value: Any) -> str | int | Decimal:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return value
        case str():
            return guarded(value)
        case UUID():
            return str(value)
        case date() | time():
            return value.isoformat()
        case _:
            return json.dumps(value, separators=(",", ":"))


def _add(folder: zipfile.ZipFile, name: str, text: str) -> None:
    """With the mark by which a spreadsheet knows UTF-8, and a date that says nothing."""
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    folder.writestr(entry, text.encode("utf-8-sig"))
