"""The charts as shapes: every answer is drawn, every gap stays a gap, and nothing is added."""

import itertools
from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.core.days import runs
from diary.history.bands import BandDay, TreatmentBand
from diary.history.charts.ground import (
    DOSES,
    LEFT,
    MARK,
    SIZES,
    Ground,
)
from diary.history.charts.series import ChartDays, SymptomSeries, TemperaturePoint
from diary.history.charts.strips import FLOOR_HEIGHT, SHADES, strips_picture
from diary.history.charts.temperature import PLOT, Degrees, temperature_picture
from tests.diary.drawn import (
    DAY,
    FIRST,
    LINE,
    MANY,
    VERDICT,
    charted,
    grounds,
    joined,
    marks_of,
    measured,
    outside,
    plotted,
)

BARS = set(SHADES)


def step_of(picture, ground):
    return (picture.width - LEFT - MARK) / ground.stretch.length


@MANY
@given(charted())
def test_every_answer_is_drawn_once_inside_the_picture(case: tuple[SymptomSeries, Ground]) -> None:
    """Of a day with several answers the worst is drawn, and each is said."""
    series, ground = case
    for shape in SIZES:
        picture = strips_picture(shape, [series], ground)
        bars = [box for box in picture.boxes if box.kind in BARS]
        worst = defaultdict(float)
        for answer in series.answers:
            worst[answer.day] = max(worst[answer.day], series.strength(answer))
        assert [round(b.height, 2) for b in bars] == [
            round(FLOOR_HEIGHT + (24 - 7 - FLOOR_HEIGHT) * worst[day], 2) for day in sorted(worst)
        ]
        assert outside(picture) == []
        known = ground.stretch.known | {m.day for m in (*series.answers, *ground.urgent)}
        assert {column.day for column in picture.columns} == known
        said = {column.day: column.words for column in picture.columns}
        for answer in series.answers:
            assert f"{series.name}, {answer.words}" in said[answer.day]
        for day in ground.stretch.gaps:
            assert "not logged" in said[day]


@MANY
@given(charted())
def test_the_strength_is_told_by_shape_and_by_shade(case: tuple[SymptomSeries, Ground]) -> None:
    """The stronger, the higher; and no two strengths are as dark."""
    series, ground = case
    (picture,) = [strips_picture("narrow", [series], ground)]
    heights = {box.kind: box.height for box in picture.boxes if box.kind in BARS}
    ordered = [heights[kind] for kind in SHADES if kind in heights]
    assert ordered == sorted(ordered)
    assert len(set(ordered)) == len(ordered)


@MANY
@given(charted())
def test_an_urgent_answer_has_its_own_shape(case: tuple[SymptomSeries, Ground]) -> None:
    series, ground = case
    picture = strips_picture("wide", [series], ground)
    flagged = defaultdict(set)
    for answer in series.answers:
        flagged[answer.day].add(answer.level)
    kinds = [mark.kind for mark in picture.marks]
    assert kinds.count("small-urgent") == sum("urgent" in found for found in flagged.values())
    only_contact = [f for f in flagged.values() if "contact" in f and "urgent" not in f]
    assert kinds.count("small-contact") == len(only_contact)
    assert sum(m.kind == "urgent" for m in marks_of(picture)) == len(ground.urgent)


@MANY
@given(measured())
def test_every_reading_is_drawn_once_inside_the_picture(
    case: tuple[list[TemperaturePoint], Ground],
) -> None:
    """What was felt and not measured is a mark, too, but no line leads to it."""
    taken, ground = case
    days = sorted(t.day for t in taken if t.degrees_c is not None)
    joins = sum(b - a <= DAY for a, b in itertools.pairwise(days))
    for unit, shape in itertools.product("CF", SIZES):
        picture = temperature_picture(shape, taken, LINE, unit, ground)
        found = [mark for mark in plotted(picture) if mark not in picture.marks]
        assert len(found) == len(taken)
        assert outside(picture) == []
        assert sum(len(points) - 1 for points in joined(picture)) == joins
        felt = sum(mark.kind == "felt" for mark in marks_of(picture))
        assert felt == sum(t.degrees_c is None for t in taken)


