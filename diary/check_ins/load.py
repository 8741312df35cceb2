"""Check-ins as they are read again: with their versions, findings and calls."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Prefetch

from accounts.models import Patient
from diary.check_ins.entries import Entry
from diary.check_ins.versions import Said
from diary.core import words as phrases
from diary.judging.masks import NOTHING, Masks, masks_between
from diary.models import Call, CheckIn, CheckInQuerySet, Version
from therapies.catalogue import catalogue

NAMED = 2


class Line(NamedTuple):
    """One check-in in a short list."""

    id: UUID
    time: str
    what: str
    level: str
    word: str


def entries_since(patient: Patient, day: date) -> list[Entry]:
    """Return what was saved about a day or later, the latest moment first. Later than today is what
    was saved before the diary moved west."""
    check_ins = patient.check_ins.filter(local_day__gte=day).order_by("-at", "-received")
    return entries_among(patient, check_ins)


def lines_of(entries: Iterable[Entry], today: date | None = None) -> list[Line]:
    """Put entries into words; each with its day, but for those of `today`."""
    return [_line(entry, today) for entry in entries]


def _line(entry: Entry, today: date | None) -> Line:
    day = entry.check_in.local_day
    level = catalogue().words(entry.level) if entry.level is not None else None
    return Line(
        id=entry.check_in.pk,
        time=entry.time if day == today else f"{phrases.day_words(day)}, {entry.time}",
        what=_what(entry),
        level=level.slug if level else "",
        word=level.word if level else "Recorded",
    )


def _what(entry: Entry) -> str:
    """Name the first few things that were said."""
    if entry.is_removed:
        return phrases.kind_words(entry.current.version)
    said = entry.answered
    words = [entry.words(one) for one in said[:NAMED]]
    if entry.current.version.kind != Version.Kind.SYMPTOMS or not words:
        words.insert(0, phrases.kind_words(entry.current.version))
    return ", ".join(words) + (f" and {len(said) - NAMED} more" if len(said) > NAMED else "")


def entry_of(check_in: CheckIn) -> Entry:
    patient = check_in.patient
    return entries_among(patient, patient.check_ins.filter(pk=check_in.pk))[0]


def entries_among(patient: Patient, check_ins: CheckInQuerySet) -> list[Entry]:
    versions = Version.objects.select_related("by", "kept_by").order_by("number")
    calls = Call.objects.select_related("by", "kept_by").order_by("recorded")
    full = check_ins.select_related("by", "kept_by", "patient").prefetch_related(
        Prefetch("versions", versions.prefetch_related("reports", "findings")),
        Prefetch("calls", calls),
    )
    masks, told = _masks(patient, full), patient.check_ins.told_by_calls()
    return [
        Entry(
            check_in,
            _said(check_in.versions.all()),
            tuple(check_in.calls.all()),
            masks,
            told_by_call=told.get(check_in.pk),
        )
        for check_in in full
    ]


def _masks(patient: Patient, check_ins: Iterable[CheckIn]) -> Masks:
    moments = [check_in.at for check_in in check_ins]
    return masks_between(patient, min(moments), max(moments)) if moments else NOTHING


def _said(versions: Iterable[Version]) -> tuple[Said, ...]:
    return tuple(
        Said(version, tuple(version.reports.all()), tuple(version.findings.all()))
        for version in versions
    )
