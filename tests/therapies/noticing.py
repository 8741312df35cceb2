"""What has to be true of any catalogue, beyond what loading it checks. Each function returns faults
in words; `bench/mutants.py` asks the same functions about a catalogue with a planted fault."""

import os
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.therapies.section_f import AMBIGUOUS, rows
from therapies.catalogue.shapes import Catalogue, Effect, Side
from therapies.rulebook import ANY_SYMPTOM, Citation, Level, Match, Severity

HERE = Path(__file__).parent
HEADINGS = HERE / "source_headings.toml"
AGREEMENT = HERE / "agreement.toml"
SOURCES = Path(os.environ.get("SOURCES") or HERE.parents[2] / "shared" / "sources")

# What is said of something that can wait; it may stand beside "call" only where nothing is urgent.
QUIET = re.compile(
    r"\b(keep (on )?noting|(at|to|until) (your|the) next|can wait|wait and see)\b", re.I
)
PRESSING = re.compile(r"\b(now|at once|right away|same day|in that time|the sooner|call)\b", re.I)


def hashed(*words: str) -> str:
    """Return a short name for words that are not ours to keep."""
    plain = "\n".join(re.sub(r"\W+", " ", word.casefold()).strip() for word in words)
    return sha256(plain.encode()).hexdigest()[:20]


# Headings, titles and helplines of the five sources.


