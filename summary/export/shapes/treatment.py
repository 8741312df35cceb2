"""What was given."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


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
    zone: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A pause ordered by the team: its tablets are not missed."""

    id: UUID
    started: date
    ended: date | None
    reason: str
    by: UUID
    recorded: datetime
    withdrawn: datetime | None


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
    zone: str
    withdrawn: datetime | None
    created: datetime
    cycles: tuple[Cycle, ...]
    doses: tuple[Dose, ...]
    bag_plan: BagPlan | None
    pump_events: tuple[PumpEvent, ...]
    holds: tuple[Hold, ...]


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
