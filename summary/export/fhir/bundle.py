"""The diary as one FHIR R4 bundle. The same diary gives the same bytes."""

import json
from collections.abc import Iterator, Mapping
from uuid import UUID, uuid5

from diary.models import Call, CheckIn, PumpEvent, Report, Version
from summary.export import Records
from summary.export.fhir.check_ins import check_in, looks
from summary.export.fhir.parts import Resource, full, resource, system, text
from summary.export.fhir.people import authors, gaps, patient, weights
from summary.export.fhir.treatment import courses, medicines
from therapies.catalogue import catalogue


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


def own_codes() -> Iterator[Resource]:
    """The diary's own codes and what they mean, so that the bundle explains itself."""
    for name, concepts in _systems().items():
        url = system(name)
        yield resource(
            "CodeSystem",
            UUID(url.removeprefix("urn:uuid:")),
            url=url,
            name="Diary" + "".join(part.title() for part in name.split("-")),
            title=f"Side-effect diary: {name.replace('-', ' ')}",
            status="active",
            caseSensitive=True,
            content="complete",
            concept=[full(code=code, display=text(words)) for code, words in concepts.items()],
        )


def _systems() -> dict[str, Mapping[str, str]]:
    known = catalogue()
    return {
        "symptom": {slug: one.label for slug, one in known.reportable.items()},
        "answer": dict(Report.Answer.choices),
        "going": dict(Report.Going.choices),
        "course": {"began": "Since", "going": "Going on"},
        "kind": dict(Version.Kind.choices),
        "told-by": dict(CheckIn.ToldBy.choices),
        "therapy": {slug: one.name for slug, one in known.therapies.items()},
        "medicine": {slug: one.name for slug, one in known.medicines.items()},
        "level": {slug: one.word for slug, one in known.levels.items()},
        "rule": {rule.id: rule.plain for rule in known.rules.rules},
        "outcome": dict(Call.Outcome.choices),
        "pump-event": dict(PumpEvent.Kind.choices),
        "role": {"author": "writes in this diary"},
        "record": {"not-logged": "Nothing was logged on these days"},
    }
