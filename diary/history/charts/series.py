"""What the charts of a stretch of days have to say: every answer, every reading, every gap.

Nothing is filled in and nothing is judged. A check-in that was removed says nothing any more, but
an urgent finding in it stays an urgent moment.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from diary.check_ins.entries import Entry
from diary.core import words as phrases
from diary.history.timeline import Day, State
from diary.judging.fever import degrees_c, is_fever, status_words
from diary.models import Report
from therapies.catalogue import catalogue
from therapies.rulebook import Level

MINUTES_A_DAY = 24 * 60
# The fixed scale of a symptom, the lowest first; "yes" only where a symptom has no strengths.
STRENGTHS = ("no", "mild", "moderate", "severe")
YES_NO = ("no", "yes")


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """Something at a time of a day. `part` is how much of the day was over, by the clock."""

    day: date
    part: float
    words: str
    level: str  # urgent, contact, or nothing


@dataclass(frozen=True, slots=True)
class AnswerPoint(ChartPoint):
    answer: str


@dataclass(frozen=True, slots=True)
class TemperaturePoint(ChartPoint):
    """A temperature; `degrees_c` is None where nobody measured, or where it cannot be."""

    degrees_c: Decimal | None
    is_fever: bool
    is_masked: bool


@dataclass(frozen=True, slots=True)
class SymptomSeries:
    """One symptom, in the catalogue's words or the family's own, with every answer to it."""

    name: str
    scale: tuple[str, ...]
    answers: tuple[AnswerPoint, ...]

    def strength(self, answer: AnswerPoint) -> float:
        """Return where it is on the scale, from 0 to 1."""
        return self.scale.index(answer.answer) / (len(self.scale) - 1)

    @property
    def is_denied(self) -> bool:
        """Was it answered no each time?"""
        return not any(map(self.strength, self.answers))


@dataclass(frozen=True, slots=True)
class ChartDays:
    """Days in a row: those with something written, a daily look alone included, and those that were
    not logged. Days before the diary began and days to come are neither."""

    first: date
    last: date
    logged: frozenset[date]
    gaps: frozenset[date]

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def known(self) -> frozenset[date]:
        return self.logged | self.gaps


def stretch_of(days: Sequence[Day]) -> ChartDays:
    written = (State.LOGGED, State.LOOKED)
    logged = frozenset(day.day for day in days if day.state in written)
    gaps = frozenset(day.day for day in days if day.state is State.NOT_LOGGED)
    return ChartDays(days[0].day, days[-1].day, logged, gaps)


def series_of(days: Iterable[Day]) -> list[SymptomSeries]:
    """Return every symptom that was answered, in the order of their worst level and answer."""
    found: dict[str, list[AnswerPoint]] = defaultdict(list)
    scales: dict[str, tuple[str, ...]] = {}
    for entry, report in _reports(days):
        if report.symptom != catalogue().thermometer:
            name = phrases.symptom_name(report)
            found[name].append(_answer(entry, report))
            scale = scales.setdefault(name, _scale(report.symptom))
            if report.answer not in scale:  # asked otherwise at another time
                scales[name] = (*scale, report.answer)
    rows = [SymptomSeries(name, scales[name], tuple(said)) for name, said in found.items()]
    return sorted(rows, key=_pressing)


def temperatures_of(days: Iterable[Day], line: Decimal) -> list[TemperaturePoint]:
    """Return every temperature that counts now, felt ones too, each by the fever line that it was
    saved with. `line` is the one of now, which is drawn."""
    reports = ((e, r) for e, r in _reports(days) if r.symptom == catalogue().thermometer)
    return [_taken(e, r, line) for e, r in reports if r.answer != Report.Answer.NO]


def urgent_of(days: Iterable[Day]) -> list[ChartPoint]:
    """Return every check-in that was urgent in any of its versions."""
    return [
        ChartPoint(entry.check_in.local_day, _part(entry), _urgent_words(entry), Level.URGENT.slug)
        for day in days
        for entry in day.entries
        if entry.is_urgent
    ]


def when(entry: Entry) -> str:
    return f"{phrases.day_name(entry.check_in.local_day)} at {entry.time}"


def _reports(days: Iterable[Day]) -> Iterator[tuple[Entry, Report]]:
    for day in days:
        for entry in day.entries:
            if not entry.is_removed:
                for report in entry.current.reports:
                    yield entry, report


def _scale(symptom: str) -> tuple[str, ...]:
    return YES_NO if catalogue().reportable[symptom].kind == "yes-no" else STRENGTHS


def _answer(entry: Entry, report: Report) -> AnswerPoint:
    level = _level(entry, report)
    said = phrases.answer_words(report)
    words = ", ".join(filter(None, (f"{when(entry)}: {said}", level)))
    return AnswerPoint(entry.check_in.local_day, _part(entry), words, level, report.answer)


def _taken(entry: Entry, report: Report, line: Decimal) -> TemperaturePoint:
    masked = entry.mask_of(report)
    level = _level(entry, report)
    said = phrases.answer_words(report) if report.temperature is not None else ""
    saved_line = entry.line_of(report)
    status = status_words(report, saved_line=saved_line, line=line)
    words = f"{when(entry)}: {', '.join(filter(None, (said, status, masked, level)))}"
    return TemperaturePoint(
        day=entry.check_in.local_day,
        part=_part(entry),
        words=words,
        level=level,
        degrees_c=degrees_c(report),
        is_fever=is_fever(report, saved_line=saved_line),
        is_masked=bool(masked),
    )


def _level(entry: Entry, report: Report) -> str:
    """Return what this answer was flagged as, where the team should hear of it."""
    found = (f for f in entry.current.findings if f.symptom == report.symptom)
    level = max((Level[f.level.upper()] for f in found), default=Level.UNLISTED)
    return level.slug if level >= Level.CONTACT else ""


def _part(entry: Entry) -> float:
    at = entry.check_in.at.astimezone(entry.tz)
    return (at.hour * 60 + at.minute) / MINUTES_A_DAY


def _urgent_words(entry: Entry) -> str:
    if entry.is_removed:
        return f"{when(entry)}: urgent, removed later"
    return f"{when(entry)}: urgent" + ("" if entry.is_urgent_now else " before it was corrected")


def _pressing(series: SymptomSeries) -> tuple[int, int, str]:
    levels = {"urgent": 2, "contact": 1, "": 0}
    worst = max(levels[answer.level] for answer in series.answers)
    strongest = max(series.scale.index(answer.answer) for answer in series.answers)
    return (-worst, -strongest, series.name)
