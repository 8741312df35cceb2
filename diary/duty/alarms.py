"""What is urgent and waits for somebody to say that they have seen it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from diary.check_ins.follow_up import FollowUp
from diary.models import Call, CheckIn
from diary.models.threads import threads_of

# Whoever wrote one of these knew what there was at that time.
ANSWERS = (Call.Outcome.SEEN, Call.Outcome.REACHED, Call.Outcome.NO_ANSWER, Call.Outcome.CLOSED)


class Alarm(NamedTuple):
    """One fever, or what else is urgent in one entry: answered together. `check_in` is the one
    whose card is opened; `opened` are the moments at which something urgent was found in it, or at
    which somebody said that it got worse."""

    check_in: CheckIn
    members: frozenset[UUID]
    opened: tuple[datetime, ...]
    answers: tuple[Call, ...]  # the first to be recorded first

    @property
    def acknowledged(self) -> list[datetime]:
        return [call.recorded for call in self.answers]

    @property
    def is_answered(self) -> bool:
        return bool(self.answers) and self.answers[-1].recorded >= max(self.opened)


def alarms_of(rows: FollowUp) -> Iterator[Alarm]:
    """Yield what no person has closed, whether somebody has answered or not. What is answered on
    the card of one reading of a fever is answered for that fever; any other sign is answered on the
    card of its own entry."""
    hot = {fever.finding for fever in rows.fevers}
    for thread in threads_of(rows.fevers):
        yield _alarm(rows, thread.check_ins, [fever.found for fever in thread.fevers])
    others: dict[UUID, list[datetime]] = defaultdict(list)
    for finding in rows.findings:
        if finding.finding not in hot:
            others[finding.check_in].append(finding.found)
    for call in chain.from_iterable(rows.calls.values()):
        if call.outcome == Call.Outcome.WORSE:
            others[call.check_in_id].append(call.recorded)
    for check_in, opened in others.items():
        yield _alarm(rows, [check_in], opened)


def _alarm(rows: FollowUp, members: list[UUID], opened: list[datetime]) -> Alarm:
    calls = chain.from_iterable(rows.calls.get(pk, ()) for pk in members)
    answers = sorted((c for c in calls if c.outcome in ANSWERS), key=lambda call: call.recorded)
    latest = max((rows.check_ins[pk] for pk in members), key=lambda check_in: check_in.at)
    return Alarm(latest, frozenset(members), tuple(sorted(opened)), tuple(answers))
