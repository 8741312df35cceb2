"""What the engine answers about one symptom alone, at each strength it can be reported at."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from therapies.catalogue import catalogue
from therapies.rulebook import Level, Severity
from therapies.standing import Standing
from therapies.urgency import Assessment, SymptomReport, assess


@dataclass(frozen=True, slots=True)
class Strength:
    """One answer. `severity` is None for a yes, and for a fever without a reading."""

    severity: Severity | None
    found: Assessment

    @property
    def level(self) -> Level:
        return self.found.level

    @property
    def emergency(self) -> bool:
        return self.found.call_first == "emergency"

    @property
    def crisis(self) -> bool:
        return self.found.call_first == "crisis"


def strengths(symptom: str, standings: Iterable[Standing] = ()) -> tuple[Strength, ...]:
    """Return the engine's answers, the weakest strength first."""
    standings = tuple(standings)
    by_severity = catalogue().symptoms[symptom].kind == "severity"
    severities: tuple[Severity | None, ...] = tuple(Severity) if by_severity else (None,)
    return tuple(
        Strength(
            severity, assess([SymptomReport(symptom, severity)], standings, rules=catalogue().rules)
        )
        for severity in severities
    )


def urgency(symptom: str, standings: Iterable[Standing] = ()) -> tuple[int, ...]:
    """Return a key that sorts the more urgent symptom first."""
    answers = strengths(symptom, standings)
    emergencies = sum(answer.emergency for answer in answers)
    shares = [sum(answer.level is level for answer in answers) for level in reversed(Level)]
    # A symptom without severities gives one answer; count it as if it gave three.
    each = len(Severity) // len(answers)
    return tuple(-each * count for count in (*shares, emergencies))


@cache
def urgency_for_anybody(symptom: str) -> tuple[int, ...]:
    """Return the same key for no treatment at all."""
    return urgency(symptom)


# By how many of its answers are left out: a sign with severities has three, others have one.
SEVERITY_HEADINGS = ("Always", "If moderate or severe", "If severe")


@dataclass(frozen=True, slots=True)
class Signs:
    """The symptoms that reach a level from the same severity on."""

    heading: str
    symptoms: tuple[str, ...]

    @property
    def is_always(self) -> bool:
        return self.heading == SEVERITY_HEADINGS[0]


class AnyAnswer(Protocol):
    """What the engine says to one answer, for anybody or for one person."""

    @property
    def level(self) -> Level: ...
    @property
    def crisis(self) -> bool: ...


# The answers to a symptom, the weakest first.
Answers = Callable[[str], Sequence[AnyAnswer]]


@cache
def answers_for_anybody(symptom: str) -> tuple[Strength, ...]:
    return strengths(symptom)


@cache
def emergencies() -> tuple[Signs, ...]:
    """Return the signs for which the emergency number comes before the team's."""
    return _signs(lambda slug: [a.emergency for a in answers_for_anybody(slug)])


def urgent_signs(answers: Answers = answers_for_anybody) -> tuple[Signs, ...]:
    """Return the signs that are urgent, but for those that are always an emergency, and for those
    for which a line that listens comes first: these stand with the crisis lines."""
    always = {slug for signs in emergencies() if signs.is_always for slug in signs.symptoms}
    return _signs(
        lambda slug: [a.level is Level.URGENT and not a.crisis for a in answers(slug)],
        without=always,
    )


def contact_signs(answers: Answers = answers_for_anybody) -> tuple[str, ...]:
    """Return the signs that at any severity need the team the same day, and are not urgent."""
    found = _signs(lambda slug: [a.level >= Level.CONTACT and not a.crisis for a in answers(slug)])
    urgent = {slug for signs in (*urgent_signs(answers), *emergencies()) for slug in signs.symptoms}
    always = (slug for signs in found if signs.is_always for slug in signs.symptoms)
    return tuple(slug for slug in always if slug not in urgent)


def _signs(reached: Callable[[str], list[bool]], without: Container[str] = ()) -> tuple[Signs, ...]:
    """`reached` says of a symptom which of its answers are meant, the weakest first."""
    found: dict[str, list[str]] = {heading: [] for heading in SEVERITY_HEADINGS}
    for slug, symptom in catalogue().symptoms.items():
        meant = reached(slug)
        # Fever is not listed here: it has a line of its own, in degrees.
        if any(meant) and slug not in without and symptom.kind != "temperature":
            found[SEVERITY_HEADINGS[meant.index(True)]].append(slug)
    return tuple(
        Signs(heading, tuple(sorted(slugs, key=urgency_for_anybody)))
        for heading, slugs in found.items()
        if slugs
    )
