"""The charts of one month, each with the table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import Patient
from diary.history.bands import TreatmentBand, bands_of
from diary.history.calendar import Month
from diary.history.charts.drawing import symptom_pictures, temperature_pictures
from diary.history.charts.ground import Ground
from diary.history.charts.series import (
    ChartPoint,
    series_of,
    stretch_of,
    temperatures_of,
    urgent_of,
)
from diary.history.charts.svg import svg
from diary.history.charts.treatment import treatment_pictures
from diary.history.timeline import timeline
from diary.judging.fever import fever_line_of, line_words
from therapies.pages.drawing import Picture


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart, drawn for a phone and for a wide page, and its rows in words."""

    name: str
    drawn: tuple[SafeString, ...]
    rows: tuple[ChartPoint, ...]


@dataclass(frozen=True, slots=True)
class BandRow:
    """One day of the treatments; a treatment that was not under way has no words."""

    day: date
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonthCharts:
    month: Month
    earlier: Month | None
    later: Month | None
    treatment: Chart | None
    bands: tuple[TreatmentBand, ...]
    band_rows: tuple[BandRow, ...]
    temperatures: Chart | None
    fever_line: str
    symptoms: tuple[Chart, ...]
    gaps: int
    address: str  # of the history, where each day stands

    @property
    def is_empty(self) -> bool:
        return not (self.treatment or self.temperatures or self.symptoms)


def month_charts(patient: Patient, month: Month, now: datetime, *, latest: date) -> MonthCharts:
    """Return everything the page of one month draws. The queries of one timeline, and the card."""
    read = timeline(patient, month.first, month.last, now=now)
    line = fever_line_of(patient)
    address = reverse("history", args=[patient.pk])
    bands = tuple(bands_of(read, patient.tz, now))
    stretch = stretch_of(read.days)
    ground = Ground(
        stretch,
        tuple(urgent_of(read.days)),
        bands,
        tick=lambda day: str(day.day),
        span=month.words,
    )
    taken = temperatures_of(read.days, line)
    temperatures = temperature_pictures(taken, line, patient.unit, ground) if taken else []
    return MonthCharts(
        month=month,
        earlier=month.previous if month > Month.of(read.began) else None,
        later=month.next if month < Month.of(latest) else None,
        treatment=_chart("Treatment", treatment_pictures(ground), (), address) if bands else None,
        bands=bands,
        band_rows=_band_rows(bands),
        temperatures=_chart("Temperatures", temperatures, taken, address) if taken else None,
        fever_line=line_words(line, patient.unit),
        symptoms=tuple(
            _chart(series.name, symptom_pictures(series, ground, n), series.answers, address)
            for n, series in enumerate(series_of(read.days))
        ),
        gaps=len(stretch.gaps),
        address=address,
    )


def _chart(name: str, pictures: list[Picture], rows: Sequence[ChartPoint], address: str) -> Chart:
    def to_day(day: date) -> str:
        return f"{address}?month={Month.of(day).slug}#day-{day.isoformat()}"

    return Chart(name, tuple(svg(picture, to_day=to_day) for picture in pictures), tuple(rows))


def _band_rows(bands: tuple[TreatmentBand, ...]) -> tuple[BandRow, ...]:
    days = sorted({day for band in bands for day in band.days})
    return tuple(
        BandRow(day, tuple(b.days[day].words if day in b.days else "" for b in bands))
        for day in days
    )
