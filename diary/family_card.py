"""What the family's own card says, as every page and the engine read it."""

from decimal import ROUND_CEILING, Decimal

from accounts.models import Patient
from diary.models import FamilyCard
from diary.phrases import reading_words
from therapies.catalogue import catalogue
from therapies.urgency import celsius, fever_line

TENTH = Decimal("0.1")


def card_of(patient: Patient) -> FamilyCard | None:
    return FamilyCard.objects.filter(patient=patient).first()


def card_line_c(card: FamilyCard | None) -> Decimal | None:
    """Return the card's own fever line in °C. The engine lets it only lower the line."""
    if card is None or card.fever_from is None:
        return None
    return celsius(card.fever_from, card.fever_unit)


def fever_line_words(patient: Patient, card: FamilyCard | None = None) -> str:
    """Return the temperature from which fever is urgent, in the family's unit first."""
    return line_words(fever_line(catalogue().rules, card_line_c(card)), patient.unit)


def applied_words(patient: Patient, card: FamilyCard | None, used: Decimal | None = None) -> str:
    """Say which line applied and whose it is. `used` is the one with which an entry was saved."""
    own = catalogue().rules.fever_line_c
    stands = fever_line(catalogue().rules, card_line_c(card))
    line = stands if used is None else used
    words = f"Fever line used: {line_words(line, patient.unit)}, "
    words += "from your card." if line < own else "the diary’s own."
    if line != stands:
        return f"{words} Now it is {line_words(stands, patient.unit)}."
    if card is not None and card.fever_from is not None and (card_line_c(card) or own) > own:
        given = reading_words(card.fever_from, card.fever_unit)
        words += f" Your card gives {given}, which is higher; it does not raise the line."
    return words


def line_words(line: Decimal, unit: str) -> str:
    """Return a line given in °C, in this unit first."""
    units = sorted(Patient.Unit.values, key=lambda other: other != unit)
    first, other = (reading_words(_in_unit(line, unit), unit) for unit in units)
    return f"{first} ({other})"


def _in_unit(degrees_c: Decimal, unit: str) -> Decimal:
    degrees = degrees_c if unit == "C" else degrees_c * 9 / 5 + 32
    return degrees.quantize(TENTH, ROUND_CEILING)  # what a thermometer with one decimal shows
