"""One day in one line: what presses most, how much more there is, and the highest temperature."""

from dataclasses import dataclass
from datetime import date

from django.utils.text import Truncator

from diary.check_ins.entries import Entry
from diary.check_ins.versions import ReportHistory
from diary.core.words import degrees, symptom_name
from diary.history.calendar import kind_of
from diary.history.timeline import Day
from diary.judging.fever import degrees_c, is_fever
from diary.models import Dose, Report, Version
from therapies.catalogue import catalogue
from therapies.rulebook import Level

MOST_LETTERS = 32  # of a note
MOST_WORDS = 4  # of a name; the page of the day has all of it
STRENGTHS = (Report.Answer.MILD, Report.Answer.MODERATE, Report.Answer.SEVERE)
Rank = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class DayLine:
    """`kind` is one of the calendar's marks; `more` says how many others there are."""

    day: date
    kind: str
    words: str
    more: int
    temperature: str
    is_open: bool

    @property
    def weekday(self) -> str:
        return f"{self.day:%a}"


def line_of(day: Day, unit: str, today: date) -> DayLine:
    said = _pressing(day) or [_otherwise(day, today)]
    return DayLine(
        day=day.day,
        kind=kind_of(day),
        words=said[0],
        more=len(said) - 1,
        temperature=_highest(day, unit),
        is_open=any(entry.is_open for entry in day.entries),
    )


def _pressing(day: Day) -> list[str]:
    """Name what was reported, the most urgent first, then the strongest. What was removed counts
    only where it was urgent."""
    found: dict[str, Rank] = {}
    for entry in day.entries:
        for one in entry.answered if entry.is_urgent or not entry.is_removed else ():
            name, rank = _ranked(entry, one)
            if name:
                found[name] = min(found.get(name, rank), rank)
    if any(event.is_different for event in day.home):
        found["One-minute check"] = (-Level.CONTACT, 0, "One-minute check: different")
    names = sorted(found, key=lambda name: (found[name], name))
    said = names if len(names) > 1 else [words for _, _, words in found.values()]
    return [f"Too ill: {said[0]}", *said[1:]] if said and _is_too_ill(day) else said


def _ranked(entry: Entry, one: ReportHistory) -> tuple[str, Rank]:
    report = one.first if entry.is_removed or one.last is None else one.last
    findings = (f for f in entry.findings if f.symptom == report.symptom)
    level = max((Level[f.level.upper()] for f in findings), default=Level.UNLISTED)
    if report.symptom == catalogue().thermometer:
        # A number stands at the end of the line.
        name = _temperature(entry, one) if level >= Level.CONTACT else ""
        return name, (-level, 0, name)
    name = Truncator(symptom_name(report)).words(MOST_WORDS, truncate="…")
    if (answer := Report.Answer(report.answer)) not in STRENGTHS:
        return name, (-level, 0, name)
    return name, (-level, -STRENGTHS.index(answer), f"{name}, {answer}")


def _temperature(entry: Entry, one: ReportHistory) -> str:
    said = [one.first, *(report for report, _ in one.later if report is not None)]
    fevers = [report for report in said if is_fever(report, saved_line=entry.line_of(report))]
    if not fevers:
        return "Temperature"
    return "Fever" if one.last in fevers else "Fever, corrected"


def _otherwise(day: Day, today: date) -> str:
    """Say what a day holds on which no symptom was reported; tablets only if they were missed."""
    missed = [d for d in day.doses if d.dose.status == Dose.Status.MISSED]
    said = [*missed, *(d for d in day.doses if d.dose.kind != Dose.Kind.TABLET)]
    given = said[0].words if said else ""
    return ". ".join(filter(None, (_kind(day, today), given)))


def _kind(day: Day, today: date) -> str:
    if day.is_gap:
        return "No entry yet" if day.day == today else "No entry"
    if day.has_a_look_only:
        return "One-minute check, no entry"
    if not day.entries:
        return ""
    if day.has_nothing_new_only:
        return "Nothing new"
    if _is_too_ill(day):
        return "Too ill to fill in"
    notes = (entry.current.version.note for entry in day.entries if not entry.is_removed)
    note = next(filter(None, notes), "")
    return f"“{Truncator(note).chars(MOST_LETTERS)}”" if note else "No symptom entered"


def _is_too_ill(day: Day) -> bool:
    kinds = (e.current.version.kind for e in day.entries if not e.is_removed)
    return Version.Kind.TOO_ILL in kinds


def _highest(day: Day, unit: str) -> str:
    """Return the highest temperature as it was typed; its unit only where it is not the usual."""
    current = (e.current.reports for e in day.entries if not e.is_removed)
    measured = [
        (in_celsius, report.temperature, report.unit)
        for reports in current
        for report in reports
        if (in_celsius := degrees_c(report)) is not None and report.temperature is not None
    ]
    if not measured:
        return ""
    _, temperature, typed = max(measured)
    return f"{degrees(temperature)}°{'' if typed == unit else typed}"
