"""What is closed together with an urgent entry, before somebody closes it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from diary.care_card.actions import closed_with
from diary.check_ins.entries import Entry
from diary.check_ins.load import entries_among, lines_of
from diary.core.days import local_day
from diary.models import Call, CheckIn


class EpisodeEntry(NamedTuple):
    """One of the entries: when it was, what was said, and whether anybody was called."""

    time: str
    what: str
    called: str


def episode_of(check_in: CheckIn, now: datetime) -> Sequence[EpisodeEntry]:
    """Return every entry that closing this one closes, the latest first."""
    patient = check_in.patient
    keys = [check_in.pk, *(other.pk for other in closed_with(check_in, until=now))]
    today = local_day(now, patient.tz)
    entries = entries_among(patient, patient.check_ins.filter(pk__in=keys))
    return [
        EpisodeEntry(
            time=f"today, {line.time}" if entry.check_in.local_day == today else line.time,
            what=line.what,
            called=_called(entry),
        )
        for entry, line in zip(entries, lines_of(entries, today), strict=True)
    ]


def _called(entry: Entry) -> str:
    outcomes = {phoned.call.outcome for phoned in entry.phoned}
    if Call.Outcome.REACHED in outcomes:
        return "told, and urgent again since" if entry.is_open else "the team was told"
    if Call.Outcome.NO_ANSWER in outcomes:
        return "called, no answer"
    return "no call is recorded"
