"""One diary as data: plain values in frozen rows, the same for every format (see ADR 0030).

A row has the names of the columns it stands for (`summary.records.columns`). `by` and `user` hold
the id of an `Author`; times are aware and in UTC, each beside its zone where the table has one;
temperatures are as they were typed: value and unit.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who wrote in the diary, or may see it. The id holds within this one diary only."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Patient:
    id: UUID
    name: str
    birth_month: int
    birth_year: int
    is_self: bool
    zone: str
    unit: str
    country: str
    team_name: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """The days that were asked for. A file of everything reaches to the day it was made."""

    first: date
    last: date
    is_everything: bool


@dataclass(frozen=True, slots=True)
class Share:
    id: UUID
    user: UUID
    role: str
    accepted: datetime
    confirmed: datetime | None
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class Cycle:
    id: UUID
    number: int
    started: date


@dataclass(frozen=True, slots=True)
class Dose:
    id: UUID
    kind: str
    status: str
    precision: str
    started: datetime
    ended: datetime | None
    local_day: date
    created: datetime


@dataclass(frozen=True, slots=True)
class BagPlan:
    due: datetime | None
    every_hours: int | None


@dataclass(frozen=True, slots=True)
class PumpEvent:
    id: UUID
    kind: str
    at: datetime
    zone: str
    local_day: date
    by: UUID
    taken_back: datetime | None
    due_before: datetime | None


@dataclass(frozen=True, slots=True)
class Course:
    """`withdrawn` is set where it was entered by mistake; what was found under it still stands."""

    id: UUID
    kind: str
    therapy: str
    name: str
    started: date
    ended: date | None
    is_dated: bool
    withdrawn: datetime | None
    created: datetime
    cycles: tuple[Cycle, ...]
    doses: tuple[Dose, ...]
    bag_plan: BagPlan | None
    pump_events: tuple[PumpEvent, ...]


@dataclass(frozen=True, slots=True)
class Medicine:
    id: UUID
    medicine: str
    name: str
    amount: str
    at: datetime
    next_hours: int | None
    by: UUID
    recorded: datetime
    withdrawn: datetime | None


@dataclass(frozen=True, slots=True)
class Weight:
    id: UUID
    day: date
    value: Decimal
    unit: str
    by: UUID
    recorded: datetime
    withdrawn: datetime | None


@dataclass(frozen=True, slots=True)
class Contact:
    id: UUID
    kind: str
    label: str
    number: str


@dataclass(frozen=True, slots=True)
class FamilyCard:
    words: str
    fever_from: Decimal | None
    fever_unit: str


@dataclass(frozen=True, slots=True)
class EmergencyNote:
    diagnosis: str
    allergies: str
    line: str
    other: str
    by: UUID
    changed: datetime


@dataclass(frozen=True, slots=True)
class OwnSymptom:
    id: UUID
    name: str
    kind: str
    by: UUID
    created: datetime
    retired: datetime | None


@dataclass(frozen=True, slots=True)
class AppointmentNote:
    id: UUID
    kind: str
    text: str
    by: UUID
    written: datetime
    withdrawn: datetime | None


@dataclass(frozen=True, slots=True)
class Appointment:
    id: UUID
    day: date
    clock: time | None
    zone: str
    whom: str
    place: str
    state: str
    by: UUID
    created: datetime
    notes: tuple[AppointmentNote, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    id: UUID
    text: str
    whom: str
    appointment: UUID | None
    by: UUID
    written: datetime


@dataclass(frozen=True, slots=True)
class Question:
    id: UUID
    text: str
    by: UUID
    created: datetime
    answered: datetime | None
    answers: tuple[Answer, ...]


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


@dataclass(frozen=True, slots=True)
class Records:
    patient: Patient
    period: Period
    authors: tuple[Author, ...]
    shares: tuple[Share, ...]
    courses: tuple[Course, ...]
    medicines: tuple[Medicine, ...]
    weights: tuple[Weight, ...]
    contacts: tuple[Contact, ...]
    card: FamilyCard | None
    emergency_note: EmergencyNote | None
    own_symptoms: tuple[OwnSymptom, ...]
    appointments: tuple[Appointment, ...]
    questions: tuple[Question, ...]
    check_ins: tuple[CheckIn, ...]
    looks: tuple[Look, ...]
    gaps: tuple[Gap, ...]

    def author_name(self, author: UUID) -> str:
        return next(one.name for one in self.authors if one.id == author)
