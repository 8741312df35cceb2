"""The diary as one FHIR R4 bundle. The same diary gives the same bytes."""

import json
from collections.abc import Iterator
from uuid import uuid5

from summary.export import Records
from summary.export.fhir.check_ins import check_in
from summary.export.fhir.looks import looks
from summary.export.fhir.own_codes import own_codes
from summary.export.fhir.parts import Resource
from summary.export.fhir.people import authors, gaps, patient, weights
from summary.export.fhir.treatment import courses, medicines


def as_fhir(found: Records) -> bytes:
    """Return the file, with one line for each resource."""
    key = uuid5(found.patient.id, "bundle")
    head = f'{{"resourceType":"Bundle","id":"{key}","type":"collection","entry":[\n'
    entries = ",\n".join(_line(one) for one in resources(found))
    return f"{head}{entries}\n]}}\n".encode()


def resources(found: Records) -> Iterator[Resource]:
    yield patient(found)
    yield from authors(found)
    yield from own_codes()
    yield from courses(found)
    yield from medicines(found)
    yield from weights(found)
    for one in found.check_ins:
        yield from check_in(found, one)
    yield from looks(found)
    yield from gaps(found)


def _line(one: Resource) -> str:
    entry = {"fullUrl": f"urn:uuid:{one['id']}", "resource": one}
    return json.dumps(entry, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
