"""What stands on Today of somebody whose treatment runs at home: the bag, the pump, the look."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from accounts.models import Patient
from diary.core.days import DAY
from diary.core.words import when_words
from diary.models import BagPlan, PumpEvent
from diary.treatment.plan import BagLine, bag_said
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
    """Say what is due today. At most three queries, none without a pump and without a look."""
    pumps = [s for s in standings if s.status == "active" and _is_pump(s)]
    running = [UUID(s.course) for s in pumps if s.infusing]
    plans = BagPlan.objects.filter(course__in=running, course__patient=patient) if running else ()
    bags = (bag_said(plan, now, patient.tz) for plan in plans)
    keys = tuple(UUID(s.course) for s in pumps)
    offered = any(is_look_offered(standing) for standing in standings)
    today = now.astimezone(patient.tz).date()
    done = offered and patient.looks.filter(local_day=today).exists()
    troubles = _troubles(patient, keys, now) if keys else ()
    return AtHome(tuple(bag for bag in bags if bag), keys, troubles, offered, done)


def _troubles(patient: Patient, pumps: Sequence[UUID], now: datetime) -> tuple[TroubleLine, ...]:
    events = PumpEvent.objects.filter(
        course__in=pumps, course__patient=patient, at__gt=now - DAY, taken_back=None
    )
    return tuple(
        TroubleLine(
            event.course_id,
            event.pk,
            f"{PumpEvent.Kind(event.kind).label}, {when_words(event.at, patient.tz, now)}",
        )
        for event in events.exclude(kind=PumpEvent.Kind.BAG)
    )


def is_look_offered(standing: Standing) -> bool:
    """Is this a therapy, and a time, with which the daily look is offered? Unknown days count."""
    offer = catalogue().home.look_for.get(standing.therapy)
    if offer is None or not has_begun(standing) or not counts(catalogue().rules, standing):
        return False
    days = standing.days_since_infusion
    return offer.until_day is None or days is None or days <= offer.until_day


def _is_pump(standing: Standing) -> bool:
    return catalogue().therapies[standing.therapy].giving == "pump"
