"""One fever is one thread: urgent temperatures, each at most some hours after the one before. A
thread is read from the findings, which stay single, and is never stored (docs/adr/0036)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from therapies.catalogue import catalogue
from therapies.rulebook import FEVER
from therapies.urgency import SymptomReport, reading


class CallAnswer(Protocol):
    """A call that somebody answered."""

    @property
    def check_in_id(self) -> UUID: ...
    @property
    def at(self) -> datetime: ...
    @property
    def recorded(self) -> datetime: ...


A = TypeVar("A", bound=CallAnswer)


class Fever(NamedTuple):
    """One urgent finding about the temperature, with what was measured, or felt."""

    finding: int
    found: datetime
    check_in: UUID
    patient: object
    at: datetime  # the moment it was measured
    line: Decimal | None  # that it was saved with, in °C
    temperature: Decimal | None
    unit: str

    @property
    def symptom(self) -> str:
        return catalogue().thermometer

    @property
    def is_fever(self) -> bool:
        """At or above the line it was saved with, felt, or not possible: not a low temperature."""
        said = SymptomReport(self.symptom, temperature=self.temperature, unit=self.unit)
        rules = catalogue().rules
        return reading(rules, said, self.line or rules.fever_line_c) == FEVER

    def is_told(self, call: CallAnswer | None) -> bool:
        """Did this call, about another reading, answer it? What was found later it did not."""
        return call is not None and self.found <= call.recorded


class Thread(NamedTuple):
    """One fever of one patient, the earliest reading first."""

    fevers: tuple[Fever, ...]

    @property
    def check_ins(self) -> list[UUID]:
        return list(dict.fromkeys(fever.check_in for fever in self.fevers))

    def findings_of(self, check_in: UUID) -> set[int]:
        return {fever.finding for fever in self.fevers if fever.check_in == check_in}


def threads_of(fevers: Iterable[Fever]) -> Iterator[Thread]:
    gap = timedelta(hours=catalogue().remeasure.thread_hours)
    ordered = sorted(fevers, key=lambda fever: (str(fever.patient), fever.at))
    for _, mine in groupby(ordered, key=lambda fever: fever.patient):
        thread: list[Fever] = []
        for fever in mine:
            if thread and fever.at - thread[-1].at > gap:
                yield Thread(tuple(thread))
                thread = []
            thread.append(fever)
        yield Thread(tuple(thread))


def told_elsewhere(fevers: Iterable[Fever], calls: Iterable[A]) -> dict[UUID, A]:
    """Return, for each check-in with a fever, the call that was recorded last on the card of
    another reading of its thread. A call answers only what was measured before it."""
    calls = sorted(calls, key=lambda call: call.recorded)
    told: dict[UUID, A] = {}
    for thread in threads_of(fevers):
        members = set(thread.check_ins)
        here = [call for call in calls if call.check_in_id in members]
        for fever in thread.fevers:
            for call in here:
                if call.check_in_id == fever.check_in or call.at < fever.at:
                    continue
                if fever.is_told(call):
                    told[fever.check_in] = call
    return told
