"""What the family adds, and appointments with what was said there."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID


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
