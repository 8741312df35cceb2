"""The machine form of a case: therapies and symptoms as JSON, read strictly, answered as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from therapies.catalogue import catalogue
from therapies.rulebook import Severity
from therapies.standing import Standing
from therapies.urgency import Assessment, SymptomReport

STATUSES = ("active", "break", "ended", "planned")
ROUTES = ("iv", "sc", "oral")
MAX_NUMBER = 1_000_000
THERAPY_KEYS = {
    "slug", "status", "cycle", "cycle_day", "days_since_start", "days_since_infusion", "infusing",
    "hours_since_infusion_end", "ended_days_ago", "route", "days_since_transplant",
}  # fmt: skip
SEVERITIES = {severity.slug: severity for severity in Severity}
SYMPTOM_KEYS = {"slug", "severity", "temp", "unit"}


class CaseError(Exception):
    """A case that cannot be read; says what is wrong in plain words."""


@dataclass(frozen=True, slots=True)
class Case:
    reports: tuple[SymptomReport, ...]
    standings: tuple[Standing, ...]
    fever_from_c: Decimal | None


def read_case(row: Mapping[str | None, Any]) -> Case:
    """Read one row of a CSV file. Raises CaseError."""
    if row.get(None):
        raise CaseError("the line has more values than the file has columns")
    return Case(
        reports=tuple(_reported(e) for e in _list(row, "symptoms_json", SYMPTOM_KEYS)),
        standings=tuple(_standing(e) for e in _list(row, "therapies_json", THERAPY_KEYS)),
        fever_from_c=_fever_from(row.get("fever_from_c")),
    )


def as_json(found: Assessment) -> dict[str, Any]:
    """Return an assessment in the form that `manage.py assess` prints."""
    return {
        "level": found.level.slug,
        "groups": list(found.groups),
        "call_first": found.call_first,
        "findings": [
            {
                "rule": finding.rule,
                "level": finding.level.slug,
                "group": finding.group,
                "basis": finding.basis,
                "borrowed_from": finding.borrowed_from,
                "therapy": finding.therapy,
                "symptom": finding.symptom,
                "citations": [
                    {"source": citation.source, "heading": citation.heading}
                    for citation in finding.citations
                ],
            }
            for finding in found.findings
        ],
    }


def _list(row: Mapping[str | None, Any], column: str, keys: set[str]) -> list[dict[str, Any]]:
    try:
        entries = json.loads(
            row.get(column) or "", parse_constant=_no_constant, parse_float=Decimal
        )
    except (ValueError, RecursionError) as fault:
        raise CaseError(f"{column} is not JSON: {fault}") from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CaseError(f"{column} is not a list of objects")
    for entry in entries:
        unknown = sorted(entry.keys() - keys)
        if unknown:
            raise CaseError(f"{column} has an unknown key “{unknown[0]}”")
    return entries


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _standing(entry: dict[str, Any]) -> Standing:
    slug = _one_of(entry.get("slug"), catalogue().therapies, "therapy")
    infusing = entry.get("infusing")
    if infusing is not None and not isinstance(infusing, bool):
        raise CaseError(f"infusing is true or false, not “{infusing}”")
    return Standing(
        therapy=slug,
        status=_word(entry, "status", STATUSES) or "active",
        cycle=_whole(entry, "cycle"),
        cycle_day=_whole(entry, "cycle_day"),
        days_since_start=_whole(entry, "days_since_start"),
        days_since_infusion=_whole(entry, "days_since_infusion"),
        infusing=infusing,
        hours_since_infusion_end=_hours(entry.get("hours_since_infusion_end")),
        ended_days_ago=_whole(entry, "ended_days_ago"),
        days_since_transplant=_whole(entry, "days_since_transplant"),
        route=_word(entry, "route", ROUTES),
    )


def _reported(entry: dict[str, Any]) -> SymptomReport:
    symptoms = catalogue().symptoms
    slug = _one_of(entry.get("slug"), symptoms, "symptom")
    severity = _word(entry, "severity", SEVERITIES)
    temperature = entry.get("temp")
    if temperature is not None and symptoms[slug].kind != "temperature":
        raise CaseError(f"“{slug}” has no temperature")
    return SymptomReport(
        symptom=slug,
        severity=SEVERITIES[severity] if severity else None,
        temperature=None if temperature is None else _number(temperature, "temp"),
        unit=_word(entry, "unit", ("C", "F")),
    )


def _word(entry: dict[str, Any], key: str, known: Any) -> str | None:
    return None if entry.get(key) is None else _one_of(entry[key], known, key)


def _one_of(value: Any, known: Any, kind: str) -> str:
    if not isinstance(value, str) or value not in known:
        raise CaseError(f"“{value}” is not a known {kind}")
    return value


def _number(value: Any, key: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise CaseError(f"{key} is a number, not “{value}”")
    number = Decimal(value)
    if not -MAX_NUMBER < number < MAX_NUMBER:
        raise CaseError(f"{key} cannot be that large")
    return number


def _whole(entry: dict[str, Any], key: str) -> int | None:
    if entry.get(key) is None:
        return None
    number = _number(entry[key], key)
    if number != number.to_integral_value():
        raise CaseError(f"{key} is a whole number, not “{number}”")
    return int(number)


def _hours(value: Any) -> float | None:
    if value is None:
        return None
    hours = float(_number(value, "hours_since_infusion_end"))
    if hours < 0:
        raise CaseError(f"hours_since_infusion_end cannot be {value}")
    return hours


def _fever_from(text: str | None) -> Decimal | None:
    """Read the family's fever line in °C, with a point or a comma; empty means none."""
    if not text or not text.strip():
        return None
    try:
        line = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        line = Decimal("nan")
    if not line.is_finite():
        raise CaseError(f"fever_from_c is a number, not “{text}”")
    return line
