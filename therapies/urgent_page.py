"""The page of urgent help. It depends on its address alone: the same for everybody who opens it."""

from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string

from therapies import anybody, places, verdicts
from therapies.catalogue import catalogue
from therapies.rulebook import Level
from therapies.shapes import Country


def urgent_page(here: Country | None) -> str:
    """Draw it without the request, so that nothing of whoever asks can get in."""
    return render_to_string("therapies/urgent.html", urgent_facts(here))


def urgent_facts(here: Country | None, fever_from_c: Decimal | None = None) -> dict[str, Any]:
    """Return what is urgent for anybody; a family's card may lower the fever line."""
    temperatures = verdicts.temperature_chips(fever_from_c=fever_from_c)
    return {
        "here": here,
        "countries": places.countries(),
        "crisis_here": places.crisis_lines(here),
        "crisis_elsewhere": places.crisis_lines_elsewhere(here),
        "emergencies": anybody.emergencies(),
        "urgent_signs": anybody.urgent_signs(),
        "contact_signs": anybody.contact_signs(),
        "urgent_temperatures": [c for c in temperatures if c.level == Level.URGENT.slug],
        "other_temperatures": [c for c in temperatures if c.level != Level.URGENT.slug],
        "therapies": catalogue().therapies.values(),
    }
