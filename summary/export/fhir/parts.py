"""What every resource is made of: ids, references, codes, times, and the texts that may stand in
them."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from therapies.catalogue import catalogue
from therapies.catalogue.codes import AnswerCode, Code, MeasureCode

Resource = dict[str, Any]

# From this the names of the diary's own code systems are made: the same on every server.
ROOT = UUID("6f4f9c3e-52d5-4b5e-9d3a-0d6f0c9b7a51")
UCUM = "http://unitsofmeasure.org"
UNITS = {
    "C": ("°C", "Cel"),
    "F": ("°F", "[degF]"),
    "kg": ("kg", "kg"),
    "lb": ("lb", "[lb_av]"),
}
HL7 = "http://terminology.hl7.org/CodeSystem"
CATEGORY = f"{HL7}/observation-category"
PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n\r"}


@cache
def system(name: str) -> str:
    """Return the address of one of the diary's own code systems or extensions."""
    return f"urn:uuid:{uuid5(ROOT, name)}"


def coding(name: str, code: str, display: str = "") -> Resource:
    return full(system=system(name), code=code, display=text(display))


def concept(*codings: Resource | None, words: str = "") -> Resource:
    return full(coding=[one for one in codings if one], text=text(words))


def shared(known: Code | AnswerCode | MeasureCode) -> Resource:
    """Return a code of one of the vocabularies that hospitals share."""
    vocabulary = catalogue().codes.vocabularies[known.vocabulary].system
    return {"system": vocabulary, "code": known.code, "display": known.display}


def extension(name: str, **value: Any) -> Resource:
    return {"url": system(f"extension {name}"), **value}


def extensions(**found: Resource | None) -> list[Resource]:
    """Return an extension for each name with something in it; a mark becomes a blank."""
    return [extension(name.replace("_", "-"), **value) for name, value in found.items() if value]


def string(value: str) -> Resource | None:
    return {"valueString": text(value)} if text(value) else None


def when(at: datetime | None) -> Resource | None:
    return {"valueInstant": instant(at)} if at else None


def whole(value: int | None) -> Resource | None:
    return {"valueInteger": value} if value is not None else None


def full(**values: Any) -> Resource:
    """Return what holds something: FHIR has no empty text, list or nothing."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def resource(kind: str, key: UUID, **values: Any) -> Resource:
    return full(resourceType=kind, id=str(key), **values)


def text(value: str) -> str:
    """Return a text as FHIR allows it: control characters as their pictures, blanks alone as
    nothing. (The JSON and the CSV keep them as they are.)"""
    return value.translate(PICTURES) if value.strip() else ""


def ref(kind: str, key: UUID) -> Resource:
    """References are by the address that the entry has in the bundle."""
    return {"reference": f"urn:uuid:{key}", "type": kind}


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def local(at: datetime, zone: str) -> str:
    """Return a moment on the clock of its zone, with what that clock is from UTC."""
    return at.astimezone(ZoneInfo(zone)).isoformat()


def number(value: Decimal) -> float:
    """With at most a few decimals, a float prints as the digits that were typed."""
    return float(value)


def quantity(value: Decimal, unit: str) -> Resource:
    words, code = UNITS[unit]
    return {"value": number(value), "unit": words, "system": UCUM, "code": code}
