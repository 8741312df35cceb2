"""What a phone keeps of a patient, so that Today prompts for two weeks without a network.

The watch table is cut as finely as the page of today would cut it at any moment until then; the
browser only looks up. It is kept sealed (docs/adr/0020).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from accounts.models import Patient, User
from diary import judging
from diary.days import local_day, start_of
from diary.family_card import card_line_c, card_of
from diary.forms.check_in import CheckInForm
from diary.forms.temperature import quiet_pattern
from diary.models import CheckIn, Report
from diary.numbers import numbers_of
from diary.symptom_list import listed_for
from diary.treatment import courses_between, standings_from
from diary.watch import OPEN_FOR, Table, answers_at, cut_time
from therapies.catalogue import catalogue
from therapies.rulebook import Level

KEPT_FOR = timedelta(days=14)
INSTANT = timedelta(microseconds=1)

# The tables that hold one after the other for a page opened at one moment, each from its start on.
Tables = list[tuple[datetime, Table]]


def kept_for(patient: Patient, user: User, now: datetime) -> dict[str, Any]:
    """Return it as plain data. A few queries, however long the diary is."""
    numbers = numbers_of(patient)
    card = card_of(patient)
    words = catalogue().words(Level.URGENT)
    heading = words.heading.format(who=patient.name, team=patient.team_name)
    told_by = CheckInForm.start_for(user, patient, now)["told_by"]
    labels = {CheckIn.ToldBy.SELF: patient.name, CheckIn.ToldBy.CAREGIVER: "A caregiver"}
    tz = patient.tz
    standings = standings_from(courses_between(patient, now, now), now, tz)
    return {
        "account": str(user.pk),
        "patient": str(patient.pk),
        "name": patient.name,
        "initial": patient.initial,
        "colour": patient.colour_class,
        "unit": patient.unit,
        "zone": patient.zone,
        "team": numbers.team_name,
        "numbers": [
            {"kind": n.kind, "label": n.label, "number": n.number, "tel": n.tel}
            for n in (*numbers.team[:1], *filter(None, [numbers.emergency]))
        ],
        "prompt": f"{words.word}: {heading[:1].lower()}{heading[1:]}",
        "card": card.words if card else "",
        "told_by": [
            [teller.value, labels.get(teller, "Both together"), told_by == teller]
            for teller in CheckIn.ToldBy
        ],
        "listed": listed_for(standings),
        **watch_data(patient, now),
    }


def watch_data(patient: Patient, now: datetime) -> dict[str, Any]:
    """Return each different table once, and for pages opened from one moment until another which
    of them hold from when on."""
    known: dict[str, int] = {}
    tables: list[dict[str, Any]] = []
    openings = []
    for start, end, held in openings_of(patient, now, now + KEPT_FOR):
        steps: list[tuple[str, int]] = []
        for first, table in held:
            plain = plain_table(table)
            number = known.setdefault(repr(plain), len(tables))
            if number == len(tables):
                tables.append(plain)
            if not steps or steps[-1][1] != number:
                steps.append((first.isoformat(), number))
        openings.append({"from": start.isoformat(), "until": end.isoformat(), "tables": steps})
    return {"tables": tables, "openings": openings}


def openings_of(
    patient: Patient, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime, Tables]]:
    """Yield the time from `start` to `end` in parts, with the tables for a page opened in each."""
    tz = patient.tz
    courses = courses_between(patient, start_of(local_day(start, tz), tz), end + 2 * OPEN_FOR)
    line = card_line_c(card_of(patient))
    recent = judging.current_reports(patient, start - judging.look_back(), start)
    forgotten = {r.version.check_in.at + judging.look_back() + INSTANT for r in recent}
    cuts = {s.start for s in cut_time(courses, tz, start, end)}
    moments = sorted(m for m in {*cuts, *forgotten, end} if start <= m <= end)
    for first, last in pairwise(moments):
        earlier = judging.reported(_still_counting(recent, first))
        later = cut_time(courses, tz, first, last + OPEN_FOR, only_begun=True)
        yield first, last, [(s.start, answers_at(s.standings, line, earlier)) for s in later]


def _still_counting(recent: list[Report], at: datetime) -> list[Report]:
    return [r for r in recent if r.version.check_in.at >= at - judging.look_back()]


def plain_table(table: Table) -> dict[str, Any]:
    """Return what the page marks, as `symptom:answer`, and the readings that it stays quiet for."""
    urgent = {key: flag for key, flag in table.flags.items() if flag.level is Level.URGENT}
    return {
        "urgent": sorted(f"{symptom}:{answer}" for symptom, answer in urgent),
        "emergency": sorted(f"{s}:{a}" for (s, a), flag in urgent.items() if flag.emergency),
        "quiet": {unit: quiet_pattern(table.quiet, unit) for unit in Patient.Unit.values},
    }
