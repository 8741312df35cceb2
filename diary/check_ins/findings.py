"""The rules that a check-in met, in the words they were kept with."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from diary.models import Finding, Version
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
