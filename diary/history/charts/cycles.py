"""This cycle beside the one before, by the day of the cycle. Nothing is subtracted or judged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import zip_longest

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import Patient
from diary.appointments.periods import latest_day
from diary.core.days import DAY, local_day
from diary.core.words import span_words, treatment_name
from diary.history.bands import bands_of
from diary.history.calendar import MARKS, Month, kind_of
from diary.history.charts.drawing import symptom_pictures, temperature_pictures
from diary.history.charts.ground import Ground
from diary.history.charts.series import (
    ChartDays,
    SymptomSeries,
    series_of,
    stretch_of,
    temperatures_of,
    urgent_of,
)
from diary.history.charts.svg import svg
from diary.history.timeline import Day, Timeline, timeline
from diary.judging.fever import fever_line_of
from diary.models import Cycle
from therapies.pages.drawing import Picture

MAX_COMPARED_DAYS = 63  # days of a cycle that are compared


@dataclass(frozen=True, slots=True)
class Span:
    """The days of one cycle, as far as they have come."""

    cycle: Cycle
    first: date
    last: date
    is_cut: bool  # it went on, but what is compared ends here

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Side:
    """One cycle, and what its days hold."""

    span: Span
    read: Timeline

    @property
    def name(self) -> str:
        return f"Cycle {self.span.cycle.number}"

    @property
    def dates(self) -> str:
        return span_words(self.span.first, self.span.last)

    @property
    def words(self) -> str:
        return f"{treatment_name(self.span.cycle.course)}, {self.dates}"


@dataclass(frozen=True, slots=True)
class Square:
    """One day of one cycle in words."""

    day: date
    mark: str
    word: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CycleRow:
    number: int
    squares: tuple[Square | None, Square | None]  # None: the cycle has no such day, or not yet


@dataclass(frozen=True, slots=True)
class Pair:
    """What was drawn of one symptom, or of the temperatures, in this cycle and in the last."""

    name: str
    drawn: tuple[tuple[str, tuple[SafeString, ...]], ...]  # each cycle's name and its drawings


@dataclass(frozen=True, slots=True)
class CycleComparison:
    this: Side
    before: Side
    earlier: Cycle | None
    later: Cycle | None
    pairs: tuple[Pair, ...]
    rows: tuple[CycleRow, ...]
    address: str

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.this, self.before


def compared(patient: Patient, asked: str, now: datetime) -> CycleComparison | None:
    """Compare the cycle that is asked for, or else the latest, with the one before it. None while
    there are not two. The queries of one timeline, or of two where much time lies between."""
    today = local_day(now, patient.tz)
    cycles = _cycles(patient, today)
    found = [n for n, cycle in enumerate(cycles) if n and str(cycle.pk) == asked]
    if len(cycles) < 2:
        return None
    n = found[0] if found else len(cycles) - 1
    latest = latest_day(patient, today)
    sides = _sides(patient, [_span(cycles, at, latest) for at in (n, n - 1)], now)
    address = reverse("history", args=[patient.pk])
    return CycleComparison(
        this=sides[0],
        before=sides[1],
        earlier=cycles[n - 1] if n > 1 else None,
        later=cycles[n + 1] if n + 1 < len(cycles) else None,
        pairs=tuple(_pairs(patient, sides, now, address)),
        rows=tuple(_rows(sides[0].read.days, sides[1].read.days)),
        address=address,
    )


def _cycles(patient: Patient, today: date) -> list[Cycle]:
    """Return the cycles that have begun, the earliest first. Two queries."""
    begun = Cycle.objects.filter(started__lte=today).select_related("course")
    courses = patient.courses.filter(withdrawn__isnull=True, cycles__isnull=False).distinct()
    found = courses.prefetch_related(Prefetch("cycles", queryset=begun))
    cycles = [cycle for course in found for cycle in course.cycles.all()]
    return sorted(cycles, key=lambda cycle: (cycle.started, cycle.number))


def _span(cycles: Sequence[Cycle], n: int, today: date) -> Span:
    """Return a cycle until the last day of its treatment, the day before the next one, today, or
    the longest that is compared."""
    cycle = cycles[n]
    end = cycles[n + 1].started - DAY if n + 1 < len(cycles) else today
    end = min(end, cycle.course.ended or end)
    longest = cycle.started + (MAX_COMPARED_DAYS - 1) * DAY
    return Span(cycle, cycle.started, max(cycle.started, min(end, longest)), end > longest)


def _sides(patient: Patient, spans: Sequence[Span], now: datetime) -> list[Side]:
    """Read the days of both cycles at once, or one by one where years lie between them."""
    this, before = spans
    if (this.last - before.first).days < 2 * MAX_COMPARED_DAYS:
        reads = [timeline(patient, before.first, this.last, now=now)] * 2
    else:
        reads = [timeline(patient, span.first, span.last, now=now) for span in spans]
    return [
        Side(span, replace(read, days=tuple(d for d in read.days if d.day in span)))
        for span, read in zip(spans, reads, strict=True)
    ]


def _pairs(patient: Patient, sides: Sequence[Side], now: datetime, address: str) -> Iterable[Pair]:
    length = max(len(side.read.days) for side in sides)
    grounds = [_ground(patient, side, length, now) for side in sides]
    line = fever_line_of(patient)

    def to_day(day: date) -> str:
        return f"{address}?month={Month.of(day).slug}#day-{day.isoformat()}"

    def pair(name: str, drawn: Iterable[list[Picture]]) -> Pair:
        made = (tuple(svg(picture, to_day=to_day) for picture in pictures) for pictures in drawn)
        return Pair(name, tuple(zip((side.name for side in sides), made, strict=True)))

    taken = [temperatures_of(side.read.days, line) for side in sides]
    if any(taken):
        drawn = [
            temperature_pictures(said, line, patient.unit, ground, number=n)
            for n, (said, ground) in enumerate(zip(taken, grounds, strict=True))
        ]
        yield pair("Temperatures", drawn)
    found = [{series.name: series for series in series_of(side.read.days)} for side in sides]
    for at, name in enumerate(dict.fromkeys([*found[0], *found[1]])):
        scale = max((f[name].scale for f in found if name in f), key=len)
        rows = [one.get(name) or SymptomSeries(name, scale, ()) for one in found]
        drawn = [
            symptom_pictures(row, ground, 2 * at + n)
            for n, (row, ground) in enumerate(zip(rows, grounds, strict=True))
        ]
        yield pair(name, drawn)


def _ground(patient: Patient, side: Side, length: int, now: datetime) -> Ground:
    """Return the same number of days for both, so that a day is as wide in one as in the other."""
    first, mine = side.span.first, stretch_of(side.read.days)
    stretch = ChartDays(first, first + (length - 1) * DAY, mine.logged, mine.gaps)
    bands = [band for band in bands_of(side.read, patient.tz, now) if band.cycles]
    return Ground(
        stretch,
        tuple(urgent_of(side.read.days)),
        tuple(bands),
        tick=lambda day: str((day - first).days + 1),
        span=f"{side.name.lower()}, {side.dates}",
    )


def _rows(this: Sequence[Day], before: Sequence[Day]) -> Iterable[CycleRow]:
    for n, (one, other) in enumerate(zip_longest(this, before), start=1):
        yield CycleRow(n, (_square(one) if one else None, _square(other) if other else None))


def _square(day: Day) -> Square:
    mark, word = MARKS[kind_of(day)]
    said = tuple(
        entry.words(one) for entry in day.entries if not entry.is_removed for one in entry.answered
    )
    return Square(day.day, mark, word, said)
