"""The charts as shapes: every answer is drawn, every gap stays a gap, and nothing is added."""

import itertools
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.core.days import runs
from diary.history.bands import BandDay, TreatmentBand
from diary.history.charts.drawing import symptom_pictures, temperature_pictures
from diary.history.charts.ground import MARK, SIZES, Ground
from diary.history.charts.series import AnswerPoint, ChartDays, SymptomSeries, TemperaturePoint
from diary.history.charts.treatment import treatment_pictures
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


@MANY
@given(charted())
def test_every_answer_is_drawn_once_inside_the_picture(case: tuple[SymptomSeries, Ground]) -> None:
    series, ground = case
    for picture in symptom_pictures(series, ground, 1):
        assert len(plotted(picture)) == len(series.answers)
        assert len(marks_of(picture)) == len(series.answers) + len(ground.urgent)
        assert outside(picture) == []
        assert {c.day for c in picture.columns} == {
            m.day for m in (*series.answers, *ground.urgent)
        }


@MANY
@given(measured())
def test_every_reading_is_drawn_once_inside_the_picture(
    case: tuple[list[TemperaturePoint], Ground],
) -> None:
    """What was felt and not measured is a mark, too, but no line leads to it."""
    taken, ground = case
    days = sorted(t.day for t in taken if t.degrees_c is not None)
    joins = sum(b - a <= DAY for a, b in itertools.pairwise(days))
    for unit in "CF":
        for picture in temperature_pictures(taken, LINE, unit, ground):
            assert len(plotted(picture)) == len(taken)
            assert outside(picture) == []
            assert sum(len(points) - 1 for points in joined(picture)) == joins
            felt = sum(mark.kind == "felt" for mark in marks_of(picture))
            assert felt == sum(t.degrees_c is None for t in taken)


@MANY
@given(charted())
def test_a_line_joins_only_days_in_a_row(case: tuple[SymptomSeries, Ground]) -> None:
    """Whatever lies between two answers, a day left out breaks the line."""
    series, ground = case
    said = sorted(series.answers, key=lambda answer: (answer.day, answer.part))
    joins = sum(b.day - a.day <= DAY for a, b in itertools.pairwise(said))
    for picture in symptom_pictures(series, ground, 1):
        days = defaultdict(set)
        for column in picture.columns:
            for mark in column.marks:
                days[mark.x, mark.y].add(column.day)
        lines = joined(picture)
        for one, other in itertools.chain.from_iterable(map(itertools.pairwise, lines)):
            assert min(abs(a - b) for a in days[one] for b in days[other]) <= DAY
        assert sum(len(points) - 1 for points in lines) == joins


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
    for picture in symptom_pictures(series, ground, 1):
        left = SIZES[picture.shape][1]
        step = (picture.width - left - MARK) / ground.stretch.length
        wide = sum(box.width for box in picture.boxes if box.kind == "gap")
        assert wide == pytest.approx(len(ground.stretch.gaps) * step, abs=0.2 * 63)
        found = [box for box in picture.boxes if box.kind == "gap"]
        assert len(found) == len(runs(ground.stretch.gaps))
        for box, (first, _) in zip(found, runs(ground.stretch.gaps), strict=True):
            assert box.x == pytest.approx(left + (first - FIRST).days * step, abs=0.1)


@MANY
@given(charted(), charted())
def test_the_scale_does_not_depend_on_the_answers(
    one: tuple[SymptomSeries, Ground], other: tuple[SymptomSeries, Ground]
) -> None:
    """The same answer stands at the same height in any chart of the same scale."""
    (series, ground), (second, _) = one, other
    if series.scale != second.scale:
        return
    days = ground.stretch.logged or {FIRST}
    moved = [AnswerPoint(min(days), a.part, a.words, a.level, a.answer) for a in second.answers]
    heights = []
    for said in (series.answers, tuple(moved)):
        picture = symptom_pictures(SymptomSeries("Rash", series.scale, said), ground, 1)[0]
        heights.append({words.text: words.y for words in picture.words if words.anchor == "end"})
    assert heights[0] == heights[1]
    assert set(heights[0]) == set(series.scale)


@MANY
@given(measured())
def test_one_degree_is_as_high_in_every_chart(case: tuple[list[TemperaturePoint], Ground]) -> None:
    taken, ground = case
    picture = temperature_pictures(taken, LINE, "C", ground)[1]
    at = {words.text: words.y - 5 for words in picture.words if words.anchor == "end"}
    degree = (at["36 °C"] - at["38 °C"]) / 2
    assert degree == pytest.approx(18)
    marks = [m for m in plotted(picture) if m.kind != "felt"]
    heights = sorted(at["36 °C"] - (float(t.degrees_c) - 36) * 18 for t in taken if t.degrees_c)
    assert sorted(m.y for m in marks) == pytest.approx(heights, abs=0.1)


@MANY
@given(grounds())
def test_every_dose_is_marked_and_every_treatment_day_has_its_band(ground: Ground) -> None:
    if not ground.bands:
        return
    marked = ("taken", "late", "missed", "dose")
    wanted = [s.kind for b in ground.bands for s in b.days.values() if s.kind in marked]
    for picture in treatment_pictures(ground):
        assert sorted(m.kind for m in marks_of(picture)) == sorted(wanted)
        assert outside(picture) == []
        step = (picture.width - SIZES[picture.shape][1] - MARK) / ground.stretch.length
        wide = sum(b.width for b in picture.boxes)
        assert wide == pytest.approx(sum(len(b.days) for b in ground.bands) * step, abs=0.2 * 189)
        for band in ground.bands:
            assert band.name in picture.text


@MANY
@given(charted())
def test_the_words_say_everything_and_no_verdict(case: tuple[SymptomSeries, Ground]) -> None:
    series, ground = case
    for picture in symptom_pictures(series, ground, 1):
        for said in (*series.answers, *ground.urgent):
            assert said.words in picture.text
        assert ("Not logged" in picture.text) == bool(ground.stretch.gaps)
        assert not VERDICT.search(picture.text + picture.title)


def test_a_long_name_is_shortened_in_the_drawing_and_whole_in_its_words() -> None:
    name = "Consolidation block with a very long name of its own, arm B"
    stretch = ChartDays(FIRST, FIRST + 29 * DAY, frozenset({FIRST}), frozenset())
    band = TreatmentBand(name, {FIRST: BandDay("open", "under way")})
    ground = Ground(stretch, (), (band,), str, "November 2026")
    for picture in treatment_pictures(ground):
        assert name in picture.text
        (label,) = [words.text for words in picture.words if words.text.startswith("Consol")]
        assert len(label) * 8 <= picture.width
