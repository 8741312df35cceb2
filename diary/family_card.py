"""What the family's own card says, as every page and the engine read it."""

from decimal import ROUND_CEILING, Decimal

from accounts.models import Patient
from diary.models import FamilyCard
from diary.phrases import reading_words
from therapies.catalogue import catalogue
from therapies.shapes import Country
from therapies.urgency import celsius, fever_line

TENTH = Decimal("0.1")


def card_of(patient: Patient) -> FamilyCard | None:
    return FamilyCard.objects.filter(patient=patient).first()


def card_line_c(card: FamilyCard | None) -> Decimal | None:
    """Return the card's own fever line in °C. The engine lets it only lower the line."""
    if card is None or card.fever_from is None:
        return None
    return celsius(card.fever_from, card.fever_unit)


def usual_country(patient: Patient) -> Country | None:
    """Return the patient's country where most cards there give a lower line than the diary's."""
    country = catalogue().countries.get(patient.country)
    return country if country and country.fever_from is not None else None


def asks_for_card(patient: Patient, card: FamilyCard | None) -> bool:
    """Was a diary set up before it asked about the cards of the country (JC-64)?"""
    is_asked = card is None or card.fever_from is not None or bool(card.source)
    return not is_asked and usual_country(patient) is not None


def card_sentence(patient: Patient, card: FamilyCard | None) -> str:
    """Say whose line lowers the diary's own; nothing where nobody's does."""
    if card is None or card.fever_from is None:
        return ""
    given = reading_words(card.fever_from, card.fever_unit)
    if not card.is_usual:
        return f"The family’s card gives {given}."
    return f"The family’s own card is not known; most cards {_where(patient)} give {given}."


def _where(patient: Patient) -> str:
    country = usual_country(patient)
    return f"in the {country.name}" if country else "of another country"


def fever_line_words(patient: Patient, card: FamilyCard | None = None) -> str:
    """Return the temperature from which fever is urgent, in the family's unit first."""
    return line_words(fever_line(catalogue().rules, card_line_c(card)), patient.unit)


def applied_words(patient: Patient, card: FamilyCard | None, used: Decimal | None = None) -> str:
    """Say which line applied and whose it is. `used` is the one with which an entry was saved."""
    own = catalogue().rules.fever_line_c
    stands = fever_line(catalogue().rules, card_line_c(card))
    line = stands if used is None else used
    words = f"Fever line used: {line_words(line, patient.unit)}, "
    words += _whose(line, patient, card)
    if line != stands:
        return f"{words} Now it is {line_words(stands, patient.unit)}."
    if card is not None and card.fever_from is not None and (card_line_c(card) or own) > own:
        given = reading_words(card.fever_from, card.fever_unit)
        words += f" Your card gives {given}, which is higher; it does not raise the line."
    return words


def _whose(line: Decimal, patient: Patient, card: FamilyCard | None) -> str:
    if line >= catalogue().rules.fever_line_c:
        return "the diary’s own."
    country = usual_country(patient)
    is_own = card is not None and not card.is_usual and card_line_c(card) == line
    if country is None or is_own or line != country.fever_from:
        return "from your card."
    return f"as on most cards {_where(patient)}."


def line_words(line: Decimal, unit: str) -> str:
    """Return a line given in °C, in this unit first."""
    units = sorted(Patient.Unit.values, key=lambda other: other != unit)
    first, other = (reading_words(_in_unit(line, unit), unit) for unit in units)
    return f"{first} ({other})"


def _in_unit(degrees_c: Decimal, unit: str) -> Decimal:
    degrees = degrees_c if unit == "C" else degrees_c * 9 / 5 + 32
    return degrees.quantize(TENTH, ROUND_CEILING)  # what a thermometer with one decimal shows
