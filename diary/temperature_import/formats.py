"""Files that are not a table of text, by what they are."""

import re

REMEDY = (
    "The diary reads CSV and plain text. In the other app, choose CSV; a spreadsheet saves as CSV "
    "under “Save as”."
)
STARTS = (
    (b"\xd0\xcf\x11\xe0", "an older Excel spreadsheet (xls)"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x1f\x8b", "a packed file (gz)"),
    (b"7z\xbc\xaf", "a packed file (7z)"),
    (b"Rar!", "a packed file (rar)"),
    (b"BZh", "a packed file (bz2)"),
    (b"\xfd7zXZ", "a packed file (xz)"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"{\\rtf", "a formatted text (RTF)"),
    (b"bplist", "a settings file of an Apple device (plist)"),
)
# What stands in a zip file, by the names of its parts.
PARTS = (
    (b"xl/", "an Excel spreadsheet (xlsx)"),
    (b"word/", "a Word document (docx)"),
    (b"opendocument.spreadsheet", "a spreadsheet (ods)"),
    (b"Index/Document.iwa", "a Numbers spreadsheet"),
)
TEXTS = (
    (re.compile(r"<(!doctype html|html|table)\b"), "a web page (HTML)"),
    (re.compile(r"<[?!a-z]"), "XML"),
    (re.compile(r"\{|\[\s*[\[{\]\"]"), "JSON"),
    (re.compile(r"begin:vcal"), "a calendar (ics)"),
    (re.compile(r"begin:vcard"), "a contact (vcf)"),
)
LOOKED_AT = 4_000  # bytes


def other_format(raw: bytes) -> str:
    """Return what a file is that is not text, as its bytes say; nothing where it may be text."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if raw.startswith(b"PK\x03\x04"):
        inside = raw[:LOOKED_AT] + raw[-LOOKED_AT:]
        return next((what for part, what in PARTS if part in inside), "a zip file")
    if raw[4:8] == b"ftyp":
        return "a picture or a film"
    return next((what for start, what in STARTS if raw.startswith(start)), "")


def other_text(text: str) -> str:
    """Return what a text is that is not a table; nothing where it may be one."""
    start = text[:LOOKED_AT].lstrip().lower()
    return next((what for pattern, what in TEXTS if pattern.match(start)), "")
