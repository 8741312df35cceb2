"""Days and times of day as other apps write them. A day such as 03/04/2026 is read only once its
order is known."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from diary.core.fields import plain

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
# How the numbers of a day may follow each other.
ORDERS = {
    "dmy": "Day first: 21/11 is 21 November",
    "mdy": "Month first: 11/21 is 21 November",
    "ymd": "Year first: 26/11/21 is 21 November 2026",
}

WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
DAY = (
    r"(?:(?P<year>\d{4})(?P<s0>[-/.])(?P<month>\d{1,2})(?P=s0)(?P<day>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<s1>[-/.])(?P<b>\d{1,2})(?P=s1)(?P<c>\d{4}|\d{2})"
    r"|(?P<day2>\d{1,2})(?:st|nd|rd|th)?\.?[\s-]+(?P<name>[a-z]{3,9})\.?,?[\s-]+(?P<year2>\d{4})"
    r"|(?P<name3>[a-z]{3,9})\.?\s+(?P<day3>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year3>\d{4}))"
)
CLOCK = (
    r"(?:(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"|(?P<hour2>\d{1,2})(?=\s*[ap]\.?\s?m))(?:\s*(?P<half>[ap])\.?\s?m\.?)?"
)
ZONE = r"\s*(?P<zone>z|utc|gmt|[+-]\d{2}(?::?\d{2})?)?"
ONLY_DAY = re.compile(WEEKDAY + DAY)
ONLY_CLOCK = re.compile(CLOCK + ZONE)
BOTH = re.compile(WEEKDAY + DAY + r"(?:\s*t\s*|\s*,\s*|\s+at\s+|\s+)" + CLOCK + ZONE)
FARTHEST = 14  # hours of a clock from UTC


class MomentProblem(Exception):  # noqa: N818 (it is not an error of ours: the page says what is wrong)
    """A day or a time that cannot be read; the words say why."""


class NoClock(MomentProblem):
    """There is a day, and no time of day."""


@dataclass(frozen=True, slots=True)
class FileMoment:
    """`doubt` says how the moment was read where the clock shows that time twice."""

    at: datetime
    doubt: str = ""


def is_moment(cell: str) -> bool:
    return is_day(cell) or is_clock(cell)


def is_day(cell: str) -> bool:
    return _match(ONLY_DAY, cell) is not None or has_clock(cell)


def has_clock(cell: str) -> bool:
    """Is it a day with a time of day?"""
    return _match(BOTH, cell) is not None


def is_clock(cell: str) -> bool:
    """A number with two decimals looks like one, and is none until a column is chosen."""
    return _match(ONLY_CLOCK, cell) is not None and not re.fullmatch(r"\d+[.]\d+", plain(cell))


def needs_order(cells: Iterable[str]) -> set[str]:
    """Return the orders in which every day among these can be read; none where it does not matter.

    A day that can be read in no order at all decides nothing.
    """
    found = [m for cell in cells if (m := _day_match(cell)) is not None and m["a"]]
    days = {order: [_day(m, order) for m in found] for order in ORDERS}
    best = max(sum(day is not None for day in all_) for all_ in days.values())
    fitting = {o for o, all_ in days.items() if best and sum(d is not None for d in all_) == best}
    if len({tuple(days[order]) for order in fitting}) < 2 and len(fitting) != 1:
        return set()
    return fitting


def moment_of(day: str, clock: str, *, order: str, tz: ZoneInfo) -> FileMoment:
    """Return the instant; `clock` is empty where the day has the time. Raises MomentProblem."""
    both = _match(BOTH, day)
    if both is not None:
        return _instant(_day_of(both, order), both, tz)
    alone = _match(ONLY_DAY, day)
    if alone is None:
        raise MomentProblem(f"“{_short(day)}” is not a day the diary can read" if day else "no day")
    if not clock:
        raise NoClock("no time of day")
    time_of_day = _match(ONLY_CLOCK, clock)
    if time_of_day is None:
        raise MomentProblem(f"“{_short(clock)}” is not a time the diary can read")
    return _instant(_day_of(alone, order), time_of_day, tz)


def _instant(day: date, match: re.Match[str], tz: ZoneInfo) -> FileMoment:
    clock = _clock_of(match)
    zone = _zone(match["zone"])
    try:
        if zone is not None:
            return FileMoment(datetime.combine(day, clock, zone).astimezone(UTC))
        first = datetime.combine(day, clock, tz).astimezone(UTC)
        second = datetime.combine(day, clock.replace(fold=1), tz).astimezone(UTC)
    except OverflowError:
        raise MomentProblem("the day is out of reach") from None
    if first < second:
        return FileMoment(first, "the clock showed this time twice that night; taken as the first")
    if first > second:
        raise MomentProblem("the clock was put forward and skipped this time")
    return FileMoment(first)


def _day_of(match: re.Match[str], order: str) -> date:
    day = _day(match, order)
    if day is None:
        raise MomentProblem(
            f"there is no such day as “{_short(match[0])}”, read {_order_words(order)}"
        )
    return day


def _order_words(order: str) -> str:
    return {"dmy": "day first", "mdy": "month first", "ymd": "year first"}.get(order, "as written")


def _day(match: re.Match[str], order: str) -> date | None:
    """Return the day; None where there is no such day, or its order is not known."""
    if match["year"]:
        return _date(int(match["year"]), int(match["month"]), int(match["day"]))
    if match["a"]:
        a, b, c = int(match["a"]), int(match["b"]), int(match["c"])
        is_short = len(match["c"]) == 2
        if order == "ymd":
            return _date(2000 + a, b, c) if is_short else None
        month_day = {"dmy": (b, a), "mdy": (a, b)}.get(order)
        return _date(2000 + c if is_short else c, *month_day) if month_day else None
    name = match["name"] or match["name3"]
    month = next((n for n, full in enumerate(MONTHS, 1) if full.startswith(name)), 0)
    return _date(int(match["year2"] or match["year3"]), month, int(match["day2"] or match["day3"]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock_of(match: re.Match[str]) -> time:
    hour = int(match["hour"] or match["hour2"])
    if match["half"]:
        if not 1 <= hour <= 12:
            raise MomentProblem("there is no such time")
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    try:
        return time(hour, int(match["minute"] or 0), int(match["second"] or 0))
    except ValueError:
        raise MomentProblem("there is no such time") from None


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in ("z", "utc", "gmt"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if ahead > timedelta(hours=FARTHEST) or int(digits[2:]) > 59:
        raise MomentProblem(f"no clock is {text} from UTC")
    return timezone(-ahead if text[0] == "-" else ahead)


def _day_match(cell: str) -> re.Match[str] | None:
    return _match(BOTH, cell) or _match(ONLY_DAY, cell)


def _match(pattern: re.Pattern[str], cell: str) -> re.Match[str] | None:
    return pattern.fullmatch(" ".join(plain(cell).lower().split()))


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"
