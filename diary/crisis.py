"""Whom to call on thoughts of suicide or self-harm, and the words that bring it up (JC-66)."""

from functools import cache
from typing import NamedTuple

from accounts.models import Patient
from diary.numbers import Numbers
from therapies.catalogue import catalogue
from therapies.lexicon import fold
from therapies.places import crisis_lines


class Line(NamedTuple):
    label: str
    number: str
    tel: str
    hours: str


class Crisis(NamedTuple):
    """The line of the country first, the emergency number second, the team third."""

    lines: tuple[Line, ...]
    numbers: Numbers
    phrases: str


def crisis_for(patient: Patient, numbers: Numbers) -> Crisis:
    return Crisis(lines_for(patient.country), numbers, "|".join(crisis_phrases()))


def lines_for(country: str) -> tuple[Line, ...]:
    return tuple(
        Line(f"Call {line.name}", line.number, line.number.replace(" ", ""), line.hours)
        for line in crisis_lines(catalogue().countries.get(country))
    )


@cache
def crisis_phrases() -> tuple[str, ...]:
    """Return the shortest of them: a longer one that holds a shorter one says nothing more."""
    symptoms = catalogue().symptoms
    every = sorted(
        {fold(w) for slug in catalogue().crisis for w in symptoms[slug].synonyms}, key=len
    )
    shortest: list[str] = []
    for phrase in every:
        if not any(f" {short} " in f" {phrase} " for short in shortest):
            shortest.append(phrase)
    return tuple(sorted(shortest))
