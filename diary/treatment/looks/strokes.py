"""A sentence written by finger: lines of points on a field, as numbers and never as markup."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

WIDTH, HEIGHT = 1000, 400
LONGEST = 60_000  # characters, as a page sends them
MOST_LINES = 400
MOST_POINTS = 8_000

Strokes = list[list[list[int]]]


def read_strokes(text: str) -> Strokes:
    """Return what a page sent: [[[x, y], ...], ...]. Raises ValueError for anything else."""
    if not text:
        return []
    if len(text) > LONGEST:
        raise ValueError("too long")
    try:
        lines = json.loads(text)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(lines, list) or len(lines) > MOST_LINES:
        raise ValueError("no list of lines, or too many")
    strokes = [_line(line) for line in lines]
    if sum(map(len, strokes)) > MOST_POINTS:
        raise ValueError("too many points")
    return strokes


def path_of(strokes: Iterable[Sequence[Sequence[int]]]) -> str:
    """Return the `d` of an SVG path; a dot is a line to itself, so that its round end shows."""
    return "".join(_drawn(line) for line in strokes)


def _line(line: Any) -> list[list[int]]:
    if not isinstance(line, list) or not line:
        raise ValueError("not a line")
    return [_point(point) for point in line]


def _point(point: Any) -> list[int]:
    if not isinstance(point, list) or [type(n) for n in point] != [int, int]:
        raise ValueError("not a point")
    x, y = point
    if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        raise ValueError("outside of the field")
    return [x, y]


def _drawn(line: Sequence[Sequence[int]]) -> str:
    (x, y), *rest = line
    return f"M{int(x)} {int(y)}" + "".join(f"L{int(x)} {int(y)}" for x, y in rest or [(x, y)])
