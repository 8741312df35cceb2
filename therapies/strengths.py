"""What the engine answers about one symptom alone, at each strength it can be reported at."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from therapies.catalogue import catalogue
from therapies.rulebook import Level, Severity
from therapies.standing import Standing
from therapies.urgency import Assessment, Reported, assess


@dataclass(frozen=True, slots=True)
class Strength:
    """One answer. `severity` is None for a yes, and for a fever without a reading."""

    severity: Severity | None
    found: Assessment

    @property
    def level(self) -> Level:
        return self.found.level


def strengths(symptom: str, standings: Iterable[Standing] = ()) -> tuple[Strength, ...]:
    """Return the engine's answers, the weakest strength first."""
    standings = tuple(standings)
    by_severity = catalogue().symptoms[symptom].kind == "severity"
    severities: tuple[Severity | None, ...] = tuple(Severity) if by_severity else (None,)
    return tuple(
        Strength(
            severity, assess([Reported(symptom, severity)], standings, rules=catalogue().rules)
        )
        for severity in severities
    )


def urgency(symptom: str, standings: Iterable[Standing] = ()) -> tuple[int, ...]:
    """Return a key that sorts the more urgent symptom first."""
    answers = strengths(symptom, standings)
    emergencies = sum(answer.found.call_first == "emergency" for answer in answers)
    shares = [sum(answer.level is level for answer in answers) for level in reversed(Level)]
    # A symptom without severities gives one answer; count it as if it gave three.
    each = len(Severity) // len(answers)
    return tuple(-each * count for count in (*shares, emergencies))


@cache
def urgency_for_anybody(symptom: str) -> tuple[int, ...]:
    """Return the same key for no treatment at all."""
    return urgency(symptom)
