"""Writes a picture as one SVG: for the page, whose style sheet says how each class looks, or on its
own for paper, with how it looks in presentation attributes. A style attribute is never written: the
security policy forbids it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from diary.history.charts.ground import MARK
from therapies.pages.drawing import TEXT, Box, Column, Line, Mark, Picture, Words

INK, SOFT, FAINT, RED, BROWN, DRUG = (
    "#1f242b",
    "#56606c",
    "#c9c1b4",
    "#a30f24",
    "#854800",
    "#6b4fa0",
)
FONT = "Noto Sans, sans-serif"
LOOKS = {
    "hatch": f'stroke="{FAINT}" stroke-width="3"',
    "grid": f'fill="none" stroke="{FAINT}"',
    "cycle": f'fill="none" stroke="{DRUG}" stroke-width="1.5" stroke-dasharray="2 3"',
    "fever-line": f'fill="none" stroke="{RED}" stroke-width="1.5" stroke-dasharray="6 5"',
    "path": f'fill="none" stroke="{SOFT}" stroke-width="2"',
    "floor": f'fill="{SOFT}"',
    "no": f'fill="{SOFT}"',
    "mild": f'fill="{INK}" fill-opacity="0.5"',
    "moderate": f'fill="{INK}" fill-opacity="0.75"',
    "severe": f'fill="{INK}"',
    "on": f'fill="{DRUG}"',
    "break": f'fill="#fff" stroke="{DRUG}" stroke-width="1.5" stroke-dasharray="3 2"',
    "open": f'fill="{DRUG}" fill-opacity="0.3"',
    "hit": 'fill="#fff" fill-opacity="0"',
    "urgent": f'fill="{RED}" stroke="{RED}"',
    "small-urgent": f'fill="{RED}"',
    "small-contact": f'fill="{BROWN}"',
    "fever": f'fill="{RED}" stroke="{RED}" stroke-width="2"',
    "felt": f'fill="#fff" stroke="{RED}" stroke-width="2"',
    "contact": f'fill="{BROWN}" stroke="{BROWN}" stroke-width="2"',
    "plain": f'fill="#fff" stroke="{INK}" stroke-width="2"',
    "masked": f'fill="#fff" stroke="{INK}" stroke-width="2" stroke-dasharray="3 2"',
    "taken": f'fill="{DRUG}" stroke="{DRUG}" stroke-width="1.5"',
    "late": f'fill="#fff" stroke="{DRUG}" stroke-width="1.5"',
    "missed": f'fill="none" stroke="{INK}" stroke-width="2"',
    "dose": f'fill="{INK}" stroke="#fff" stroke-width="1.5"',
}
TRIANGLES = {"urgent": MARK, "small-urgent": 3, "felt": MARK}
CIRCLE_RADIUS, SMALL_RADIUS = 4.5, 2.5
Address = Callable[[date], str]


@dataclass(frozen=True, slots=True)
class Pen:
    """How shapes are written: the hatching they refer to, and whether they bring their looks."""

    hatch: str = ""
    on_paper: bool = True
    to_day: Address | None = None

    def looks(self, kind: str) -> str:
        if kind == "gap":
            fill = f"url(#{self.hatch})" if self.hatch else FAINT
            return f'class="gap" fill="{fill}"'
        return f'class="{kind}" {LOOKS[kind]}' if self.on_paper else f'class="{kind}"'


def svg(picture: Picture, *, to_day: Address | None = None) -> SafeString:
    """Return the SVG. With `to_day` it is for the page: every day that can be tapped leads to its
    address; without it is for paper."""
    pen = Pen(f"hatch-{picture.id}" if picture.id else "", to_day is None, to_day)
    parts = [_opening(picture), _hatch(pen)]
    parts += [_box(box, pen) for box in picture.boxes]
    parts += [_line(line, pen) for line in picture.lines]
    parts += map(_said, picture.words)
    parts += [_mark(mark, pen) for mark in picture.marks]
    parts += [_column(column, pen) for column in picture.columns]
    return mark_safe("".join([*parts, "</svg>"]))  # noqa: S308 (every text is escaped below)


def _opening(picture: Picture) -> str:
    width, height = _n(picture.width), _n(picture.height)
    named = role = ""
    if picture.id:
        role = ' role="group"' if picture.columns else ' role="img"'
        named = f' aria-labelledby="title-{picture.id}" aria-describedby="text-{picture.id}"'
    title = f"<title{_id('title', picture)}>{escape(picture.title)}</title>"
    text = f"<desc{_id('text', picture)}>{escape(picture.text)}</desc>"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart {picture.shape}"{role}{named}'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' font-family="{FONT}" font-size="{TEXT}">{title}{text}'
    )


def _id(name: str, picture: Picture) -> str:
    return f' id="{name}-{picture.id}"' if picture.id else ""


def _hatch(pen: Pen) -> str:
    if not pen.hatch:
        return ""
    return (
        f'<pattern id="{pen.hatch}" width="7" height="7" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate(45)"><line {pen.looks("hatch")} y2="7"/></pattern>'
    )


def _box(box: Box, pen: Pen) -> str:
    return (
        f'<rect {pen.looks(box.kind)} x="{_n(box.x)}" y="{_n(box.y)}"'
        f' width="{_n(box.width)}" height="{_n(box.height)}"/>'
    )


def _line(line: Line, pen: Pen) -> str:
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in line.points)
    return f'<polyline {pen.looks(line.kind)} points="{points}"/>'


def _said(words: Words) -> str:
    anchor = "" if words.anchor == "start" else f' text-anchor="{words.anchor}"'
    return f'<text x="{_n(words.x)}" y="{_n(words.y)}"{anchor}>{escape(words.text)}</text>'


def _mark(mark: Mark, pen: Pen) -> str:
    """Draw a triangle, a cross, or a circle; of what was late, half of one is filled."""
    x, y, looks = mark.x, mark.y, pen.looks(mark.kind)
    if size := TRIANGLES.get(mark.kind):
        top, low, left, right = _n(y - size), _n(y + size), _n(x - size), _n(x + size)
        return f'<path {looks} d="M{_n(x)} {top}L{right} {low}L{left} {low}Z"/>'
    if mark.kind == "missed":
        top, low, left, right = _n(y - 4), _n(y + 4), _n(x - 4), _n(x + 4)
        return f'<path {looks} d="M{left} {top}L{right} {low}M{right} {top}L{left} {low}"/>'
    radius = SMALL_RADIUS if mark.kind == "small-contact" else CIRCLE_RADIUS
    circle = f'<circle {looks} cx="{_n(x)}" cy="{_n(y)}" r="{radius}"/>'
    if mark.kind != "late":
        return circle
    arc = f"a{CIRCLE_RADIUS} {CIRCLE_RADIUS} 0 0 0 0 {2 * CIRCLE_RADIUS}Z"
    half = f"M{_n(x)} {_n(y - CIRCLE_RADIUS)}{arc}"
    return f'{circle}<path {pen.looks("taken")} d="{half}"/>'


def _column(column: Column, pen: Pen) -> str:
    inside = _box(column.box, pen) + "".join(_mark(mark, pen) for mark in column.marks)
    title = f"<title>{escape(column.words)}</title>"
    if pen.to_day is None:
        return f"<g>{title}{inside}</g>"
    return f'<a href="{escape(pen.to_day(column.day))}">{title}{inside}</a>'


@lru_cache(maxsize=8192)
def _n(number: float) -> str:
    """Write a coordinate; the same few thousand stand in every drawing."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
