"""Whose diary it is, who wrote in it, and what a hospital asks first."""

from dataclasses import dataclass
from datetime import date, datetime
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
    latin_name: str
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
    source: str


@dataclass(frozen=True, slots=True)
class EmergencyNote:
    diagnosis: str
    allergies: str
    line: str
    other: str
    by: UUID
    changed: datetime


@dataclass(frozen=True, slots=True)
class Weight:
    id: UUID
    day: date
    value: Decimal
    unit: str
    by: UUID
    recorded: datetime
    withdrawn: datetime | None
