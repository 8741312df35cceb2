"""Who has seen an urgent entry, as its card says it."""

from datetime import datetime
from typing import NamedTuple

from diary.check_ins.follow_up import follow_up_of
from diary.core.words import when_words
from diary.duty.alarms import alarms_of
from diary.judging.facts import name_authors
from diary.models import Call, CheckIn


class Watch(NamedTuple):
    """`seen` says who has seen it and when, the latest last; `is_answered`: somebody has seen, or
    called about, all that is urgent in it. `shown`: the moment of the page, in ISO format."""

    seen: tuple[str, ...]
    is_answered: bool
    shown: str


def watch_on(check_in: CheckIn, now: datetime) -> Watch:
    """Nothing of it changes what the card asks for."""
    patient = check_in.patient
    alarms = [a for a in alarms_of(follow_up_of([patient])) if check_in.pk in a.members]
    calls = {call.pk: call for alarm in alarms for call in alarm.answers}
    seen = [call for call in calls.values() if call.outcome == Call.Outcome.SEEN]
    name_authors(seen, patient)
    return Watch(
        tuple(f"{one.author}, {when_words(one.recorded, patient.tz, now)}" for one in seen),
        all(alarm.is_answered for alarm in alarms),
        now.isoformat(),
    )
