"""One month of history: its calendar, and its days, the newest first."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple, Self

from accounts.addresses import address_of
from accounts.models import Patient
from diary.core.days import DAY
from diary.core.words import day_name, day_words, month_words
from diary.history.bands import BandDay, TreatmentBand, bands_of
from diary.history.latest_events import (
    LatestCall,
    LatestFever,
    call_in_vain,
    latest_call,
    latest_fever,
)
from diary.history.search import Search
from diary.history.timeline import Day, State, Timeline, timeline
from therapies.rulebook import Level

MARKS = {
    "urgent": ("▲", "urgent"),
    "contact": ("●", "contact the team"),
    "listed": ("–", "other entries"),
    "none": ("○", "nothing new"),
    "looked": ("◦", "a one-minute check, no entry"),
    "gap": ("", "no entry"),
    "future": ("", "still to come"),
    "before": ("", "before the diary began"),
}
MIN_YEAR = 1900  # nobody here was born in an earlier year


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    @classmethod
    def asked(cls, text: str, today: date) -> Self:
        """Read "2026-11". Anything else, or a month to come or of nobody's life, is this month."""
        try:
            day = date.fromisoformat(f"{text}-01")
        except ValueError:
            day = today
        return cls.of(day if day.year >= MIN_YEAR and day < today else today)

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return self.next.first - DAY

    @property
    def previous(self) -> "Month":
        return Month.of(self.first - DAY)

    @property
    def next(self) -> "Month":
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def slug(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def words(self) -> str:
        return month_words(self.year, self.number)


class Cell(NamedTuple):
    """A day in the small calendar: a shape and a word, never only a colour."""

    day: date
    kind: str
    mark: str
    word: str
    is_listed: bool  # it is a day of the diary
    bands: tuple[BandDay | None, ...] = ()  # one place for each treatment of the month

    @property
    def words(self) -> str:
        """Say all of it, for who cannot see it."""
        said = [f"{day_name(self.day)}: {self.word}"]
        return "; ".join([*said, *(band.words for band in self.bands if band)])


class MonthPage(NamedTuple):
    month: Month
    earlier: Month | None
    later: Month | None
    blanks: range  # empty cells before the first day; the week begins on Monday
    cells: tuple[Cell, ...]
    days: tuple[Day, ...]
    began: date
    bands: tuple[TreatmentBand, ...]
    last_fever: LatestFever | None
    last_call: LatestCall | None
    in_vain: LatestCall | None  # later, and nobody answered

    @property
    def begins_here(self) -> str:
        is_here = Month.of(self.began) == self.month
        return f"The diary began on {day_words(self.began)}." if is_here else ""

    def day(self, day: date) -> Day | None:
        return next((one for one in self.days if one.day == day), None)


def month_page(
    patient: Patient, month: Month, now: datetime, sought: Search, *, latest: date
) -> MonthPage:
    """Return one month; with `sought`, only what meets it. `latest`: see `latest_day`."""
    read = timeline(patient, month.first, month.last, now=now, with_latest=not sought)
    bands = () if sought else tuple(bands_of(read, patient.tz, now))
    entries = () if sought else read.entries
    listed = [day for day in reversed(read.days) if not _is_out(day)]
    in_diary = {day.day for day in listed}
    return MonthPage(
        month=month,
        earlier=_earlier(patient, read, month, sought),
        later=_later(patient, month, sought, latest),
        blanks=range(month.first.weekday()),
        cells=tuple(_cell(day, bands, is_listed=day.day in in_diary) for day in read.days),
        days=tuple(_found(listed, sought) if sought else listed),
        began=read.began,
        bands=bands,
        last_fever=latest_fever(entries),
        last_call=latest_call(entries),
        in_vain=call_in_vain(entries),
    )


def day_address(patient: Patient) -> Callable[[date], str]:
    """Return what says where the page of a day is."""
    return lambda day: address_of("history_day", (patient.pk, day.isoformat()))


def _earlier(patient: Patient, read: Timeline, month: Month, sought: Search) -> Month | None:
    """Return the month before, or the next earlier one that has what is looked for."""
    if not sought:
        return month.previous if month > Month.of(read.began) else None
    before = sought.check_ins(patient).filter(local_day__lt=month.first).order_by("-local_day")
    day = before.values_list("local_day", flat=True).first()
    return Month.of(day) if day else None


def _later(patient: Patient, month: Month, sought: Search, latest: date) -> Month | None:
    if not sought:
        return month.next if month < Month.of(latest) else None
    after = sought.check_ins(patient).filter(local_day__gt=month.last).order_by("local_day")
    day = after.values_list("local_day", flat=True).first()
    return Month.of(day) if day else None


def _is_out(day: Day) -> bool:
    return day.is_empty and day.state in (State.BEFORE, State.AHEAD)


def _found(days: Sequence[Day], sought: Search) -> Iterator[Day]:
    for day in days:
        found = tuple(entry for entry in day.entries if sought.is_met_by(entry))
        if found:
            yield replace(day, entries=found)


def _cell(day: Day, bands: Iterable[TreatmentBand], *, is_listed: bool) -> Cell:
    kind = kind_of(day)
    mark, word = MARKS[kind]
    return Cell(day.day, kind, mark, word, is_listed, tuple(b.days.get(day.day) for b in bands))


def kind_of(day: Day) -> str:
    if day.level is not None and day.level >= Level.CONTACT:
        return day.level.slug
    if day.state is State.LOGGED:
        return "none" if day.has_nothing_new_only else "listed"
    kinds = {State.AHEAD: "future", State.BEFORE: "before", State.LOOKED: "looked"}
    return kinds.get(day.state, "gap")
