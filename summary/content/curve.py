"""The temperatures as a curve on the first page."""

from collections.abc import Sequence
from decimal import Decimal

from accounts.models import Patient
from diary.core.words import count_words, span_words
from diary.history.charts.ground import Ground
from diary.history.charts.series import TemperaturePoint, stretch_of
from diary.history.charts.svg import svg
from diary.history.charts.temperature import temperature_picture
from diary.history.timeline import Day
from diary.judging.fever import line_words
from summary.content.shapes import Curve

SHAPES = ("narrow", "wide")
MAX_CURVE_DAYS = 92  # of more, a curve on one page shows nothing


def curve(
    patient: Patient, days: Sequence[Day], taken: Sequence[TemperaturePoint], line: Decimal
) -> Curve | None:
    """Draw the temperatures as the history does, without what stands elsewhere on the page."""
    shown = days[-MAX_CURVE_DAYS:]
    taken = [one for one in taken if one.day >= shown[0].day]
    if not taken:
        return None
    span = span_words(shown[0].day, shown[-1].day)
    ground = Ground(stretch_of(shown), (), (), tick=lambda day: f"{day.day} {day:%b}", span=span)
    narrow, wide = (
        temperature_picture(shape, taken, line, patient.unit, ground) for shape in SHAPES
    )
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
            "Hatched: not logged."
        ),
    )


def _degrees(taken: TemperaturePoint) -> Decimal:
    return taken.degrees_c or Decimal(0)
