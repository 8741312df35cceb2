"""The words by which a phone finds a symptom by itself."""

from functools import cache
from itertools import pairwise

from therapies.catalogue import catalogue
from therapies.search.lexicon import lexicon


@cache
def words_by_symptom() -> dict[str, str]:
    """Return what a search on the phone looks through, the same in every spelling."""
    return {slug: _words(slug) for slug in catalogue().symptoms}


def _words(slug: str) -> str:
    """Return the words of its phrases but the light ones; a half word finds the longer one."""
    phrases = lexicon().phrases_of(slug)
    every = {w for phrase in phrases for w in phrase.text.split() if w in lexicon().words}
    words = sorted(every)
    return " ".join(a for a, b in pairwise([*words, ""]) if not b.startswith(a))
