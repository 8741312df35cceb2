"""What tests about charts draw: days, answers and readings as hypothesis makes them up."""

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from diary.history.bands import BandDay, TreatmentBand
from diary.history.charts.ground import LANE, MARK, Ground
from diary.history.charts.series import (
    STRENGTHS,
    YES_NO,
    AnswerPoint,
    ChartDays,
    ChartPoint,
    SymptomSeries,
    TemperaturePoint,
)
from therapies.catalogue import catalogue
from therapies.pages.drawing import Mark, Picture

MANY = settings(max_examples=25, deadline=None)
FIRST = date(2026, 11, 1)
DAY = timedelta(days=1)
LINE = Decimal("38.0")
VERDICT = re.compile(
    r"\b(better|worse|improv\w*|normal\w*|stable|trend\w*|declin\w*|rising|falling|fine|well)\b",
    re.IGNORECASE,
)


def some_days(length: int) -> Any:
    return st.integers(0, length - 1).map(lambda n: FIRST + n * DAY)


@st.composite
def grounds(draw: Any) -> Ground:
    length = draw(st.integers(1, 63))
    days = [FIRST + n * DAY for n in range(length)]
    states = draw(
        st.lists(st.sampled_from(["logged", "gap", "out"]), min_size=length, max_size=length)
    )
    logged = frozenset(d for d, s in zip(days, states, strict=True) if s == "logged")
    gaps = frozenset(d for d, s in zip(days, states, strict=True) if s == "gap")
    urgent = [
        ChartPoint(day, part, f"{day}: urgent", "urgent")
        for day, part in draw(st.lists(st.tuples(some_days(length), parts()), max_size=4))
    ]
    kinds = st.sampled_from(["on", "break", "open", "taken", "late", "missed", "dose"])
    bands = [
        TreatmentBand(
            f"Treatment {n}", {d: BandDay(kind, kind) for d, kind in said.items()}, ((FIRST, 1),)
        )
        for n, said in enumerate(
            draw(st.lists(st.dictionaries(some_days(length), kinds, min_size=1), max_size=3))
        )
    ]
    stretch = ChartDays(days[0], days[-1], logged, gaps)
    return Ground(stretch, tuple(urgent), tuple(bands), lambda d: str(d.day), "November 2026")


def parts() -> Any:
    return st.integers(0, 1439).map(lambda minute: minute / 1440)


@st.composite
def charted(draw: Any) -> tuple[SymptomSeries, Ground]:
    ground = draw(grounds())
    scale = draw(st.sampled_from([STRENGTHS, YES_NO]))
    days = sorted(ground.stretch.logged) or [FIRST]
    answers = draw(
        st.lists(
            st.builds(
                lambda day, part, answer, level: AnswerPoint(
                    day, part, f"{day}: {answer}", level, answer
                ),
                st.sampled_from(days),
                parts(),
                st.sampled_from(scale),
                st.sampled_from(["", "contact", "urgent"]),
            ),
            min_size=1,
            max_size=40,
        )
    )
    return SymptomSeries("Headache", scale, tuple(answers)), ground


@st.composite
def measured(draw: Any) -> tuple[list[TemperaturePoint], Ground]:
    ground = draw(grounds())
    lowest, highest = catalogue().rules.possible_c
    days = sorted(ground.stretch.logged) or [FIRST]
    degrees = st.none() | st.decimals(lowest, highest, places=2)
    taken = draw(
        st.lists(
            st.builds(
                lambda day, part, c, m: TemperaturePoint(
                    day, part, f"{day}: {c}", "", c, c is None or c >= LINE, m
                ),
                st.sampled_from(days),
                parts(),
                degrees,
                st.booleans(),
            ),
            min_size=1,
            max_size=40,
        )
    )
    return taken, ground


def marks_of(picture: Picture) -> list[Mark]:
    return [*picture.marks, *(mark for column in picture.columns for mark in column.marks)]


def plotted(picture: Picture) -> list[Mark]:
    """The marks below the lane of the urgent moments."""
    return [mark for mark in marks_of(picture) if mark.y > LANE]


def joined(picture: Picture) -> list[tuple[tuple[float, float], ...]]:
    return [line.points for line in picture.lines if line.kind == "path"]


def outside(picture: Picture) -> list[Any]:
    """Return what is drawn beyond the edges."""
    wide, high = picture.width, picture.height
    found: list[Any] = [
        mark
        for mark in marks_of(picture)
        if not (MARK <= mark.x <= wide - MARK and MARK <= mark.y <= high - MARK)
    ]
    boxes = [*picture.boxes, *(column.box for column in picture.columns)]
    found += [
        box
        for box in boxes
        if box.x < 0 or box.y < 0 or box.x + box.width > wide + 0.1 or box.y + box.height > high
    ]
    points = [point for line in picture.lines for point in line.points]
    found += [(x, y) for x, y in points if not (0 <= x <= wide and 0 <= y <= high)]
    return found


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 (written by the code under test)
