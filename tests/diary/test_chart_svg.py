"""The charts as they are written: well-formed, within the security policy, and small for paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.history.bands import BandDay, TreatmentBand
from diary.history.charts.ground import Ground
from diary.history.charts.series import STRENGTHS, AnswerPoint, ChartDays, SymptomSeries
from diary.history.charts.strips import SHADES, small_lines, strips_picture
from diary.history.charts.svg import LOOKS, svg
from diary.history.charts.temperature import temperature_picture
from tests.diary.drawn import DAY, FIRST, LINE, MANY, VERDICT, charted, parsed

BARS = set(SHADES)


@MANY
@given(charted(), st.booleans())
def test_the_svg_is_well_formed_and_within_the_security_policy(
    case: tuple[SymptomSeries, Ground], linked: bool
) -> None:
    series, ground = case
    to_day = (lambda day: f"/p/?a=1&b={day}") if linked else None
    for picture in (
        strips_picture("narrow", [series], ground),
        temperature_picture("narrow", [], LINE, "C", ground),
    ):
        text = svg(picture, to_day=to_day)
        root = parsed(text)
        names = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert "script" not in names
        for element in root.iter():
            assert not {"style", "onclick", "onload"} & set(element.attrib)
        hrefs = [e.get("href") for e in root.iter() if e.tag.endswith("}a")]
        assert len(hrefs) == (len(picture.columns) if linked else 0)
        assert root.find("{http://www.w3.org/2000/svg}desc").text == picture.text


def test_what_a_family_calls_a_symptom_is_never_markup() -> None:
    stretch = ChartDays(FIRST, FIRST, frozenset({FIRST}), frozenset())
    bad = '"><script>alert(1)</script>&amp;'
    said = AnswerPoint(FIRST, 0.5, bad, "urgent", "mild")
    ground = Ground(stretch, (), (TreatmentBand(bad, {FIRST: BandDay("on", bad)}),), str, bad)
    series = SymptomSeries(bad, STRENGTHS, (said,))
    drawn = [
        strips_picture("narrow", [series], ground),
        temperature_picture("narrow", [], LINE, "C", ground),
    ]
    texts = [svg(picture, to_day=lambda _day: bad) for picture in drawn]
    texts += map(svg, drawn)
    for text in [*texts, small_lines([series], stretch)[series.name].svg]:
        assert "<script" not in text
        parsed(text)


def test_everything_that_can_be_drawn_has_its_looks_on_paper() -> None:
    kinds = [
        *SHADES,
        "small-urgent",
        "small-contact",
        "on",
        "break",
        "open",
        "taken",
        "late",
        "missed",
        "dose",
        "plain",
        "contact",
        "urgent",
        "fever",
        "masked",
        "felt",
    ]
    assert set(kinds) <= set(LOOKS)


@MANY
@given(charted())
def test_the_small_line_draws_every_day_with_an_answer(case: tuple[SymptomSeries, Ground]) -> None:
    series, ground = case
    line = small_lines([series], ground.stretch)[series.name]
    root = parsed(line.svg)
    bars = [e for e in root.iter() if e.get("class") in BARS]
    assert line.days_each == 1
    assert len(bars) == len({answer.day for answer in series.answers})
    urgent = {a.day for a in series.answers if a.level == "urgent"}
    assert len([e for e in root.iter() if e.get("class") == "small-urgent"]) == len(urgent)
    for bar in bars:
        assert float(bar.get("y")) >= 7 - 0.01
        assert float(bar.get("y")) + float(bar.get("height")) <= 24.01
    assert not VERDICT.search(line.words)
    assert ("not logged" in line.words) == bool(ground.stretch.gaps)


def test_the_small_line_of_years_says_how_many_days_share_a_bar() -> None:
    last = FIRST + 3649 * DAY
    stretch = ChartDays(FIRST, last, frozenset({FIRST, last}), frozenset())
    worst = AnswerPoint(last, 0.5, "x", "urgent", "severe")
    mild = AnswerPoint(last - DAY, 0.5, "x", "", "mild")
    rash = SymptomSeries("Rash", STRENGTHS, (mild, worst))
    line = small_lines([rash], stretch)[rash.name]
    assert line.days_each > 1
    bars = [e for e in parsed(line.svg).iter() if e.get("class") in BARS]
    assert len(bars) == 1
    assert float(bars[0].get("y")) == pytest.approx(7)
    assert "severe on 1 day; mild on 1 day; urgent on" in line.words
