"""Finds symptoms by the words people type. Nothing is interpreted: it only lists what may be meant.

Every phrase of the catalogue is scored by the words that it shares with what was typed: a word that
few symptoms have weighs much, a light one ("cant", "things") next to nothing, and of a phrase at
least half has to be there. Of similar scores the more urgent comes first.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import log

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from therapies.catalogue import catalogue
from therapies.numbers_typed import temperature_weight
from therapies.shapes import Ambiguous
from therapies.strengths import urgency_for_anybody

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ß": "ss"})
APOSTROPHES = re.compile(r"['’‘ʼ`´]")
SHORT_FORMS = (
    (re.compile(r"\bcan ?not\b"), "cant"),
    (re.compile(r"\b(do|does|did|has|have|is|are|was) not\b"), r"\1nt"),
    (re.compile(r"\bwill not\b"), "wont"),
)
ENDINGS = re.compile(r"(?<=....)(?:iness|ness|ers|er|ly)$|(?<=...)(?:ings|ing|ies|ied|ed|es|s|e)$")
LIGHT = 0.3  # the weight of a light word; one of a single symptom weighs 4.2
ENOUGH = 0.5  # of the weight of a phrase, to be a hit
DANGER = 0.3  # of its score more for a symptom that is always urgent
AS_IT_IS = 1.25  # times the score of a phrase that stands word for word in what was typed
EXACT = 100  # more than any score
LONG_ENOUGH = 4  # letters of a word that may be typed wrongly
BEGUN = 3  # letters of a word that may be typed half
SIMILAR = 0.78
LIKE_HALF = 0.8  # what a word typed half counts for
LIKE_LONGER = 0.5  # what a whole word counts for that may yet grow ("head", "headache")


@dataclass(frozen=True, slots=True)
class Phrase:
    symptom: str
    text: str
    stems: frozenset[str]

    @property
    def is_several(self) -> bool:
        return len(self.stems) > 1

    @property
    def is_light(self) -> bool:
        return all(_weight(stem) == LIGHT for stem in self.stems)


def find(words: str) -> list[str]:
    """Return the slugs of the symptoms that may be meant, the likeliest first."""
    typed = fold(words)
    if not typed:
        return []
    ambiguous = _ambiguous(typed)
    scores = _scores(typed)
    for symptom in catalogue().symptoms.values():
        if symptom.kind == "temperature":
            scores[symptom.slug] = max(scores.get(symptom.slug, 0), temperature_weight(words))
    ranked = sorted(
        (slug for slug, score in scores.items() if score),
        key=lambda slug: (-scores[slug], urgency_for_anybody(slug)),
    )
    return list(dict.fromkeys((*(ambiguous.meanings if ambiguous else ()), *ranked)))


def question_about(words: str) -> str:
    """Return the question that an ambiguous word needs, or nothing."""
    ambiguous = _ambiguous(fold(words))
    return ambiguous.question if ambiguous else ""


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


def _ambiguous(typed: str) -> Ambiguous | None:
    """Return the word with several meanings that was typed, with light words around it or not."""
    every = {fold(a.word): a for a in catalogue().ambiguous.values()}
    if typed in every or any(phrase.text == typed for phrase in _phrases()):
        return every.get(typed)
    if any(part.is_several and _stands_in(part, typed) for part in _phrases()):
        return None
    rest = _stems(w for w in typed.split() if w not in catalogue().light)
    return next((a for word, a in every.items() if rest and _stems(word.split()) == rest), None)


def _scores(typed: str) -> dict[str, float]:
    """Return how well the best phrase of each symptom fits."""
    likeness = _likeness(typed)
    scores: dict[str, float] = {}
    for phrase in _phrases():
        shared = sum(_weight(stem) * likeness.get(stem, 0) for stem in phrase.stems)
        part = shared / sum(map(_weight, phrase.stems))
        if part < ENOUGH or (phrase.is_light and not _stands_in(phrase, typed)):
            continue
        score = shared * part**2 * (1 + DANGER * _danger(phrase.symptom))
        if part == 1 and _stands_in(phrase, typed):
            score *= AS_IT_IS
        if phrase.text == typed:
            score += EXACT
        scores[phrase.symptom] = max(score, scores.get(phrase.symptom, 0))
    return scores


def _stands_in(phrase: Phrase, typed: str) -> bool:
    """A phrase of light words counts as a whole only, and a single one only where it is alone."""
    return phrase.text == typed or (" " in phrase.text and f" {phrase.text} " in f" {typed} ")


def _likeness(typed: str) -> dict[str, float]:
    """Return the stems that the typed words may stand for, and how surely: 1 where one was typed."""
    words = typed.split()
    found: dict[str, float] = {}

    def add(stem: str, likeness: float) -> None:
        found[stem] = max(likeness, found.get(stem, 0))

    joined = [a + b for a, b in zip(words, words[1:], strict=False)]
    for word in (*words, *(w for w in joined if w in _words())):
        known = _stem(word) in _weights() or word in catalogue().light
        if known:
            add(_stem(word), 1)
        if len(word) >= BEGUN and (not known or word == words[-1]):
            for longer in _words():
                if longer.startswith(word) and word not in catalogue().light:
                    add(_stem(longer), LIKE_LONGER if known else LIKE_HALF)
        if not known and len(word) >= LONG_ENOUGH:
            for stem, likeness in _alike(word):
                add(stem, likeness)
    return found


@cache
def _alike(word: str) -> list[tuple[str, float]]:
    """For a word typed wrongly: the words that look most like it, and two known ones run together."""
    alike = [
        (_stem(known), score**2)
        for scorer in (DamerauLevenshtein.normalized_similarity, JaroWinkler.normalized_similarity)
        for known, score, _ in process.extract(
            word,
            _words(),
            scorer=scorer,
            limit=3,
            score_cutoff=SIMILAR if scorer is DamerauLevenshtein.normalized_similarity else 0.9,
        )
        if len(known) >= LONG_ENOUGH
    ]
    halves = ((word[:cut], word[cut:]) for cut in range(3, len(word) - 2))
    apart = [(_stem(half), 1.0) for pair in halves if {*pair} <= {*_words()} for half in pair]
    return [*alike, *apart]


def _danger(symptom: str) -> float:
    """Return 1 for a symptom that is urgent for anybody at any strength, 0 for one that never is."""
    return -urgency_for_anybody(symptom)[0] / 3


@cache
def _stem(word: str) -> str:
    """Return the word without its ending: "shiver" for shivers, shivering and shivered."""
    stem = ENDINGS.sub("", word)
    if stem != word and len(stem) > BEGUN and stem[-1] == stem[-2] and stem[-1] not in "ls":
        stem = stem[:-1]
    return stem.removesuffix("e") if len(stem) > BEGUN else stem


def _stems(words: Iterator[str] | list[str]) -> frozenset[str]:
    return frozenset(map(_stem, words))


@cache
def _weights() -> dict[str, float]:
    """Return the weight of each stem: the more, the fewer symptoms have it."""
    having: dict[str, set[str]] = {}
    for phrase in _phrases():
        for stem in phrase.stems:
            having.setdefault(stem, set()).add(phrase.symptom)
    every = len(catalogue().symptoms)
    light = _stems(list(catalogue().light))
    return {
        stem: LIGHT if stem in light else log((every + 1) / len(slugs))
        for stem, slugs in having.items()
    }


def _weight(stem: str) -> float:
    return _weights()[stem]


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
                    yield Phrase(symptom.slug, form, _stems(form.split()))


def _as_written(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", APOSTROPHES.sub("", text.casefold())))


@cache
def _words() -> dict[str, str]:
    """Return every word that weighs something, for a typing error or a half word."""
    words = dict.fromkeys(word for phrase in _phrases() for word in phrase.text.split())
    return {word: word for word in words if word not in catalogue().light}
