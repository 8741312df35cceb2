"""What somebody types about an entry in their own words, where it is kept from who looks."""

from collections.abc import Iterable
from typing import Any

from accounts.models import Patient

HIDDEN = "hidden from you"
TYPED = ("note", "reason")  # of an entry, of a correction, of a photo and of its removal


class HiddenWords(str):
    """Says only that there are words. Two are the same where their words are, so that a correction
    of them is still one."""

    _mark: int

    def __new__(cls, words: str) -> "HiddenWords":
        made = super().__new__(cls, HIDDEN)
        made._mark = hash(words)
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HiddenWords) and other._mark == self._mark

    def __hash__(self) -> int:
        return hash(self._mark)


def hide_words(patient: Patient, *rows: Any) -> None:
    """Leave of these rows that there are words, and not the words, where the owner wants it so.
    Whoever it is wanted for only reads: nothing of it is ever saved."""
    if not patient.hides_notes:
        return
    for row in rows:
        for name in TYPED:
            if words := getattr(row, name, ""):
                setattr(row, name, HiddenWords(words))


def own_notes(patient: Patient, rows: Iterable[Any]) -> list[Any]:
    """Return of these private notes those of whoever stands at the door, and no others."""
    return [row for row in rows if patient.reader_id is not None and row.by_id == patient.reader_id]
