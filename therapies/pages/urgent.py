"""The page of urgent help. It depends on its address alone: the same for everybody who opens it."""

from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string

from therapies import ask, emergency_numbers
from therapies.catalogue import catalogue
from therapies.catalogue.shapes import Country
from therapies.pages import verdicts
from therapies.rulebook import Level


def urgent_page(here: Country | None) -> str:
    """Draw it without the request, so that nothing of whoever asks can get in."""
    return render_to_string("therapies/urgent.html", urgent_facts(here))


def urgent_facts(here: Country | None, fever_from_c: Decimal | None = None) -> dict[str, Any]:
    """Return what is urgent for anybody; a family's card may lower the fever line."""
    temperatures = verdicts.temperature_chips(fever_from_c=fever_from_c)
    return {
        "here": here,
        "countries": emergency_numbers.countries(),
        "crisis_here": emergency_numbers.crisis_lines(here),
        "crisis_elsewhere": emergency_numbers.crisis_lines_elsewhere(here),
        "emergencies": ask.emergencies(),
        "urgent_signs": ask.urgent_signs(),
        "contact_signs": ask.contact_signs(),
        "urgent_temperatures": [c for c in temperatures if c.level == Level.URGENT.slug],
        "other_temperatures": [c for c in temperatures if c.level != Level.URGENT.slug],
        "therapies": catalogue().therapies.values(),
    }
