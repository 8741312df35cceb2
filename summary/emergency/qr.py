"""A printed code that holds the text itself: no address, no server, readable without a network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import segno

from accounts.glyphs import is_unseen

# So many bytes that a phone still reads the code at four centimetres, printed at home. Its level of
# error correction ("M") lets a crease or a coffee stain take about a seventh of it.
MOST_BYTES = 980
# Any of the eight patterns may lie over the squares; to weigh all of them takes most of the time.
MASK = 0
QUIET = 4  # modules of white around it, as the standard asks
CUT = "(cut here: the rest is on the sheet)"


@dataclass(frozen=True, slots=True)
class Code:
    """`path` draws the dark squares on a field of `size` by `size`; `text` is what it holds."""

    text: str
    path: str
    size: int
    left_out: int  # parts that did not fit, or not wholly


def code_of(parts: Sequence[str]) -> Code:
    """Return the code of these parts, the most important first: what does not fit is cut at the end
    and the text says so."""
    text, left_out = _fitted(parts)
    made = segno.make(
        text,
        error="m",
        encoding="utf-8",
        mode="byte",
        boost_error=False,
        micro=False,
        mask=MASK,
    )
    rows = [bytes(row) for row in made.matrix]
    return Code(text, "".join(_path(rows)), len(rows) + 2 * QUIET, left_out)


def _fitted(parts: Sequence[str]) -> tuple[str, int]:
    parts = [_plain(part) for part in parts]
    whole = "\n".join(parts)
    if _bytes(whole) <= MOST_BYTES:
        return whole, 0
    room = MOST_BYTES - _bytes(f"\n{CUT}")
    kept: list[str] = []
    for part in parts:
        if _bytes("\n".join([*kept, part])) > room:
            break
        kept.append(part)
    left_out = len(parts) - len(kept)
    space = room - _bytes("\n".join([*kept, ""]))
    begun = _begun(parts[len(kept)], space)
    return "\n".join(filter(None, [*kept, begun, CUT])), left_out


def _begun(part: str, space: int) -> str:
    """Return as many whole words of a part as there is space for; nothing of a single word."""
    words = part.split(" ")
    while words and _bytes(" ".join([*words, "…"])) > space:
        words.pop()
    return " ".join([*words, "…"]) if len(words) > 1 else ""


def _plain(part: str) -> str:
    """Return a part as one line, without characters that turn or hide what stands around them."""
    seen = (c for c in part if c.isspace() or not is_unseen(c))
    return " ".join("".join(seen).split())


def _bytes(text: str) -> int:
    return len(text.encode())


def _path(rows: Sequence[bytes]) -> Iterator[str]:
    """Yield each run of dark squares in a row as a rectangle."""
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield f"M{start + QUIET} {y + QUIET}h{x - start}v1h-{x - start}z"
                start = None
