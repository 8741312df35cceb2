"""What stands behind and below every chart: days, gaps, cycles, treatments, urgent moments."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from diary.core.days import runs
from diary.core.words import span_words
from diary.history.bands import TreatmentBand
from diary.history.charts.series import ChartDays, ChartPoint
from therapies.pages.drawing import Box, Column, Line, Mark, Picture, Words

SIZES = {"narrow": (276, 78), "wide": (620, 78)}  # the width, and where the days begin
LANE = 22  # the lane of the urgent moments, above
DAYS_A_TICK = 7
BAND = 10
LETTER_WIDTH = 8.5  # pixels that a letter may need, in the widest of the fonts
ROW = 22  # of a treatment's own row
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


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands behind every chart of a stretch of days."""

    stretch: ChartDays
    urgent: tuple[ChartPoint, ...]
    bands: tuple[TreatmentBand, ...]
    tick: Callable[[date], str]  # what a day is called below the chart
    span: str  # what the days together are called


@dataclass(frozen=True, slots=True)
class DayMark:
    """A mark of one day, and what it stands for."""

    day: date
    words: str
    mark: Mark


def blank(name: str, shape: str, title: str, text: str) -> Picture:
    return Picture(f"{name}-{shape}", SIZES[shape][0], 0, title, text, shape)


def axis(picture: Picture, ground: Ground, plot: float) -> Days:
    """Return the days over a plot of this height; above it is the lane of urgent moments."""
    left = SIZES[picture.shape][1]
    days = Days(ground.stretch, left, picture.width - left - MARK, LANE, LANE + plot + 2 * MARK)
    picture.boxes += days.gaps()
    picture.height = days.bottom
    return days


def urgent_marks(days: Days, ground: Ground) -> list[DayMark]:
    return [
        DayMark(m.day, m.words, Mark(days.x(m.day, m.part), LANE / 2, "urgent"))
        for m in ground.urgent
    ]


def columns(picture: Picture, days: Days, placed: Sequence[DayMark]) -> None:
    """Put the marks of each day into what is tapped for that day."""
    found: dict[date, list[DayMark]] = defaultdict(list)
    for one in placed:
        found[one.day].append(one)
    for day, said in sorted(found.items()):
        words = "; ".join(dict.fromkeys(one.words for one in said))
        box = days.box(day, day, "hit")
        hit = Box(box.x, 0, box.width, days.bottom, "hit")
        picture.columns.append(Column(day, hit, words, tuple(one.mark for one in said)))


def below(picture: Picture, days: Days, ground: Ground) -> None:
    """Write the days, and under them each treatment below its name."""
    ticks(picture, days, ground)
    for band in ground.bands:
        picture.height += 20
        label = fitting(band_label(band, ground), picture.width)
        picture.words.append(Words(0, picture.height - 4, label))
        draw_band(picture, days, band, picture.height)
        picture.height += BAND + 4
        _cycles(picture, days, band)


def ticks(picture: Picture, days: Days, ground: Ground) -> None:
    picture.height += 17
    for n in range(0, ground.stretch.length, DAYS_A_TICK):
        day = date.fromordinal(ground.stretch.first.toordinal() + n)
        picture.words.append(Words(days.x(day), picture.height - 3, ground.tick(day), "middle"))


def _cycles(picture: Picture, days: Days, band: TreatmentBand) -> None:
    for first, _ in band.cycles:
        if days.stretch.first <= first <= days.stretch.last:
            x = days.x(first, 0)
            for top, bottom in (
                (days.top, days.bottom),
                (picture.height - BAND - 8, picture.height),
            ):
                picture.lines.append(Line(((x, top), (x, bottom)), "cycle"))


def band_label(band: TreatmentBand, ground: Ground) -> str:
    """Name a treatment, with the cycles that ran in these days."""
    first, last = ground.stretch.first, ground.stretch.last
    begun = [number for day, number in band.cycles if day <= first]
    later = [number for day, number in band.cycles if first < day <= last]
    shown = [*begun[-1:], *later]
    if not shown:
        return band.name
    name = "cycle" if len(shown) == 1 else "cycles"
    return f"{band.name}, {name} {' and '.join(map(str, shown))}"


def fitting(name: str, width: float) -> str:
    """Shorten a name that would run over the edge; the words of the picture have it whole."""
    most = int(width / LETTER_WIDTH)
    return name if len(name) <= most else f"{name[: most - 1]}…"


def draw_band(
    picture: Picture, days: Days, band: TreatmentBand, top: float, *, doses: str = "on"
) -> None:
    """Draw the days of one kind in a row as one box. `doses`: what stands for a day on which
    something was given or taken, where that has no mark of its own."""
    given = dict.fromkeys(("taken", "late", "dose"), doses) | {"missed": "open"}
    kinds: dict[str, list[date]] = defaultdict(list)
    for day, said in band.days.items():
        kinds[given.get(said.kind, said.kind)].append(day)
    for kind, found in kinds.items():
        height = BAND / 2 if kind == "open" else BAND
        for first, last in runs(found):
            box = days.box(first, last, kind)
            picture.boxes.append(Box(box.x, top + (BAND - height) / 2, box.width, height, kind))


def text(said: Sequence[str], ground: Ground) -> str:
    """Say everything in words that a chart shows."""
    gaps = ", ".join(span_words(*run) for run in runs(ground.stretch.gaps))
    parts = [*said, *(m.words for m in ground.urgent), f"Not logged: {gaps}" if gaps else ""]
    return ". ".join(filter(None, parts)) + "."
