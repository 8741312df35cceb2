"""The page of urgent help, with the emergency number and the crisis lines of a country. It depends
on its address alone: the same for everybody who opens it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation.trans_real import parse_accept_lang_header

from therapies.ask import (
    Answers,
    Signs,
    answers_for_anybody,
    contact_signs,
    emergencies,
    urgent_signs,
)
from therapies.catalogue import catalogue
from therapies.catalogue.shapes_home import Country
from therapies.pages.parts import part
from therapies.pages.verdicts import Chip, temperature_chips
from therapies.rulebook import Level
from therapies.standing import Standing


def chosen_country(code: str, accept_language: str) -> Country | None:
    """Return the country asked for, else the first one the browser's languages name, else none."""
    known = catalogue().countries
    if code.upper() in known:
        return known[code.upper()]
    for language, _quality in parse_accept_lang_header(accept_language):
        region = language.rpartition("-")[2].upper()
        if "-" in language and region in known:
            return known[region]
    return None


def countries() -> list[Country]:
    return sorted(catalogue().countries.values(), key=lambda country: country.name)


def urgent_page(here: Country | None) -> str:
    """Draw it without the request, so that nothing of whoever asks can get in."""
    return part("therapies/urgent.html", _facts, here.code if here else "")


def _facts(code: str, _today: date) -> dict[str, Any]:
    return {"signs": sign_list(), **urgent_facts(catalogue().countries.get(code))}


@dataclass(frozen=True, slots=True)
class SignList:
    """What to call for: now, and today."""

    now: tuple[Signs, ...]
    today: tuple[str, ...]
    now_temperatures: tuple[Chip, ...]
    today_temperatures: tuple[Chip, ...]


def sign_list(
    answers: Answers = answers_for_anybody,
    standings: Iterable[Standing] = (),
    *,
    fever_from_c: Decimal | None = None,
) -> SignList:
    """Return it for anybody, or by the answers for one person, whose card may lower the line."""
    chips = temperature_chips(standings, fever_from_c=fever_from_c)
    return SignList(
        now=urgent_signs(answers),
        today=contact_signs(answers),
        now_temperatures=tuple(c for c in chips if c.level == Level.URGENT.slug),
        today_temperatures=tuple(c for c in chips if c.level != Level.URGENT.slug),
    )


def urgent_facts(here: Country | None) -> dict[str, Any]:
    """Return what is the same for everybody: numbers, lines that listen, emergencies."""
    known = catalogue()
    lines = [(known.countries[line.country], line) for line in known.crisis_lines]
    return {
        "here": here,
        "countries": countries(),
        "crisis_here": [line for country, line in lines if country is here],
        "crisis_elsewhere": [
            (country.name, line) for country, line in lines if country is not here
        ],
        "emergencies": emergencies(),
        "therapies": known.therapies.values(),
    }
