"""Who can be told, in the order of the family, and who of them is on duty."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from accounts.ends import MORNING
from accounts.models import Patient, Role, User
from diary.core.words import clock_words, until_words
from diary.duty import escalation as rule
from diary.duty.alarms import Alarm
from diary.duty.escalation import Escalation, Place, Turn
from diary.judging.facts import OpenShare, facts_of
from diary.models import DutyPlan, DutyTurn
from diary.models.duty import MINUTES

USUAL_MINUTES = DutyPlan._meta.get_field("minutes").default
# Until the family says otherwise: the owner, then who may do most.
RANKS = ("", Role.MANAGER, Role.WRITER, Role.READER)


class Member(NamedTuple):
    """Somebody who can open the diary; without a role it is the owner."""

    user: User
    role: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True)
class Roster:
    """`members` stand in the order in which they are told; `turn` is the one that counts now, None
    where nobody took duty and it falls to the first of them. `until`: when the turn is over."""

    patient: Patient
    members: tuple[Member, ...]
    turns: tuple[DutyTurn, ...]
    minutes: int
    holder: Member
    turn: DutyTurn | None
    until: datetime | None

    @property
    def is_shared(self) -> bool:
        """Is there anybody to hand over to?"""
        return len(self.members) > 1

    @property
    def open_turn(self) -> str:
        """The id of the turn that whoever looks now sees; empty where there is none."""
        return str(self.turn.pk) if self.turn else ""

    @property
    def is_unseen(self) -> bool:
        """Was it handed over to somebody who has not said yet that they know?"""
        turn = self.turn
        return turn is not None and turn.seen is None and turn.by_id != turn.user_id

    @property
    def giver(self) -> User | None:
        """Who handed it to whoever is on duty now, where it is somebody else with access."""
        if self.turn is None or self.turn.by_id in (None, self.turn.user_id):
            return None
        found = self.member(self.turn.by_id) if self.turn.by_id else None
        return found.user if found else None

    @property
    def next(self) -> User:
        """Who comes after whoever is on duty, in the order."""
        return next(m.user for m in self.members if m is not self.holder)

    @property
    def hand_over_words(self) -> str:
        """What the button says that hands over to the next for the night."""
        return f"Hand over to {self.next} until {clock_words(MORNING)}"

    def member(self, user: UUID) -> Member | None:
        return next((one for one in self.members if one.user.pk == user), None)

    def others(self, user: UUID) -> list[Member]:
        return [one for one in self.members if one.user.pk != user]

    def is_on_duty(self, user: UUID) -> bool:
        return self.holder.user.pk == user

    def handed_to(self, user: UUID) -> DutyTurn | None:
        """Return the turn that was handed to this person, until they have said that they know."""
        return self.turn if self.is_unseen and self.is_on_duty(user) else None

    def escalation(self, alarm: Alarm, at: datetime) -> Escalation:
        """Say who is told about this, and when that changes next."""
        return rule.escalation(
            owner=self.patient.owner_id,
            opened=alarm.opened,
            acknowledged=alarm.acknowledged,
            turns=_turns(self.turns),
            order=_places(self.members),
            minutes=self.minutes,
            at=at,
        )

    def is_told(self, user: UUID, alarm: Alarm, at: datetime) -> bool:
        return any(one.who == user for one in self.escalation(alarm, at).recipients)


def on_duty_words(roster: Roster, user: User, now: datetime) -> str:
    """Say to `user` who is on duty, and until when."""
    is_you = roster.is_on_duty(user.pk)
    who = "You are" if is_you else f"{roster.holder.user} is"
    tz = roster.patient.tz
    end = f", until {until_words(roster.until, tz, now)}" if roster.until else ""
    return f"{who} on duty{roster.patient.for_whom}{end}."


def roster_of(patient: Patient) -> Roster:
    """Return it from what the page has read of the diary."""
    facts = facts_of(patient)
    people = {pk: user for pk, user in facts.people.items() if isinstance(user, User)}
    return roster_among(
        patient, facts.shares, people, facts.duty_plan, facts.duty_turns, now=timezone.now()
    )


def roster_among(
    patient: Patient,
    shares: Iterable[OpenShare],
    people: Mapping[UUID, User],
    plan: DutyPlan | None,
    turns: Iterable[DutyTurn],
    *,
    now: datetime,
) -> Roster:
    """Put it together. Of a diary that waits to be deleted only the owner is told."""
    owner = people.get(patient.owner_id) or patient.owner
    open_to = () if patient.erase_due else shares
    members = [Member(owner, "", None, None)] + [
        Member(people[share.user], share.role, share.confirmed, share.until)
        for share in open_to
        if share.user != patient.owner_id
    ]
    order = plan.order if plan else []
    members.sort(key=lambda one: _place(one, order))
    known = {one.user.pk: one for one in members}
    mine = tuple(turn for turn in turns if _is_theirs(turn, known.get(turn.user_id)))
    said = _turns(mine)
    who, current = rule.on_duty(owner=patient.owner_id, turns=said, order=_places(members), at=now)
    holder = known[who]
    turn = next((row for one, row in zip(said, mine, strict=True) if one is current), None)
    ends = [end for end in (turn and turn.until, turn and holder.until) if end]
    return Roster(
        patient=patient,
        members=tuple(members),
        turns=mine,
        minutes=plan.minutes if plan and plan.minutes in MINUTES else USUAL_MINUTES,
        holder=holder,
        turn=turn,
        until=min(ends, default=None),
    )


def _place(member: Member, order: list[str]) -> tuple[int, int, str]:
    key = str(member.user.pk)
    chosen = order.index(key) if key in order else len(order)
    since = member.since.isoformat() if member.since else ""
    return chosen, RANKS.index(member.role), since


def _is_theirs(turn: DutyTurn, member: Member | None) -> bool:
    """Somebody who lost their access and got it anew is not on duty again by an old turn."""
    return member is not None and (member.since is None or turn.began >= member.since)


def _places(members: Iterable[Member]) -> list[Place]:
    return [Place(one.user.pk, one.until) for one in members]


def _turns(turns: Iterable[DutyTurn]) -> list[Turn]:
    return [
        Turn(t.user_id, t.began, min((m for m in (t.until, t.ended) if m), default=None))
        for t in turns
    ]
