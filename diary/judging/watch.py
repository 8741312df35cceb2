"""The watch table: what the engine would answer to everything that can be reported, before it is.

A page that asks for symptoms carries these answers, so that the prompt shows while somebody is
still choosing. Time is cut where an answer may change; within one stretch all answers hold.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from accounts.models import Patient
from diary.core.days import local_day, start_of
from diary.judging import judge
from diary.judging.facts import OPEN_FOR
from diary.judging.fever import fever_line_of
from diary.judging.standing import change_moments, courses_between, standings_from
from diary.models import Course
from therapies.catalogue import catalogue
from therapies.rulebook import Level, Severity
from therapies.standing import Standing, has_begun
from therapies.urgency import Assessment, RuleFinding, SymptomReport, assess, fever_line

Stand = Callable[[datetime], Sequence[Standing]]
# A page opened longer ago than this was not what anybody chose on.
MAX_PAGE_AGE = timedelta(days=3)


class Flag(NamedTuple):
    """The engine's answer to one symptom answered in one way."""

    level: Level = Level.UNLISTED
    emergency: bool = False  # the emergency number comes first
    crisis: bool = False  # a line that listens comes first
    amber: bool = False  # urgent together with another such answer

    def worst(self, other: "Flag") -> "Flag":
        return Flag(
            max(self.level, other.level),
            self.emergency or other.emergency,
            self.crisis or other.crisis,
            self.amber or other.amber,
        )


class WatchBand(NamedTuple):
    """Readings in °C from `low` up to, but not at, `high`."""

    low: Decimal
    high: Decimal
    level: Level


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """Answers by symptom and answer ("mild", "yes"), and what each reading comes to. It is known by
    its identity: the same facts give the same table, and what is made of it is kept."""

    flags: Mapping[tuple[str, str], Flag]
    bands: tuple[WatchBand, ...]

    def flag(self, symptom: str, answer: str) -> Flag:
        return self.flags.get((symptom, answer), Flag())

    def answers(self, symptom: str) -> list[Flag]:
        """Return those to every strength it can be reported at, the weakest first."""
        by_severity = catalogue().reportable[symptom].kind == "severity"
        said = [severity.slug for severity in Severity] if by_severity else ["yes"]
        return [self.flag(symptom, answer) for answer in said]

    @property
    def quiet(self) -> tuple[WatchBand, ...]:
        """Readings that are not urgent; every other one is, an impossible one included."""
        return tuple(band for band in self.bands if band.level is not Level.URGENT)

    @property
    def ordinary(self) -> tuple[WatchBand, ...]:
        """Readings that are not a sign at all; every other one is amber or worse."""
        return tuple(band for band in self.bands if band.level < Level.CONTACT)


class StandingSpan(NamedTuple):
    """From `start` up to, but not at, `end` (UTC)."""

    start: datetime
    end: datetime
    standings: tuple[Standing, ...]


def table_over(patient: Patient, cut: Sequence[StandingSpan]) -> Table:
    """Return the worst answers of the whole time that the stretches cover."""
    line, earlier = _background(patient, cut[0].start)
    return worst(answers_at(stretch.standings, line, earlier) for stretch in cut)


def prompted(
    patient: Patient, answered: Iterable[judge.AnyReport], *, opened: datetime, saved: datetime
) -> list[RuleFinding]:
    """Return every urgent finding that a page opened at `opened` prompted for while choosing."""
    start = max(opened, saved - MAX_PAGE_AGE)
    line, earlier = _background(patient, start)
    answered = list(answered)
    found: dict[judge.Key, RuleFinding] = {}
    for stretch in stretches(patient, start, saved + OPEN_FOR, only_begun=True):
        for finding in judge.judge(answered, stretch.standings, line=line, earlier=earlier):
            if finding.level is Level.URGENT:
                found.setdefault(judge.key_of(finding), finding)
    return list(found.values())


def stretches(
    patient: Patient, start: datetime, end: datetime, *, only_begun: bool = False
) -> list[StandingSpan]:
    """Cut the time from `start` to `end` where some answer may change.

    `only_begun` leaves out what had not begun at `start`: a page of today does not call tomorrow's
    medicine urgent. The facts of a stretch are those of its own beginning, which may lie before
    `start`, so that two pages of one stretch ask the same.
    """
    midnight = start_of(local_day(start, patient.tz), patient.tz)
    courses = courses_between(patient, midnight, end)
    return cut_time(courses, patient.tz, start, end, only_begun=only_begun)


