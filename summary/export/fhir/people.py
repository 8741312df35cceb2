"""Whose diary it is and what they weigh, who wrote in it, and the days on which nobody did."""

from collections.abc import Iterator
from uuid import uuid5

from summary.export import Records
from summary.export.fhir.parts import (
    CATEGORY,
    HL7,
    Resource,
    coding,
    concept,
    extensions,
    full,
    instant,
    quantity,
    ref,
    resource,
    shared,
    text,
    when,
)
from therapies.catalogue import catalogue

ABSENT = f"{HL7}/data-absent-reason"


def patient(found: Records) -> Resource:
    one = found.patient
    return resource(
        "Patient",
        one.id,
        name=[full(text=text(name)) for name in (one.name, one.latin_name) if name],
        birthDate=f"{one.birth_year:04}-{one.birth_month:02}",
        address=[full(country=one.country)],
    )


def weights(found: Records) -> Iterator[Resource]:
    """As they were typed."""
    known = catalogue().codes.measures["weight"]
    for one in found.weights:
        yield resource(
            "Observation",
            one.id,
            extension=extensions(withdrawn=when(one.withdrawn)),
            status="entered-in-error" if one.withdrawn else "final",
            category=[{"coding": [{"system": CATEGORY, "code": "vital-signs"}]}],
            code={"coding": [shared(known)], "text": known.display},
            subject=ref("Patient", found.patient.id),
            effectiveDateTime=one.day.isoformat(),
            issued=instant(one.recorded),
            performer=[ref("RelatedPerson", one.by)],
            valueQuantity=quantity(one.value, one.unit),
        )


def authors(found: Records) -> Iterator[Resource]:
    """Who wrote is not who is meant: even the patient's own account is one that wrote."""
    for one in found.authors:
        yield resource(
            "RelatedPerson",
            one.id,
            patient=ref("Patient", found.patient.id),
            relationship=[concept(coding("role", "author", "writes in this diary"))],
            name=[full(text=text(one.name) or "not named")],
        )


def gaps(found: Records) -> Iterator[Resource]:
    """Days without an entry: nothing was observed, and it does not say that there was nothing."""
    for gap in found.gaps:
        yield resource(
            "Observation",
            uuid5(found.patient.id, f"gap {gap.first} {gap.last}"),
            status="final",
            code=concept(coding("record", "not-logged", "Nothing was logged on these days")),
            subject=ref("Patient", found.patient.id),
            effectivePeriod={"start": gap.first.isoformat(), "end": gap.last.isoformat()},
            dataAbsentReason={"coding": [{"system": ABSENT, "code": "not-performed"}]},
        )
