"""Weight, as it was typed."""

from collections.abc import Iterator

from summary.export import Records
from summary.export.fhir.check_ins import CATEGORY
from summary.export.fhir.parts import Resource, extensions, full, instant, quantity, ref, when
from therapies.catalogue import catalogue


def weights(found: Records) -> Iterator[Resource]:
    codes = catalogue().codes
    known = codes.measures["weight"]
    code = {
        "system": codes.vocabularies[known.vocabulary].system,
        "code": known.code,
        "display": known.display,
    }
    for one in found.weights:
        yield full(
            resourceType="Observation",
            id=str(one.id),
            extension=extensions(withdrawn=when(one.withdrawn)),
            status="entered-in-error" if one.withdrawn else "final",
            category=[{"coding": [{"system": CATEGORY, "code": "vital-signs"}]}],
            code={"coding": [code], "text": known.display},
            subject=ref("Patient", found.patient.id),
            effectiveDateTime=one.day.isoformat(),
            issued=instant(one.recorded),
            performer=[ref("RelatedPerson", one.by)],
            valueQuantity=quantity(one.value, one.unit),
        )