@MANY
@given(measured())
def test_a_line_joins_only_days_in_a_row(case: tuple[list[TemperaturePoint], Ground]) -> None:
    """Whatever lies between two readings, a day left out breaks the line."""
    taken, ground = case
    picture = temperature_picture("narrow", taken, LINE, "C", ground)
    days = defaultdict(set)
    for column in picture.columns:
        for mark in column.marks:
            days[mark.x, mark.y].add(column.day)
    for one, other in itertools.chain.from_iterable(map(itertools.pairwise, joined(picture))):
        assert min(abs(a - b) for a in days[one] for b in days[other]) <= DAY


@MANY
@given(st.lists(st.integers(0, 60), min_size=1))
def test_runs_hold_every_day_and_no_gap(numbers: list[int]) -> None:
    days = {FIRST + n * DAY for n in numbers}
    found = runs(FIRST + n * DAY for n in numbers)
    assert {run.first + n * DAY for run in found for n in range(run.length)} == days
    for one, other in itertools.pairwise(found):
        assert other.first - one.last > DAY


@MANY
@given(charted())
def test_every_gap_is_hatched_and_nothing_else_is(case: tuple[SymptomSeries, Ground]) -> None:
    series, ground = case
    for shape in SIZES:
        for picture in (
            strips_picture(shape, [series], ground),
            temperature_picture(shape, [], LINE, "C", ground),
        ):
            found = [box for box in picture.boxes if box.kind == "gap"]
            gaps = runs(ground.stretch.gaps)
            assert len(found) == len(gaps)
            for box, (first, last) in zip(found, gaps, strict=True):
                step = step_of(picture, ground)
                assert box.x == pytest.approx(LEFT + (first - FIRST).days * step, abs=0.1)
                assert box.width == pytest.approx(((last - first).days + 1) * step, abs=0.2)


def test_days_that_share_a_bar_are_hatched_only_where_none_of_them_was_logged() -> None:
    days = [FIRST + n * DAY for n in range(3650)]
    logged = frozenset(days[:1200:50])
    stretch = ChartDays(days[0], days[-1], logged, frozenset(days) - logged)
    ground = Ground(stretch, (), (), lambda day: f"{day:%b %Y}", "ten years")
    picture = temperature_picture("paper", [], LINE, "C", ground)
    gaps = [box for box in picture.boxes if box.kind == "gap"]
    assert len(gaps) == len(logged)
    named = [words for words in picture.words if words.anchor == "middle"]
    assert 5 < len(named) < 12
    for one, other in itertools.pairwise(named):
        assert other.x - one.x > 60


@MANY
@given(charted(), charted())
def test_the_scale_does_not_depend_on_the_answers(
    one: tuple[SymptomSeries, Ground], other: tuple[SymptomSeries, Ground]
) -> None:
    """The same answer is as high in any strip of the same scale."""
    (series, ground), (second, _) = one, other
    if series.scale != second.scale:
        return
    picture = strips_picture("narrow", [series], ground)
    again = strips_picture("narrow", [second], ground)
    heights = [
        {box.kind: round(box.height, 2) for box in drawn.boxes if box.kind in BARS}
        for drawn in (picture, again)
    ]
    for kind in heights[0].keys() & heights[1].keys():
        assert heights[0][kind] == heights[1][kind]


@MANY
@given(measured(), st.decimals("37.0", "38.0", places=1))
def test_the_fever_line_and_every_reading_are_within_the_axis(
    case: tuple[list[TemperaturePoint], Ground], line: Decimal
) -> None:
    """Fitted to the readings, and never so narrow that the fever line is at its edge."""
    taken, ground = case
    for unit in "CF":
        picture = temperature_picture("narrow", taken, line, unit, ground)
        for drawn in picture.lines:
            if drawn.kind == "fever-line":
                assert all(20 + MARK < y < 20 + MARK + PLOT for _, y in drawn.points)
        degrees = Degrees.fitted(taken, line, unit)
        in_unit = [float(t.degrees_c) for t in taken if t.degrees_c is not None]
        if unit == "F":
            in_unit = [c * 9 / 5 + 32 for c in in_unit]
        assert all(degrees.lowest <= c <= degrees.highest for c in in_unit)
        assert len(degrees.named) <= 8
        names = [words.text for words in picture.words if words.anchor == "end"]
        assert names == [str(degree) for degree in degrees.named]


