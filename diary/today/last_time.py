"""What was reported in the last days: the symptoms that stand first on the page, and what "same as
last time" may fill in. It saves nothing; the person looks at it and saves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from accounts.models import Patient
from diary.core import words as phrases
from diary.judging import judge
from diary.judging.watch import Table
from diary.models import OwnSymptom, Report
from therapies.catalogue import catalogue
from therapies.rulebook import Level

# The signs that may be urgent stand below them, and have to stay near.
MOST = 6


class LastTime(NamedTuple):
    """The latest check-in with a symptom. `fields` are its ordinary answers, by field; `left` are
    the names of those that have to be answered anew."""

    words: str
    fields: Mapping[str, str]
    left: tuple[str, ...]


def recent_reports(patient: Patient, now: datetime) -> list[Report]:
    """Return the symptoms that stand as reported in the last days, the latest first."""
    reports = judge.current_reports(patient, now - judge.RECENT, now)
    had = [r for r in reports if r.answer != Report.Answer.NO and not _is_temperature(r)]
    return sorted(had, key=lambda r: (r.version.check_in.at, -r.pk), reverse=True)


def recent_keys(reports: Iterable[Report], own: Mapping[str, OwnSymptom]) -> list[str]:
    """Return which symptoms stand first; one that was taken off the own list does not."""
    names = _names(own)
    keys = dict.fromkeys(names.get(r.own_name, "") if r.own_name else r.symptom for r in reports)
    return [key for key in keys if key and (key not in own or not own[key].retired)][:MOST]


def last_time(
    reports: Sequence[Report], table: Table, own: Mapping[str, OwnSymptom], patient: Patient
) -> LastTime | None:
    """Return what may be filled in: never an answer that is urgent or for the team soon, one that
    has stopped, a "no", a temperature or a note. None where there is nothing of the kind."""
    if not reports:
        return None
    check_in, names = reports[0].version.check_in, _names(own)
    going = [
        r
        for r in reports
        if r.version.check_in.pk == check_in.pk and r.going != Report.Going.STOPPED
    ]
    ordinary = [r for r in going if table.flag(r.symptom, r.answer).level < Level.CONTACT]
    fields = {
        f"s-{names.get(r.own_name, '') if r.own_name else r.symptom}": r.answer for r in ordinary
    }
    left = tuple(phrases.symptom_name(r) for r in going if r not in ordinary)
    when = phrases.when_words(check_in.at, patient.tz, timezone.now())
    return LastTime(when, fields, left) if fields else None


def _is_temperature(report: Report) -> bool:
    return bool(report.symptom == catalogue().thermometer)


def _names(own: Mapping[str, OwnSymptom]) -> dict[str, str]:
    return {symptom.name: key for key, symptom in own.items()}
