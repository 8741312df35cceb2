"""What stands on Today of somebody whose treatment runs at home: the bag, the look."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from accounts.models import Patient
from diary.core.days import local_day
from diary.judging.facts import facts_of
from diary.treatment.plan import BagLine, bag_plan, bag_said
from therapies.catalogue import catalogue
from therapies.standing import Standing, counts, has_begun


class AtHome(NamedTuple):
    """What Today says about treatment at home."""

    bags: tuple[BagLine, ...]
    is_look_offered: bool
    is_look_done: bool


def at_home(patient: Patient, standings: Sequence[Standing], now: datetime) -> AtHome:
    """Say what is due today."""
    running = [UUID(s.course) for s in standings if s.infusing and _is_pump(s)]
    facts = facts_of(patient)
    bags = (
        bag_said(bag_plan(course), now, patient.tz)
        for course in facts.courses
        if course.pk in running
    )
    offered = any(is_look_offered(standing) for standing in standings)
    done = offered and local_day(now, patient.tz) in facts.look_days
    return AtHome(tuple(bag for bag in bags if bag), offered, done)


def is_look_offered(standing: Standing) -> bool:
    """Is this a therapy, and a time, with which the daily look is offered? Unknown days count."""
    offer = catalogue().home.look_for.get(standing.therapy)
    if offer is None or not has_begun(standing) or not counts(catalogue().rules, standing):
        return False
    days = standing.days_since_infusion
    return offer.until_day is None or days is None or days <= offer.until_day


def _is_pump(standing: Standing) -> bool:
    return catalogue().therapies[standing.therapy].giving == "pump"
