"""The charts of the days of a summary: the same drawings as in the history, for paper."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from accounts.models import Patient
from diary.core.words import span_words
from diary.history.charts.ground import Ground, days_of, ground_of
from diary.history.charts.series import series_of, temperatures_of
from diary.history.charts.strips import each_words, strips_picture
from diary.history.charts.svg import svg
from diary.history.charts.temperature import temperature_picture
from diary.history.timeline import Timeline
from therapies.pages.drawing import Picture

SHAPE = "paper"
MOST_STRIPS = 20  # on a page
LONG_DAYS = 366  # of more days the year is named, too


@dataclass(frozen=True, slots=True)
class Label:
    """Words of a picture: where they stand, and which part of them stands there."""

    x: float
    y: float
    text: str
    anchor: str  # start, middle or end


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture for paper; `words` say the same, `key` how it is read. The labels are not in the
    `svg`: as text of the file they are drawn in every script that its fonts have."""

    svg: str
    width: float
    height: float
    labels: tuple[Label, ...]
    words: str
    key: str


def temperature_drawing(
    patient: Patient, read: Timeline, line: Decimal, ground: Ground
) -> Drawing | None:
    """Draw every temperature of these days, and the treatment below. None where there is none."""
    taken = temperatures_of(read.days, line)
    if not taken:
        return None
    return _drawing(
        temperature_picture(SHAPE, taken, line, patient.unit, ground),
        "Dashed: the fever line. Filled: at it or above. Broken ring: may be masked. Open "
        "triangle: felt and not measured, or it cannot be right. Hatched: not logged. "
        "Triangle above: urgent.",
    )


def symptom_drawings(read: Timeline, ground: Ground) -> tuple[Drawing, ...]:
    """Draw a strip for each symptom that was more than a no, as many in one as a page holds."""
    rows = [series for series in series_of(read.days) if not series.is_denied]
    bars = each_words(days_of(SHAPE, ground.stretch).each).capitalize()
    key = (
        f"{bars}; the stronger the answer, the higher and the darker: mild, moderate, severe or "
        "yes. On the floor: no. Hatched: not logged. A triangle: urgent. A dot: contact the team."
    )
    pages = (rows[n : n + MOST_STRIPS] for n in range(0, len(rows), MOST_STRIPS))
    return tuple(_drawing(strips_picture(SHAPE, some, ground), key) for some in pages)


def paper_ground(patient: Patient, read: Timeline, now: datetime) -> Ground:
    """Return the days and the treatments below every drawing."""
    first, last = read.days[0].day, read.days[-1].day
    is_long = (last - first).days >= LONG_DAYS

    def tick(day: date) -> str:
        return f"{day:%b %Y}" if is_long else f"{day.day} {day:%b}"

    return ground_of(read, patient.tz, now, tick=tick, span=span_words(first, last))


def _drawing(picture: Picture, key: str) -> Drawing:
    labels = tuple(Label(one.x, one.y, one.text, one.anchor) for one in picture.words)
    bare = replace(picture, words=[])
    return Drawing(svg(bare), picture.width, picture.height, labels, picture.text, key)
