"""A comma that divides the columns may divide the number as well: then a line has a cell too many,
and 37,9 would be taken as 37."""

import re
from dataclasses import replace

from diary.core.fields import plain
from diary.temperature_import.moments import MomentProblem
from diary.temperature_import.text import FileRow, FileSheet

WHOLE, REST = re.compile(r"\d{2,3}"), re.compile(r"\d{1,3}(\s*[°a-zA-Z].*)?")
TENTHS = re.compile(r"\d")
ONE, TWO = "one", "two"


def divided(sheet: FileSheet, value: int | None) -> list[FileRow]:
    """Return the lines on which the temperature may go on in the next cell."""
    return [row for row in sheet.data if _is_divided(row, sheet, value)]


def may_be_two(row: FileRow, sheet: FileSheet) -> bool:
    """Does the line make sense as well where the comma divides columns alone?"""
    return sheet.heading is None or row.width <= sheet.heading.width


def whole(row: FileRow, sheet: FileSheet, value: int, commas: str) -> FileRow:
    """Return the line with its number put together, if that was said. Raises MomentProblem."""
    if _is_divided(row, sheet, value):
        if commas == ONE:
            return replace(
                row, cells=(*row.cells[:value], number(row, value), *row.cells[value + 2 :])
            )
        if commas != TWO:
            raise MomentProblem(f"it is not said whether “{number(row, value)}” is one number")
    elif sheet.heading and row.width > sheet.heading.width:
        raise MomentProblem(
            f"it has {row.width} columns and the heading {sheet.heading.width}, so it is not clear "
            "which is the temperature"
        )
    return row


def number(row: FileRow, value: int) -> str:
    return f"{row.cell(value)},{row.cell(value + 1)}"


def _is_divided(row: FileRow, sheet: FileSheet, value: int | None) -> bool:
    """A line that looks no wider than its heading may lack its last column: then only one digit
    beside a whole number is taken for its tenths, because two may be a pulse."""
    heading = sheet.heading
    if value is None or sheet.separator != "," or (heading and row.width > heading.width + 1):
        return False
    rest = REST if heading is None or len(row.cells) > heading.width else TENTHS
    first, second = plain(row.cell(value)), plain(row.cell(value + 1))
    return bool(WHOLE.fullmatch(first) and rest.fullmatch(second))
