"""A temperature in the one unit and in the other."""

from decimal import ROUND_CEILING, Decimal

TENTH = Decimal("0.1")


def celsius(temperature: Decimal, unit: str) -> Decimal:
    """Return a temperature in °C, unrounded."""
    return temperature if unit == "C" else (temperature - 32) * 5 / 9


def in_unit(degrees_c: Decimal, unit: str) -> Decimal:
    """Return a line given in °C as the first reading at or above it that a thermometer with one
    decimal can show in this unit."""
    degrees = degrees_c * 9 / 5 + 32 if unit == "F" else degrees_c
    return degrees.quantize(TENTH, ROUND_CEILING)