def named_in_sources(known: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield what the catalogue says stands in a source: the source's id, and the words."""
    for source in known.sources.values():
        yield source.id, source.title
        if source.helpline:
            yield source.id, source.helpline
    cited = [(c.source, c.heading) for c in citations(known)]
    yield from sorted({(source, heading) for source, heading in cited if source in known.sources})


def citations(entry: Any) -> Iterator[Citation | Side]:
    """Yield every citation inside an entry, a table or the whole catalogue."""
    if isinstance(entry, Citation | Side):
        yield entry
    elif is_dataclass(entry):
        for field in fields(entry):
            yield from citations(getattr(entry, field.name))
    elif isinstance(entry, dict):
        yield from citations(list(entry.values()))
    elif isinstance(entry, tuple | list):
        for value in entry:
            yield from citations(value)


def stands_in(document: str, words: str) -> bool:
    """Does each part of a nested heading begin a line of its own, one after the other?"""
    lines = [line.strip() for line in document.splitlines()]
    at = -1
    for part in words.split(" > "):
        after = (n for n, line in enumerate(lines) if n > at and _begins(line, part))
        at = next(after, -2)
        if at == -2:
            return False
    return True


def _begins(line: str, part: str) -> bool:
    return line in (part, f"{part}:") or line.startswith((f"{part}: ", f"{part} | "))


def headings_do_not_stand(known: Catalogue) -> list[str]:
    table = tomllib.loads(HEADINGS.read_text(encoding="utf-8"))
    return [
        f"source {source} has no “{words}”, as far as source_headings.toml knows"
        for source, words in named_in_sources(known)
        if hashed(words) not in table.get(source, ())
    ]


# Labels.


def labels_of_another_medicine(known: Catalogue) -> list[str]:
    """A label is cited for its own medicine, for one of its class, or as what is borrowed from."""
    entries: list[tuple[str, Match | Effect]] = [(e.id, e) for e in known.effects.values()]
    entries += [(rule.id, match) for rule in known.rules.rules for match in rule.matches]
    faults = []
    for name, entry in entries:
        about = {entry.borrowed_from} - {""} or set(entry.therapies)
        about |= set(entry.therapies) if entry.basis == "floor" else set()
        classes = {known.therapies[slug].class_slug for slug in about}
        labels = [known.labels[c.source] for c in entry.citations if c.source in known.labels]
        faults += [
            f"{name} cites the label of {label.medicine}, and is about {', '.join(sorted(about))}"
            for label in labels
            if label.medicine not in about | classes
        ]
        named = {label.medicine for label in labels}
        if entry.basis == "label" and not classes <= named:
            faults += [f"{name}: no label of {t} is cited" for t in sorted(about - named)]
    for therapy in known.therapies.values():
        cited = [known.labels[c.source] for c in therapy.citations if c.source in known.labels]
        faults += [
            f"{therapy.slug} cites the label of {label.medicine}"
            for label in cited
            if label.medicine != therapy.slug
        ]
    return faults


# Effects and rules.


def effects_and_rules_differ(known: Catalogue) -> list[str]:
    """Late lists, lists of everything and what holds for anybody have no list of effects."""
    lenders = {t: borrow.lender for borrow in known.rules.borrows for t in borrow.therapies}
    sides: dict[str, set[tuple[str, str, str]]] = {
        "effects": {
            (therapy, effect.group, symptom)
            for effect in known.effects.values()
            for therapy in effect.therapies
            for symptom in effect.symptoms
        },
        "rules": {
            (therapy, match.group, symptom)
            for rule in known.rules.rules
            for match in rule.matches
            if not match.late
            for therapy in match.therapies
            for symptom in match.symptoms - {ANY_SYMPTOM}
        },
    }
    allowed = {
        (entry["only"], entry["therapy"], entry["group"], symptom)
        for entry in tomllib.loads(AGREEMENT.read_text(encoding="utf-8"))["difference"]
        for symptom in entry["symptoms"]
    }
    found = {
        (only, lenders.get(therapy, therapy), group, symptom)
        for only, other in (("effects", "rules"), ("rules", "effects"))
        for therapy, group, symptom in sides[only] - sides[other]
    }
    return [
        *(f"only in {o}: {t}, {g}: {s}" for o, t, g, s in sorted(found - allowed)),
        *(f"agreement.toml: not so any more: {entry}" for entry in sorted(allowed - found)),
    ]


# Words.


def urgent_but_quiet(known: Catalogue) -> list[str]:
    """What some rule about the therapy calls urgent is not to be kept for the next visit."""
    urgent = {
        (therapy, match.group, symptom)
        for rule in known.rules.rules
        if rule.level is Level.URGENT
        for match in rule.matches
        for therapy in match.therapies
        for symptom in match.symptoms
    }
    faults = [
        f"{rule.id} is urgent and says “{found.group()}”"
        for rule in known.rules.rules
        if rule.level is Level.URGENT
        for text in {match.plain for match in rule.matches} | {rule.plain}
        if (found := QUIET.search(text))
    ]
    for effect in known.effects.values():
        names = {(t, effect.group, s) for t in effect.therapies for s in effect.symptoms}
        text = effect.what_to_do
        if names & urgent and (QUIET.search(text) or not PRESSING.search(text)):
            faults.append(f"{effect.id} names what is urgent and says: {text}")
    return faults


def wrong_words_of_levels_and_answers(known: Catalogue) -> list[str]:
    """The label of an answer is its slug; the heading of a level says how soon."""
    soon = {"urgent": " now", "contact": " today", "expected": "next", "unlisted": "next"}
    urgent_instructions = {name: i.heading for name, i in known.instructions.items()}
    del urgent_instructions["hospital-day"]
    return [
        *(f"the answer {a.slug} is labelled “{a.label}”" for a in known.answers.values()
          if a.label.casefold() != a.slug),
        *(f"the level {level.slug} has the heading “{level.heading}”"
          for level in known.levels.values() if soon[level.slug] not in level.heading),
        *(f"the instruction {name} does not say “now”: “{heading}”"
          for name, heading in urgent_instructions.items() if " now" not in heading),
        *(f"“{severity.slug}” is not an answer" for severity in Severity
          if severity.slug not in known.answers),
    ]  # fmt: skip


def words_not_found(known: Catalogue) -> list[str]:
    """The words people were promised to be understood by, and the questions about unclear ones."""
    return [
        *(f"“{word}” does not find {slug}" for slug, _, words in rows() for word in words
          if word.casefold() not in _words_of(known, slug)),
        *(f"“{word}” does not ask about {slug}" for word, slugs in AMBIGUOUS.items()
          for slug in slugs if slug not in _meanings(known, word, slugs)),
    ]  # fmt: skip


LONGEST_SHORT = 24  # two lines of half a phone


def short_names_mislead(known: Catalogue) -> list[str]:
    """A short name is short, names one symptom, and brings no word that is not said of it."""
    names = [(s.slug, s.short or s.label) for s in known.symptoms.values()]
    same = Counter(name.casefold() for _, name in names)
    faults = [f"“{name}” names two symptoms" for _, name in names if same[name.casefold()] > 1]
    for symptom in known.symptoms.values():
        said = _stems(" ".join((*_words_of(known, symptom.slug), symptom.meaning)))
        new = _stems(symptom.short) - said
        if new or len(symptom.short) > LONGEST_SHORT:
            faults.append(f"the short name of {symptom.slug} is “{symptom.short}”")
        if symptom.kind != "temperature" and len(symptom.short or symptom.label) > LONGEST_SHORT:
            faults.append(f"{symptom.slug} has no short name")
    return faults


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"\w+", text.casefold())}


def _words_of(known: Catalogue, slug: str) -> set[str]:
    symptom = known.symptoms[slug]
    return {word.casefold() for word in (*symptom.synonyms, symptom.label, symptom.label_us)}


def _meanings(known: Catalogue, word: str, slugs: set[str]) -> set[str]:
    """A word of one meaning needs no question."""
    if word in known.ambiguous:
        return set(known.ambiguous[word].meanings)
    return slugs if len(slugs) == 1 else set()


Check = Callable[[Catalogue], list[str]]
CHECKS: tuple[Check, ...] = (
    headings_do_not_stand,
    labels_of_another_medicine,
    effects_and_rules_differ,
    urgent_but_quiet,
    wrong_words_of_levels_and_answers,
    words_not_found,
    short_names_mislead,
)
