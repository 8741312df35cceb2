"""Shapes with coordinates, one unit to the pixel; how they look is decided where they are drawn.

The axis of days has the same step for every day, logged or not. No scale depends on the values.
"""

from dataclasses import dataclass, field
from datetime import date

from diary.core.days import runs
from diary.history.charts.series import Stretch

TEXT = 14
MARK = 5  # half the size of a mark


@dataclass(frozen=True, slots=True)
class Words:
    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points in their order; a single point draws nothing."""

    points: tuple[tuple[float, float], ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    y: float
    kind: str  # urgent, contact, plain, fever, masked, felt, taken, late, missed, dose


@dataclass(frozen=True, slots=True)
class Column:
    """Everything of one day that can be tapped, and what it says."""

    day: date
    box: Box
    words: str
    marks: tuple[Mark, ...]


@dataclass
class Picture:
    """One chart. `id` is unique on its page; `title` and `text` say in words all that it shows."""

    id: str
    width: float
    height: float
    title: str
    text: str
    shape: str = ""  # narrow or wide, where the page shows one of two
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Days:
    """The axis of days: `left` to `left + width`, and `top` to `bottom` is the plot."""

    stretch: Stretch
    left: float
    width: float
    top: float
    bottom: float

    @property
    def step(self) -> float:
        return self.width / self.stretch.length

    def x(self, day: date, part: float = 0.5) -> float:
        return round(self.left + ((day - self.stretch.first).days + part) * self.step, 1)

    def box(self, first: date, last: date, kind: str) -> Box:
        x = self.x(first, 0)
        width = round(self.x(last, 1) - x, 1)
        return Box(x, self.top, width, round(self.bottom - self.top, 1), kind)

    def known(self) -> list[tuple[float, float]]:
        """Return from where to where the diary has days: not before it began, not to come."""
        days = self.stretch.logged | self.stretch.gaps
        return [(self.x(first, 0), self.x(last, 1)) for first, last in runs(days)]

    def gaps(self) -> list[Box]:
        return [self.box(first, last, "gap") for first, last in runs(self.stretch.gaps)]
