"""Finds the temperature among typed words, with a unit or without."""

import re

from therapies.catalogue import catalogue

NUMBER = re.compile(r"(?<![\d.,])(\d{2,4})(?:\s*[.,]\s*(\d{1,2}))?(?!\d)\s*([°º]?\s*[a-z%]*)")
CERTAIN_SCORE, LIKELY_SCORE = 20.0, 3.0
BODY_RANGES = {"C": (30, 45), "F": (86, 113)}
LIKELY_RANGES = ((34, 43), (93, 110))
TENTHS_RANGES = ((340, 430), (930, 1100))  # "386", tenths of a degree


def temperature_score(words: str) -> float:
    """Return how surely a temperature stands in the words; 0 where none does."""
    return max((_score(*found.groups()) for found in NUMBER.finditer(words.casefold())), default=0)


def _score(digits: str, decimals: str | None, after: str) -> float:
    unit = after.strip("°º ")
    known = catalogue().typed_temperature
    is_degrees = unit in known.units or after.startswith(("°", "º"))
    if "%" in after or unit in known.not_units:
        return 0
    value = float(f"{digits}.{decimals or 0}")
    if is_degrees and any(low <= value <= high for low, high in BODY_RANGES.values()):
        return CERTAIN_SCORE
    is_likely = any(low <= value < high for low, high in (*LIKELY_RANGES, *TENTHS_RANGES))
    return LIKELY_SCORE if is_likely else 0
