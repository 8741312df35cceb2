"""The catalogue's phrases as a search looks through them, and what each of their words weighs."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import log

from therapies.catalogue import catalogue

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ß": "ss"})
APOSTROPHES = re.compile(r"['’‘ʼ`´]")
SHORT_FORMS = (
    (re.compile(r"\bcan ?not\b"), "cant"),
    (re.compile(r"\b(do|does|did|has|have|is|are|was) not\b"), r"\1nt"),
    (re.compile(r"\bwill not\b"), "wont"),
    (re.compile(r"\bi(m|ve)\b"), "i"),
    (re.compile(r"\b(he|she)s\b"), r"\1"),
)
ENDINGS = re.compile(r"(?<=....)(?:iness|ness|ers|er|ly)$|(?<=...)(?:ings|ing|ies|ied|ed|es|s|e)$")
DOUBLE_LETTERS = "ls"  # "swelling" keeps both of them
LIGHT_WEIGHT = 0.3  # the weight of a light word; one of a single symptom weighs 4.2
MIN_LONG_LETTERS = 4  # letters of a word that a mistyped one may stand for


@dataclass(frozen=True, slots=True)
class Phrase:
    symptom: str
    text: str
    in_order: tuple[str, ...]
    stems: frozenset[str]


class Lexicon:
    """Every phrase, by the stems of its words."""

    def __init__(self, phrases: Iterable[Phrase], light: Iterable[str], symptoms: int) -> None:
        self._phrases = tuple(phrases)
        self._by_stem: dict[str, list[Phrase]] = {}
        words: dict[str, None] = {}
        for phrase in self._phrases:
            words |= dict.fromkeys(phrase.text.split())
            for stem in phrase.stems:
                self._by_stem.setdefault(stem, []).append(phrase)
        self.light_words = dict.fromkeys(sorted(light))
        self._light = stems_of(self.light_words)
        self.words = {word for word in words if stem_of(word) not in self._light}
        self.long_words = [w for w in words if w in self.words and len(w) >= MIN_LONG_LETTERS]
        self._weights = {
            stem: log((symptoms + 1) / len({phrase.symptom for phrase in having}))
            for stem, having in self._by_stem.items()
        } | dict.fromkeys(self._light, LIGHT_WEIGHT)

    def weight(self, stem: str) -> float:
        """Return the more, the fewer symptoms have the word; 0 for one that none has."""
        return self._weights.get(stem, 0)

    def phrases_of(self, symptom: str) -> list[Phrase]:
        return [phrase for phrase in self._phrases if phrase.symptom == symptom]

    def knows(self, word: str) -> bool:
        return word in self.words or word in self.light_words

    def is_light(self, stem: str) -> bool:
        return stem in self._light

    def phrases_with(self, stems: Iterable[str]) -> list[Phrase]:
        found = (phrase for stem in stems for phrase in self._by_stem.get(stem, ()))
        return list(dict.fromkeys(found))


@cache
def lexicon() -> Lexicon:
    return Lexicon(_phrases(), catalogue().light, len(catalogue().symptoms))


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


@cache
def stem_of(word: str) -> str:
    """Return the word without its ending: "shiver" for shivers, shivering and shivered."""
    stem = ENDINGS.sub("", word)
    is_doubled = len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in DOUBLE_LETTERS
    if stem != word and is_doubled:
        stem = stem[:-1]
    return stem.removesuffix("e") if len(stem) > 3 else stem


def stems_of(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(stem_of, words))


def _phrases() -> Iterator[Phrase]:
    """In the spelling of the file too, so that a word typed half is found in either spelling."""
    for symptom in catalogue().symptoms.values():
        slug_words = symptom.slug.replace("-", " ")
        for text in (symptom.label, symptom.label_us, slug_words, *symptom.synonyms):
            for form in dict.fromkeys((fold(text), _as_written(text))):
                if form:
                    in_order = tuple(map(stem_of, form.split()))
                    yield Phrase(symptom.slug, form, in_order, frozenset(in_order))


def _as_written(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", APOSTROPHES.sub("", text.casefold())))
