"""Which characters the fonts of the PDF can draw, and what stands for those they cannot.

A PDF/UA file may not hold a character without a drawing, and a note must never keep the summary
from being made: an emoji is written out by its name, another script by its code points.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic

FOLDERS = (Path(fontpkg_noto_sans.ROOT), Path(fontpkg_noto_sans_arabic.ROOT))
# What turns or hides the text around it, and what no reader can see.
UNSEEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}
JOINERS = {"\u200c", "\u200d"}  # unseen, but a script is read by them
LONGEST_WORD = 24
BREAK_HERE = "\u200b"
# What nearly all texts consist of, and what these fonts are known to draw.
EVERYDAY = re.compile("[ -~\u00a0°–’“”…]*")
LONG = re.compile(rf"[^ ]{{{LONGEST_WORD + 1}}}")
# Scripts that are written from the right: Hebrew, Arabic, and their neighbours.
RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
FROM_THE_RIGHT = re.compile(rf"[{RIGHT}](?:[{RIGHT}\W\d_]*[{RIGHT}])?")
ISOLATE, END = "\u2068", "\u2069"
CLOSING = {")": "(", "]": "[", "}": "{", "»": "«", "”": "“"}


def drawable(text: str) -> str:
    """Return the text with every character that the fonts lack spelled out, words written from the
    right kept together, and room to break in very long words. Line ends stay."""
    text = text.replace(" °", "\u00a0°")
    if EVERYDAY.fullmatch(text) and not LONG.search(text):
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_isolated(" ".join(map(_word, line.split(" ")))) for line in lines)


def is_unseen(character: str) -> bool:
    return unicodedata.category(character) in UNSEEN_CATEGORIES and character not in JOINERS


def not_drawable(text: str) -> list[str]:
    """Return every letter that paper would show as a code."""
    letters = (c for c in text if unicodedata.category(c)[0] in "LM" and c not in _character(c))
    return list(dict.fromkeys(letters))


@cache
def undrawable_letters() -> str:
    """Return the letters that paper would show as a code, as a browser's class of characters."""
    covered = _covered()
    runs: list[list[int]] = []
    is_in_run = False
    for code in range(max(covered) + 1):
        if unicodedata.category(chr(code))[0] not in "LM":
            continue
        if code in covered:
            is_in_run = False
        elif is_in_run:
            runs[-1][1] = code
        else:
            runs.append([code, code])
            is_in_run = True
    runs.append([max(covered) + 1, 0x10FFFF])
    return "".join(f"\\u{{{first:x}}}-\\u{{{last:x}}}" for first, last in runs)


def _isolated(line: str) -> str:
    """Keep words written from the right from turning the numbers and brackets beside them round."""
    pieces, at = [], 0
    while found := FROM_THE_RIGHT.search(line, at):
        end = found.end()
        while (closing := line[end : end + 1]) in CLOSING and _is_open(
            line[found.start() : end], CLOSING[closing], closing
        ):
            end += 1
        pieces += [line[at : found.start()], ISOLATE, line[found.start() : end], END]
        at = end
    return "".join([*pieces, line[at:]])


def _is_open(text: str, opening: str, closing: str) -> bool:
    return text.count(opening) > text.count(closing)


def _word(word: str) -> str:
    drawn = "".join(_character(c) for c in word)
    if len(drawn) <= LONGEST_WORD:
        return drawn
    pieces = (drawn[at : at + LONGEST_WORD] for at in range(0, len(drawn), LONGEST_WORD))
    return BREAK_HERE.join(pieces)


@cache
def _character(character: str) -> str:
    code = ord(character)
    if character == "\t":
        return " "
    if is_unseen(character):
        return ""
    if code in _covered():
        return character
    if 0xFE00 <= code <= 0xFE0F:  # which form of the character before is meant
        return ""
    name = unicodedata.name(character, "") if unicodedata.category(character) == "So" else ""
    return f"[{name.lower()}]" if name else f"[U+{code:04X}]"


@cache
def _covered() -> frozenset[int]:
    """Every code point that each cut (upright, italic) of one of the families can draw."""
    return frozenset().union(*(_family(folder) for folder in FOLDERS))


def _family(folder: Path) -> frozenset[int]:
    cuts = [frozenset(_code_points(path.read_bytes())) for path in folder.rglob("*.ttf")]
    return frozenset.intersection(*cuts)


def _code_points(font: bytes) -> Iterator[int]:
    """Read the font's own table of characters (cmap). Of its formats only the 12th is read: in each
    of these fonts it has every character that the others have, and more."""
    records = struct.iter_unpack(">4sIII", font[12 : 12 + 16 * _number(font, ">H", 4)])
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    for number in range(_number(font, ">H", cmap + 2)):
        at = cmap + _number(font, ">I", cmap + 8 + 8 * number)
        if _number(font, ">H", at) == 12:
            groups = font[at + 16 : at + 16 + 12 * _number(font, ">I", at + 12)]
            for first, last, glyph in struct.iter_unpack(">III", groups):
                yield from range(first if glyph else first + 1, last + 1)


def _number(font: bytes, kind: str, at: int) -> int:
    return int(struct.unpack_from(kind, font, at)[0])
