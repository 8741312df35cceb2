"""Temperatures one after the other, and when the next one is asked for.

A later, lower reading is never called better: it takes back nothing and closes nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts.models import Patient
from diary.check_ins.follow_up import MEASURE_FOR, follow_up_of
from diary.core import words as phrases
from diary.core.days import local_day
from diary.judging import judge
from diary.judging.fever import (
    STATUS_WORDS,
    ReadingStatus,
    degrees_c,
    is_fever,
    line_with,
    line_words,
    saved_line_of,
    status_words,
)
from diary.judging.masks import Masks, mask_words, masks_between
from diary.models import FamilyCard, Report
from therapies.catalogue import catalogue
from therapies.pages.drawing import Mark

SERIES_REACH = timedelta(hours=24)
# A reading taken a little early is the one that was asked for.
NEXT_READING_GRACE = timedelta(minutes=10)
WIDTH, HEIGHT, EDGE = 320, 130, 12


class Reading(NamedTuple):
    """One temperature; `degrees_c` is None where nobody measured, or where it cannot be."""

    at: datetime
    time: str
    words: str
    after: str  # since the one before
    mark: str
    is_fever: bool
    is_masked: bool
    degrees_c: Decimal | None


class ReadingSeries(NamedTuple):
    readings: tuple[Reading, ...]
    points: tuple[Mark, ...]
    line_y: int
    line_words: str
    text: str  # everything the drawing shows, in words

    @property
    def has_fever(self) -> bool:
        return any(row.is_fever for row in self.readings)

    @property
    def path(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)


class Measure(NamedTuple):
    """When to measure again, and who says so."""

    at: datetime
    clock: str
    is_due: bool
    is_from_team: bool


def series(
    patient: Patient, at: datetime, card: FamilyCard | None, *, now: datetime
) -> ReadingSeries:
    """Return the readings of the day before and the day after a moment. Two queries."""
    first, last = at - SERIES_REACH, min(at + SERIES_REACH, now)
    reports = _temperatures(patient, first, last)
    line = line_with(card)
    rows = _rows(patient, reports, masks_between(patient, first, last), line, now)
    measured = [row for row in rows if row.degrees_c is not None]
    return ReadingSeries(
        readings=tuple(rows),
        points=_points(measured, line) if len(measured) > 1 else (),
        line_y=_height(line, _scale(measured, line)),
        line_words=line_words(line, patient.unit),
        text=". ".join(_said(row) for row in rows),
    )


def next_reading(patient: Patient, *, now: datetime) -> Measure | None:
    """Return when to measure again: at the time the team gave, or some time after the last reading
    while there was a fever within a day. To be asked only while an urgent entry is followed."""
    asked = follow_up_of([patient]).last_to_measure
    reports = _temperatures(patient, now - SERIES_REACH, now)
    moments = [report.version.check_in.at for report in reports]
    at = asked.measure_at if asked is not None else None
    is_taken = any(at is not None and moment >= at - NEXT_READING_GRACE for moment in moments)
    if at is not None and at >= now - MEASURE_FOR and not is_taken:
        return _measure(patient, at, now, is_from_team=True)
    if not any(is_fever(r, saved_line=saved_line_of(r.version)) for r in reports):
        return None
    interval = timedelta(minutes=catalogue().remeasure.minutes)
    return _measure(patient, moments[-1] + interval, now, is_from_team=False)


def _measure(patient: Patient, at: datetime, now: datetime, *, is_from_team: bool) -> Measure:
    local, today = at.astimezone(patient.tz), now.astimezone(patient.tz)
    is_today = local.date() == today.date()
    words = phrases.clock(at, patient.tz) if is_today else phrases.when_words(at, patient.tz, now)
    return Measure(at, words, is_due=at <= now, is_from_team=is_from_team)


def _temperatures(patient: Patient, first: datetime, last: datetime) -> list[Report]:
    """Return what is said now of the temperature in this time, the earliest first."""
    reports = judge.current_reports(patient, first, last)
    measured = (r for r in reports if r.symptom == catalogue().thermometer)
    found = [r for r in measured if r.answer != Report.Answer.NO]
    return sorted(found, key=lambda report: report.version.check_in.at)


def _rows(
    patient: Patient, reports: Sequence[Report], masks: Masks, line: Decimal, now: datetime
) -> list[Reading]:
    rows: list[Reading] = []
    days = {local_day(report.version.check_in.at, patient.tz) for report in reports}
    is_dated = days != {local_day(now, patient.tz)}
    for report in reports:
        at = report.version.check_in.at
        saved_line = saved_line_of(report.version)
        fever = is_fever(report, saved_line=saved_line)
        mask = "" if fever else mask_words(masks, at, patient.tz)
        measured = report.temperature is not None
        status = status_words(report, saved_line=saved_line, line=line) if measured else ""
        felt = STATUS_WORDS[ReadingStatus.FELT]
        rows.append(
            Reading(
                at=at,
                time=_time(at, patient.tz, is_dated=is_dated),
                words=phrases.answer_words(report) if measured else felt,
                after=phrases.minutes_words(at - rows[-1].at) + " later" if rows else "",
                mark=", ".join(filter(None, (status, mask))),
                is_fever=fever,
                is_masked=bool(mask),
                degrees_c=degrees_c(report),
            )
        )
    return rows


def _time(at: datetime, tz: ZoneInfo, *, is_dated: bool) -> str:
    """Return the clock, with the day where a reading is of another day than today."""
    local = at.astimezone(tz)
    clock = phrases.clock(at, tz)
    return f"{local.day} {local:%b}, {clock}" if is_dated else clock


def _said(row: Reading) -> str:
    return ", ".join(filter(None, (f"{row.time}: {row.words}", row.after, row.mark)))


def _scale(rows: Iterable[Reading], line: Decimal) -> tuple[Decimal, Decimal]:
    degrees = [row.degrees_c for row in rows if row.degrees_c is not None]
    return min([line - 1, *degrees]), max([line + 1, *degrees])


def _height(degrees: Decimal, scale: tuple[Decimal, Decimal]) -> int:
    lowest, highest = scale
    part = (highest - degrees) / (highest - lowest)
    return round(EDGE + part * (HEIGHT - 2 * EDGE))


def _points(rows: Sequence[Reading], line: Decimal) -> tuple[Mark, ...]:
    scale, first = _scale(rows, line), rows[0].at
    span = max((rows[-1].at - first).total_seconds(), 1)
    return tuple(
        Mark(
            x=round(EDGE + (row.at - first).total_seconds() / span * (WIDTH - 2 * EDGE)),
            y=_height(row.degrees_c, scale),
            kind="fever" if row.is_fever else "masked" if row.is_masked else "below",
        )
        for row in rows
        if row.degrees_c is not None
    )
