"""Medicines given as needed, as they are read again in words, and by which names they are known."""

import re
import unicodedata
from datetime import timedelta
from difflib import get_close_matches
from typing import NamedTuple
from zoneinfo import ZoneInfo

from diary.core import words as phrases
from diary.models import Medicine
from therapies.catalogue import catalogue
from therapies.templatetags.spelling import spelled

# Long names are known in spite of a slip of the finger; short ones would be taken for each other.
MIN_MISTYPED_LETTERS = 6
MIN_LIKENESS = 0.8
MIN_INSIDE_LETTERS = 5  # of a name that is known inside of a longer word


class MedicineLine(NamedTuple):
    """One medicine in words. `next_at` only where the family said how long to wait."""

    medicine: Medicine
    name: str
    at: str
    day: str
    words: str
    next_at: str
    can_hide_fever: bool


def longest_mask() -> timedelta:
    """Return for how long after it was given a medicine may hide a fever at most."""
    return timedelta(hours=max(m.masks_hours for m in catalogue().medicines.values()))


def known_by(name: str) -> str:
    """Return the slug of the catalogue's medicine that is known by this name, or nothing. A brand
    that somebody types must not pass for a medicine that hides no fever."""
    names = {
        alias: medicine.slug
        for medicine in catalogue().medicines.values()
        for alias in (medicine.slug, *medicine.also)
    }
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = re.findall(r"[\w-]+", plain)
    for word in words:
        for part in (word, *word.split("-")):
            if part in names:
                return names[part]
            likely = get_close_matches(part, names, n=1, cutoff=MIN_LIKENESS)
            if likely and len(part) >= MIN_MISTYPED_LETTERS:
                return names[likely[0]]
    long_names = (alias for alias in names if len(alias) >= MIN_INSIDE_LETTERS)
    return next((names[alias] for alias in long_names if alias in plain), "")


def medicine_name(medicine: Medicine) -> str:
    """Return the family's own name with the catalogue's behind it, or the one there is."""
    known = catalogue().medicines.get(medicine.medicine)
    if known is None:
        return medicine.name
    name = spelled(known.name)
    return f"{medicine.name} ({name.lower()})" if medicine.name else name


def medicine_words(medicine: Medicine, tz: ZoneInfo) -> str:
    amount = f", {medicine.amount}" if medicine.amount else ""
    taken_out = "; entered by mistake and removed" if medicine.withdrawn else ""
    at = phrases.clock(medicine.at, tz)
    return f"{medicine_name(medicine)}{amount} given at {at}{taken_out}"


def as_given(medicine: Medicine, tz: ZoneInfo) -> MedicineLine:
    hours = medicine.next_hours
    after = medicine.at + timedelta(hours=hours) if hours else None
    return MedicineLine(
        medicine=medicine,
        name=medicine_name(medicine),
        at=phrases.clock(medicine.at, tz),
        day=phrases.day_words(medicine.at.astimezone(tz).date()),
        words=medicine_words(medicine, tz),
        next_at=phrases.moment_words(after, tz) if after and not medicine.withdrawn else "",
        can_hide_fever=bool(medicine.medicine),
    )