@MANY
@given(measured())
def test_one_degree_is_as_high_everywhere_in_a_chart(
    case: tuple[list[TemperaturePoint], Ground],
) -> None:
    taken, ground = case
    picture = temperature_picture("wide", taken, LINE, "C", ground)
    at = {int(words.text): words.y - 5 for words in picture.words if words.anchor == "end"}
    (low, bottom), (high, top) = min(at.items()), max(at.items())
    degree = (bottom - top) / (high - low)
    found = [m for m in plotted(picture) if m not in picture.marks and m.kind != "felt"]
    heights = sorted(bottom - (float(t.degrees_c) - low) * degree for t in taken if t.degrees_c)
    assert sorted(m.y for m in found) == pytest.approx(heights, abs=0.2)


def test_two_cycles_can_share_one_axis() -> None:
    low = [TemperaturePoint(FIRST, 0.5, "x", "", Decimal("36.0"), False, False)]
    high = [TemperaturePoint(FIRST, 0.5, "x", "", Decimal("41.2"), True, False)]
    stretch = ChartDays(FIRST, FIRST, frozenset({FIRST}), frozenset())
    ground = Ground(stretch, (), (), lambda d: str(d.day), "November 2026")
    both = Degrees.fitted([*low, *high], LINE, "C")
    drawn = [
        temperature_picture("wide", taken, LINE, "C", ground, degrees=both) for taken in (low, high)
    ]
    names = [[(w.text, w.y) for w in one.words if w.anchor == "end"] for one in drawn]
    assert names[0] == names[1]
    assert [names[0][0][0], names[0][-1][0]] == ["36", "42"]


@MANY
@given(grounds())
def test_every_dose_is_marked_and_every_treatment_day_has_its_band(ground: Ground) -> None:
    wanted = [s.kind for b in ground.bands for s in b.days.values() if s.kind in DOSES]
    for shape in SIZES:
        picture = temperature_picture(shape, [], LINE, "C", ground)
        assert sorted(mark.kind for mark in picture.marks) == sorted(wanted)
        assert outside(picture) == []
        wide = sum(b.width for b in picture.boxes if b.kind in ("on", "break", "open"))
        days = sum(len(band.days) for band in ground.bands)
        assert wide == pytest.approx(days * step_of(picture, ground), abs=0.2 * 189)
        for band in ground.bands:
            assert band.name in picture.text


def test_the_day_of_treatment_stands_under_the_days() -> None:
    days = {FIRST + n * DAY: BandDay("on", "pump") for n in range(30)}
    numbers = {day: n + 5 for n, day in enumerate(days)}
    stretch = ChartDays(FIRST, FIRST + 29 * DAY, frozenset(days), frozenset())
    band = TreatmentBand("Blinatumomab", days, ((FIRST, 2),), numbers)
    ground = Ground(stretch, (), (band,), lambda d: str(d.day), "November 2026")
    picture = temperature_picture("narrow", [], LINE, "C", ground)
    named = defaultdict(list)
    for words in picture.words:
        if words.anchor == "middle":
            named[words.x].append(words.text)
    assert list(named.values()) == [
        ["1", "5"],
        ["8", "12"],
        ["15", "19"],
        ["22", "26"],
        ["29", "33"],
    ]


@MANY
@given(charted())
def test_the_words_say_everything_and_no_verdict(case: tuple[SymptomSeries, Ground]) -> None:
    """A strip says how often each answer was the worst of a day, and its days say each answer."""
    series, ground = case
    picture = strips_picture("narrow", [series], ground)
    assert series.name in picture.text
    for said in ground.urgent:
        assert said.words in picture.text
    assert ("Not logged" in picture.text) == bool(ground.stretch.gaps)
    for line in ground.treatments:
        assert line in temperature_picture("narrow", [], LINE, "C", ground).text
    words = " ".join([picture.text, picture.title, *(c.words for c in picture.columns)])
    assert not VERDICT.search(words)


def test_a_long_name_is_shortened_in_the_drawing_and_whole_in_its_words() -> None:
    name = "Consolidation block with a very long name of its own, arm B"
    stretch = ChartDays(FIRST, FIRST + 29 * DAY, frozenset({FIRST}), frozenset())
    band = TreatmentBand(name, {FIRST: BandDay("open", "under way")})
    ground = Ground(stretch, (), (band,), str, "November 2026")
    picture = temperature_picture("narrow", [], LINE, "C", ground)
    assert name in picture.text
    (label,) = [words.text for words in picture.words if words.text.startswith("Consol")]
    assert len(label) * 8 <= picture.width
