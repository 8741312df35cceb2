"""What the page of one therapy shows: the sources' lists, each symptom with the engine's word."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from therapies.ask import SEVERITY_HEADINGS, Signs, Strength, emergencies, strengths, urgency
from therapies.catalogue import catalogue
from therapies.catalogue.shapes import (
    Disagreement,
    Effect,
    Group,
    LevelWords,
    Side,
    Therapy,
    TherapyClass,
)
from therapies.pages.citations import BASIS, SHORT_BASIS, CitationLine, basis_sentence, cited
from therapies.pages.schedule import pictures
from therapies.pages.verdicts import Verdict, degrees, moments_of, verdicts
from therapies.rulebook import ANY_SYMPTOM, GROUPS, Citation, Level, Rule
from therapies.standing import Standing


@dataclass(frozen=True, slots=True)
class Row:
    """The symptoms for which the same holds, each with the lists that have it."""

    symptoms: tuple[tuple[str, str], ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What one list says around its symptoms."""

    effect: Effect
    citations: list[CitationLine]

    @property
    def basis(self) -> str:
        """Where the list comes from, said of those that stand in none of the five sources."""
        if self.effect.borrowed_from:
            return f"A borrowed list: {BASIS[self.effect.basis]}."
        return "" if self.effect.basis == "source" else basis_sentence(self.effect.basis)


@dataclass(frozen=True, slots=True)
class GroupOfEffects:
    group: Group
    level: LevelWords  # of its most urgent sign, at the most watchful time
    rows: tuple[Row, ...]
    claims: list[Claim]
    sources: list[CitationLine]  # of all claims, shown where the claims are folded away


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule that goes beyond the lists, on the diary's own decision."""

    rule: Rule
    text: str
    rows: tuple[Row, ...]
    citations: list[CitationLine]


@dataclass(frozen=True, slots=True)
class ClassCitation:
    name: TherapyClass
    citations: list[CitationLine]


@dataclass(frozen=True, slots=True)
class Sides:
    """One question on which the sources differ, side by side."""

    about: Disagreement
    sides: list[tuple[Side, CitationLine]]


def everything_about(therapy: Therapy, today: date) -> dict[str, Any]:
    """Return what the template of one therapy reads."""
    return {
        "therapy": therapy,
        "class_shown": catalogue().classes[therapy.class_slug],
        "classes_named": classes_named(therapy, today),
        "citations": (citations := cited(therapy.citations, today)),
        "publishers": list(dict.fromkeys(citation.publisher for citation in citations)),
        "pictures": pictures(therapy),
        "emergencies": emergencies_of(therapy.slug),
        "urgent_at_first": urgent_at_first(therapy.slug),
        "fever_line": degrees(catalogue().rules.fever_line_c),
        "first_moment": urgent_when(therapy.slug)[0],
        "groups": groups_of_effects(therapy, today),
        "added": added_rules(therapy, today),
        "disagreements": disagreements(therapy, today),
        "levels": catalogue().levels.values(),
    }


def by_class() -> list[tuple[TherapyClass, list[Therapy]]]:
    """Return every therapy under its class, in the order of the catalogue."""
    known = catalogue()
    return [
        (kind, [t for t in known.therapies.values() if t.class_slug == kind.slug])
        for kind in known.classes.values()
    ]


def classes_named(therapy: Therapy, today: date) -> list[ClassCitation]:
    classes = catalogue().classes
    return [
        ClassCitation(classes[said.class_slug], cited(said.citations, today))
        for said in therapy.classes_said
    ]


def disagreements(therapy: Therapy, today: date) -> list[Sides]:
    return [
        Sides(about, [(s, cited([Citation(s.source, s.heading)], today)[0]) for s in about.sides])
        for about in catalogue().disagreements_about(therapy.slug)
    ]


@cache
def emergencies_of(slug: str) -> tuple[Signs, ...]:
    """Return those of its signs for which the emergency number comes before the team's."""
    about = _about(slug)
    kept = (Signs(s.heading, tuple(x for x in s.symptoms if x in about)) for s in emergencies())
    return tuple(signs for signs in kept if signs.symptoms)


@cache
def urgent_at_first(slug: str, moment: int = 0) -> tuple[Signs, ...]:
    """Return what rules about this therapy call urgent at its first moment, or at another of them,
    and from when on.

    What is always an emergency stands in `emergencies_of` alone.
    """
    standing = moments_of(catalogue().therapies[slug])[moment].standing
    always = {s for signs in emergencies() if signs.is_always for s in signs.symptoms}
    found: dict[str, list[str]] = {heading: [] for heading in SEVERITY_HEADINGS}
    for symptom in sorted(_about(slug), key=lambda s: urgency(s, [standing])):
        if symptom in always:
            continue
        urgent = [
            any(rule.level is Level.URGENT for rule in own_rules(answer, slug))
            for answer in strengths(symptom, [standing])
        ]
        if any(urgent):
            found[SEVERITY_HEADINGS[urgent.index(True)]].append(symptom)
    return tuple(Signs(heading, tuple(symptoms)) for heading, symptoms in found.items() if symptoms)


