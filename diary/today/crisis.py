"""The words that bring up a line that listens, while somebody types (JC-66)."""

from functools import cache

from therapies.catalogue import catalogue
from therapies.search.lexicon import fold


@cache
def crisis_phrases() -> tuple[str, ...]:
    """Return the shortest of them: a longer one that holds a shorter one says nothing more."""
    symptoms = [catalogue().symptoms[slug] for slug in catalogue().crisis]
    every = sorted({fold(word) for symptom in symptoms for word in symptom.synonyms}, key=len)
    shortest: list[str] = []
    for phrase in every:
        if not any(f" {short} " in f" {phrase} " for short in shortest):
            shortest.append(phrase)
    return tuple(sorted(shortest))
