"""The urgent signs of one therapy as a hospital is told them: by kind, with where they stand."""

from dataclasses import dataclass
from functools import cache

from therapies.ask import SEVERITY_HEADINGS, strengths
from therapies.catalogue import catalogue
from therapies.pages.therapy import emergencies_of, own_rules, urgent_at_first
from therapies.pages.verdicts import moments_of
from therapies.rulebook import GROUPS, Citation, Level


@dataclass(frozen=True, slots=True)
class Sign:
    """One urgent sign; `heading` says from which severity on, nothing where always."""

    symptom: str
    heading: str


@dataclass(frozen=True, slots=True)
class Kind:
    """The signs of one group, with the rules' citations."""

    group: str
    signs: tuple[Sign, ...]
    citations: tuple[Citation, ...]


@cache
def urgent_kinds(slug: str, moment: int = 0) -> tuple[Kind, ...]:
    """Return what is urgent on this therapy at its most watchful time, or at another moment, the
    leading group first. A sign that belongs to several groups stands in each."""
    standing = moments_of(catalogue().therapies[slug])[moment].standing
    first = {s: group.heading for group in urgent_at_first(slug, moment) for s in group.symptoms}
    emergency = {s: group.heading for group in emergencies_of(slug) for s in group.symptoms}
    signs: dict[str, list[Sign]] = {}
    cited: dict[str, dict[Citation, None]] = {}
    for symptom, heading in {**emergency, **first}.items():
        worst = strengths(symptom, [standing])[-1]
        met = {rule.id for rule in own_rules(worst, slug) if rule.level is Level.URGENT}
        found = [f for f in worst.found.findings if f.therapy == slug and f.rule in met]
        for group in dict.fromkeys(f.group for f in found):
            words = "" if heading == SEVERITY_HEADINGS[0] else heading.lower()
            signs.setdefault(group, []).append(Sign(symptom, words))
            for finding in found:
                if finding.group == group:
                    cited.setdefault(group, {}).update(dict.fromkeys(finding.citations))
    return tuple(
        Kind(group, tuple(signs[group]), tuple(cited[group]))
        for group in sorted(signs, key=GROUPS.index)
    )