def stand_of(courses: Sequence[Course], tz: tzinfo) -> Stand:
    """Return what says where the courses stand at a moment, and remembers it."""
    return cache(lambda at: standings_from(courses, at, tz))


def cut_time(
    courses: Sequence[Course],
    tz: tzinfo,
    start: datetime,
    end: datetime,
    *,
    only_begun: bool = False,
    stand: Stand | None = None,
) -> list[StandingSpan]:
    """Cut the time of courses that were read already. `stand` remembers where they stood, for who
    cuts the same days again and again."""
    stand = stand or stand_of(courses, tz)
    midnight = start_of(local_day(start, tz), tz)
    moments = [midnight, *change_moments(courses, tz, midnight, end), end]
    begun = {s.course for s in stand(start) if has_begun(s)}
    cut = []
    for first, last in pairwise(moments):
        if last <= start:
            continue
        facts = tuple(s for s in stand(first) if not only_begun or s.course in begun)
        cut.append(StandingSpan(max(first, start), last, facts))
    return cut


def _background(patient: Patient, start: datetime) -> tuple[Decimal, list[SymptomReport]]:
    """Return the fever line that applies, and what was reported before."""
    return fever_line_of(patient), judge.earlier_reports(patient, start)


def answers_at(
    standings: tuple[Standing, ...], line: Decimal | None, earlier: Iterable[SymptomReport]
) -> Table:
    return _answers(standings, line, frozenset(earlier), catalogue().hash)


def worst(tables: Iterable[Table]) -> Table:
    """Return, of several tables, the most urgent answer to everything."""
    different = tuple(dict.fromkeys(tables))
    return different[0] if len(different) == 1 else _worst(different)


@lru_cache(maxsize=256)
def _worst(tables: tuple[Table, ...]) -> Table:
    flags: dict[tuple[str, str], Flag] = {}
    for table in tables:
        for key, flag in table.flags.items():
            flags[key] = flags.get(key, Flag()).worst(flag)
    bands = tuple(
        WatchBand(same[0].low, same[0].high, max(band.level for band in same))
        for same in zip(*(table.bands for table in tables), strict=True)
    )
    return Table(flags, bands)


@lru_cache(maxsize=256)
def _answers(
    standings: tuple[Standing, ...],
    line: Decimal | None,
    earlier: frozenset[SymptomReport],
    catalogue_hash: str,  # noqa: ARG001 (another catalogue answers otherwise)
) -> Table:
    def ask(report: SymptomReport) -> Assessment:
        return assess(
            [report], standings, rules=catalogue().rules, fever_from_c=line, earlier=earlier
        )

    flags = {}
    for slug, symptom in catalogue().reportable.items():
        if symptom.kind == "severity":
            for severity in Severity:
                flags[slug, severity.slug] = _flag(slug, ask(SymptomReport(slug, severity)))
        else:
            flags[slug, "yes"] = _flag(slug, ask(SymptomReport(slug)))
    bands = tuple(
        WatchBand(
            low, high, ask(SymptomReport(catalogue().thermometer, temperature=low, unit="C")).level
        )
        for low, high in pairwise(_cuts(line))
    )
    return Table(flags, bands)


def _flag(symptom: str, found: Assessment) -> Flag:
    first = found.call_first if found.level is Level.URGENT else ""
    return Flag(found.level, first == "emergency", first == "crisis", symptom in found.ambers)


def amber_number(symptom: str) -> int:
    """Return the sign's place among the amber ones, from 1, by which a page tells two apart."""
    return catalogue().rules.ambers.index(symptom) + 1


def _cuts(line: Decimal | None) -> list[Decimal]:
    """Return the temperatures in °C at which an answer may change, up to the fever line."""
    rules = catalogue().rules
    fever = fever_line(rules, line)
    lowest = rules.possible_c[0]
    return sorted({lowest, fever, *(b.from_c for b in rules.bands if lowest <= b.from_c < fever)})
