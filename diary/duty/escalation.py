"""Who is told about something urgent that nobody has answered. Pure: no clock and no database.

Whoever is on duty is told at once. Each time the minutes of the family pass without an answer, the
next in their order is told too. Nothing here mutes anybody: somebody is told until there is an
answer, their access ends or the next one is on duty; and there is always one (docs/adr/0098).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import NamedTuple
from uuid import UUID


class Place(NamedTuple):
    """Somebody's place in the order, for as long as they can open the diary; None: with no end."""

    who: UUID
    until: datetime | None = None


class Turn(NamedTuple):
    """Somebody is on duty from `began` up to `until`; None: until the next turn begins."""

    who: UUID
    began: datetime
    until: datetime | None = None


class Recipient(NamedTuple):
    """Who is told, and since when without a break."""

    who: UUID
    since: datetime


class Escalation(NamedTuple):
    """Who is told, in the order in which it came to them, and when that changes next by itself;
    None: not before somebody does something."""

    recipients: tuple[Recipient, ...]
    due: datetime | None


def escalation(
    *,
    owner: UUID,
    opened: Iterable[datetime],
    acknowledged: Iterable[datetime],
    turns: Sequence[Turn],
    order: Sequence[Place],
    minutes: int,
    at: datetime,
) -> Escalation:
    """Say who is told `at` that moment.

    `opened` are the moments at which something urgent was found. An acknowledgement answers what
    was found by then, and nothing later. The owner is told where nobody else can be.
    """
    answered = max((moment for moment in acknowledged if moment <= at), default=None)
    waiting = sorted(m for m in opened if answered is None or m > answered)
    if not waiting or waiting[0] > at:
        return Escalation((), waiting[0] if waiting else None)
    ladder = _Ladder(owner, turns, order, waiting[0], timedelta(minutes=minutes))
    since: dict[UUID, datetime] = {}
    for moment in ladder.moments(until=at):
        since = {who: since.get(who, moment) for who in ladder.told(moment)}
    now = set(since)
    later = (moment for moment in ladder.moments() if moment > at)
    due = next((moment for moment in later if set(ladder.told(moment)) != now), None)
    return Escalation(tuple(Recipient(*one) for one in since.items()), due)


def on_duty(
    *, owner: UUID, turns: Iterable[Turn], order: Iterable[Place], at: datetime
) -> tuple[UUID, Turn | None]:
    """Return who is on duty, and by which turn: None where nobody took it and it falls to the first
    in the order who can open the diary, or to the owner."""
    able = _able(owner, order, at)
    mine = [turn for turn in turns if turn.who in able and _is_in(turn, at)]
    turn = max(mine, key=lambda turn: turn.began, default=None)
    return (turn.who if turn else able[0]), turn


class _Ladder(NamedTuple):
    owner: UUID
    turns: Sequence[Turn]
    order: Sequence[Place]
    start: datetime
    step: timedelta

    def told(self, at: datetime) -> list[UUID]:
        """Return who is told at this moment, whoever is on duty first."""
        first, _ = on_duty(owner=self.owner, turns=self.turns, order=self.order, at=at)
        able = _able(self.owner, self.order, at)
        steps = (at - self.start) // self.step
        return [first, *(who for who in able if who != first)][: 1 + steps]

    def moments(self, until: datetime | None = None) -> list[datetime]:
        """Return the moments from the start on at which it may change, in their order."""
        steps = (self.start + n * self.step for n in range(len(self.order) + 2))
        turns = chain.from_iterable((turn.began, turn.until) for turn in self.turns)
        ends = (place.until for place in self.order)
        found = {m for m in chain(steps, turns, ends) if m is not None and m >= self.start}
        return sorted(m for m in found if until is None or m <= until)


def _able(owner: UUID, order: Iterable[Place], at: datetime) -> list[UUID]:
    """Return who can open the diary, in the order; the owner always can."""
    able = [p.who for p in order if p.who == owner or p.until is None or p.until > at]
    return list(dict.fromkeys([*able, owner]))


def _is_in(turn: Turn, at: datetime) -> bool:
    return turn.began <= at and (turn.until is None or turn.until > at)
