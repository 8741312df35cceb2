"""The page of urgent help, with the emergency number and the crisis lines of a country. It depends
on its address alone: the same for everybody who opens it."""

from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation.trans_real import parse_accept_lang_header

from therapies import ask
from therapies.catalogue import catalogue
from therapies.catalogue.shapes_home import Country
from therapies.pages import verdicts
from therapies.rulebook import Level


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
    return render_to_string("therapies/urgent.html", urgent_facts(here))


def urgent_facts(here: Country | None, fever_from_c: Decimal | None = None) -> dict[str, Any]:
    """Return what is urgent for anybody; a family's card may lower the fever line."""
    known = catalogue()
    temperatures = verdicts.temperature_chips(fever_from_c=fever_from_c)
    lines = [(known.countries[line.country], line) for line in known.crisis_lines]
    return {
        "here": here,
        "countries": countries(),
        "crisis_here": [line for country, line in lines if country is here],
        "crisis_elsewhere": [
            (country.name, line) for country, line in lines if country is not here
        ],
        "emergencies": ask.emergencies(),
        "urgent_signs": ask.urgent_signs(),
        "contact_signs": ask.contact_signs(),
        "urgent_temperatures": [c for c in temperatures if c.level == Level.URGENT.slug],
        "other_temperatures": [c for c in temperatures if c.level != Level.URGENT.slug],
        "therapies": known.therapies.values(),
    }
