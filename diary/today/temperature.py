"""A temperature as it is typed, and the readings for which the page stays quiet."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from itertools import pairwise

from diary.core.fields import DECIMAL_MARKS
from diary.judging.watch import WatchBand

MARK = f"[.,．，{DECIMAL_MARKS}]"
ZEROS = "0٠۰０"  # of the scripts whose digits the pattern knows; any other is read and prompts
DECIMALS = 3
THOUSAND = 10**DECIMALS


@lru_cache(maxsize=256)
def quiet_pattern(bands: tuple[WatchBand, ...], unit: str) -> str:
    """Return an HTML pattern that matches exactly the readings in `bands`, typed in this unit.

    Whatever else is typed, a slip included, does not match and brings up the prompt.
    """
    wholes = [
        part
        for low, high in _together(bands)
        for part in _range(_thousandths(low, unit), _thousandths(high, unit))
    ]
    return f" *(?:{'|'.join(wholes)}) *" if wholes else r"(?!)"


def _together(bands: Iterable[WatchBand]) -> Iterator[tuple[Decimal, Decimal]]:
    """Join bands that touch."""
    bands = list(bands)
    starts = [b.low for a, b in pairwise([None, *bands]) if b and (a is None or a.high != b.low)]
    ends = [a.high for a, b in pairwise([*bands, None]) if a and (b is None or a.high != b.low)]
    return zip(starts, ends, strict=True)


def _thousandths(celsius: Decimal, unit: str) -> int:
    """Return °C in thousandths of the unit, up to the next one: a reading with three decimals is
    below the line exactly when it is below that."""
    degrees = celsius if unit == "C" else celsius * 9 / 5 + 32
    return int((degrees * THOUSAND).to_integral_value(ROUND_CEILING))


def _range(low: int, high: int) -> Iterator[str]:
    """Yield a pattern for every whole degree that has readings from `low` up to `high`."""
    for whole in range(low // THOUSAND, -(-high // THOUSAND)):
        first, last = low - whole * THOUSAND, high - whole * THOUSAND
        decimals = "|".join(_decimals(first, last, DECIMALS))
        optional = "?" if first <= 0 else ""
        yield f"{''.join(map(_digit, str(whole)))}(?:{MARK}(?:{decimals})){optional}"


def _decimals(low: int, high: int, places: int) -> Iterator[str]:
    """Yield patterns for up to `places` decimals whose value is from `low` up to `high`; a decimal
    that is not typed is a nought."""
    step = 10 ** (places - 1) if places else 0
    spans = [(digit, digit * step, (digit + 1) * step) for digit in range(10 if places else 0)]
    if any_digit := "".join(str(d) for d, first, last in spans if low <= first and last <= high):
        yield f"{_digit(any_digit)}{ANY}{{0,{places - 1}}}"
    for digit, first, last in spans:
        if first < high and low < last and not (low <= first and last <= high):
            rest = "|".join(_decimals(low - first, high - first, places - 1))
            yield f"{_digit(str(digit))}(?:{rest})"
    if low <= 0 < high:
        yield ""


def _digit(digits: str) -> str:
    """Return a pattern for one of these digits that follow each other, in each of the scripts."""
    spans = (f"{chr(ord(z) + int(digits[0]))}-{chr(ord(z) + int(digits[-1]))}" for z in ZEROS)
    return f"[{''.join(spans if len(digits) > 1 else (span[0] for span in spans))}]"


ANY = _digit("0123456789")
