"""Symptoms and temperatures of a period, counted from what counts now: the current versions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from diary.check_ins.entries import Entry
from diary.check_ins.versions import SavedVersion
from diary.core.words import answer_words, clock, day_words, symptom_name
from diary.history.timeline import Day
from diary.judging.fever import (
    ReadingStatus,
    degrees_c,
    impossible_words,
    is_fever,
    reading_status,
    status_words,
)
from diary.models import CheckIn, Finding, Report
from summary.content.shapes import Reading, ReadingDay, SymptomRow
from therapies.catalogue import catalogue
from therapies.rulebook import Level

RANK = {answer: rank for rank, answer in enumerate(("yes", "mild", "moderate", "severe"))}
TOLD = CheckIn.ToldBy
TELLERS = {
    TOLD.SELF.value: "patient",
    TOLD.CAREGIVER.value: "caregiver",
    TOLD.TOGETHER.value: "both",
}


@dataclass
class Tally:
    """One symptom's answers while they are being counted."""

    present: set[date] = field(default_factory=set)
    denied: set[date] = field(default_factory=set)
    below: set[date] = field(default_factory=set)  # measured, and no fever
    answers: set[str] = field(default_factory=set)
    told: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))
    highest: Report | None = None
    impossible: Report | None = None  # what cannot be right; it is never the highest
    level: Level | None = None

    def add(self, report: Report, day: date, entry: Entry) -> None:
        if report.answer == Report.Answer.NO:
            self.denied.add(day)
            return
        if report.answer == Report.Answer.READING:
            status = reading_status(report, saved_line=entry.line_of(report))
            if status is ReadingStatus.BELOW:
                self.below.add(day)
                return
            if status is ReadingStatus.IMPOSSIBLE:
                self.impossible = report
            else:
                self.highest = max(filter(None, (self.highest, report)), key=_degrees)
        else:
            self.answers.add(report.answer)
        self.present.add(day)
        self.told[entry.check_in.told_by].add(day)

    @property
    def worst(self) -> str:
        """The highest reading as it was typed, or the strongest answer."""
        if self.highest is not None:
            return answer_words(self.highest)
        if self.impossible is not None:
            return f"{answer_words(self.impossible)}, {impossible_words(self.impossible)}"
        return max(self.answers, key=lambda answer: RANK[answer]) if self.answers else ""

    def beats(self, other: "Tally") -> bool:
        """Was its worst answer, or its highest reading, above that of the other?"""
        if self.highest is not None and other.highest is not None:
            return _degrees(self.highest) > _degrees(other.highest)
        return self.rank[1] < other.rank[1]

    @property
    def told_words(self) -> str:
        """Say who told it, and of several, on how many days each: patient 3, caregiver 5."""
        known = [(who, len(self.told.get(by, ()))) for by, who in TELLERS.items()]
        told = [(who, days) for who, days in known if days]
        return ", ".join(f"{who} {days}" if len(told) > 1 else who for who, days in told)

    @property
    def rank(self) -> tuple[int, int, int]:
        strongest = max((RANK[answer] for answer in self.answers), default=0)
        return (-(self.level or 0), -strongest, -len(self.present))


def symptoms(tallies: Mapping[str, Tally]) -> tuple[tuple[SymptomRow, ...], tuple[str, ...]]:
    """Return the symptoms that were present, the most pressing first, and in one list those that
    were asked about and answered no every time."""
    present = [(name, tally) for name, tally in tallies.items() if tally.present]
    present.sort(key=lambda pair: (*pair[1].rank, pair[0]))
    rows = tuple(_row(name, tally) for name, tally in present)
    denied = (
        f"{name} ({len(tally.denied)})"
        for name, tally in tallies.items()
        if tally.denied and not tally.present
    )
    return rows, tuple(sorted(denied))


def tallies_of(days: Sequence[Day]) -> dict[str, Tally]:
    """Count by name: two symptoms in the family's own words are two, whatever stands for them."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    entries = [(day.day, entry) for day in days for entry in day.entries]
    for day, entry in entries:
        for report in () if entry.is_removed else entry.current.reports:
            tallies[symptom_name(report)].add(report, day, entry)
    for _, entry in entries:
        for finding, name in _named(entry):
            if tally := tallies.get(name):
                tally.level = max(Level[finding.level.upper()], tally.level or Level.UNLISTED)
    return tallies


def _named(entry: Entry) -> Iterator[tuple[Finding, str]]:
    """Give each finding the names of what it was found for."""
    for said in entry.versions:
        names: dict[str, list[str]] = defaultdict(list)
        for report in said.reports if said.findings else ():
            names[report.symptom].append(symptom_name(report))
        for finding in said.findings:
            for name in names.get(finding.symptom, ()):
                yield finding, name


def _row(name: str, tally: Tally) -> SymptomRow:
    return SymptomRow(
        label=name,
        level=catalogue().words(tally.level).word if tally.level is not None else "",
        worst=tally.worst,
        present=len(tally.present),
        denied=len(tally.denied - tally.present),
        first=day_words(min(tally.present)),
        last=day_words(max(tally.present)),
        told=tally.told_words,
    )


def readings(days: Iterable[Day], line: Decimal) -> tuple[ReadingDay, ...]:
    """Return every temperature that was ever typed, by day: one that was corrected or removed
    stays, and says so."""
    found = []
    for day in days:
        said = tuple(r for entry in day.entries for r in _readings(entry, line))
        if said:
            found.append(ReadingDay(day_words(day.day), said))
    return tuple(found)


def _readings(entry: Entry, line: Decimal) -> list[Reading]:
    """Return the readings of one check-in, version by version, the same one only once."""
    typed = [_reading_of(said) for said in entry.versions]
    rows = []
    for number, report in enumerate(typed):
        later = typed[number + 1 :]
        if report is None or (later and later[0] and _same(report, later[0])):
            continue
        level = _level(entry, report.symptom, number)
        saved_line = entry.line_of(report)
        fever = is_fever(report, saved_line=saved_line)
        status = status_words(report, saved_line=saved_line, line=line)
        flag = "" if fever else _flag(level)
        marks = (status, flag, entry.mask_of(report), _fate(entry, later))
        rows.append(
            Reading(
                time=clock(entry.check_in.at, entry.tz),
                words=answer_words(report),
                mark=", ".join(filter(None, marks)),
                told=TELLERS[entry.check_in.told_by],
                is_urgent=level is Level.URGENT or fever,
            )
        )
    return rows


def _reading_of(said: SavedVersion) -> Report | None:
    return next((r for r in said.reports if r.temperature is not None), None)


def _same(one: Report, other: Report) -> bool:
    return (one.temperature, one.unit) == (other.temperature, other.unit)


def _level(entry: Entry, symptom: str, number: int) -> Level | None:
    """Return what the reading of this version was flagged as."""
    found = (f for f in entry.versions[number].findings if f.symptom == symptom)
    return max((Level[f.level.upper()] for f in found), default=None)


def _flag(level: Level | None) -> str:
    if level is None or level < Level.CONTACT:
        return ""
    return f"flagged {catalogue().words(level).word.lower()}"


def _fate(entry: Entry, later: Sequence[Report | None]) -> str:
    """Say what became of a reading that is not the current one."""
    if entry.is_removed and not any(later):
        return "in an entry that was removed"
    if not later:
        return ""
    return f"corrected to {answer_words(later[0])}" if later[0] else "removed later"


def _degrees(report: Report) -> Decimal:
    degrees = degrees_c(report)
    assert degrees is not None  # noqa: S101 (what cannot be right is kept apart)
    return degrees
