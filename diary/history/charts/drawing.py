"""The axis of days below every chart: the same step for every day, logged or not."""

from dataclasses import dataclass
from datetime import date

from diary.core.days import runs
from diary.history.charts.series import ChartDays
from therapies.pages.drawing import Box

MARK = 5  # half the size of a mark


@dataclass(frozen=True, slots=True)
class Days:
    """The axis of days: `left` to `left + width`, and `top` to `bottom` is the plot."""

    stretch: ChartDays
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
