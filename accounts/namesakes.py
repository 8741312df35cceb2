"""Two people of one name among the diaries that a user may open: pages tell them apart by more than
a colour, and only where there are two."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils.dates import MONTHS

from accounts.models import Patient


class Namesake(NamedTuple):
    name: str
    birth_year: int
    birth_month: int
    created: datetime

    @classmethod
    def of(cls, patient: Patient) -> "Namesake":
        return cls(*(getattr(patient, name) for name in cls._fields))

    @property
    def sound(self) -> str:
        """The name without case, accents and signs: Zoë is Zoe, Ana-Li is Ana Li."""
        plain = unicodedata.normalize("NFKD", self.name.casefold())
        return "".join(c for c in plain if c.isalnum()) or self.name

    @property
    def born(self) -> tuple[int, int]:
        return self.birth_year, self.birth_month


def tell_apart(patient: Patient, others: Iterable[Namesake]) -> None:
    """Set what is said beside the name: the birth; where that is the same too, when the diary was
    begun; and of a diary and its copy the number that their files have too."""
    mine = Namesake.of(patient)
    same = [one for one in others if one.sound == mine.sound]
    if not same:
        return
    words = [f"{MONTHS[mine.birth_month]} {mine.birth_year}"]
    same = [one for one in same if one.born == mine.born]
    if same:
        began = patient.created.astimezone(patient.tz)
        words.append(f"diary begun {began.day} {began:%b %Y}")
    if any(one.created.date() == mine.created.date() for one in same):
        words.append(f"number {patient.number}")
    patient.apart = f" ({', '.join(words)})"


def tell_all_apart(patients: Sequence[Patient]) -> None:
    known = [Namesake.of(patient) for patient in patients]
    for n, patient in enumerate(patients):
        tell_apart(patient, [*known[:n], *known[n + 1 :]])
