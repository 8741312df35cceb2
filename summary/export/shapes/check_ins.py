"""What was reported, found and done, and when nothing was logged."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Report:
    symptom: str
    answer: str
    temperature: Decimal | None
    unit: str
    began: date | None
    going: str
    own_name: str


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a finding stands, as it was kept with it."""

    source: str
    heading: str
    title: str
    publisher: str
    date: str


@dataclass(frozen=True, slots=True)
class Finding:
    course: UUID | None
    therapy: str
    symptom: str
    rule: str
    level: str
    group: str
    basis: str
    call_first: str
    wording: str
    citations: tuple[Cited, ...]
    catalogue_hash: str
    found: datetime


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    kind: str
    note: str
    at: datetime
    by: UUID
    reason: str
    fever_line_c: Decimal | None
    reports: tuple[Report, ...]
    findings: tuple[Finding, ...]

    @property
    def is_removed(self) -> bool:
        return self.kind == "removed"


@dataclass(frozen=True, slots=True)
class Call:
    id: UUID
    outcome: str
    whom: str
    at: datetime
    advice: str
    measure_at: datetime | None
    reason: str
    by: UUID
    recorded: datetime


@dataclass(frozen=True, slots=True)
class PhotoRemoval:
    reason: str
    at: datetime
    by: UUID


@dataclass(frozen=True, slots=True)
class Photo:
    """What is said of a photo. The picture itself stays where it is kept."""

    id: UUID
    kind: str
    note: str
    width: int
    height: int
    added: datetime
    by: UUID
    removal: PhotoRemoval | None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Every version of it, the first first; the last one counts."""

    id: UUID
    at: datetime
    zone: str
    local_day: date
    received: datetime
    by: UUID
    told_by: str
    versions: tuple[Version, ...]
    calls: tuple[Call, ...]
    photos: tuple[Photo, ...]

    @property
    def current(self) -> Version:
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class LookAnswer:
    item: str
    asked: str
    answer: str


@dataclass(frozen=True, slots=True)
class Look:
    id: UUID
    which: str
    at: datetime
    zone: str
    local_day: date
    by: UUID
    told_by: str
    answers: tuple[LookAnswer, ...]
    strokes: tuple[tuple[tuple[int, int], ...], ...]
    sentence: str
    check_in: UUID | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Days in a row on which nothing was logged. It never means that there was nothing."""

    first: date
    last: date
