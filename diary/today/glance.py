"""What somebody who may only read sees first: the last days, the last fever, what is still open."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from accounts.models import Patient
from diary.appointments.periods import latest_day
from diary.check_ins.load import EntryLine, entries_among, entries_since, lines_of
from diary.core.days import DAY, local_day
from diary.core.words import day_words
from diary.history.latest_events import LatestFever, latest_fever, latest_fever_check_in
from diary.models import CheckIn

DAYS = 3


class DayLines(NamedTuple):
    """One day; without lines, nothing was logged on it."""

    words: str
    lines: tuple[EntryLine, ...]


class Glance(NamedTuple):
    days: tuple[DayLines, ...]
    fever: LatestFever | None  # the one on top of the history
    followed: tuple[EntryLine, ...]


def glance(patient: Patient, now: datetime) -> Glance:
    today = local_day(now, patient.tz)
    latest = latest_day(patient, today)
    return Glance(
        days=tuple(_days(patient, today, latest)),
        fever=_last_fever(patient),
        followed=tuple(lines_of(entries_among(patient, CheckIn.objects.followed(patient=patient)))),
    )


def _days(patient: Patient, today: date, latest: date) -> Iterable[DayLines]:
    first = today - (DAYS - 1) * DAY
    entries = entries_since(patient, first)
    for n in range((latest - first).days + 1):
        day = latest - n * DAY
        mine = [entry for entry in entries if entry.check_in.local_day == day]
        words = {today: "Today", today - DAY: "Yesterday"}.get(day, day_words(day))
        yield DayLines(words, tuple(lines_of(mine, day)))


def _last_fever(patient: Patient) -> LatestFever | None:
    found = patient.check_ins.filter(pk__in=latest_fever_check_in(patient.pk))
    return latest_fever(entries_among(patient, found))
