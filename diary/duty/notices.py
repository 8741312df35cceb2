"""What somebody is told on every page: urgent entries that nobody has answered, and that duty was
handed to them. One query, however many diaries they can open."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from accounts.countries import clock_of
from accounts.memory import remembered
from accounts.models import Patient, Share, User
from accounts.statements import Columns, Part
from diary.check_ins.follow_up import FollowUp, followed_parts, put_together
from diary.core.statements import Statement
from diary.core.words import when_words
from diary.duty.alarms import Alarm, alarms_of
from diary.duty.roster import Roster, roster_among
from diary.judging.facts import SHARE_COLUMNS, TURNS_FOR, open_shares, turns_of
from diary.models import DutyPlan, DutyTurn

NOWHERE = UUID(int=0)  # no page of a diary


class Notice(NamedTuple):
    """What one person is told about one diary. `alarms` are those that nobody has answered and that
    have come to them, the latest first."""

    patient: Patient
    roster: Roster
    alarms: tuple[Alarm, ...]
    turn: DutyTurn | None  # that was handed to them, until they have seen it
    when: str  # the moment of the first alarm


def alarms_for(user: UUID, roster: Roster, alarms: Iterable[Alarm], now: datetime) -> list[Alarm]:
    """Return those that this person is told about, the latest first."""
    told = [alarm for alarm in alarms if roster.is_told(user, alarm, now)]
    return sorted(told, key=lambda alarm: alarm.check_in.at, reverse=True)


class Diaries(NamedTuple):
    """What is urgent in several diaries, and who can be told there."""

    rows: FollowUp
    rosters: list[Roster]


def notices_for(user: User, *, but_for: UUID = NOWHERE) -> list[Notice]:
    """Return what this person is told about all diaries but the one whose page it stands on."""
    now, found = timezone.now(), watched_by(user, but_for=but_for)
    alarms: dict[UUID, list[Alarm]] = defaultdict(list)
    for alarm in alarms_of(found.rows):
        alarms[alarm.check_in.patient_id].append(alarm)
    notices = []
    for roster in found.rosters:
        patient, turn = roster.patient, roster.handed_to(user.pk)
        told = alarms_for(user.pk, roster, alarms[patient.pk], now)
        if told or turn:
            with clock_of(patient.country):
                when = when_words(told[0].check_in.at, patient.tz, now) if told else ""
            notices.append(Notice(patient, roster, tuple(told), turn, when))
    return notices


def watched_by(user: User, *, but_for: UUID = NOWHERE) -> Diaries:
    """Read the diaries that this person can open, once for a request."""
    return remembered(("diaries", user.pk, but_for), lambda: _read(user, but_for))


def _read(user: User, but_for: UUID) -> Diaries:
    now = timezone.now()
    rows = _STATEMENT(user=user.pk, here=but_for, now=now, turns_since=now - TURNS_FOR)
    named = (*rows["owners"], *(row[:3] for row in rows["shares"]))
    people = {row[0]: User.from_db(DEFAULT_DB_ALIAS, ("id", "email", "name"), row) for row in named}
    shares: dict[UUID, list[Any]] = defaultdict(list)
    turns: dict[UUID, list[DutyTurn]] = defaultdict(list)
    plans = {plan.patient_id: plan for plan in rows["plans"]}
    for row in rows["shares"]:
        shares[row[3]].append(row[4:])
    for turn in rows["turns"]:
        turns[turn.patient_id].append(turn)
    patients = {patient.pk: patient for patient in rows["patients"]}
    for patient in patients.values():
        patient.owner, patient.is_owner = people[patient.owner_id], patient.owner_id == user.pk
    rosters = [
        roster_among(patient, open_shares(shares[pk]), people, plans.get(pk), turns[pk], now=now)
        for pk, patient in patients.items()
    ]
    return Diaries(put_together(patients, rows), rosters)


def _parts(user: UUID, here: UUID, now: datetime, turns_since: datetime) -> dict[str, Part]:
    patients = Patient.objects.visible_to(user, now).exclude(pk=here)
    whose = {"patient__in": patients.order_by().values("pk")}
    who = ("pk", "email", "name")  # in the order of the model, which `from_db` wants
    return followed_parts(**whose) | {
        "patients": patients,
        "owners": Columns(User.objects.filter(patients__in=whose["patient__in"]), who),
        "shares": Columns(
            Share.objects.filter(revoked=None, **whose),
            (*(f"user__{name}" for name in who), "patient", *SHARE_COLUMNS),
        ),
        "plans": DutyPlan.objects.filter(**whose),
        "turns": turns_of(turns_since, **whose),
    }


_STATEMENT = Statement(_parts)
