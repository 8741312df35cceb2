"""The shapes of what belongs to a place: hospitals, countries with their numbers, treatment at home
and what is given there, as `catalogue/*.toml` is read into them."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from therapies.rulebook import Citation
from therapies.standing import Standing


@dataclass(frozen=True, slots=True)
class Hospital:
    """The first days of a cycle that a source wants spent in hospital."""

    cycle: int
    days: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    name: str
    emergency: str
    source: str
    note: str = ""
    # From which temperature most hospital cards there say to call, and which decision says so.
    fever_from: Decimal | None = None
    decision: str = ""
    clock: int = 24  # hours


@dataclass(frozen=True, slots=True)
class CrisisLine:
    country: str
    name: str
    number: str
    hours: str
    says: str
    source: str
    seen: str

    @property
    def tel(self) -> str:
        """The number as a `tel:` address wants it."""
        return "".join(c for c in self.number if c.isdigit() or c == "+")


@dataclass(frozen=True, slots=True)
class PumpTrouble:
    """What one tap about a pump stands for, and what its card says; the heading may name {team}."""

    slug: str
    therapies: tuple[str, ...]
    label: str
    heading: str
    steps: tuple[str, ...]
    why: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class LookFor:
    """A therapy with which the daily look is offered: to this day after the infusion, if any."""

    therapy: str
    citations: tuple[Citation, ...]
    until_day: int | None = None


@dataclass(frozen=True, slots=True)
class CloserWatch:
    """A stretch of a treatment for which more reminders are offered; `until_day` counts from the
    infusion, `until_cycle_day` from the first day of a cycle. A day that is not known is inside."""

    slug: str
    kind: str  # entry or temperature
    clocks: tuple[time, ...]
    therapies: tuple[str, ...]
    words: str
    citations: tuple[Citation, ...]
    until_day: int | None = None
    until_cycle_day: int | None = None

    def fits(self, standing: Standing) -> bool:
        if standing.therapy not in self.therapies or standing.status in ("planned", "ended"):
            return False
        asked = (
            (self.until_day, standing.days_since_infusion),
            (self.until_cycle_day, standing.cycle_day),
        )
        return all(last is None or day is None or day <= last for last, day in asked)


@dataclass(frozen=True, slots=True)
class LookAnswer:
    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class LookItem:
    """One thing to look at; a difference is reported as the symptom it `means`."""

    slug: str
    look: str
    asked: str
    means: str


@dataclass(frozen=True, slots=True)
class LookList:
    """What is asked at one age, both years included; the intro may name {who}."""

    slug: str
    title: str
    from_age: int
    intro: str
    to_age: int | None = None
    sentence: str = ""

    def fits(self, age: int) -> bool:
        return self.from_age <= age and (self.to_age is None or age <= self.to_age)


@dataclass(frozen=True, eq=False)
class AtHome:
    """What belongs to treatment at home, as `catalogue/home.toml` has it."""

    troubles: dict[str, PumpTrouble]
    look_for: dict[str, LookFor]
    look_answers: dict[str, LookAnswer]
    looks: dict[str, LookList]
    look_items: dict[str, LookItem]
    closer_watches: dict[str, CloserWatch]

    def look_at(self, age: int) -> LookList:
        """Return the list for this age; `check` has made sure that there is exactly one."""
        return next(look for look in self.looks.values() if look.fits(max(age, 0)))

    def items_of(self, look: str) -> list[LookItem]:
        return [item for item in self.look_items.values() if item.look == look]


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine given as needed that can hide a fever, and for how long it may."""

    slug: str
    name: str
    kind: str  # fever-lowering or steroid
    also: tuple[str, ...]
    masks_hours: int
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Remeasure:
    """When the next reading is asked for after a fever, and how long one more belongs to it."""

    minutes: int
    thread_hours: int
