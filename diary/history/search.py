"""What somebody looks for in the history: who, which symptom, which level, which words.

It travels in the address of a page, where no symptom, medicine or word of a note may stand: so it
is sealed, and bound to the one diary. The words are looked for as they are, and never interpreted.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from accounts.models import Patient, User
from accounts.secrets import seal, unseal
from diary.check_ins.entries import Entry
from diary.check_ins.versions import SavedVersion
from diary.core.words import day_words
from diary.judging.fever import fevers_among, is_fever, saved_line_of
from diary.models import Call, CheckIn, CheckInQuerySet, Finding, KeptAuthor, Report, Version
from therapies.catalogue import catalogue
from therapies.rulebook import Level
from therapies.templatetags.spelling import symptom_label

OWN = "own:"  # before a name that the family gave a symptom
ANY_READING = "temperature"  # beside the fever of the catalogue: every reading, a fever or not


@dataclass(frozen=True)
class Search:
    """An empty field asks for nothing. A removed check-in and an earlier version are found too."""

    symptom: str = ""  # a slug, or OWN and the family's own name
    level: str = ""
    told_by: str = ""
    by: str = ""  # the id of a user, or of a kept author
    therapy: str = ""
    words: str = ""
    since: str = ""  # a day, as 2026-11-21

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    def is_met_by(self, entry: Entry) -> bool:
        versions = [said.version for said in entry.versions]
        names = {name for said in entry.versions for name in _keys(said)}
        writers = {str(version.kept_by_id or version.by_id) for version in versions}
        level = entry.level.slug if entry.level is not None else ""
        return (
            self.symptom in ("", *names)
            and self.level in ("", level)
            and self.told_by in ("", entry.check_in.told_by)
            and self.by in ("", *writers)
            and self.therapy in ("", *(finding.therapy for finding in entry.findings))
            and any(self._words.search(text) for text in _texts(entry))
            and entry.check_in.local_day.isoformat() >= self.since
        )

    def check_ins(self, patient: Patient) -> CheckInQuerySet:
        """Return the check-ins of which `is_met_by` would say yes."""
        rows = patient.check_ins.all()
        versions = Version.objects.filter(check_in=OuterRef("pk"))
        findings = Finding.objects.filter(version__check_in=OuterRef("pk"))
        if self.symptom:
            reports = Report.objects.filter(version__check_in=OuterRef("pk"))
            rows = rows.filter(Exists(_about(self.symptom, reports)))
        if self.level:
            higher = [level.slug for level in Level if level > Level[self.level.upper()]]
            rows = rows.filter(
                Exists(findings.filter(level=self.level)),
                ~Exists(findings.filter(level__in=higher)),
            )
        if self.told_by:
            rows = rows.filter(told_by=self.told_by)
        if self.by:
            rows = rows.filter(Exists(versions.filter(self.wrote)))
        if self.therapy:
            rows = rows.filter(Exists(findings.filter(therapy=self.therapy)))
        if self.words:
            told = Q(advice__iregex=self.pattern) | Q(reason__iregex=self.pattern)
            told |= Q(whom__iregex=self.pattern)
            calls = Call.objects.filter(told, check_in=OuterRef("pk"))
            noted = Q(note__iregex=self.pattern) | Q(reason__iregex=self.pattern)
            said = Exists(versions.filter(noted))
            # A hidden note is not to be guessed word by word.
            found = Exists(calls) if patient.hides_notes else Exists(calls) | said
            rows = rows.filter(found)
        if self.since:
            rows = rows.filter(local_day__gte=self.since)
        return rows

    def latest(self, patient: Patient) -> date | None:
        """Return the last day with such a check-in. One query."""
        days = self.check_ins(patient).order_by("-local_day").values_list("local_day", flat=True)
        return days.first()

    @property
    def is_of_check_ins(self) -> bool:
        """Is something looked for that only a check-in has?"""
        return bool(self.symptom or self.level or self.told_by or self.therapy)

    @property
    def wrote(self) -> Q:
        key = UUID(self.by)
        return Q(kept_by_id=key) | Q(by_id=key, kept_by__isnull=True)

    @property
    def pattern(self) -> str:
        return self._words.pattern

    @cached_property
    def _words(self) -> re.Pattern[str]:
        """The words as they are, in whichever way their accents were typed."""
        forms = (self.words, *(unicodedata.normalize(form, self.words) for form in ("NFC", "NFD")))
        return re.compile("|".join(map(re.escape, dict.fromkeys(forms))), re.IGNORECASE)

    @property
    def _since_words(self) -> str:
        return day_words(date.fromisoformat(self.since)) if self.since else ""

    def sealed(self, patient: Patient) -> str:
        said = {name: value for name, value in asdict(self).items() if value}
        return seal(json.dumps([str(patient.pk), said]))

    @classmethod
    def unsealed(cls, token: str, patient: Patient) -> "Search | None":
        """Read what `sealed` wrote for this diary; None for anything else."""
        text = unseal(token) if token.isascii() else None
        try:
            whose, said = json.loads(text or "")
            return cls(**said) if whose == str(patient.pk) else None
        except (TypeError, ValueError):  # sealed for something else, or by another version
            return None

    def lines(self) -> list[str]:
        """Say what is looked for. A name costs two queries."""
        who = _named(self.by) if self.by else ()
        told = CheckIn.ToldBy(self.told_by).label if self.told_by else ""
        lines = (
            (self.symptom, _name(self.symptom)),
            (self.level, catalogue().words(Level[self.level.upper()]).word if self.level else ""),
            (told, f"told by {told}"),
            (self.by, f"written by {', '.join(map(str, who))}"),
            (self.therapy, f"flagged for {_therapy(self.therapy)}"),
            (self.words, f"“{self.words}”"),
            (self.since, f"since {self._since_words}"),
        )
        return [words for is_sought, words in lines if is_sought]


class SearchQuery(NamedTuple):
    """What an address asks for, and how it goes on to the next month."""

    sought: Search
    carried: str = ""
    is_unread: bool = False

    @classmethod
    def read(cls, query: QueryDict, patient: Patient) -> "SearchQuery":
        if token := query.get("only", ""):
            sought = Search.unsealed(token, patient)
            if sought is None:
                return cls(Search(), is_unread=True)
            return cls(sought, f"&only={token}")
        if query.get("show") == Level.URGENT.slug:
            return cls(Search(level=Level.URGENT.slug), "&show=urgent")
        return cls(Search())


def writers(patient: Patient) -> list[User | KeptAuthor]:
    """Return everybody who could ever write here, also those whose access has ended, and whoever
    wrote what was brought in. Two queries."""
    ever = Q(patients=patient) | Q(shares__patient=patient)
    users = User.objects.filter(ever).distinct().order_by("name", "email")
    return [*users, *patient.kept_authors.order_by("name")]


def _named(key: str) -> list[User | KeptAuthor]:
    return [*User.objects.filter(pk=key), *KeptAuthor.objects.filter(pk=key)]


def _keys(said: SavedVersion) -> Iterator[str]:
    """Yield what the reports of a version are found by. A reading below the fever line, or that
    there was none, is not a fever."""
    thermometer = catalogue().thermometer
    line = saved_line_of(said.version)
    for report in said.reports:
        if report.own_name:
            yield f"{OWN}{report.own_name}"
        elif report.symptom != thermometer:
            yield report.symptom
        else:
            yield ANY_READING
            if report.answer != Report.Answer.NO and is_fever(report, saved_line=line):
                yield thermometer


def _about(symptom: str, reports: QuerySet[Report]) -> QuerySet[Report]:
    """Return the reports that `_keys` finds by this name."""
    if symptom.startswith(OWN):
        return reports.filter(own_name=symptom.removeprefix(OWN))
    if symptom == ANY_READING:
        return reports.filter(symptom=catalogue().thermometer)
    if symptom != catalogue().thermometer:
        return reports.filter(symptom=symptom)
    return fevers_among(reports)


def _texts(entry: Entry) -> Iterator[str]:
    """Yield what people wrote, as far as it is shown: notes, reasons, and what the team said on the
    phone."""
    yield ""  # where no words are looked for, there is always one that matches
    for said in entry.versions if not entry.check_in.patient.hides_notes else ():
        yield from (said.version.note, said.version.reason)
    for call in entry.calls:
        yield from (call.advice, call.reason, call.whom)


def _name(symptom: str) -> str:
    if symptom == ANY_READING:
        return "Temperature"
    if symptom.startswith(OWN):
        return f"“{symptom.removeprefix(OWN)}”"
    return symptom_label(symptom) if symptom in catalogue().reportable else symptom


def _therapy(slug: str) -> str:
    therapy = catalogue().therapies.get(slug)
    return therapy.name if therapy else slug
