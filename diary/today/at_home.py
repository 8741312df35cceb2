"""What stands on Today of somebody whose treatment runs at home: the bag, the pump, the look."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from accounts.models import Patient
from diary.core.days import DAY, local_day
from diary.core.words import when_words
from diary.judging.facts import Facts, facts_of
from diary.models import PumpEvent
from diary.treatment.plan import BagLine, bag_plan, bag_said
from therapies.catalogue import catalogue
from therapies.standing import Standing, counts, has_begun


class TroubleLine(NamedTuple):
    """An alarm, or trouble with the line, of the last day."""

    course_id: UUID
    event_id: UUID
    words: str


class AtHome(NamedTuple):
    """What Today says about treatment at home. `pumps` are the treatments by a pump."""

    bags: tuple[BagLine, ...]
    pumps: tuple[UUID, ...]
    troubles: tuple[TroubleLine, ...]
    is_look_offered: bool
    is_look_done: bool


def at_home(patient: Patient, standings: Sequence[Standing], now: datetime) -> AtHome:
    """Say what is due today."""
    facts = facts_of(patient)
    pumps = [s for s in standings if s.status == "active" and _is_pump(s)]
    running = {UUID(s.course) for s in pumps if s.infusing}
    plans = (bag_plan(course) for course in facts.courses if course.pk in running)
    bags = (bag_said(plan, now, patient.tz) for plan in plans)
    keys = tuple(UUID(s.course) for s in pumps)
    offered = any(is_look_offered(standing) for standing in standings)
    done = offered and local_day(now, patient.tz) in facts.look_days
    troubles = tuple(_troubles(facts, keys, patient, now))
    return AtHome(tuple(bag for bag in bags if bag), keys, troubles, offered, done)


def _troubles(
    facts: Facts, pumps: Sequence[UUID], patient: Patient, now: datetime
) -> Iterator[TroubleLine]:
    for event in facts.pump_troubles:
        if event.course_id in pumps and event.at > now - DAY:
            words = f"{PumpEvent.Kind(event.kind).label}, {when_words(event.at, patient.tz, now)}"
            yield TroubleLine(event.course_id, event.pk, words)


def is_look_offered(standing: Standing) -> bool:
    """Is this a therapy, and a time, with which the daily look is offered? Unknown days count."""
    offer = catalogue().home.look_for.get(standing.therapy)
    if offer is None or not has_begun(standing) or not counts(catalogue().rules, standing):
        return False
    days = standing.days_since_infusion
    return offer.until_day is None or days is None or days <= offer.until_day


def _is_pump(standing: Standing) -> bool:
    return catalogue().therapies[standing.therapy].giving == "pump"
