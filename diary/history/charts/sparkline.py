"""One symptom in one line of a table, small enough to stand beside its name on paper."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from diary.core.days import runs_of_numbers
from diary.core.words import count_words, day_words, span_words
from diary.history.charts.series import AnswerPoint, ChartDays, SymptomSeries
from diary.history.charts.svg import svg
from therapies.pages.drawing import Box, Mark, Picture

TOP_MARGIN = 7  # room for the triangles
FLOOR_HEIGHT = 2.5  # the height of a "no"
MIN_DAY_WIDTH = 1.5  # the smallest width at which a day can still be told from its neighbours


@dataclass(frozen=True, slots=True)
class SmallLine:
    """A self-contained SVG, and the same in words for who cannot see it."""

    svg: str
    words: str
    days_each: int  # days that share one bar: more than 1 where a day would be too thin to see


def small_line(
    series: SymptomSeries, days: ChartDays, *, width: int = 180, height: int = 24
) -> SmallLine:
    """Draw one bar for each day with an answer, as high as the worst of that day on the fixed
    scale. "No" is a mark on the floor. The floor is drawn under the days that were logged; where
    nothing was logged there is none, and it is pale. A triangle stands over what was urgent."""
    each = max(1, -int(-MIN_DAY_WIDTH * days.length // width))
    step = width / -(-days.length // each)
    picture = Picture("", width, height, series.name, _words(series, days))
    logged = {_column(day, days, each) for day in days.logged}
    gaps = {_column(day, days, each) for day in days.gaps} - logged
    for first, last in runs_of_numbers(gaps):
        picture.boxes.append(_box(first, last, step, TOP_MARGIN, height, "pale"))
    for first, last in runs_of_numbers(logged):
        picture.boxes.append(_box(first, last, step, height - 1, height, "floor"))
    room = height - TOP_MARGIN - FLOOR_HEIGHT
    for column, said in sorted(_by_column(series.answers, days, each).items()):
        worst = max(series.scale.index(answer.answer) for answer in said)
        top = height - FLOOR_HEIGHT - room * worst / (len(series.scale) - 1)
        picture.boxes.append(_box(column, column, step, top, height, "bar"))
        if any(answer.level == "urgent" for answer in said):
            picture.marks.append(Mark((column + 0.5) * step, 3, "small-urgent"))
    return SmallLine(svg(picture), picture.text, each)


def _box(first: int, last: int, step: float, top: float, bottom: float, kind: str) -> Box:
    """Return a box over some columns; a bar keeps a little away from the next one."""
    width = (last - first + 1 - (0.2 if kind == "bar" else 0)) * step
    return Box(first * step, top, width, bottom - top, kind)


def _column(day: date, days: ChartDays, each: int) -> int:
    return (day - days.first).days // each


def _by_column(
    answers: Sequence[AnswerPoint], days: ChartDays, each: int
) -> dict[int, list[AnswerPoint]]:
    columns: dict[int, list[AnswerPoint]] = defaultdict(list)
    for answer in answers:
        columns[_column(answer.day, days, each)].append(answer)
    return columns


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
