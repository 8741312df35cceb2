"""The fever line of a family, and what one temperature is by the line it was saved with."""

from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from django.db.models import Case, F, FloatField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from accounts.models import Patient
from diary.core.words import reading_words
from diary.judging.facts import facts_of
from diary.models import FamilyCard, Report
from therapies.catalogue import catalogue
from therapies.catalogue.shapes_home import Country
from therapies.degrees import celsius, in_unit
from therapies.rulebook import FEVER
from therapies.urgency import SymptomReport, fever_line, is_possible
from therapies.urgency import reading as band_of

# Ninths of a degree: less than any two readings differ, more than a database rounds.
ROUNDING_NINTHS = 0.002


class ReadingStatus(StrEnum):
    """What a temperature counts as: all but the last count as a fever."""

    IMPOSSIBLE = "impossible"
    FEVER = "fever"
    FELT = "felt"
    BELOW = "below"


STATUS_WORDS = {
    ReadingStatus.IMPOSSIBLE: "cannot be right, counts as fever",
    ReadingStatus.FEVER: "fever line or above",
    ReadingStatus.FELT: "felt feverish, not measured",
    ReadingStatus.BELOW: "",
}
BELOW_WORDS = "below the fever line"


class Temperature(Protocol):
    """A stored report of the temperature, or the same as it stands in a file."""

    @property
    def symptom(self) -> str: ...
    @property
    def temperature(self) -> Decimal | None: ...
    @property
    def unit(self) -> str: ...


def reading_status(report: Temperature, *, saved_line: Decimal) -> ReadingStatus:
    """Compare a temperature with the line in °C that it was saved with. A "no" is not one."""
    rules = catalogue().rules
    if report.temperature is None:
        return ReadingStatus.FELT
    if not is_possible(rules, report.temperature, report.unit):
        return ReadingStatus.IMPOSSIBLE
    said = SymptomReport(report.symptom, temperature=report.temperature, unit=report.unit)
    is_at_line = band_of(rules, said, saved_line) == FEVER
    return ReadingStatus.FEVER if is_at_line else ReadingStatus.BELOW


def is_fever(report: Temperature, *, saved_line: Decimal) -> bool:
    return reading_status(report, saved_line=saved_line) is not ReadingStatus.BELOW


def status_words(report: Temperature, *, saved_line: Decimal, line: Decimal) -> str:
    """Say it, and name the line of then where by the `line` of now it would be otherwise."""
    status = reading_status(report, saved_line=saved_line)
    words = STATUS_WORDS[status]
    if status not in (ReadingStatus.FEVER, ReadingStatus.BELOW):
        return words
    if status is reading_status(report, saved_line=line):
        return words
    then = reading_words(in_unit(saved_line, report.unit), report.unit)
    return f"{words or BELOW_WORDS}, which was {then} then"


def measured_words(report: Temperature, *, saved_line: Decimal) -> str:
    """Say what a measured temperature counts as; nothing of anything else."""
    if report.temperature is None:
        return ""
    return STATUS_WORDS[reading_status(report, saved_line=saved_line)]


def impossible_words(report: Temperature) -> str:
    """Say that a temperature cannot be right; nothing of one that can, or that nobody measured."""
    is_wrong = report.temperature is not None and degrees_c(report) is None
    return STATUS_WORDS[ReadingStatus.IMPOSSIBLE] if is_wrong else ""


def fevers_among(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Return the reports of the temperature of which `is_fever` would say yes, by the database."""
    rules = catalogue().rules
    degrees = Cast("temperature", FloatField())
    ninths = Case(When(unit="F", then=(degrees - 32) * 5), default=degrees * 9)
    line = Cast(Coalesce(F("version__fever_line_c"), Value(rules.fever_line_c)), FloatField())
    lowest, highest = (float(end) * 9 for end in rules.possible_c)
    readings = reports.filter(symptom=catalogue().thermometer).alias(
        ninths=ninths, line=line * 9 - ROUNDING_NINTHS
    )
    outside = Q(ninths__lt=lowest - ROUNDING_NINTHS) | Q(ninths__gt=highest + ROUNDING_NINTHS)
    felt = ~Q(answer__in=[Report.Answer.READING, Report.Answer.NO])
    return readings.filter(Q(ninths__gte=F("line")) | outside | felt)


def degrees_c(report: Temperature) -> Decimal | None:
    """Return what was measured in °C, unrounded; None where nobody measured, or it cannot be."""
    if report.temperature is None:
        return None
    if not is_possible(catalogue().rules, report.temperature, report.unit):
        return None
    return celsius(report.temperature, report.unit)


class AnyVersion(Protocol):
    """A version, as it is stored or as it stands in a file."""

    @property
    def fever_line_c(self) -> Decimal | None: ...


def saved_line_of(version: AnyVersion) -> Decimal:
    """Return the line with which it was saved; the diary's own where that is not on record."""
    return version.fever_line_c or catalogue().rules.fever_line_c


def fever_line_of(patient: Patient) -> Decimal:
    """Return the line in °C that applies now: the family's card may lower the diary's own."""
    return line_with(card_of(patient))


def line_with(card: FamilyCard | None) -> Decimal:
    return fever_line(catalogue().rules, card_line_c(card))


def card_of(patient: Patient) -> FamilyCard | None:
    return facts_of(patient).card


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


def card_sentence(patient: Patient, card: FamilyCard | None, *, is_paper: bool = False) -> str:
    """Say whose line lowers the diary's own; nothing where nobody's does. Paper speaks
    to strangers, so it never says "your"."""
    if card is None or card.fever_from is None:
        return ""
    given = reading_words(card.fever_from, card.fever_unit)
    whose = "The patient’s" if is_paper else patient.whose_first
    if not card.is_usual:
        return f"{whose} card gives {given}."
    return f"{whose} own card is not known. Most cards {_where(patient)} give {given}."


def _where(patient: Patient) -> str:
    country = usual_country(patient)
    return f"in the {country.name}" if country else "of another country"


def fever_line_words(patient: Patient, card: FamilyCard | None = None) -> str:
    """Return the temperature from which fever is urgent, in the family's unit first."""
    return line_words(line_with(card), patient.unit)


def applied_words(patient: Patient, card: FamilyCard | None, used: Decimal | None = None) -> str:
    """Say which line applied and whose it is. `used` is the one with which an entry was saved."""
    own = catalogue().rules.fever_line_c
    stands = line_with(card)
    line = stands if used is None else used
    words = f"Fever line used: {line_words(line, patient.unit)}, "
    words += _whose(line, patient, card)
    if line != stands:
        return f"{words} Now it is {line_words(stands, patient.unit)}."
    if card is not None and card.fever_from is not None and (card_line_c(card) or own) > own:
        given = reading_words(card.fever_from, card.fever_unit)
        words += f" The hospital card gives {given}, which is higher. It does not raise the line."
    return words


def _whose(line: Decimal, patient: Patient, card: FamilyCard | None) -> str:
    if line >= catalogue().rules.fever_line_c:
        return "the diary’s own."
    country = usual_country(patient)
    is_own = card is not None and not card.is_usual and card_line_c(card) == line
    if country is None or is_own or line != country.fever_from:
        return "from the hospital card."
    return f"as on most cards {_where(patient)}."


def line_words(line: Decimal, unit: str) -> str:
    """Return a line given in °C, in this unit first."""
    units = sorted(Patient.Unit.values, key=lambda other: other != unit)
    first, other = (reading_words(in_unit(line, unit), unit) for unit in units)
    return f"{first} ({other})"
