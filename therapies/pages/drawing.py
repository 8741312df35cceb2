"""The shapes that every picture is made of, one unit to the pixel.

How a kind of shape looks is decided where it is drawn: by the style sheet of the page, or in the
attributes of an SVG that stands on its own.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

TEXT = 14  # pixels, as large as the text around it


class Words(NamedTuple):
    x: float
    y: float
    text: str
    anchor: str = "start"  # start, middle or end


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    kind: str


class Line(NamedTuple):
    """A line through points in their order; a single point draws nothing."""

    points: tuple[tuple[float, float], ...]
    kind: str


class Mark(NamedTuple):
    """One thing at one moment: a dose, an answer, a temperature."""

    x: float
    y: float
    kind: str


class Column(NamedTuple):
    """Everything of one day that can be tapped, and what it says."""

    day: date
    box: Box
    words: str
    marks: tuple[Mark, ...]


@dataclass
class Picture:
    """One drawing. `id` is unique on its page; `title` and `text` say all that it shows."""

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
