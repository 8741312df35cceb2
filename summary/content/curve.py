"""The temperatures as a curve on the first page."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from accounts.models import Patient
from diary.core.words import count_words, span_words
from diary.history.charts.drawing import temperature_pictures
from diary.history.charts.ground import DAYS_A_TICK, Ground
from diary.history.charts.series import TemperaturePoint, stretch_of, temperatures_of
from diary.history.charts.svg import svg
from diary.history.timeline import Day
from diary.judging.fever import line_words
from summary.content.shapes import Curve

MAX_TICKS_DAYS = 28  # days in which every week has its date
MAX_CURVE_DAYS = 92  # of more, a curve on one page shows nothing


def curve(patient: Patient, days: Sequence[Day], line: Decimal) -> Curve | None:
    """Draw the temperatures as the history does, without what stands elsewhere on the page."""
    shown = days[-MAX_CURVE_DAYS:]
    taken = temperatures_of(shown, line)
    if not taken:
        return None
    first, last, step = shown[0].day, shown[-1].day, -(-len(shown) // MAX_TICKS_DAYS)
    span = span_words(first, last)
    ground = Ground(
        stretch_of(shown),
        (),
        (),
        tick=lambda day: "" if (last - day) * 8 < last - first else _tick(day, first, step),
        span=span,
    )
    narrow, wide = temperature_pictures(taken, line, patient.unit, ground)
    highest = max((one for one in taken if one.degrees_c is not None), key=_degrees, default=None)
    counted = count_words(len(taken), "temperature")
    words = f"{counted}, {span}." + (f" The highest: {highest.words}." if highest else "")
    for picture in (narrow, wide):
        picture.text = words
    return Curve(
        heading="Temperatures" if len(shown) == len(days) else f"Temperatures, {span}",
        svg=svg(wide),
        narrow=svg(narrow),
        words=words,
        legend=(
            f"Dashed: the fever line, {line_words(line, patient.unit)}. Filled: a fever. "
            "Striped: not logged."
        ),
    )


def _tick(day: date, first: date, step: int) -> str:
    """Name a day below the curve, one in each week, or fewer where there is no room."""
    return f"{day.day} {day:%b}" if (day - first).days % (DAYS_A_TICK * step) == 0 else ""


def _degrees(taken: TemperaturePoint) -> Decimal:
    return taken.degrees_c or Decimal(0)
