"""What no person has closed, in as few lines as there is to do: one fever is one line, and any
other urgent entry is another (docs/adr/0036)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from accounts.addresses import address_of
from accounts.models import Patient
from diary.check_ins.follow_up import CurrentTemperature, FollowUp, follow_up_of
from diary.core import words
from diary.judging.fever import degrees_c, impossible_words
from diary.models import CheckIn
from diary.models.threads import Thread, threads_of


class OpenThread(NamedTuple):
    """`check_in` is the one whose card is opened; `asking` are those whose own card asks for the
    same; `readings` is above 1 where several are one fever. `is_open`: nobody was reached yet."""

    check_in: CheckIn
    asking: frozenset[UUID]
    text: str
    readings: int
    is_open: bool

    @property
    def cards(self) -> set[str]:
        """The addresses of the pages that ask for it themselves."""
        return {address_of("check_in", (self.check_in.patient_id, pk)) for pk in self.asking}


def open_threads(patient: Patient, now: datetime, *, dated: bool = False) -> list[OpenThread]:
    """Return what is open or followed, the latest first. `dated`: in words that stay right on a
    later day."""
    return threads_among([patient], now, dated=dated)[patient.pk]


def threads_among(
    patients: Iterable[Patient],
    now: datetime,
    *,
    dated: bool = False,
    rows: FollowUp | None = None,
) -> dict[UUID, list[OpenThread]]:
    """Return it for each patient. One query, however many patients there are, and none where the
    `rows` of all of them were read already."""
    known = {patient.pk: patient for patient in patients}
    threads = list(_threads(rows or follow_up_of(known.values()), None if dated else now))
    found: dict[UUID, list[OpenThread]] = {pk: [] for pk in known}
    for thread in sorted(threads, key=lambda thread: thread.check_in.at, reverse=True):
        found[thread.check_in.patient_id].append(thread)
    return found


def _threads(rows: FollowUp, now: datetime | None) -> Iterator[OpenThread]:
    followed, asking = rows.check_ins, rows.asking
    hot = {fever.finding for fever in rows.fevers}
    others = {pk for finding, pk in asking.items() if finding not in hot} | rows.worse
    shown: set[UUID] = set()
    for thread in threads_of(rows.fevers):
        members = [followed[pk] for pk in thread.check_ins]
        open_ones = [
            c for c in members if c.pk in {asking.get(f) for f in thread.findings_of(c.pk)}
        ]
        card = (open_ones or members)[-1]
        one = len(members) == 1
        entry = f"entry of {_when(card, now)}"
        yield OpenThread(
            check_in=card,
            asking=frozenset(c.pk for c in open_ones or members),
            text=entry if one else _fever_words(thread, _when(members[0], now), rows.readings),
            readings=len(members),
            is_open=bool(open_ones) or (one and card.pk in others),
        )
        shown |= {c.pk for c in members if c.pk not in others}
        shown |= {card.pk} if open_ones or one else set()
    for pk, check_in in followed.items():
        if pk not in shown:
            text = f"entry of {_when(check_in, now)}"
            yield OpenThread(check_in, frozenset({pk}), text, 1, pk in others)


def thread_on(threads: list[OpenThread], check_in: CheckIn) -> OpenThread | None:
    """Return the fever of several readings that this check-in asks to call about."""
    return next((t for t in threads if t.readings > 1 and check_in.pk in t.asking), None)


def _fever_words(thread: Thread, when: str, readings: Mapping[UUID, CurrentTemperature]) -> str:
    """Say since when, how many, and the highest as it stands now; what cannot be right is never the
    highest."""
    stand = [readings[pk] for pk in thread.check_ins if pk in readings]
    measured = [(degrees, reading) for reading in stand if (degrees := degrees_c(reading))]
    said = [f"fever since {when}", f"{len(thread.check_ins)} temperatures"]
    if measured:
        _, highest = max(measured, key=lambda pair: pair[0])
        said.append(f"highest {_reading_words(highest)}")
    if wrong := sum(bool(impossible_words(reading)) for reading in stand):
        said.append(f"{wrong} cannot be right")
    return ", ".join(said)


def _reading_words(reading: CurrentTemperature) -> str:
    return words.reading_words(reading.temperature, reading.unit) if reading.temperature else ""


def _when(check_in: CheckIn, now: datetime | None) -> str:
    at, patient = check_in.at, check_in.patient
    if now is None:
        return words.moment_words(at, patient.tz)
    return words.when_words(at, patient.tz, now)
