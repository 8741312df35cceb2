"""Medicines given as needed, as they are read again: in words, and what they may hide."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from accounts.models import Patient
from diary import phrases
from diary.models import Medicine
from therapies.catalogue import catalogue
from therapies.templatetags.spelling import spelled

# Long names are known in spite of a slip of the finger; short ones would be taken for each other.
FORGIVING = 6
ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Given:
    """One medicine in words. `next_at` only where the family said how long to wait."""

    medicine: Medicine
    name: str
    at: str
    day: str
    words: str
    next_at: str
    can_hide_fever: bool


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
            likely = get_close_matches(part, names, n=1, cutoff=ALIKE)
            if likely and len(part) >= FORGIVING:
                return names[likely[0]]
    return next((slug for alias, slug in names.items() if alias in plain), "")


def medicine_name(medicine: Medicine) -> str:
    """Return the family's own name with the catalogue's behind it, or the one there is."""
    known = catalogue().medicines.get(medicine.medicine)
    if known is None:
        return medicine.name
    name = spelled(known.name)
    return f"{medicine.name} ({name.lower()})" if medicine.name else name


def medicine_words(medicine: Medicine, tz: ZoneInfo) -> str:
    amount = f", {medicine.amount}" if medicine.amount else ""
    taken_out = "; entered by mistake and taken out" if medicine.withdrawn else ""
    at = phrases.clock(medicine.at, tz)
    return f"{medicine_name(medicine)}{amount} given at {at}{taken_out}"


def _longest() -> timedelta:
    return timedelta(hours=max(m.masks_hours for m in catalogue().medicines.values()))


def given_between(patient: Patient, first: datetime, last: datetime) -> list[Medicine]:
    """Return what was given up to `last` and may still matter at `first`, the earliest first."""
    return list(patient.medicines.filter(at__range=(first - _longest(), last)).order_by("at"))


def masking(given: Sequence[Medicine], at: datetime) -> list[Medicine]:
    """Return those that may hide a fever at this moment, of medicines with the earliest first. What
    was taken out hides nothing."""
    first = bisect_left(given, at - _longest(), key=_moment)
    last = bisect_right(given, at, key=_moment)
    return [medicine for medicine in given[first:last] if _masks(medicine, at)]


def _moment(medicine: Medicine) -> datetime:
    return medicine.at


def _masks(medicine: Medicine, at: datetime) -> bool:
    known = catalogue().medicines.get(medicine.medicine)
    if known is None or medicine.withdrawn is not None:
        return False
    return medicine.at <= at <= medicine.at + timedelta(hours=known.masks_hours)


def mask_words(given: Sequence[Medicine], at: datetime, tz: ZoneInfo) -> str:
    """Say what a reading of this moment may be masked by; nothing where nothing is known."""
    hiding = masking(given, at)
    if not hiding:
        return ""
    said = [f"{medicine_name(m)} at {_when(m.at, at, tz)}" for m in hiding]
    return f"may be masked by {', '.join(said)}"


def _when(given: datetime, at: datetime, tz: ZoneInfo) -> str:
    same_day = given.astimezone(tz).date() == at.astimezone(tz).date()
    day = "" if same_day else f" on {phrases.day_words(given.astimezone(tz).date())}"
    return f"{phrases.clock(given, tz)}{day}"


def as_given(medicine: Medicine, tz: ZoneInfo) -> Given:
    hours = medicine.next_hours
    after = medicine.at + timedelta(hours=hours) if hours else None
    return Given(
        medicine=medicine,
        name=medicine_name(medicine),
        at=phrases.clock(medicine.at, tz),
        day=phrases.day_words(medicine.at.astimezone(tz).date()),
        words=medicine_words(medicine, tz),
        next_at=phrases.moment_words(after, tz) if after and not medicine.withdrawn else "",
        can_hide_fever=bool(medicine.medicine),
    )
