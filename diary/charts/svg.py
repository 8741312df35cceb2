"""Writes a picture as one SVG that stands alone: on the page, in print and in the PDF.

Every shape carries its class and, as presentation attributes, how it looks on white paper. On the
page the style sheet goes before these attributes, by night and in forced colours too; a style
attribute is never written, as the security policy forbids it.
"""

from collections.abc import Callable
from datetime import date
from html import escape

from django.utils.safestring import SafeString, mark_safe

from diary.charts.drawing import MARK, TEXT, Box, Column, Line, Mark, Picture, Words

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
    "grid": f'fill="none" stroke="{FAINT}"',
    "cycle": f'fill="none" stroke="{DRUG}" stroke-width="1.5" stroke-dasharray="2 3"',
    "fever-line": f'fill="none" stroke="{RED}" stroke-width="1.5" stroke-dasharray="6 5"',
    "path": f'fill="none" stroke="{SOFT}" stroke-width="2"',
    "pale": 'fill="#eeeae3"',
    "floor": f'fill="{SOFT}"',
    "bar": f'fill="{INK}"',
    "on": f'fill="{DRUG}"',
    "break": f'fill="#fff" stroke="{DRUG}" stroke-width="1.5" stroke-dasharray="3 2"',
    "open": f'fill="{DRUG}" fill-opacity="0.3"',
    "hit": 'fill="#fff" fill-opacity="0"',
    "urgent": f'fill="{RED}" stroke="{RED}"',
    "small-urgent": f'fill="{RED}"',
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
CROSSES = {"missed": 4}
Address = Callable[[date], str]


def svg(picture: Picture, *, to_day: Address | None = None) -> SafeString:
    """Return the SVG; with `to_day` every day that can be tapped leads to its address."""
    hatch = f"hatch-{picture.id}" if picture.id else ""
    parts = [_opening(picture), _hatch(hatch) if hatch else ""]
    parts += [_box(box, hatch) for box in picture.boxes]
    parts += map(_line, picture.lines)
    parts += map(_said, picture.words)
    parts += map(_mark, picture.marks)
    parts += [_column(column, to_day) for column in picture.columns]
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


def _hatch(name: str) -> str:
    return (
        f'<pattern id="{name}" width="7" height="7" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)">'
        f'<line class="hatch" y2="7" stroke="{FAINT}" stroke-width="3"/></pattern>'
    )


def _box(box: Box, hatch: str) -> str:
    looks = LOOKS.get(box.kind, "")
    if box.kind == "gap":
        looks = f'fill="url(#{hatch})"' if hatch else f'fill="{FAINT}"'
    return (
        f'<rect class="{box.kind}" x="{_n(box.x)}" y="{_n(box.y)}"'
        f' width="{_n(box.width)}" height="{_n(box.height)}" {looks}/>'
    )


def _line(line: Line) -> str:
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in line.points)
    return f'<polyline class="{line.kind}" points="{points}" {LOOKS[line.kind]}/>'


def _said(words: Words) -> str:
    anchor = "" if words.anchor == "start" else f' text-anchor="{words.anchor}"'
    return f'<text x="{_n(words.x)}" y="{_n(words.y)}"{anchor}>{escape(words.text)}</text>'


def _mark(mark: Mark) -> str:
    x, y, kind = mark.x, mark.y, mark.kind
    looks = f'class="{kind}" {LOOKS[kind]}'
    if size := TRIANGLES.get(kind):
        corners = _n(x), _n(y - size), _n(x + size), _n(y + size), _n(x - size), _n(y + size)
        return '<path d="M{} {}L{} {}L{} {}Z" '.format(*corners) + f"{looks}/>"
    if size := CROSSES.get(kind):
        near, far, up, low = _n(x - size), _n(x + size), _n(y - size), _n(y + size)
        return f'<path d="M{near} {up}L{far} {low}M{far} {up}L{near} {low}" {looks}/>'
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4.5" {looks}/>'


def _column(column: Column, to_day: Address | None) -> str:
    inside = _box(column.box, "") + "".join(map(_mark, column.marks))
    title = f"<title>{escape(column.words)}</title>"
    if to_day is None:
        return f"<g>{title}{inside}</g>"
    return f'<a href="{escape(to_day(column.day))}">{title}{inside}</a>'


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
