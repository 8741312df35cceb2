"""The daily look at the nervous system, as it was asked and answered."""

from collections.abc import Iterator

from summary.export import Records, Row
from summary.export.fhir.parts import (
    Resource,
    coding,
    extensions,
    full,
    local,
    ref,
    string,
    system,
    text,
)


def looks(found: Records) -> Iterator[Resource]:
    for one in found.looks:
        yield full(
            resourceType="QuestionnaireResponse",
            id=str(one.id),
            extension=extensions(
                zone=string(one.zone),
                check_in=string(str(one.check_in or "")),
                drawn={"valueBoolean": True} if one.strokes else None,
            ),
            questionnaire=system(f"questionnaire look {one.which}"),
            status="completed",
            subject=ref("Patient", found.patient.id),
            authored=local(one.at, one.zone),
            author=ref("RelatedPerson", one.by),
            item=list(_items(one)),
        )


def _items(one: Row) -> Iterator[Resource]:
    """What was not answered is asked all the same, without an answer."""
    told = {"valueCoding": coding("told-by", one.told_by)}
    yield {"linkId": "told-by", "text": "Told by", "answer": [told]}
    for said in one.answers:
        answer = [{"valueCoding": coding("answer", said.answer)}] if said.answer else []
        yield full(linkId=f"look/{said.item}", text=text(said.asked), answer=answer)
    if text(one.sentence):
        typed = {"valueString": text(one.sentence)}
        yield {"linkId": "sentence", "text": "The sentence as it was typed", "answer": [typed]}
