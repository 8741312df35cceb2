"""British or American spelling, as the reader's browser asks for."""

import re
from functools import cache

from django import template
from django.utils.translation import get_language

from therapies.catalogue import catalogue
from therapies.catalogue.shapes import Symptom

register = template.Library()


@register.filter
def spelled(text: str) -> str:
    """Return a British text in the spelling of the reader."""
    return _american(text) if get_language() == "en-us" else text


@register.filter
def symptom_label(symptom: Symptom | str) -> str:
    """Return what the reader calls a symptom, given the symptom or its slug."""
    entry = catalogue().reportable[symptom] if isinstance(symptom, str) else symptom
    if get_language() != "en-us":
        return entry.label
    return entry.label_us or _american(entry.label)


def symptom_short(symptom: Symptom) -> str:
    """Return its name on a small button."""
    return spelled(symptom.short) or symptom_label(symptom)


@cache
def _american(text: str) -> str:
    return _pattern().sub(_swap, text)


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(catalogue().american, key=len, reverse=True)
    return re.compile(r"\b(" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)


def _swap(found: re.Match[str]) -> str:
    word = found.group()
    american = catalogue().american[word.lower()]
    if word.isupper():
        return american.upper()
    return american.capitalize() if word[0].isupper() else american
