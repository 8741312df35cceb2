"""Whom a file is about: more than one child may use the same thermometer."""

import re
from collections.abc import Iterable

from diary.temperature_import.text import FileRow, FileSheet, UnreadableFile, is_value

NAMES = re.compile(
    r"name|child|kind|baby|patient|person|people|user|member|profile?|family|who|account|subject"
    r"|nombre|nom|prénom|enfant|niñ[oa]|paciente|criança|bambin|navn|naam|imię|имя|姓名|名前|이름|اسم",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"note|comment|site|place|location|method|mode|where|device|model|app|type|status|state|unit"
    r"|source|category|tag|mood|symptom|medic|drug|ort|gerät|notiz|bemerk|lieu|lugar|day|tag|zone",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_][^\d_]{0,39}")
MOST, MOST_UNNAMED = 40, 12
NOBODY = "no name"


def columns_of_names(sheet: FileSheet, taken: Iterable[int | None]) -> tuple[int, ...]:
    """Return the columns whose heading says so; else those that look like it and say more than one
    thing, where no heading says that they are something else."""
    free = [n for n in sheet.filled if n not in set(taken)]
    named = [n for n in free if sheet.heading and _is_named(sheet.heading.cell(n))]
    return tuple(named or [n for n in free if _looks_like_names(sheet, n)])


def people(sheet: FileSheet, columns: Iterable[int]) -> list[str]:
    """Return whom the lines name, in order. Raises UnreadableFile where nobody could choose."""
    columns = tuple(columns)
    found = list(dict.fromkeys(person(row, columns) for row in sheet.body)) if columns else []
    if len(found) > MOST:
        raise UnreadableFile(
            f"It names {len(found)} people. Keep only the lines about one of them and try again."
        )
    return [] if found == [NOBODY] else found


def person(row: FileRow, columns: Iterable[int]) -> str:
    return " ".join(cell for n in columns if (cell := row.cell(n))) or NOBODY


def _is_named(heading: str) -> bool:
    return bool(NAMES.search(heading)) and not re.search(
        r"file|device|app|medic|drug", heading, re.I
    )


def _looks_like_names(sheet: FileSheet, column: int) -> bool:
    if sheet.heading and OTHERS.search(sheet.heading.cell(column)):
        return False
    cells = {row.cell(column) for row in sheet.body} - {""}
    is_few = 1 < len(cells) <= MOST_UNNAMED
    return is_few and all(WORD.fullmatch(cell) and not is_value(cell) for cell in cells)
