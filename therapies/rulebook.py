"""The shapes of the urgency rules, as `catalogue/rules.toml` is read into them."""

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import cached_property


class Level(IntEnum):
    """urgent: contact the team now; contact: soon; expected: listed as common; unlisted."""

    UNLISTED = 0
    EXPECTED = 1
    CONTACT = 2
    URGENT = 3

    @property
    def slug(self) -> str:
        return self.name.lower()


class Severity(IntEnum):
    MILD = 1
    MODERATE = 2
    SEVERE = 3

    @property
    def slug(self) -> str:
        return self.name.lower()


# Whom to call, the most pressing first.
CALL_FIRST = ("emergency", "crisis", "team")
FEVER = "fever"  # what the engine calls a reading at the fever line or above
# Leading order: where several findings share the highest level, this decides which one leads.
BASES = ("source", "label", "floor")
GROUPS = (
    "crs",
    "nervous-system",
    "infusion-reaction",
    "infection",
    "low-blood-counts",
    "liver",
    "clot",
    "heart-rhythm",
    "high-blood-sugar",
    "common",
    "other",
    "none",
)
ANY_SYMPTOM = "*"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a claim stands: `source` is the id of a source, a label or a decision."""

    source: str
    heading: str


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """The time in which a list holds. Days are (first, last), both included; last may be open."""

    days_since_infusion: tuple[int, int | None] | None = None
    days_since_start: tuple[int, int | None] | None = None
    running: bool = False
    days_since_transplant: tuple[int, int | None] | None = None  # not known: no transplant
    hours_after: int | None = None  # while it runs, and this many hours after its end
    ended_up_to: int | None = None  # days after the end; instead of the general ones
    route: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """One list of symptoms, for which therapies (none: for anybody), from which severity, when."""

    symptoms: frozenset[str]
    therapies: frozenset[str]
    group: str
    basis: str
    citations: tuple[Citation, ...]
    plain: str = ""
    plain_before: str = ""  # what is said instead on the day of an infusion, before it is given
    borrowed_from: str = ""  # the therapy whose list this is
    when: TimeWindow = TimeWindow()
    at_least: Severity = Severity.MILD
    up_to: Severity = Severity.SEVERE
    readings: frozenset[str] | None = None  # None: whatever the thermometer said
    late: bool = False  # holds outside the time of `when` instead of inside
    until: TimeWindow = TimeWindow()  # the outer time of a late list


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of section D: everything in `matches` puts a report at `level`."""

    id: str
    level: Level
    plain: str
    matches: tuple[Match, ...]
    several: int = 0  # only where this many different amber signs were reported
    together: frozenset[str] = frozenset()  # only where all of these were reported
    within_hours: int = 0  # how far back a combination looks
    unless: Level | None = None  # not for a report that a rule above put here or higher
    needs_therapy: bool | None = None  # True: some therapy counts; False: none does
    group_of_list: bool = False  # take the group of the therapy's list the symptom stands in
    decisions: tuple[str, ...] = ()

    @property
    def is_combination(self) -> bool:
        """Is it about several symptoms at once, and not about each by itself?"""
        return bool(self.together or self.several)


@dataclass(frozen=True, slots=True)
class Band:
    """Readings from `from_c` (°C) up to the next band."""

    reading: str
    from_c: Decimal


@dataclass(frozen=True, slots=True)
class CallFirst:
    """Symptoms for which another number comes before the team's: "emergency" or "crisis"."""

    first: str
    symptoms: frozenset[str]
    at_least: Severity
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Borrow:
    """Therapies for which every list of another one holds, as our own decision."""

    therapies: tuple[str, ...]
    lender: str
    plain: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class RuleInput:
    """A report made ready for the rules: its reading named, a missing severity filled in."""

    symptom: str
    severity: Severity | None
    reading: str | None


@dataclass(frozen=True, eq=False)
class Rulebook:
    """Every rule, and the few facts that all of them share."""

    rules: tuple[Rule, ...]
    call_first: tuple[CallFirst, ...]
    borrows: tuple[Borrow, ...]
    bands: tuple[Band, ...]
    possible_c: tuple[Decimal, Decimal]
    fever_line_c: Decimal
    counts_after_end_days: int
    never_end: frozenset[str]
    pump_days: dict[str, int]  # therapies given by pump, and how many days a cycle runs
    kinds: dict[str, str]  # symptom: severity, temperature or yes-no
    ambers: tuple[str, ...]  # symptoms of which several at once are more serious than each alone

    @cached_property
    def _lists(self) -> dict[tuple[str, str], list[Match]]:
        lists: dict[tuple[str, str], list[Match]] = {}
        for rule in self.rules:
            for match in rule.matches:
                for therapy in match.therapies:
                    for symptom in match.symptoms - {ANY_SYMPTOM}:
                        lists.setdefault((therapy, symptom), []).append(match)
        return lists

    def lists_of(self, therapy: str, symptom: str) -> list[Match]:
        """Return the lists of this therapy that name the symptom, the leading group first."""
        lists = self._lists.get((therapy, symptom), [])
        return sorted(lists, key=lambda match: GROUPS.index(match.group))

    @cached_property
    def _about(self) -> dict[tuple[str, str], tuple[Match, ...]]:
        about: dict[tuple[str, str], tuple[Match, ...]] = {}
        for rule in self.rules:
            for symptom in self.kinds:
                named = {symptom, ANY_SYMPTOM}
                if matches := tuple(m for m in rule.matches if m.symptoms & named):
                    about[rule.id, symptom] = matches
        return about

    @cached_property
    def _rules_of(self) -> dict[str, tuple[Rule, ...]]:
        return {s: tuple(r for r in self.rules if (r.id, s) in self._about) for s in self.kinds}

    def rules_about(self, symptoms: set[str]) -> tuple[Rule, ...]:
        """Return, in their order, the rules that have a list about one of these symptoms."""
        if len(symptoms) == 1:
            return self._rules_of[next(iter(symptoms))]
        wanted = {rule.id for symptom in symptoms for rule in self._rules_of[symptom]}
        return tuple(rule for rule in self.rules if rule.id in wanted)

    def matches_about(self, rule: Rule, symptom: str) -> tuple[Match, ...]:
        """Return the lists of a rule that name the symptom, or name any."""
        return self._about.get((rule.id, symptom), ())

    @cached_property
    def combinations(self) -> frozenset[str]:
        """The ids of the rules about several symptoms at once."""
        return frozenset(rule.id for rule in self.rules if rule.is_combination)

    @cached_property
    def look_back_hours(self) -> int:
        """How far back the longest combination looks."""
        return max(rule.within_hours for rule in self.rules)

    @cached_property
    def hours_after(self) -> frozenset[int]:
        """Hours after an infusion's end at which some answer may change."""
        return frozenset(
            match.when.hours_after
            for rule in self.rules
            for match in rule.matches
            if match.when.hours_after is not None
        )
