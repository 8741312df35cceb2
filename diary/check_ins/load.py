"""Check-ins as they are read again: with their versions, findings and calls."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from accounts.models import Patient
from diary.check_ins.entries import Entry
from diary.check_ins.versions import SavedVersion
from diary.core import words as phrases
from diary.judging.masks import Masks, masks_between
from diary.models import Call, CheckIn, CheckInQuerySet, Finding, Report, Version
from diary.photos.album import AlbumPhoto
from therapies.catalogue import catalogue

MAX_NAMED_SYMPTOMS = 2
Row = TypeVar("Row")


class EntryLine(NamedTuple):
    """One check-in in a short list."""

    id: UUID
    time: str
    what: str
    level: str
    word: str


def entries_since(patient: Patient, day: date) -> list[Entry]:
    """Return what was saved about a day or later, the latest moment first. Later than today is what
    was saved before the diary moved west."""
    return entries_among(patient, patient.check_ins.filter(local_day__gte=day))


def lines_of(entries: Iterable[Entry], today: date | None = None) -> list[EntryLine]:
    """Put entries into words; each with its day, but for those of `today`."""
    return [_line(entry, today) for entry in entries]


def _line(entry: Entry, today: date | None) -> EntryLine:
    day = entry.check_in.local_day
    level = catalogue().words(entry.level) if entry.level is not None else None
    return EntryLine(
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
    said = phrases.some_words([entry.words(one) for one in entry.answered], MAX_NAMED_SYMPTOMS)
    has_symptoms_only = entry.current.version.kind == Version.Kind.SYMPTOMS and said
    kind = "" if has_symptoms_only else phrases.kind_words(entry.current.version)
    return ", ".join(filter(None, (kind, said)))


def entry_of(check_in: CheckIn) -> Entry:
    patient = check_in.patient
    return entries_among(patient, patient.check_ins.filter(pk=check_in.pk))[0]


def entries_among(
    patient: Patient,
    check_ins: CheckInQuerySet,
    *,
    masks: Masks | None = None,
    photos: Mapping[UUID, Sequence[AlbumPhoto]] = MappingProxyType({}),
) -> list[Entry]:
    """Return these check-ins with everything in them, the latest moment first. `masks`: where they
    are loaded already. Joins, not lists of ids: a list of ten years' ids is longer than the
    database takes."""
    chosen = check_ins.order_by().values("pk")
    written = Version.objects.filter(check_in__in=chosen).select_related(
        "by", "kept_by", "check_in__by", "check_in__kept_by"
    )
    versions = _by(
        written.order_by("-check_in__at", "-check_in__received", "number"), "check_in_id"
    )
    if not versions:
        return []
    reports = _by(Report.objects.filter(version__check_in__in=chosen), "version_id")
    findings = _by(Finding.objects.filter(version__check_in__in=chosen), "version_id")
    made = Call.objects.filter(check_in__in=chosen).select_related("by", "kept_by")
    calls = _by(made.order_by("recorded"), "check_in_id")
    if masks is None:
        moments = [found[0].check_in.at for found in versions.values()]
        masks = masks_between(patient, min(moments), max(moments))
    told = patient.check_ins.told_by_calls()
    entries = []
    for key, found in versions.items():
        check_in = found[0].check_in
        check_in.patient = patient
        said = (SavedVersion(v, tuple(reports[v.pk]), tuple(findings[v.pk])) for v in found)
        pictured = tuple(photos.get(key, ()))
        entries.append(
            Entry(check_in, tuple(said), tuple(calls[key]), masks, pictured, told.get(key))
        )
    return entries


def _by(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups
