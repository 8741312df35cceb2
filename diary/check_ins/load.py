"""Check-ins as they are read again: with their versions, findings and calls."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from accounts.memory import remembered
from accounts.models import Erasure, Patient
from accounts.statements import Columns, Part, read_together
from diary.check_ins.entries import Entry
from diary.check_ins.follow_up import follow_up_of
from diary.check_ins.versions import SavedVersion
from diary.core import words as phrases
from diary.core.hidden import hide_words, own_notes
from diary.core.statements import Statement
from diary.judging.facts import facts_between, name_authors
from diary.judging.masks import Masks, masks_between
from diary.models import (
    Call,
    CheckIn,
    CheckInQuerySet,
    Finding,
    Photo,
    PhotoRemoval,
    PrivateNote,
    Report,
    Version,
)
from diary.photos.album import album_of
from therapies.catalogue import catalogue

MAX_NAMED_SYMPTOMS = 2
NEAR = timedelta(minutes=10)  # two people who write within it may mean the same
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
    return remembered(
        ("entries since", patient.pk, day),
        lambda: entries_from(patient, _SINCE(patient=patient.pk, day=day)),
    )


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
    return entry_with_near(check_in.patient, check_in.pk)[0]


def entry_with_near(patient: Patient, check_in: UUID) -> tuple[Entry, list[Entry]]:
    """Return one check-in, and all of the same minutes. Raises Http404 where the diary has none of
    this id."""
    rows = _MOMENT(patient=patient.pk, check_in=check_in)
    if not rows["at"]:
        raise Http404
    ((at,),) = rows["at"]
    now = timezone.now()
    facts_between(patient, min(at, now), now)  # of then and of today, by one question
    entries = entries_from(patient, _NEAR(patient=patient.pk, first=at - NEAR, last=at + NEAR))
    entry = next(entry for entry in entries if entry.check_in.pk == check_in)
    entry.check_in.words_due = next((due for (due,) in rows["words_due"]), None)
    return entry, entries


def entries_among(
    patient: Patient,
    check_ins: CheckInQuerySet,
    *,
    masks: Masks | None = None,
) -> list[Entry]:
    """Return these check-ins with everything in them, the latest moment first. `masks`: where they
    are loaded already."""
    return entries_from(patient, read_together(parts_of(check_ins)), masks=masks)


def parts_of(check_ins: CheckInQuerySet) -> dict[str, Part]:
    """Ask by the question, not by lists of ids: ten years' ids are longer than a database takes."""
    chosen = check_ins.order_by().values("pk")
    return {
        "check_ins": check_ins,
        "versions": Version.objects.filter(check_in__in=chosen),
        "private_notes": PrivateNote.objects.filter(version__check_in__in=chosen),
        "reports": Report.objects.filter(version__check_in__in=chosen),
        "findings": Finding.objects.filter(version__check_in__in=chosen),
        "calls": Call.objects.filter(check_in__in=chosen),
        "photos": Photo.objects.filter(check_in__in=chosen),
        "removals": PhotoRemoval.objects.filter(photo__check_in__in=chosen),
    }


_MOMENT = Statement(
    lambda patient, check_in: {
        "at": Columns(CheckIn.objects.filter(patient=patient, pk=check_in), ("at",)),
        "words_due": Columns(
            Erasure.objects.waiting().filter(kind=Erasure.Kind.WORDS, row=check_in), ("due",)
        ),
    }
)
# The bounds are values: SQLite would call Python for each row to count minutes.
_NEAR = Statement(
    lambda patient, first, last: parts_of(
        CheckIn.objects.filter(patient=patient, at__range=(first, last))
    )
)
_SINCE = Statement(
    lambda patient, day: parts_of(CheckIn.objects.filter(patient=patient, local_day__gte=day))
)


def entries_from(
    patient: Patient,
    rows: Mapping[str, list[Any]],
    *,
    masks: Masks | None = None,
) -> list[Entry]:
    """Put together what was read; who wrote it is known from the facts of the patient."""
    check_ins = sorted(rows["check_ins"], key=attrgetter("at", "received"), reverse=True)
    if not check_ins:
        return []
    told = follow_up_of([patient]).told
    authored = (*check_ins, *rows["versions"], *rows["calls"], *told.values())
    name_authors(authored, patient)
    hide_words(patient, *rows["versions"])
    versions, calls = _by(rows["versions"], "check_in_id"), _by(rows["calls"], "check_in_id")
    private = {row.version_id: row.text for row in own_notes(patient, rows["private_notes"])}
    reports, findings = _by(rows["reports"], "version_id"), _by(rows["findings"], "version_id")
    if masks is None:
        masks = masks_between(patient, check_ins[-1].at, check_ins[0].at)
    photos = album_of(patient, rows["photos"], rows["removals"])
    entries = []
    for check_in in check_ins:
        check_in.patient, key = patient, check_in.pk
        made = sorted(calls[key], key=attrgetter("recorded"))
        for row in (*versions[key], *made):
            row.check_in = check_in
        said = (SavedVersion(v, tuple(reports[v.pk]), tuple(findings[v.pk])) for v in versions[key])
        pictured = tuple(photos.get(key, ()))
        noted = [private[v.pk] for v in versions[key] if v.pk in private][-1:]
        entry = Entry(check_in, tuple(said), tuple(made), masks, pictured, told.get(key), *noted)
        entries.append(entry)
    return entries


def _by(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups
