"""Opens CSV files as a spreadsheet does, and reads what became of the cells."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
# Comma, double quote, UTF-8, from line 1; find special numbers, and evaluate formulas: the worst
# that somebody could choose in the window that asks.
WORST = "CSV:44,34,76,1,,0,false,true,false,false,false,0,true"
NAMES = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def needs_office() -> None:
    """As with the browser: skipped where it is missing, but never unseen where all is needed."""
    if OFFICE:
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail("there is no LibreOffice: install Debian's package libreoffice-calc-nogui")
    pytest.skip("no LibreOffice found (install the package libreoffice-calc-nogui)")


Cell = tuple[str, str, bool]  # kind (n, s, ...), text, whether it is a formula


def opened(folder: Path, *, filtered: str = WORST) -> dict[str, list[list[Cell]]]:
    """Return every CSV file of the folder as rows of cells."""
    files = sorted(str(path) for path in folder.glob("*.csv"))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--norestore", f"--infilter={filtered}"]
    command += ["--convert-to", "xlsx", "--outdir", str(folder / "out"), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {path.stem: _cells(path) for path in sorted((folder / "out").glob("*.xlsx"))}


def _cells(path: Path) -> list[list[Cell]]:
    with zipfile.ZipFile(path) as book:
        strings = _xml(book, "xl/sharedStrings.xml").findall("si", NAMES)
        sheet = _xml(book, "xl/worksheets/sheet1.xml")
    shared = ["".join(t.text or "" for t in item.iter(f"{{{NAMES['']}}}t")) for item in strings]
    return [_row(row, shared) for row in sheet.iter(f"{{{NAMES['']}}}row")]


def _row(row: ElementTree.Element, shared: list[str]) -> list[Cell]:
    """Cells that are empty are left out of the file; here each has its place."""
    found: list[Cell] = []
    for cell in row.findall("c", NAMES):
        place = 0
        for letter in cell.get("r", "").rstrip("0123456789"):
            place = place * 26 + ord(letter) - ord("A") + 1
        found += [("", "", False)] * (place - 1 - len(found))
        found.append(_cell(cell, shared))
    return found


def _xml(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(name))  # noqa: S314 (written here a moment ago)


def _cell(cell: ElementTree.Element, shared: list[str]) -> Cell:
    kind, value = cell.get("t", "n"), cell.findtext("v", "", NAMES)
    text = shared[int(value)] if kind == "s" else value
    return kind, text, cell.find("f", NAMES) is not None
