"""The diary's own codes and what they mean, so that the bundle explains itself."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from diary.models import Call, CheckIn, PumpEvent, Report, Version
from summary.export.fhir.parts import Resource, full, system, text
from therapies.catalogue import catalogue


def own_codes() -> Iterator[Resource]:
    for name, concepts in _systems().items():
        url = system(name)
        yield full(
            resourceType="CodeSystem",
            id=str(UUID(url.removeprefix("urn:uuid:"))),
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
