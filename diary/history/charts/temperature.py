"""The temperatures of a stretch of days: one mark for every reading, the treatment below.

A line joins readings of the same day or of days in a row, and nothing else: over a day that was not
logged, or not measured, it breaks. The axis reaches as far as the readings, and always over the
fever line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from diary.core.days import runs
from diary.history.charts.ground import (
    LEFT,
    MARK,
    DayMark,
    Days,
    Ground,
    axis,
    blank,
    columns,
    text,
    ticks,
    treatments,
    urgent_marks,
)
from diary.history.charts.series import TemperaturePoint
from diary.judging.fever import line_words
from therapies.degrees import celsius
from therapies.pages.drawing import Line, Mark, Picture, Words

PLOT = 170
BELOW, ABOVE = 1.5, 1  # °C that are always in sight on either side of the fever line
MOST_NAMED = 7  # degrees that are named on the axis


@dataclass(frozen=True, slots=True)
class Degrees:
    """The axis of temperatures, from a whole degree to a whole degree of the unit it is read in."""

    lowest: int
    highest: int
    unit: str

    @classmethod
    def fitted(cls, taken: Iterable[TemperaturePoint], line: Decimal, unit: str) -> "Degrees":
        found = [float(one.degrees_c) for one in taken if one.degrees_c is not None]
        lowest = min(float(line) - BELOW, *found, float(line))
        highest = max(float(line) + ABOVE, *found, float(line))
        return cls(floor(_in(unit, lowest)), ceil(_in(unit, highest)), unit)

    @property
    def named(self) -> range:
        apart = ceil((self.highest - self.lowest) / MOST_NAMED)
        return range(self.lowest, self.highest + 1, apart)

    def height(self, degrees_c: Decimal) -> float:
        """Return how much of the axis is below this temperature."""
        return (_in(self.unit, float(degrees_c)) - self.lowest) / (self.highest - self.lowest)


def temperature_picture(
    shape: str,
    taken: Sequence[TemperaturePoint],
    line: Decimal,
    unit: str,
    ground: Ground,
    *,
    degrees: Degrees | None = None,
    number: int = 0,
) -> Picture:
    """Return the picture of one of the `SIZES`. `degrees`: the axis, where it is shared with other
    days; `number` makes the ids of the picture unique on a page."""
    said = [f"Fever line: {line_words(line, unit)}", *(one.words for one in taken)]
    words = text([*said, *ground.treatments], ground)
    picture = blank(f"t{number}", shape, f"Temperatures, {ground.span}", words)
    degrees = degrees or Degrees.fitted(taken, line, unit)
    days = axis(picture, ground, PLOT + 2 * MARK)
    picture.boxes += days.gaps()

    def height(degrees_c: Decimal) -> float:
        return round(days.bottom - MARK - degrees.height(degrees_c) * PLOT, 1)

    picture.words.append(Words(0, days.top - MARK, f"°{unit}"))
    for named in degrees.named:
        y = height(celsius(Decimal(named), unit))
        _across(picture, days, y, "grid")
        picture.words.append(Words(LEFT - 5, y + 5, str(named), "end"))
    _across(picture, days, height(line), "fever-line")
    measured: list[DayMark] = []
    felt: list[DayMark] = []
    for one in taken:
        y = height(line if one.degrees_c is None else one.degrees_c)
        mark = Mark(days.x(one.day, one.part), y, _kind(one))
        (felt if one.degrees_c is None else measured).append(DayMark(one.day, one.words, mark))
    _join(picture, measured)  # what nobody measured has no height to lead a line to
    placed = [*measured, *felt, *urgent_marks(days, ground)]
    columns(picture, days, placed, "no temperature")
    treatments(picture, days, ground, ticks(picture, days, ground))
    return picture


def _in(unit: str, degrees_c: float) -> float:
    return degrees_c * 9 / 5 + 32 if unit == "F" else degrees_c


def _across(picture: Picture, days: Days, y: float, kind: str) -> None:
    picture.lines += [Line(((left, y), (right, y)), kind) for left, right in days.known()]


def _join(picture: Picture, placed: Iterable[DayMark]) -> None:
    """Lead a line through the marks of days in a row, and over no day between them."""
    joined = sorted((one.mark.x, one.mark.y, one.day) for one in placed if one.mark)
    for first, last in runs(day for _, _, day in joined):
        points = tuple((x, y) for x, y, day in joined if first <= day <= last)
        if len(points) > 1:
            picture.lines.append(Line(points, "path"))


def _kind(taken: TemperaturePoint) -> str:
    if taken.degrees_c is None:
        return "felt"
    if taken.is_fever:
        return "fever"
    return "masked" if taken.is_masked else taken.level or "plain"