@cache
def urgent_when(slug: str, moment: int = 0) -> tuple[str, bool]:
    """Return the words of that moment, none where the same stays urgent ever after; and whether
    anything is urgent later."""
    moments = moments_of(catalogue().therapies[slug])
    here, *later = (
        {(signs.heading, frozenset(signs.symptoms)) for signs in urgent_at_first(slug, number)}
        for number in range(moment, len(moments))
    )
    is_ever_after = all(there == here for there in later)
    return "" if is_ever_after else moments[moment].label, any(later)


def groups_of_effects(therapy: Therapy, today: date) -> list[GroupOfEffects]:
    """Return the lists by group: first the groups with something urgent, then the leading order."""
    standing = moments_of(therapy)[0].standing
    effects: dict[str, list[Effect]] = {}
    for effect in catalogue().effects_of(therapy.slug):
        effects.setdefault(effect.group, []).append(effect)
    found = [
        GroupOfEffects(
            group=catalogue().groups[group],
            level=catalogue().words(_worst(rows, standing)),
            rows=rows,
            claims=[Claim(e, cited(e.citations, today)) for e in of_group],
            sources=cited((c for e in of_group for c in e.citations), today),
        )
        for group, of_group in effects.items()
        for rows in [_rows(therapy.slug, tuple(e.id for e in of_group))]
    ]
    return sorted(found, key=lambda g: (-_worst(g.rows, standing), GROUPS.index(g.group.slug)))


def added_rules(therapy: Therapy, today: date) -> list[OwnRule]:
    """Return the rules that name this therapy and reach beyond what its lists name."""
    listed = set(catalogue().symptoms_of(therapy.slug))
    found = []
    for rule in catalogue().rules.rules:
        matches = [match for match in rule.matches if therapy.slug in match.therapies]
        beyond = {symptom for match in matches for symptom in match.symptoms} - listed
        if beyond and not any(match.late for match in matches):
            plain = dict.fromkeys(m.plain for m in matches if m.symptoms & beyond)
            text = " ".join(in_sentence(sentence, therapy) for sentence in plain)
            rows = _rows_of(therapy.slug, dict.fromkeys(sorted(beyond - {ANY_SYMPTOM}), ""))
            citations = [c for m in matches if m.symptoms & beyond for c in m.citations]
            found.append(OwnRule(rule, text, rows, cited(citations, today)))
    return found


def in_sentence(plain: str, therapy: Therapy) -> str:
    """Fill in the therapy's name, with its capital only at the start of a sentence."""
    text = plain.replace("{therapy}", therapy.name.lower())
    return re.sub(r"(?:^|(?<=[.!?] ))" + re.escape(therapy.name.lower()), therapy.name, text)


@cache
def _rows(slug: str, effect_ids: tuple[str, ...]) -> tuple[Row, ...]:
    effects = [catalogue().effects[effect] for effect in effect_ids]
    return _rows_of(slug, {s: _named_by(s, effects) for effect in effects for s in effect.symptoms})


def _rows_of(slug: str, named: dict[str, str]) -> tuple[Row, ...]:
    """Gather the symptoms by what holds for them, the more urgent first."""
    moments = moments_of(catalogue().therapies[slug])
    alike: dict[tuple[Verdict, ...], list[tuple[str, str]]] = {}
    for symptom in sorted(named, key=lambda symptom: urgency(symptom, [moments[0].standing])):
        alike.setdefault(verdicts(symptom, moments), []).append((symptom, named[symptom]))
    return tuple(Row(tuple(symptoms), said) for said, symptoms in alike.items())


def _named_by(symptom: str, effects: list[Effect]) -> str:
    """Say which of several lists has the symptom, and where it does so only when severe."""
    if len(effects) == 1:
        return "listed only when severe" if symptom in effects[0].only_severe else ""
    named = []
    for effect in effects:
        if symptom in effect.symptoms:
            words = _list_words(effect)
            named.append(f"{words}, only when severe" if symptom in effect.only_severe else words)
    return "; ".join(dict.fromkeys(named))


def _list_words(effect: Effect) -> str:
    """Say whose list it is, in a few words."""
    if effect.borrowed_from:
        return f"borrowed from {catalogue().therapies[effect.borrowed_from].name.lower()}"
    return (
        SHORT_BASIS.get(effect.basis) or catalogue().sources[effect.citations[0].source].publisher
    )


def _worst(rows: Iterable[Row], standing: Standing) -> Level:
    symptoms = [symptom for row in rows for symptom, _ in row.symptoms]
    return max(answer.level for s in symptoms for answer in strengths(s, [standing]))


def _about(slug: str) -> list[str]:
    """Return every symptom that a list or a rule names for this therapy, in the file's order."""
    rules = catalogue().rules.rules
    ruled = {s for r in rules for m in r.matches if slug in m.therapies for s in m.symptoms}
    listed = catalogue().symptoms_of(slug)
    return [symptom for symptom in catalogue().symptoms if symptom in ruled or symptom in listed]


def own_rules(answer: Strength, slug: str) -> Iterator[Rule]:
    """Yield the rules that fired for this therapy's own lists, not for just anything."""
    rules = {rule.id: rule for rule in catalogue().rules.rules}
    for finding in answer.found.findings:
        rule = rules[finding.rule]
        if finding.therapy == slug and not any(ANY_SYMPTOM in m.symptoms for m in rule.matches):
            yield rule
