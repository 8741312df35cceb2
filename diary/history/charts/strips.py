"""Symptoms over a stretch of days: a strip for each, one below the other, over the same days.

Each day with an answer is one bar: the stronger, the higher and the darker. "No" is a mark on the
floor, which is drawn under the days that were logged; what was not logged is hatched.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from diary.core.words import count_words, day_words, span_words
from diary.history.charts.ground import (
    DayMark,
    Days,
    Ground,
    axis,
    blank,
    columns,
    fitting,
    text,
    ticks,
    urgent_marks,
)
from diary.history.charts.series import AnswerPoint, ChartDays, SymptomSeries
from diary.history.charts.svg import svg
from therapies.pages.drawing import Box, Mark, Picture, Words

NAME = 17  # the height of the line that names a symptom
STRIP = 24  # the height of its strip
TOP_MARGIN = 7  # room for a small mark over the bars
FLOOR_HEIGHT = 2.5  # the height of a "no"
SHADES = ("no", "mild", "moderate", "severe")  # from nothing to the end of a scale


@dataclass(frozen=True, slots=True)
class SmallLine:
    """A self-contained SVG, and the same in words for who cannot see it."""

    svg: str
    words: str
    days_each: int  # days that share one bar: more than 1 where a day would be too thin to see


def strips_picture(
    shape: str, rows: Sequence[SymptomSeries], ground: Ground, *, number: int = 0
) -> Picture:
    """Return the strips of one of the `SIZES`; `number` makes its ids unique on a page."""
    words = text([_words(series, ground.stretch) for series in rows], ground)
    picture = blank(f"s{number}", shape, f"Symptoms, {ground.span}", words)
    days = axis(picture, ground, len(rows) * (NAME + STRIP + 2))
    top, empty = days.top, _empty(days)
    for series in rows:
        picture.words.append(Words(0, top + 13, fitting(series.name, picture.width)))
        _strip(picture, series, days, empty, top + NAME)
        top += NAME + STRIP + 2
    said = [
        DayMark(answer.day, f"{series.name}, {answer.words}")
        for series in rows
        for answer in series.answers
    ]
    columns(picture, days, [*said, *urgent_marks(days, ground)], "no answer")
    ticks(picture, days, ground)
    return picture


def small_lines(
    found: Iterable[SymptomSeries], stretch: ChartDays, *, width: int = 180, height: int = 24
) -> dict[str, SmallLine]:
    """Draw strips small enough to stand beside their names in a table, by these names."""
    days, lines = Days(stretch, 0, width, 0, height), {}
    empty = _empty(days)
    for number, series in enumerate(found):
        words = _words(series, stretch)
        picture = Picture(f"line{number}", width, height, series.name, words)
        _strip(picture, series, days, empty, 0, height)
        lines[series.name] = SmallLine(svg(picture), words, days.each)
    return lines


def each_words(each: int) -> str:
    return "each bar is one day" if each == 1 else f"each bar is the worst of {each} days"


def _empty(days: Days) -> list[Box]:
    """Return what every strip of these days has: what was not logged, and the floor of the rest."""
    return [*days.gaps(), *days.logged("floor")]


def _strip(
    picture: Picture,
    series: SymptomSeries,
    days: Days,
    empty: Sequence[Box],
    top: float,
    height: float = STRIP,
) -> None:
    bottom = top + height
    for box in empty:
        tall = 1 if box.kind == "floor" else height - TOP_MARGIN
        picture.boxes.append(Box(box.x, bottom - tall, box.width, tall, box.kind))
    room = height - TOP_MARGIN - FLOOR_HEIGHT
    for column, said in sorted(_by_column(series.answers, days).items()):
        strength = max(map(series.strength, said))
        box = days.box(*days.columns(column, column), SHADES[ceil(strength * 3)])
        tall = FLOOR_HEIGHT + room * strength
        wide = box.width - 0.2 * days.step * days.each
        picture.boxes.append(Box(box.x, bottom - tall, wide, tall, box.kind))
        levels = {answer.level for answer in said}
        if level := next((one for one in ("urgent", "contact") if one in levels), ""):
            picture.marks.append(Mark(box.x + box.width / 2, top + 3, f"small-{level}"))


def _by_column(answers: Sequence[AnswerPoint], days: Days) -> dict[int, list[AnswerPoint]]:
    found: dict[int, list[AnswerPoint]] = defaultdict(list)
    for answer in answers:
        found[days.column(answer.day)].append(answer)
    return found


def _words(series: SymptomSeries, days: ChartDays) -> str:
    """Say on how many days each answer was the worst, and which were urgent."""
    worst: dict[date, int] = {}
    for answer in series.answers:
        worst[answer.day] = max(worst.get(answer.day, 0), series.scale.index(answer.answer))
    counted = [(name, list(worst.values()).count(n)) for n, name in enumerate(series.scale)]
    said = [f"{name} on {count_words(count, 'day')}" for name, count in reversed(counted) if count]
    urgent = sorted({a.day for a in series.answers if a.level == "urgent"})
    if urgent:
        said.append(f"urgent on {', '.join(map(day_words, urgent))}")
    if days.gaps:
        said.append(f"{count_words(len(days.gaps), 'day')} not logged")
    return f"{series.name}, {span_words(days.first, days.last)}: {'; '.join(said)}."
