"""What the patient said about a day beside what a caregiver said about it. Neither overwrites the
other, and nothing is judged: every answer stands, with its time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from diary.check_ins.entries import Entry
from diary.core import words
from diary.models import CheckIn, Version

Answers = dict[str, list[tuple[str, str]]]  # what it is about: the answers, each with its time


@dataclass(frozen=True, slots=True)
class SidesRow:
    """One symptom. A side that said nothing about it is empty, which is not a "no"."""

    name: str
    own: str
    caregiver: str
    differs: bool

    @property
    def mark(self) -> str:
        """How the two compare, in a word."""
        if self.differs:
            return "Different"
        return "told alike" if self.own and self.caregiver else "one side only"


def two_views(entries: Iterable[Entry]) -> list[SidesRow]:
    """Compare the check-ins of one day, oldest first; nothing unless both sides told something."""
    entries = list(entries)
    own = _answers(entries, CheckIn.ToldBy.SELF)
    caregiver = _answers(entries, CheckIn.ToldBy.CAREGIVER) if own else {}
    if not caregiver:
        return []
    rows = [_row(name, own.get(name, []), caregiver.get(name, [])) for name in {**own, **caregiver}]
    return sorted(rows, key=lambda row: not row.differs)


def _answers(entries: Iterable[Entry], side: str) -> Answers:
    """Return what one side said; a removed check-in no longer says anything."""
    said: Answers = defaultdict(list)
    for entry in entries:
        if entry.is_removed or entry.check_in.told_by != side:
            continue
        if entry.current.version.kind != Version.Kind.SYMPTOMS:
            said["Altogether"].append((words.kind_words(entry.current.version), entry.time))
        for report in entry.current.reports:
            said[words.report_name(report)].append((words.answer_words(report), entry.time))
    return said


def _row(name: str, own: list[tuple[str, str]], caregiver: list[tuple[str, str]]) -> SidesRow:
    differs = bool(own and caregiver) and {a for a, _ in own} != {a for a, _ in caregiver}
    return SidesRow(name, _words(own), _words(caregiver), differs)


def _words(said: list[tuple[str, str]]) -> str:
    return "; ".join(f"{answer} at {time}" for answer, time in said)
