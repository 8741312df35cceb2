"""Which emergency number and which crisis line, by country."""

from django.utils.translation.trans_real import parse_accept_lang_header

from therapies.catalogue import catalogue
from therapies.catalogue.shapes import Country, CrisisLine


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


def crisis_lines(country: Country | None) -> list[CrisisLine]:
    return [line for line in catalogue().crisis_lines if country and line.country == country.code]


def crisis_lines_elsewhere(country: Country | None) -> list[tuple[str, CrisisLine]]:
    """Return the other lines with the names of their countries."""
    here = crisis_lines(country)
    return [
        (catalogue().countries[line.country].name, line)
        for line in catalogue().crisis_lines
        if line not in here
    ]
