"""Digits, gaps and signs of any script as plain ones."""

import re
import unicodedata

# Other signs that people and apps write for °, and what is left of one in a wrong code page.
DEGREE = re.compile("&deg;|Â°|Âº|[º˚ᵒ⁰∘◦゜ﾟ�]")
DECIMAL_MARKS = "٫،·"  # besides the point and the comma, wide or not


def plain(text: str) -> str:
    """Return digits and gaps of any script as plain ones, without what is invisible."""
    if text.isascii():
        return DEGREE.sub("°", text).strip()
    found = []
    for character in unicodedata.normalize("NFKC", DEGREE.sub("°", text)):
        kind = unicodedata.category(character)
        if kind == "Nd":
            found.append(str(unicodedata.digit(character)))
        elif kind == "Zs":
            found.append(" ")
        elif kind == "Pd" or character == "−":
            found.append("-")
        elif kind != "Cf":
            found.append(character)
    return "".join(found).strip()


def plain_number(text: str) -> str:
    """Return a number with a point for its decimals."""
    return re.sub(f"[,{DECIMAL_MARKS}]", ".", plain(text))
