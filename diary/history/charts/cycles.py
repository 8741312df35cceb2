"""This cycle beside the one before, by the day of the cycle. Nothing is subtracted or judged."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, zip_longest

from django.utils.safestring import SafeString

from accounts.models import Patient
from diary.appointments.periods import latest_day
from diary.core.days import DAY, local_day
from diary.core.words import span_words, treatment_name
from diary.history.calendar import MARKS, day_address, kind_of
from diary.history.charts.ground import Ground, ground_of
from diary.history.charts.month import SHAPES
from diary.history.charts.series import SymptomSeries, series_of, temperatures_of
from diary.history.charts.strips import strips_picture
from diary.history.charts.svg import svg
from diary.history.charts.temperature import Degrees, temperature_picture
from diary.history.timeline import Day, Timeline, timeline
from diary.judging.facts import all_cycles, facts_of
from diary.judging.fever import fever_line_of, line_words
from diary.judging.standing import giving
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

    @property
    def name(self) -> str:
        return f"{self.day.day} {self.day:%b}"


@dataclass(frozen=True, slots=True)
class CycleRow:
    number: int
    squares: tuple[Square | None, Square | None]  # None: the cycle has no such day, or not yet


@dataclass(frozen=True, slots=True)
class Pair:
    """What was drawn of the temperatures, or of the symptoms, in this cycle and in the last."""

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
    fever_line: str

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
    line = fever_line_of(patient)
    return CycleComparison(
        this=sides[0],
        before=sides[1],
        earlier=cycles[n - 1] if n > 1 else None,
        later=cycles[n + 1] if n + 1 < len(cycles) else None,
        pairs=tuple(_pairs(patient, sides, line, now)),
        rows=tuple(_rows(sides[0].read.days, sides[1].read.days)),
        fever_line=line_words(line, patient.unit),
    )


def has_cycles(patient: Patient) -> bool:
    """Is there any to look at? Tablets have none."""
    return any(course.cycles.all() for course in facts_of(patient).courses)


def _cycles(patient: Patient, today: date) -> list[Cycle]:
    """Return the cycles that have begun, the earliest first."""
    cycles = chain.from_iterable(all_cycles(patient).values())
    begun = (cycle for cycle in cycles if cycle.started <= today)
    return sorted(begun, key=lambda cycle: (cycle.started, cycle.number))


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


def _pairs(patient: Patient, sides: Sequence[Side], line: Decimal, now: datetime) -> Iterable[Pair]:
    """Draw both cycles with as many days, the same axis of temperatures, and the same strips."""
    length = max(len(side.read.days) for side in sides)
    grounds = [_ground(patient, side, length, now) for side in sides]
    to_day = day_address(patient)

    def pair(name: str, draw: Callable[[int, str], Picture]) -> Pair:
        drawn = (
            (side.name, tuple(svg(draw(n, shape), to_day=to_day) for shape in SHAPES))
            for n, side in enumerate(sides)
        )
        return Pair(name, tuple(drawn))

    taken = [temperatures_of(side.read.days, line) for side in sides]
    degrees = Degrees.fitted([*taken[0], *taken[1]], line, patient.unit)
    yield pair(
        "Temperatures",
        lambda n, shape: temperature_picture(
            shape, taken[n], line, patient.unit, grounds[n], degrees=degrees, number=n
        ),
    )
    rows = _same_rows([series_of(side.read.days) for side in sides])
    if rows[0]:
        yield pair(
            "Symptoms", lambda n, shape: strips_picture(shape, rows[n], grounds[n], number=n)
        )


def _same_rows(found: Sequence[Sequence[SymptomSeries]]) -> list[list[SymptomSeries]]:
    """Return for each cycle the symptoms of both, in one order, also where one has no answer."""
    named = [{series.name: series for series in rows} for rows in found]
    both = [series for rows in found for series in rows]
    present = dict.fromkeys(series.name for series in both if not series.is_denied)
    scales = {name: max((s.scale for s in both if s.name == name), key=len) for name in present}
    return [
        [
            SymptomSeries(name, scales[name], rows[name].answers if name in rows else ())
            for name in present
        ]
        for rows in named
    ]


def _ground(patient: Patient, side: Side, length: int, now: datetime) -> Ground:
    """Of the treatments those with cycles."""
    first, courses = side.span.first, (c for c in side.read.courses if giving(c) == "pump")
    return ground_of(
        replace(side.read, courses=tuple(c for c in courses if c.cycles.all())),
        patient.tz,
        now,
        tick=lambda day: str((day - first).days + 1),
        span=f"{side.name.lower()}, {side.dates}",
        length=length,
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
