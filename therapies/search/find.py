"""Finds symptoms by the words people type. Nothing is interpreted: it only lists what may be meant.

Every phrase of the catalogue is scored by the words that it shares with what was typed: a word that
few symptoms have weighs much, a light one ("cant", "things") little, and at least half of a phrase
has to be there. Of similar scores the more urgent comes first.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from therapies.ask import urgency_for_anybody
from therapies.catalogue import catalogue
from therapies.catalogue.shapes import Ambiguous
from therapies.search.lexicon import Phrase, fold, lexicon, stem_of, stems_of

MIN_PHRASE_SHARE = 0.5  # of the weight of a phrase, to be a hit
DANGER_BONUS = 0.3  # of its score more for a symptom that is always urgent
VERBATIM_FACTOR = 1.25  # times the score of a phrase that stands word for word in what was typed
EXACT_SCORE = 100.0  # more than any score
MIN_MISTYPED_LETTERS = 4  # letters of a word that may be typed wrongly
MIN_BEGUN_LETTERS = 3  # letters of a word that may be typed half
BEGUN_LIKENESS = 0.8  # what a word typed half counts for
LONGER_LIKENESS = 0.5  # and a whole word that may yet grow ("head", "headache")
LIKENESS_BOUNDS = (  # how alike a word has to look, by letters and by its beginning
    (DamerauLevenshtein.normalized_similarity, 0.78),
    (JaroWinkler.normalized_similarity, 0.9),
)
# A temperature among typed words, with a unit or without.
NUMBER = re.compile(r"(?<![\d.,])(\d{2,4})(?:\s*[.,]\s*(\d{1,2}))?(?!\d)\s*([°º]?\s*[a-z%]*)")
CERTAIN_SCORE, LIKELY_SCORE = 20.0, 3.0
BODY_RANGES = {"C": (30, 45), "F": (86, 113)}
LIKELY_RANGES = ((34, 43), (93, 110))
TENTHS_RANGES = ((340, 430), (930, 1100))  # "386", tenths of a degree


def find(words: str) -> list[str]:
    """Return the slugs of the symptoms that may be meant, the likeliest first."""
    typed = _corrected(fold(words))
    scores = _scores(typed)
    warm = _temperature_score(words)
    if warm:
        thermometer = catalogue().thermometer
        scores[thermometer] = max(scores.get(thermometer, 0), warm)
    ambiguous = _ambiguous(typed)
    ranked = sorted(scores, key=lambda slug: (-scores[slug], urgency_for_anybody(slug)))
    return list(dict.fromkeys((*(ambiguous.meanings if ambiguous else ()), *ranked)))


def question_about(words: str) -> str:
    """Return the question that an ambiguous word needs, or nothing."""
    ambiguous = _ambiguous(_corrected(fold(words)))
    return ambiguous.question if ambiguous else ""


def _ambiguous(typed: str) -> Ambiguous | None:
    """Return the word with several meanings that was typed, alone or with light words around it."""
    every = {fold(a.word): a for a in catalogue().ambiguous.values()}
    if typed in every:
        return every[typed]
    stems = stems_of(typed.split())
    if any(_stands_in(phrase, typed) for phrase in lexicon().phrases_with(stems)):
        return None  # "being sick" says more than "sick"
    rest = {stem for stem in stems if not lexicon().is_light(stem)}
    return next((a for word, a in every.items() if rest and stems_of(word.split()) == rest), None)


def _scores(typed: str) -> dict[str, float]:
    """Return how well the best phrase of each symptom fits."""
    likeness = _likeness(typed.split())
    scores: dict[str, float] = {}
    for phrase in lexicon().phrases_with(likeness):
        score = _score(phrase, typed, likeness)
        if score > scores.get(phrase.symptom, 0):
            scores[phrase.symptom] = score
    return scores


def _score(phrase: Phrase, typed: str, likeness: dict[str, float]) -> float:
    shared = sum(lexicon().weight(stem) * likeness.get(stem, 0) for stem in phrase.stems)
    part = shared / sum(map(lexicon().weight, phrase.stems))
    is_verbatim = part == 1 and _stands_in(phrase, typed)
    if part < MIN_PHRASE_SHARE or (not is_verbatim and all(map(lexicon().is_light, phrase.stems))):
        return 0
    danger = -urgency_for_anybody(phrase.symptom)[0] / 3  # the share of its answers that are urgent
    score = shared * part**2 * (1 + DANGER_BONUS * danger) * (VERBATIM_FACTOR if is_verbatim else 1)
    return score + EXACT_SCORE if phrase.text == typed else score


def _stands_in(phrase: Phrase, typed: str) -> bool:
    """Does it stand there word for word, endings aside? A single word has to be alone."""
    if len(phrase.in_order) == 1:
        return phrase.text == typed
    return f" {' '.join(phrase.in_order)} " in f" {' '.join(map(stem_of, typed.split()))} "


def _likeness(words: list[str]) -> dict[str, float]:
    """Return the stems that typed words may stand for, and how surely: 1 where it was typed."""
    found: dict[str, float] = {}
    pairs = ["".join(pair) for pair in pairwise(words)]
    for word in (*words, *(pair for pair in pairs if pair in lexicon().words)):
        for stem, likeness in _stems_like(word, is_last=word == words[-1]):
            found[stem] = max(likeness, found.get(stem, 0))
    return found


@cache
def _stems_like(word: str, *, is_last: bool) -> list[tuple[str, float]]:
    stem = stem_of(word)
    if lexicon().is_light(stem):
        return [(stem, 1)]
    known = lexicon().weight(stem) > 0
    like = [(stem, 1.0)] if known else [*_alike(word), *((half, 1.0) for half in _apart(word))]
    if len(word) >= MIN_BEGUN_LETTERS and (is_last or not known):
        longer = (other for other in lexicon().words if other.startswith(word))
        like += [(stem_of(other), LONGER_LIKENESS if known else BEGUN_LIKENESS) for other in longer]
    return like


def _alike(word: str) -> list[tuple[str, float]]:
    """For a word typed wrongly: the words that look most like it."""
    if len(word) < MIN_MISTYPED_LETTERS:
        return []
    return [
        (stem_of(known), likeness**2)
        for scorer, least in LIKENESS_BOUNDS
        for known, likeness, _ in process.extract(
            word, lexicon().long_words, scorer=scorer, limit=3, score_cutoff=least
        )
    ]


def _apart(word: str) -> Iterable[str]:
    """For two words run together: their stems."""
    for cut in range(MIN_BEGUN_LETTERS, len(word) - MIN_BEGUN_LETTERS + 1):
        if lexicon().knows(word[:cut]) and lexicon().knows(word[cut:]):
            yield from (stem_of(word[:cut]), stem_of(word[cut:]))


def _corrected(typed: str) -> str:
    """Return the text with light words typed rightly ("dosent"): a phrase may need them."""
    return " ".join(map(_corrected_word, typed.split()))


@cache
def _corrected_word(word: str) -> str:
    if len(word) <= MIN_MISTYPED_LETTERS or lexicon().weight(stem_of(word)):
        return word
    scorer, least = LIKENESS_BOUNDS[0]
    best = process.extractOne(word, list(lexicon().light_words), scorer=scorer, score_cutoff=least)
    return best[0] if best else word


def _temperature_score(words: str) -> float:
    """Return how surely a temperature stands in the words; 0 where none does."""
    return max(
        (_degrees_score(*found.groups()) for found in NUMBER.finditer(words.casefold())), default=0
    )


def _degrees_score(digits: str, decimals: str | None, after: str) -> float:
    unit = after.strip("°º ")
    known = catalogue().typed_temperature
    is_degrees = unit in known.units or after.startswith(("°", "º"))
    if "%" in after or unit in known.not_units:
        return 0
    value = float(f"{digits}.{decimals or 0}")
    if is_degrees and any(low <= value <= high for low, high in BODY_RANGES.values()):
        return CERTAIN_SCORE
    is_likely = any(low <= value < high for low, high in (*LIKELY_RANGES, *TENTHS_RANGES))
    return LIKELY_SCORE if is_likely else 0
