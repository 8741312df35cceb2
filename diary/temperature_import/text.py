"""From bytes to lines of cells."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from diary.temperature_import import moments
from diary.temperature_import.formats import REMEDY, other_format, other_text

# As one form holds it while the person looks at it (see DATA_UPLOAD_MAX_MEMORY_SIZE).
LARGEST = 800_000  # bytes
MOST_LINES = 5_000
TOO_LARGE = (
    f"It is larger than {LARGEST // 1000} kB. Split it, and import one part after the other."
)
LONGEST_LINE = 20_000  # characters
MOST_COLUMNS = 1_000

MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
SEPARATORS = {";": "semicolon ;", ",": "comma ,", "\t": "tab", "|": "vertical bar |"}
LINE_END = re.compile(r"\r\n|\r|\n")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class UnreadableFile(Exception):  # noqa: N818 (it is not an error of ours: the page says what is wrong)
    """The file as a whole cannot be read; the words say why, and what to do."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One line. `number` is as an editor counts, so that it can be found."""

    number: int
    text: str
    cells: tuple[str, ...]

    def cell(self, column: int | None) -> str:
        return self.cells[column] if column is not None and column < len(self.cells) else ""

    @property
    def width(self) -> int:
        """How many cells there are up to the last that is filled."""
        return max((n for n, cell in enumerate(self.cells, 1) if cell), default=0)


@dataclass(frozen=True)
class FileSheet:
    """`heading` is the line that names the columns, where there is one."""

    rows: tuple[FileRow, ...]
    heading: FileRow | None
    columns: int
    separator: str

    @cached_property
    def body(self) -> tuple[FileRow, ...]:
        """The lines below the heading, by which the columns are recognised."""
        above = self.heading.number if self.heading else 0
        return tuple(row for row in self.rows if row.number > above)

    @cached_property
    def filled(self) -> list[int]:
        """The columns that hold anything below the heading."""
        return sorted({n for row in self.body for n, cell in enumerate(row.cells) if cell})

    @property
    def data(self) -> tuple[FileRow, ...]:
        return tuple(row for row in self.rows if row is not self.heading)


def decode(raw: bytes) -> tuple[str, str]:
    """Return the text, and the name of how it was written. Raises UnreadableFile."""
    if what := other_format(raw):
        raise UnreadableFile(f"This is {what}. {REMEDY}")
    codec, name = _codec(raw)
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError:
        if codec != "utf-8":
            raise UnreadableFile("This file is damaged: its text cannot be read.") from None
        text, name = raw.decode("cp1252", "replace"), "Latin-1 (Windows)"
    text = text.removeprefix("\ufeff")
    if what := other_text(text):
        raise UnreadableFile(f"This is {what}. {REMEDY}")
    return text, name


def check(text: str) -> None:
    """Refuse what is not a table of a size that can be looked at. Raises UnreadableFile."""
    if len(text.encode()) > LARGEST:
        raise UnreadableFile(TOO_LARGE)
    if CONTROL.search(text):
        raise UnreadableFile("This is not a text file: it holds control characters.")
    lines_of(text)


def _codec(raw: bytes) -> tuple[str, str]:
    """By its mark; without one, by the empty halves that plain letters leave in UTF-16."""
    for mark, codec, name in MARKS:
        if raw.startswith(mark):
            return codec, name
    if len(raw) % 2 == 0 and len(raw) >= 4:
        even, odd = raw[0::2].count(0), raw[1::2].count(0)
        if min(even, odd) == 0 and max(even, odd) > len(raw) // 4:
            return ("utf-16-le" if odd else "utf-16-be"), "UTF-16"
    return "utf-8", "UTF-8"


def lines_of(text: str) -> list[tuple[int, str]]:
    """Return the lines that hold something. Raises UnreadableFile where there are too many."""
    lines = [(n, line) for n, line in enumerate(LINE_END.split(text), start=1) if line.strip()]
    if not lines:
        raise UnreadableFile("There is nothing in it. Choose the file again, or paste the lines.")
    if len(lines) > MOST_LINES:
        raise UnreadableFile(
            f"It has {len(lines):,} lines; the diary takes {MOST_LINES:,} at a time. Split it, "
            "and import one part after the other."
        )
    if any(len(line) > LONGEST_LINE for _, line in lines):
        raise UnreadableFile(
            f"One of its lines is longer than {LONGEST_LINE:,} characters. That is not a table."
        )
    return lines


def likely_separator(text: str) -> str:
    """Return the one that makes most lines equally wide; a comma may be part of a number."""

    def fit(separator: str) -> tuple[int, int]:
        widths = Counter(len(_cells(line, separator)) for _, line in lines_of(text)[:100])
        width, lines = max(widths.items(), key=lambda found: (found[0] > 1, found[1]))
        return (lines if width > 1 else 0, "|,\t;".index(separator))

    return max(SEPARATORS, key=fit)


def sheet(text: str, separator: str) -> FileSheet:
    """Return the lines as cells. Each line stands alone: a quote left open swallows no other."""
    rows = tuple(FileRow(n, line, _cells(line, separator)) for n, line in lines_of(text))
    columns = max(len(row.cells) for row in rows)
    if columns > MOST_COLUMNS:
        raise UnreadableFile(f"It has {columns} columns; the diary reads up to {MOST_COLUMNS}.")
    return FileSheet(rows, _heading(rows), columns, separator)


def _cells(line: str, separator: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in next(csv.reader([line], delimiter=separator)))


def _heading(rows: Sequence[FileRow]) -> FileRow | None:
    """Return the first line as wide as most that comes before anything that could be a reading. A
    heading names fewer columns where commas divide numbers: then it is the last line above them."""
    width = Counter(len(row.cells) for row in rows).most_common(1)[0][0]
    narrow = None
    for row in rows:
        if any(is_value(cell) for cell in row.cells):
            return narrow
        if len(row.cells) == width:
            return row
        narrow = row if len(row.cells) > 1 else None
    return None


def is_value(cell: str) -> bool:
    """Could this be a number, a day or a time, however badly written?"""
    return bool(cell) and (cell[:1].isdigit() or moments.is_moment(cell))
