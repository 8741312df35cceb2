"""The rules that a check-in met, and the calls that followed, in words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from diary.core import words as phrases
from diary.core.days import MINUTE
from diary.models import Call, Contact, Finding, Version
from therapies.catalogue import catalogue
from therapies.rulebook import BASES, GROUPS, Level
from therapies.templatetags.spelling import symptom_label


@dataclass(frozen=True, slots=True)
class FindingSource:
    """Where a finding stands, in the words it was kept with."""

    source: str
    heading: str
    title: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One rule that this check-in met, in whichever version: the same words are said once."""

    rule: str
    level: Level
    group: str
    basis: str
    therapy: str
    symptoms: tuple[str, ...]
    wording: str
    citations: tuple[FindingSource, ...]
    is_current: bool  # False: only a version that was corrected or removed met it

    @property
    def word(self) -> str:
        return catalogue().words(self.level).word

    @property
    def symptom_names(self) -> str:
        return ", ".join(symptom_label(symptom) for symptom in self.symptoms)

    @property
    def therapy_name(self) -> str:
        """The therapy it was found for; empty for a rule about anybody."""
        therapy = catalogue().therapies.get(self.therapy)
        return therapy.name if therapy else self.therapy

    @property
    def group_name(self) -> str:
        """What kind of finding it is; empty where it belongs to no group."""
        group = catalogue().groups.get(self.group)
        return group.label if group else ""


def rules_met(findings: Iterable[Finding], current: Version) -> tuple[FindingLine, ...]:
    """Return every finding, those with the same words together, the leading one first."""
    met: dict[tuple[Any, ...], list[Finding]] = defaultdict(list)
    for f in findings:
        met[f.rule, f.level, f.group, f.basis, f.therapy, f.wording].append(f)
    return tuple(sorted((_rule_met(alike, current) for alike in met.values()), key=_leading))


def _rule_met(findings: list[Finding], current: Version) -> FindingLine:
    one = findings[0]
    said = [
        FindingSource(c["source"], c["heading"], c.get("title", ""), c.get("publisher", ""))
        for f in findings
        for c in f.citations
    ]
    return FindingLine(
        rule=one.rule,
        level=Level[one.level.upper()],
        group=one.group,
        basis=one.basis,
        therapy=one.therapy,
        symptoms=tuple(dict.fromkeys(f.symptom for f in findings)),
        wording=one.wording,
        citations=tuple(dict.fromkeys(said)),
        is_current=any(f.version_id == current.pk for f in findings),
    )


def _leading(met: FindingLine) -> tuple[Any, ...]:
    return (-met.level, BASES.index(met.basis), GROUPS.index(met.group), met.rule, met.therapy)


CALLS = (Call.Outcome.REACHED, Call.Outcome.NO_ANSWER, Call.Outcome.CLOSED)


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call, or what was said on the card, with how long after the finding it was."""

    call: Call
    after: str
    tz: ZoneInfo
    was_reached: bool = False  # by an earlier call

    @property
    def whom(self) -> str:
        """Who was called. The hours of a number stand in brackets: with a comma they read as the
        time that went by."""
        name, comma, hours = self.call.whom.rpartition(", ")
        if comma and hours in Contact.Kind.labels:
            return f"the {name} ({hours})"
        if self.call.whom == Contact.Kind.EMERGENCY.label:
            return f"the {self.call.whom}"
        return self.call.whom or "the care team"

    @property
    def words(self) -> str:
        call, at = self.call, phrases.moment_words(self.call.at, self.tz)
        if call.outcome == Call.Outcome.CLOSED:
            without = "" if self.was_reached or call.whom else " without a call"
            return f"{at}: closed{without} by {call.author}: {call.reason}"
        if call.outcome not in CALLS:
            return f"{at}: {Call.Outcome(call.outcome).label}, {self.after} ({call.author})"
        said = f"{at}: called {self.whom}, {Call.Outcome(call.outcome).label}, {self.after}"
        advice = f". Advice: {call.advice}" if call.advice else ""
        again = phrases.moment_words(call.measure_at, self.tz) if call.measure_at else ""
        measure = f". Measure again on {again}" if again else ""
        return f"{said}{advice}{measure} ({call.author})"


def phoned(calls: Sequence[Call], found: datetime, tz: ZoneInfo) -> tuple[CallLine, ...]:
    """Return the calls in their order, counted from the moment of the finding."""
    reached = [c.recorded for c in calls if c.outcome == Call.Outcome.REACHED]
    return tuple(
        CallLine(call, _after(call.at, found), tz, any(r <= call.recorded for r in reached))
        for call in sorted(calls, key=lambda c: (c.at, c.recorded))
    )


def _after(called: datetime, found: datetime) -> str:
    span = abs(called - found)
    words = phrases.minutes_words(span) if span >= MINUTE else "less than a minute"
    return f"{words} {'after' if called >= found else 'before'} the finding"
