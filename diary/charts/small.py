"""One symptom in one line of a table, small enough to stand beside its name on paper."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from diary.charts.drawing import Box, Mark, Picture, runs_of_numbers
from diary.charts.said import Answer, Series, Stretch
from diary.charts.svg import svg
from diary.days import DAY
from diary.phrases import day_words, span_words

NARROWEST = 1.5  # the smallest width at which a day can still be told from its neighbours


@dataclass(frozen=True, slots=True)
class SmallLine:
    """A self-contained SVG, and the same in words for who cannot see it."""

    svg: str
    words: str
    days_each: int  # days that share one bar: more than 1 where a day would be too thin to see


def small_line(series: Series, days: Stretch, *, width: int = 180, height: int = 24) -> SmallLine:
    """Draw one bar for each day with an answer, as high as the worst of that day on the fixed
    scale. "No" is a line on the floor, a day that was not logged is grey, and a day that was logged
    without this symptom stays empty. A triangle stands over what was urgent."""
    each = max(1, -int(-NARROWEST * days.length // width))
    columns = -(-days.length // each)
    step = width / columns
    answers = _by_column(series.answers, days.first, each)
    picture = Picture("", width, height, series.name, _words(series, days))
    top = 7.0  # room for the triangles
    gaps = [n for n in range(columns) if n not in answers and _all_gaps(days, n, each)]
    for first, last in runs_of_numbers(gaps):
        box = Box(
            round(first * step, 2), top, round((last - first + 1) * step, 2), height - top, "gap"
        )
        picture.boxes.append(box)
    for column, said in sorted(answers.items()):
        x = round(column * step, 2)
        worst = max(series.scale.index(answer.answer) for answer in said)
        rise = round((height - top) * worst / (len(series.scale) - 1), 2) or 1.0
        picture.boxes.append(Box(x, height - rise, round(step * 0.8, 2), rise, "bar"))
        if any(answer.level == "urgent" for answer in said):
            picture.marks.append(Mark(round(x + step * 0.4, 2), 3, "small-urgent"))
    return SmallLine(svg(picture), picture.text, each)


def _by_column(answers: Sequence[Answer], first: date, each: int) -> dict[int, list[Answer]]:
    columns: dict[int, list[Answer]] = defaultdict(list)
    for answer in answers:
        columns[(answer.day - first).days // each].append(answer)
    return columns


def _all_gaps(days: Stretch, column: int, each: int) -> bool:
    begun = days.first + column * each * DAY
    mine = [begun + n * DAY for n in range(each)]
    return all(day in days.gaps for day in mine if day <= days.last)


def _words(series: Series, days: Stretch) -> str:
    """Say on how many days each answer was the worst, and which were urgent."""
    worst: dict[date, int] = {}
    for answer in series.answers:
        worst[answer.day] = max(worst.get(answer.day, 0), series.scale.index(answer.answer))
    counted = [(name, list(worst.values()).count(n)) for n, name in enumerate(series.scale)]
    said = [f"{name} on {_days(count)}" for name, count in reversed(counted) if count]
    urgent = sorted({a.day for a in series.answers if a.level == "urgent"})
    if urgent:
        said.append(f"urgent on {', '.join(map(day_words, urgent))}")
    if days.gaps:
        said.append(f"{_days(len(days.gaps))} not logged")
    return f"{series.name}, {span_words(days.first, days.last)}: {'; '.join(said)}."


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
