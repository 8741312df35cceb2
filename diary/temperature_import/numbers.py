"""Temperatures as other apps write them: 37.2, 37,2, 37.2 °C, 98.6F."""

import re
from decimal import ROUND_CEILING, Decimal

from diary.core.fields import plain, plain_number

UNITS = {
    "c": "C", "°c": "C", "deg c": "C", "degc": "C", "celsius": "C",
    "f": "F", "°f": "F", "deg f": "F", "degf": "F", "fahrenheit": "F",
}  # fmt: skip
UNIT_WORD = re.compile(r"(?<![a-z])(°\s?[cf]|deg\.?\s?[cf]|celsius|fahrenheit|[cf])(?![a-z])")
NUMBER = re.compile(r"([+-]?\d{1,4}(?:[.]\d{0,40})?)\s*(.*)")
KEPT = Decimal("0.001")
NOISE = Decimal("0.000001")  # what a computer's own arithmetic adds or takes away is smaller


def unit_in(text: str) -> str:
    """Return the unit that stands in a cell or a heading; nothing where there is none, or both."""
    found = {_unit(word) for word in UNIT_WORD.findall(plain(text).lower())}
    return found.pop() if len(found) == 1 else ""


def value_of(cell: str) -> Decimal | None:
    """Return the number in a cell that holds a number and at most a unit, as the diary keeps it.

    It keeps three decimals. Another app that converts writes more: what is cut off is rounded up,
    so that a reading never falls below the fever line by it.
    """
    number = _number(cell)
    if number is None or number.as_tuple().exponent >= KEPT.as_tuple().exponent:  # type: ignore[operator]
        return number
    return number.quantize(NOISE).quantize(KEPT, rounding=ROUND_CEILING)


def is_cut(cell: str) -> bool:
    """Has the number more decimals than the diary keeps, other than noughts?"""
    return _number(cell) != value_of(cell)


def _number(cell: str) -> Decimal | None:
    match = NUMBER.fullmatch(plain_number(cell).lower())
    return None if match is None or (match[2] and not _unit(match[2])) else Decimal(match[1])


def _unit(word: str) -> str:
    return UNITS.get(re.sub(r"\s+|\.", " ", word).replace("° ", "°").strip(), "")
