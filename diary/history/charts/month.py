"""The charts of one month, and the same in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.safestring import SafeString

from accounts.models import Patient
from diary.history.calendar import Month, day_address
from diary.history.charts.ground import ground_of
from diary.history.charts.series import (
    ChartPoint,
    SymptomSeries,
    TemperaturePoint,
    series_of,
    temperatures_of,
)
from diary.history.charts.strips import strips_picture
from diary.history.charts.svg import svg
from diary.history.charts.temperature import temperature_picture
from diary.history.timeline import timeline
from diary.judging.fever import fever_line_of, line_words

SHAPES = ("narrow", "wide")


@dataclass(frozen=True, slots=True)
class InWords:
    """What one chart, or one strip, shows."""

    name: str
    rows: tuple[ChartPoint, ...]


@dataclass(frozen=True, slots=True)
class MonthCharts:
    """Each chart is drawn for a phone and for a wide page."""

    month: Month
    earlier: Month | None
    later: Month | None
    temperatures: tuple[SafeString, ...]
    strips: tuple[SafeString, ...]
    denied: tuple[str, ...]  # answered no each time
    words: tuple[InWords, ...]
    treatments: tuple[str, ...]
    fever_line: str
    gaps: int

    @property
    def is_empty(self) -> bool:
        return not (self.temperatures or self.words)


def month_charts(patient: Patient, month: Month, now: datetime, *, latest: date) -> MonthCharts:
    """Return everything the page of one month draws. The queries of one timeline, and the card."""
    read = timeline(patient, month.first, month.last, now=now)
    line = fever_line_of(patient)
    ground = ground_of(read, patient.tz, now, tick=lambda day: str(day.day), span=month.words)
    to_day = day_address(patient)
    taken, found = temperatures_of(read.days, line), series_of(read.days)
    strips = [series for series in found if not series.is_denied]
    is_shown = taken or ground.bands
    drawn = (temperature_picture(s, taken, line, patient.unit, ground) for s in SHAPES)
    strip_drawn = (strips_picture(shape, strips, ground) for shape in SHAPES)
    return MonthCharts(
        month=month,
        earlier=month.previous if month > Month.of(read.began) else None,
        later=month.next if month < Month.of(latest) else None,
        temperatures=tuple(svg(one, to_day=to_day) for one in drawn) if is_shown else (),
        strips=tuple(svg(one, to_day=to_day) for one in strip_drawn) if strips else (),
        denied=tuple(series.name for series in found if series.is_denied),
        words=tuple(_words(taken, found)),
        treatments=tuple(ground.treatments),
        fever_line=line_words(line, patient.unit),
        gaps=len(ground.stretch.gaps),
    )


def _words(taken: Sequence[TemperaturePoint], found: Sequence[SymptomSeries]) -> Iterator[InWords]:
    if taken:
        yield InWords("Temperatures", tuple(taken))
    for series in found:
        yield InWords(series.name, series.answers)
