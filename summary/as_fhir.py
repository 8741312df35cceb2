"""The diary as one FHIR R4 bundle. The same diary gives the same bytes."""

import json
from collections.abc import Iterator
from uuid import uuid5

from summary.fhir.check_ins import check_in
from summary.fhir.looks import looks
from summary.fhir.own_codes import own_codes
from summary.fhir.parts import Resource
from summary.fhir.people import authors, gaps, patient
from summary.fhir.treatment import courses, medicines
from summary.fhir.weights import weights
from summary.records import Records


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
