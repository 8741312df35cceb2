"""Days about which the patient and a caregiver both told: each side in its own words, differences
marked as in the history, nothing merged and nothing called right."""

from collections.abc import Iterable
from dataclasses import dataclass

from diary.check_ins.two_views import SidesRow
from diary.core.words import day_words
from diary.history.timeline import Day
from therapies.templatetags.spelling import spelled

NOT_ANSWERED = "not answered"


@dataclass(frozen=True, slots=True)
class ViewsRow:
    name: str
    own: str
    caregiver: str
    mark: str
    differs: bool


@dataclass(frozen=True, slots=True)
class ViewsDay:
    day: str
    rows: tuple[ViewsRow, ...]


def views(days: Iterable[Day]) -> tuple[ViewsDay, ...]:
    """Return the days with two views, oldest first."""
    return tuple(
        ViewsDay(day_words(day.day), tuple(_row(row) for row in day.views))
        for day in days
        if day.views
    )


def _row(row: SidesRow) -> ViewsRow:
    return ViewsRow(
        name=spelled(row.name),
        own=row.own or NOT_ANSWERED,
        caregiver=row.caregiver or NOT_ANSWERED,
        mark=row.mark,
        differs=row.differs,
    )
