"""A symptom, and the temperature, over a stretch of days: one mark for every answer.

A line joins answers of the same day or of days in a row, and nothing else: over a day that was not
logged, or not asked about, it breaks. Both scales are fixed, whatever the answers.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from diary.core.days import runs
from diary.history.charts.ground import (
    MARK,
    SIZES,
    DayMark,
    Days,
    Ground,
    axis,
    below,
    blank,
    columns,
    text,
    urgent_marks,
)
from diary.history.charts.series import SymptomSeries, TemperaturePoint
from diary.judging.fever import line_words
from therapies.catalogue import catalogue
from therapies.pages.drawing import Line, Mark, Picture, Words
from therapies.urgency import celsius

ROW = 24  # from one answer to the next
DEGREE_HEIGHT = 18  # from one degree Celsius to the next
AXIS_DEGREES = {"C": (34, 36, 38, 40, 42), "F": (94, 98, 102, 106)}  # what the axis names


def symptom_pictures(series: SymptomSeries, ground: Ground, number: int) -> list[Picture]:
    """Return the narrow and the wide picture; `number` makes their ids unique on a page."""
    title = f"{series.name}, {ground.span}"
    said = text([answer.words for answer in series.answers], ground)
    pictures = [blank(f"s{number}", shape, title, said) for shape in SIZES]
    for picture in pictures:
        _symptom(picture, series, ground)
    return pictures


def temperature_pictures(
    taken: Sequence[TemperaturePoint], line: Decimal, unit: str, ground: Ground, number: int = 0
) -> list[Picture]:
    title = f"Temperatures, {ground.span}"
    said = text([f"Fever line: {line_words(line, unit)}", *(t.words for t in taken)], ground)
    pictures = [blank(f"t{number}", shape, title, said) for shape in SIZES]
    for picture in pictures:
        _temperature(picture, taken, line, unit, ground)
    return pictures


def _symptom(picture: Picture, series: SymptomSeries, ground: Ground) -> None:
    days = axis(picture, ground, (len(series.scale) - 1) * ROW)
    heights = {answer: days.bottom - MARK - n * ROW for n, answer in enumerate(series.scale)}
    for answer, y in heights.items():
        _level(picture, days, y, answer)
    placed = [
        DayMark(a.day, a.words, Mark(days.x(a.day, a.part), heights[a.answer], a.level or "plain"))
        for a in series.answers
    ]
    _join(picture, placed)
    columns(picture, days, [*placed, *urgent_marks(days, ground)])
    below(picture, days, ground)


def _temperature(
    picture: Picture, taken: Iterable[TemperaturePoint], line: Decimal, unit: str, ground: Ground
) -> None:
    lowest, highest = catalogue().rules.possible_c
    days = axis(picture, ground, float(highest - lowest) * DEGREE_HEIGHT)

    def height(degrees_c: Decimal) -> float:
        return round(days.bottom - MARK - float(degrees_c - lowest) * DEGREE_HEIGHT, 1)

    for degrees in AXIS_DEGREES[unit]:
        _level(picture, days, height(celsius(Decimal(degrees), unit)), f"{degrees} °{unit}")
    at_line = height(line)
    _across(picture, days, at_line, "fever-line")
    measured: list[DayMark] = []
    felt: list[DayMark] = []
    for one in taken:
        y = at_line if one.degrees_c is None else height(one.degrees_c)
        mark = Mark(days.x(one.day, one.part), y, _kind(one))
        (felt if one.degrees_c is None else measured).append(DayMark(one.day, one.words, mark))
    _join(picture, measured)  # what nobody measured has no height to lead a line to
    columns(picture, days, [*measured, *felt, *urgent_marks(days, ground)])
    below(picture, days, ground)


def _level(picture: Picture, days: Days, y: float, name: str) -> None:
    _across(picture, days, y, "grid")
    picture.words.append(Words(days.left - 5, y + 5, name, "end"))


def _across(picture: Picture, days: Days, y: float, kind: str) -> None:
    picture.lines += [Line(((left, y), (right, y)), kind) for left, right in days.known()]


def _join(picture: Picture, placed: Iterable[DayMark]) -> None:
    """Lead a line through the marks of days in a row, and over no day between them."""
    joined = sorted(placed, key=lambda one: one.mark.x)
    for first, last in runs(one.day for one in joined):
        points = tuple((p.mark.x, p.mark.y) for p in joined if first <= p.day <= last)
        if len(points) > 1:
            picture.lines.append(Line(points, "path"))


def _kind(taken: TemperaturePoint) -> str:
    if taken.degrees_c is None:
        return "felt"
    if taken.is_fever:
        return "fever"
    return "masked" if taken.is_masked else taken.level or "plain"
