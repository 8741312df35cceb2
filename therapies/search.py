"""Finds symptoms by the words people type. Nothing is interpreted: it only lists what may be meant.

It rather lists too much than too little, and among equally good finds the more urgent comes first.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from therapies.catalogue import catalogue
from therapies.shapes import Ambiguous
from therapies.strengths import urgency_for_anybody

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ß": "ss"})
APOSTROPHES = re.compile(r"['’‘ʼ`´]")
SHORT_FORMS = (
    (re.compile(r"\bcan ?not\b"), "cant"),
    (re.compile(r"\bdo not\b"), "dont"),
    (re.compile(r"\bwill not\b"), "wont"),
)
# How well a phrase fits what was typed, the best first.
EXACT, BEGINS, HAS_ALL, INSIDE = range(4)
LONG_ENOUGH = 4  # letters; shorter words ("in", "my") stand in too many phrases to say anything
SIMILAR = 0.75  # of the letters, for a word typed wrongly
HISSING = ("ches", "shes", "sses", "xes", "zes")
SINGLE = ("ss", "us", "is")  # endings with an s that is no plural


@dataclass(frozen=True, slots=True)
class Phrase:
    symptom: str
    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    fit: int
    used: frozenset[str]  # the typed words that a phrase accounts for


def find(words: str) -> list[str]:
    """Return the slugs of the symptoms that may be meant, the likeliest first."""
    typed = fold(words)
    found = _by_phrase(typed) if typed else {}
    ambiguous = _ambiguous(typed)
    meanings = ambiguous.meanings if ambiguous else ()
    whole = sorted(found, key=lambda slug: (found[slug].fit, urgency_for_anybody(slug)))
    used = {word for hit in found.values() for word in hit.used}
    rest = [word for word in typed.split() if len(word) >= LONG_ENOUGH and word not in used]
    return list(dict.fromkeys((*meanings, *whole, *_by_any(rest)))) or _by_look_of(rest)


def question_about(words: str) -> str:
    """Return the question that an ambiguous word needs, or nothing."""
    ambiguous = _ambiguous(fold(words))
    return ambiguous.question if ambiguous else ""


def _ambiguous(typed: str) -> Ambiguous | None:
    every = catalogue().ambiguous.values()
    exact = next((a for a in every if fold(a.word) == typed), None)
    return exact or next((a for a in every if fold(a.word) in _singulars(typed)), None)


def fold(text: str) -> str:
    """Return text without case, accents, apostrophes and punctuation, in American spelling."""
    text = APOSTROPHES.sub("", text.casefold().translate(LIGATURES))
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", text)
    american = catalogue().american
    text = " ".join(american.get(word, word) for word in words)
    for pattern, short in SHORT_FORMS:
        text = pattern.sub(short, text)
    return text


def _by_phrase(typed: str) -> dict[str, Hit]:
    """Return, by symptom, how its best phrase fits, and the typed words that some phrase used."""
    hits: dict[str, Hit] = {}
    for phrase in _phrases():
        fit = _fit(typed, phrase)
        if fit is not None:
            used = frozenset(phrase.words if fit == INSIDE else typed.split())
            known = hits.get(phrase.symptom, Hit(fit, used))
            hits[phrase.symptom] = Hit(min(fit, known.fit), used | known.used)
    return hits


def _fit(typed: str, phrase: Phrase) -> int | None:
    words = typed.split()
    if typed == phrase.text:
        return EXACT
    if phrase.text.startswith(typed):
        return BEGINS
    if all(any(own.startswith(word) for own in phrase.words) for word in words):
        return HAS_ALL
    # A phrase as a whole is found by its plural too; half of one is not, or "sores" would find
    # every sore part of the body.
    if all(any(own in _singulars(word) for word in words) for own in phrase.words):
        return EXACT if len(words) == len(phrase.words) else INSIDE
    return None


@cache
def _singulars(word: str) -> frozenset[str]:
    """Return the word as it is, and what it may be the plural of: "fits", "rashes"."""
    if len(word) < LONG_ENOUGH or not word.endswith("s") or word.endswith(SINGLE):
        return frozenset({word})
    if word.endswith("ies"):
        return frozenset({word, f"{word[:-3]}y"})
    return frozenset({word, word[:-1], *([word[:-2]] if word.endswith(HISSING) else [])})


def _by_any(words: list[str]) -> list[str]:
    """Of the words that stand in no phrase as a whole: who shares the most of them."""
    shared: dict[str, int] = {}
    for phrase in _phrases():
        count = sum(any(own.startswith(word) for own in phrase.words) for word in words)
        if count:
            shared[phrase.symptom] = max(count, shared.get(phrase.symptom, 0))
    return sorted(shared, key=lambda slug: (-shared[slug], urgency_for_anybody(slug)))


def _by_look_of(words: list[str]) -> list[str]:
    """For a word typed wrongly: the phrases that have a word much like it."""
    near = [
        similar
        for word in words
        for similar in difflib.get_close_matches(word, _words(), n=3, cutoff=SIMILAR)
    ]
    slugs = {p.symptom: near.index(w) for w in reversed(near) for p in _phrases() if w in p.words}
    return sorted(slugs, key=lambda slug: (slugs[slug], urgency_for_anybody(slug)))


@cache
def _phrases() -> tuple[Phrase, ...]:
    return tuple(_all_phrases())


def _all_phrases() -> Iterator[Phrase]:
    """In the spelling of the file too, so that a word typed half is found in either spelling."""
    for symptom in catalogue().symptoms.values():
        slug_words = symptom.slug.replace("-", " ")
        for text in (symptom.label, symptom.label_us, slug_words, *symptom.synonyms):
            for form in dict.fromkeys((fold(text), _as_written(text))):
                if form:
                    yield Phrase(symptom.slug, form, tuple(form.split()))


def _as_written(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", APOSTROPHES.sub("", text.casefold())))


@cache
def _words() -> tuple[str, ...]:
    return tuple(dict.fromkeys(w for p in _phrases() for w in p.words if len(w) >= LONG_ENOUGH))
