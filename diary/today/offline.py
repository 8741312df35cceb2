"""What a phone keeps of a patient, so that Today prompts for two weeks without a network.

The watch table is cut as finely as the page of today would cut it at any moment until then; the
browser only looks up. It is kept sealed (docs/adr/0020).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

from accounts.models import Patient, User
from accounts.people import readers_words
from diary.care_card import instructions
from diary.check_ins.data import start_for, tellers
from diary.check_ins.threads import open_threads
from diary.core import words
from diary.core.days import local_day, start_of
from diary.judging import judge
from diary.judging.facts import OPEN_FOR, facts_of
from diary.judging.fever import applied_words, card_of, fever_line_of, fever_line_words
from diary.judging.standing import courses_between, standings, standings_from
from diary.judging.watch import (
    StandingSpan,
    Table,
    amber_number,
    answers_at,
    cut_time,
    stand_of,
    worst,
)
from diary.models import FamilyCard, OwnSymptom
from diary.team.numbers import Number, Numbers, numbers_of
from diary.today.answers import AnswersForm
from diary.today.last_time import recent_keys, recent_reports
from diary.today.sheet import INSTANT, TodaySheet
from diary.today.symptom_list import listed_for
from diary.today.temperature import quiet_pattern
from therapies.ask import urgent_signs
from therapies.catalogue import catalogue
from therapies.rulebook import Level
from therapies.standing import Standing
from therapies.templatetags.spelling import symptom_label

KEPT_FOR = timedelta(days=14)

# The tables that hold one after the other for a page opened at one moment, each from its start on.
Tables = list[tuple[datetime, Table]]
Opening = tuple[datetime, datetime, Tables]


def kept_for(patient: Patient, user: User, now: datetime) -> dict[str, Any]:
    """Return it as plain data. A few queries, however long the diary is."""
    openings = list(openings_of(patient, now, now + KEPT_FOR))  # reads what all the rest needs, too
    numbers, card = numbers_of(patient), card_of(patient)
    kept = {
        "account": str(user.pk),
        "patient": str(patient.pk),
        "name": patient.called,
        "created": patient.created.isoformat(),
        "initial": patient.initial,
        "colour": patient.colour_class,
        "zone": patient.zone,
        "twelve": words.has_12_hours(patient.country),
        "may_write": patient.may_write,
        "thread": {
            "entries": open_entries(patient, now),
            "numbers": _plain_numbers(numbers.in_order),
        },
        "urgent": {
            "line": fever_line_words(patient, card),
            "signs": urgent_words(openings),
        },
    }
    if not patient.may_write:
        return kept
    return kept | _sheet(patient, user, numbers, card, now) | watch_data(openings)


def urgent_words(openings: Iterable[Opening]) -> list[dict[str, Any]]:
    """Return the signs for the page of urgent help that are urgent at any moment of this time."""
    tables = (table for _, _, held in openings for _, table in held)
    return [
        {"heading": signs.heading, "symptoms": [symptom_label(slug) for slug in signs.symptoms]}
        for signs in urgent_signs(worst(tables).answers)
    ]


def _sheet(
    patient: Patient, user: User, numbers: Numbers, card: FamilyCard | None, now: datetime
) -> dict[str, Any]:
    """Return what only somebody who may write needs: the form, and what it prompts for."""
    lines = numbers_of(patient, crisis=True)
    told_by = start_for(user, patient, now)["told_by"]
    here = standings(patient, now)
    own = {symptom.key: symptom for symptom in facts_of(patient).own_symptoms}
    in_prompt = (*numbers.team[:1], *lines.crisis[:1], *filter(None, [numbers.emergency]))
    return {
        "asks": words.how_words(patient),
        "has": words.has_words(patient),
        "unit": patient.unit,
        "team": numbers.team_name,
        "numbers": _plain_numbers(in_prompt),
        "crisis": _plain_numbers(lines.crisis),
        "readers": readers_words(patient, facts_of(patient).readers),
        "prompts": instructions.prompts(patient, lines),
        "hospital": hospital_days(patient, now),
        "troubles": pump_troubles(numbers.team_name, here),
        "card": card.words if card else "",
        "fever": applied_words(patient, card),
        "told_by": tellers(told_by, patient),
        "recent": recent_keys(recent_reports(patient, now), own),
        "listed": listed_for(here),
        "own": [
            {"key": key, "name": symptom.name, "kind": symptom.kind, "symptom": symptom.symptom}
            for key, symptom in own.items()
            if symptom.retired is None
        ],
    }


def hospital_days(patient: Patient, now: datetime) -> list[str]:
    """Return the days of this time that a source wants spent in hospital."""
    courses = courses_between(patient, now, now + KEPT_FOR)
    moments = (now + timedelta(days=n) for n in range(KEPT_FOR.days + 1))
    return [
        local_day(at, patient.tz).isoformat()
        for at in moments
        if instructions.is_hospital_day(standings_from(courses, at, patient.tz))
    ]


def pump_troubles(team: str, standings: Iterable[Standing]) -> list[dict[str, Any]]:
    """Say what to do about a pump, where there is one; nothing of it is recorded this way."""
    given = {standing.therapy for standing in standings if standing.status != "ended"}
    return [
        {
            "label": trouble.label,
            "heading": trouble.heading.format(team=team),
            "steps": trouble.steps,
            "why": trouble.why,
        }
        for trouble in catalogue().home.troubles.values()
        if given & set(trouble.therapies)
    ]


def _plain_numbers(numbers: Iterable[Number]) -> list[dict[str, str]]:
    return [{"kind": n.kind, "label": n.label, "number": n.number, "tel": n.tel} for n in numbers]


def open_entries(patient: Patient, now: datetime) -> list[str]:
    """Name what is urgent and no person has closed, the latest first."""
    return [thread.text for thread in open_threads(patient, now, dated=True)]


def watch_data(parts: Iterable[Opening]) -> dict[str, Any]:
    """Return each different table once, and for pages opened from one moment until another which
    of them hold from when on."""
    known: dict[str, int] = {}
    numbers: dict[Table, int] = {}  # most are the same one
    tables: list[dict[str, Any]] = []
    openings = []
    parts = list(parts)
    for start, end, held in parts:
        steps: list[tuple[str, int]] = []
        for first, table in held:
            if table not in numbers:
                plain = plain_table(table)
                numbers[table] = known.setdefault(repr(plain), len(tables))
                if numbers[table] == len(tables):
                    tables.append(plain)
            number = numbers[table]
            if not steps or steps[-1][1] != number:
                steps.append((first.isoformat(), number))
        openings.append({"from": start.isoformat(), "until": end.isoformat(), "tables": steps})
    return {"tables": tables, "openings": openings}


def openings_of(patient: Patient, start: datetime, end: datetime) -> Iterator[Opening]:
    """Yield the time from `start` to `end` in parts, with the tables for a page opened in each."""
    tz = patient.tz
    courses = courses_between(patient, start_of(local_day(start, tz), tz), end + 2 * OPEN_FOR)
    line = fever_line_of(patient)
    recent = judge.current_reports(patient, start - judge.look_back(), start)
    forgotten = {r.version.check_in.at + judge.look_back() + INSTANT for r in recent}
    stand = stand_of(courses, tz)
    cuts = {s.start for s in cut_time(courses, tz, start, end, stand=stand)}
    moments = sorted(m for m in {*cuts, *forgotten, end} if start <= m <= end)
    for first, last in pairwise(moments):
        still = [r for r in recent if r.version.check_in.at >= first - judge.look_back()]
        earlier = judge.reported_before(still)
        later = cut_time(courses, tz, first, last + OPEN_FOR, only_begun=True, stand=stand)
        yield first, last, [(s.start, answers_at(s.standings, line, earlier)) for s in later]


@lru_cache(maxsize=256)
def plain_table(table: Table) -> dict[str, Any]:
    """Return what the page marks, as `symptom:answer`, and the readings that it stays quiet for."""
    urgent = {key: flag for key, flag in table.flags.items() if flag.level is Level.URGENT}
    return {
        "urgent": sorted(f"{symptom}:{answer}" for symptom, answer in urgent),
        "emergency": sorted(f"{s}:{a}" for (s, a), flag in urgent.items() if flag.emergency),
        "amber": {f"{s}:{a}": amber_number(s) for (s, a), f in table.flags.items() if f.amber},
        "crisis": sorted(f"{s}:{a}" for (s, a), flag in urgent.items() if flag.crisis),
        "quiet": {unit: quiet_pattern(table.quiet, unit) for unit in Patient.Unit.values},
        "ordinary": {unit: quiet_pattern(table.ordinary, unit) for unit in Patient.Unit.values},
    }


TEAM = "care team"


class AnybodysAnswers(AnswersForm):
    @cached_property
    def own(self) -> dict[str, OwnSymptom]:
        """One row for each way to answer, from which the phone makes those of the family."""
        return {kind: OwnSymptom(name="", kind=kind) for kind in OwnSymptom.Kind.values}


@dataclass(frozen=True)
class AnybodysSheet(TodaySheet):
    @property
    def hospital(self) -> str:
        return instructions.hospital_day()

    @property
    def crisis_mark(self) -> str:
        return "crisis"

    @property
    def family_card(self) -> FamilyCard | None:
        return None

    @property
    def readers(self) -> str:
        return ""


def anybodys_sheet(at: datetime) -> TodaySheet:
    nobody = Patient(name="", zone="UTC", unit=Patient.Unit.C, team_name=TEAM)
    return AnybodysSheet(
        answers=AnybodysAnswers(None, patient=nobody, now=at),
        patient=nobody,
        numbers=Numbers((), None, TEAM),
        stretches=[StandingSpan(at, at, ())],
        table=answers_at((), None, ()),
        is_tried=False,
        is_short=False,
        query="",
    )
