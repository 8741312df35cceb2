"""What stands behind and below every chart: days, gaps, cycles, treatments, urgent moments."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from math import ceil
from zoneinfo import ZoneInfo

from diary.core.days import DAY, runs, runs_of_numbers
from diary.core.words import day_name, span_words
from diary.history.bands import TreatmentBand, bands_of
from diary.history.charts.series import ChartDays, ChartPoint, stretch_of, urgent_of
from diary.history.timeline import Timeline
from therapies.pages.drawing import Box, Column, Line, Mark, Picture, Words

# The width of each: for a phone, for a wide page, and for paper. The days begin at LEFT.
SIZES = {"narrow": 276, "wide": 436, "paper": 780}
LEFT = 32
LANE = 20  # the lane of the urgent moments, above
WEEKS = (7, 14, 28, 91, 182, 364, 728)  # from one day that is named to the next
BAND = 10
LETTER_WIDTH = 8.5  # pixels that a letter may need, in the widest of the fonts
LINE = 17  # of words
MARK = 5  # half the size of a mark
MIN_DAY_WIDTH = 1.5  # the smallest width at which a day can still be told from its neighbours
DOSES = ("late", "missed", "dose")  # what has a mark of its own in its treatment's band


@dataclass(frozen=True)
class Days:
    """The axis of days: `left` to `left + width`, and `top` to `bottom` is the plot. Where a day
    would be too thin to see, `each` days share one column."""

    stretch: ChartDays
    left: float
    width: float
    top: float
    bottom: float

    @cached_property
    def each(self) -> int:
        return max(1, ceil(MIN_DAY_WIDTH * self.stretch.length / self.width))

    @cached_property
    def step(self) -> float:
        return self.width / self.stretch.length

    def x(self, day: date, part: float = 0.5) -> float:
        return round(self.left + ((day - self.stretch.first).days + part) * self.step, 1)

    def box(self, first: date, last: date, kind: str) -> Box:
        x = self.x(first, 0)
        width = round(self.x(last, 1) - x, 1)
        return Box(x, self.top, width, round(self.bottom - self.top, 1), kind)

    def column(self, day: date) -> int:
        return (day - self.stretch.first).days // self.each

    def columns(self, first: int, last: int) -> tuple[date, date]:
        """Return from which day to which these columns are."""
        end = self.stretch.first + ((last + 1) * self.each - 1) * DAY
        return self.stretch.first + first * self.each * DAY, min(end, self.stretch.last)

    def known(self) -> list[tuple[float, float]]:
        """Return from where to where the diary has days: not before it began, not to come."""
        return [(self.x(first, 0), self.x(last, 1)) for first, last in runs(self.stretch.known)]

    def logged(self, kind: str) -> list[Box]:
        return self._boxes(map(self.column, self.stretch.logged), kind)

    def gaps(self) -> list[Box]:
        """Return what is hatched: columns in which nothing was logged."""
        logged = set(map(self.column, self.stretch.logged))
        return self._boxes(set(map(self.column, self.stretch.gaps)) - logged, "gap")

    def _boxes(self, columns: Iterable[int], kind: str) -> list[Box]:
        return [self.box(*self.columns(*run), kind) for run in runs_of_numbers(columns)]


@dataclass(frozen=True)
class Ground:
    """What stands behind every chart of a stretch of days."""

    stretch: ChartDays
    urgent: tuple[ChartPoint, ...]
    bands: tuple[TreatmentBand, ...]
    tick: Callable[[date], str]  # what a day is called below the chart
    span: str  # what the days together are called

    @cached_property
    def treatments(self) -> list[str]:
        """Say each treatment in runs of days of the same kind."""
        lines = []
        for band in self.bands:
            said = [
                (first, f"{span_words(first, last)} {one.words}")
                for one in dict.fromkeys(band.days.values())
                for first, last in runs(day for day, other in band.days.items() if other == one)
            ]
            words = ", ".join(words for _, words in sorted(said))
            lines.append(f"{band_label(band, self)}: {words}")
        return lines


@dataclass(frozen=True, slots=True)
class DayMark:
    """What is said of one day, and the mark that stands for it."""

    day: date
    words: str
    mark: Mark | None = None


def ground_of(
    read: Timeline,
    tz: ZoneInfo,
    now: datetime,
    *,
    tick: Callable[[date], str],
    span: str,
    length: int = 0,
) -> Ground:
    """Return what stands behind the charts of these days, or of so many from the first on."""
    stretch = stretch_of(read.days)
    if length:
        stretch = replace(stretch, last=stretch.first + (length - 1) * DAY)
    bands = tuple(bands_of(read, tz, now))
    return Ground(stretch, tuple(urgent_of(read.days)), bands, tick, span)


def blank(name: str, shape: str, title: str, text: str) -> Picture:
    return Picture(f"{name}-{shape}", SIZES[shape], 0, title, text, shape)


def axis(picture: Picture, ground: Ground, plot: float) -> Days:
    """Return the days over a plot of this height; above it is the lane of urgent moments."""
    picture.height = LANE + plot
    return days_of(picture.shape, ground.stretch, LANE, picture.height)


def days_of(shape: str, stretch: ChartDays, top: float = 0, bottom: float = 0) -> Days:
    return Days(stretch, LEFT, SIZES[shape] - LEFT - MARK, top, bottom)


def urgent_marks(days: Days, ground: Ground) -> list[DayMark]:
    return [
        DayMark(m.day, m.words, Mark(days.x(m.day, m.part), LANE / 2, "urgent"))
        for m in ground.urgent
    ]


def columns(picture: Picture, days: Days, placed: Sequence[DayMark], nothing: str) -> None:
    """Make every day that the diary has one place to tap, with its marks. `nothing`: what is said
    of a logged day without any."""
    found: dict[date, list[DayMark]] = defaultdict(list)
    for one in placed:
        found[one.day].append(one)
    for day in sorted(days.stretch.known | found.keys()):
        said = list(dict.fromkeys(one.words for one in found[day]))
        if day in days.stretch.gaps:
            said.append(f"{day_name(day)}: not logged")
        words = "; ".join(said) or f"{day_name(day)}: {nothing}"
        x = days.x(day, 0)
        hit = Box(x, 0, round(days.x(day, 1) - x, 1), days.bottom, "hit")
        marks = tuple(one.mark for one in found[day] if one.mark)
        picture.columns.append(Column(day, hit, words, marks))


def ticks(picture: Picture, days: Days, ground: Ground) -> list[date]:
    """Name days below the chart, as many as there is room for, and return which."""
    picture.height += LINE
    last = ground.stretch.last
    room = LETTER_WIDTH * max(len(ground.tick(ground.stretch.first)), len(ground.tick(last))) + 4
    apart = next((n for n in WEEKS if n * days.step >= room), WEEKS[-1])
    every = [ground.stretch.first + n * DAY for n in range(0, ground.stretch.length, apart)]
    named = [day for day in every if days.x(day) + (room - 4) / 2 <= picture.width]
    for day in named:
        words = Words(days.x(day), picture.height - 3, ground.tick(day), "middle")
        picture.words.append(words)
    return named


def treatments(picture: Picture, days: Days, ground: Ground, named: Sequence[date]) -> None:
    """Draw each treatment below its name, its doses, and under it which day of it a day was."""
    for band in ground.bands:
        picture.height += 20
        label = fitting(band_label(band, ground), picture.width)
        picture.words.append(Words(0, picture.height - 4, label))
        _band(picture, days, band, picture.height)
        for day, said in band.days.items():
            if said.kind in DOSES:
                mark = Mark(days.x(day), picture.height + BAND / 2, said.kind)
                picture.marks.append(mark)
        picture.height += BAND + 2
        _cycles(picture, days, band)
        counted = [day for day in named if day in band.numbers]
        if counted:
            picture.height += LINE
            picture.words.append(Words(0, picture.height - 4, "day"))
        for day in counted:
            number = str(band.numbers[day])
            picture.words.append(Words(days.x(day), picture.height - 4, number, "middle"))


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


def _band(picture: Picture, days: Days, band: TreatmentBand, top: float) -> None:
    """Draw the days of one kind in a row as one box."""
    drawn = dict.fromkeys(("taken", "late", "dose"), "on") | {"missed": "open"}
    kinds: dict[str, list[date]] = defaultdict(list)
    for day, said in band.days.items():
        kinds[drawn.get(said.kind, said.kind)].append(day)
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
