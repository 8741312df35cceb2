"""A check-in: every version of it as it was answered, what was reported, found and done; and the
daily look at the nervous system, as it was asked and answered."""

from collections.abc import Iterator
from uuid import UUID, uuid5

from diary.judging.fever import measured_words, saved_line_of
from diary.models import Call, Version
from summary.export import Records, Row
from summary.export.fhir.parts import (
    CATEGORY,
    HL7,
    Resource,
    coding,
    concept,
    extension,
    extensions,
    full,
    instant,
    local,
    number,
    quantity,
    ref,
    resource,
    shared,
    string,
    system,
    text,
    when,
    whole,
)
from therapies.catalogue import catalogue
from therapies.rulebook import Level

OPERATION = f"{HL7}/v3-DataOperation"
PARTICIPANT = f"{HL7}/provenance-participant-type"


def check_in(found: Records, one: Row) -> Iterator[Resource]:
    for version in one.versions:
        key = uuid5(one.id, f"version {version.number}")
        observations = list(_observations(found, one, version, key))
        yield _answers(found, one, version, key)
        yield from observations
        yield from _flags(found, one, version)
        yield _provenance(one, version, key, observations)
    for call in one.calls:
        yield _call(found, one, call)


def _counts(one: Row, version: Row) -> bool:
    return version is one.versions[-1] and version.kind != Version.Kind.REMOVED


def _answers(found: Records, one: Row, version: Row, key: UUID) -> Resource:
    """What no longer counts is "entered in error", and stays."""
    status = "amended" if version.number > 1 else "completed"
    line = version.fever_line_c
    return resource(
        "QuestionnaireResponse",
        key,
        extension=extensions(
            fever_line_c={"valueDecimal": number(line)} if line is not None else None,
            received=when(one.received),
            zone=string(one.zone),
        ),
        identifier={"system": system("check-in"), "value": str(one.id)},
        questionnaire=system("questionnaire check-in"),
        status=status if _counts(one, version) else "entered-in-error",
        subject=ref("Patient", found.patient.id),
        authored=instant(version.at),
        author=ref("RelatedPerson", version.by),
        item=[
            _item("version", "Version", {"valueInteger": version.number}),
            _item("kind", "What was saved", {"valueCoding": coding("kind", version.kind)}),
            _item("at", "About", {"valueDateTime": local(one.at, one.zone)}),
            _item("told-by", "Told by", {"valueCoding": coding("told-by", one.told_by)}),
            *(
                [_item("note", "Note", {"valueString": text(version.note)})]
                * bool(text(version.note))
            ),
            *(_report_item(report) for report in version.reports),
        ],
    )


def _item(link: str, words: str, answer: Resource, *below: Resource) -> Resource:
    return {"linkId": link, "text": words, "answer": [full(**answer, item=list(below))]}


def _report_item(report: Row) -> Resource:
    link = f"symptom/{report.symptom}"
    words = text(report.own_name) or _label(report)
    if report.temperature is not None:
        return _item(link, words, {"valueQuantity": quantity(report.temperature, report.unit)})
    below = []
    if report.began:
        below.append(_item(f"{link}/began", "Since", {"valueDate": report.began.isoformat()}))
    if report.going:
        going = coding("going", report.going)
        below.append(_item(f"{link}/going", "Going on", {"valueCoding": going}))
    return _item(link, words, {"valueCoding": coding("answer", report.answer)}, *below)


def _label(report: Row) -> str:
    return catalogue().reportable[report.symptom].label


def _observations(found: Records, one: Row, version: Row, key: UUID) -> Iterator[Resource]:
    status = "corrected" if version.number > 1 else "final"
    for place, report in enumerate(version.reports, start=1):
        is_reading = report.temperature is not None
        counts_as = measured_words(report, saved_line=saved_line_of(version))
        category = {"system": CATEGORY, "code": "vital-signs" if is_reading else "survey"}
        yield resource(
            "Observation",
            uuid5(key, f"report {place}"),
            status=status if _counts(one, version) else "entered-in-error",
            category=[{"coding": [category]}],
            code=concept(
                _known_code(report),
                coding("symptom", report.symptom, _label(report)),
                words=report.own_name or _label(report),
            ),
            subject=ref("Patient", found.patient.id),
            effectiveDateTime=local(one.at, one.zone),
            issued=instant(version.at),
            performer=[ref("RelatedPerson", version.by)],
            derivedFrom=[ref("QuestionnaireResponse", key)],
            component=list(_course_of(report)),
            interpretation=[concept(words=counts_as)] if counts_as else None,
            **_value(report),
        )


def _known_code(report: Row) -> Resource | None:
    """Never with a "no": whoever reads only the code would take it for there."""
    code = catalogue().codes.of(report.symptom, report.answer)
    return shared(code) if code else None


def _value(report: Row) -> Resource:
    if report.temperature is not None:
        return {"valueQuantity": quantity(report.temperature, report.unit)}
    known = catalogue().codes.answers.get(report.answer)
    own = coding("answer", report.answer, report.answer)
    return {"valueCodeableConcept": concept(shared(known) if known else None, own)}


def _course_of(report: Row) -> Iterator[Resource]:
    if report.began:
        code = concept(coding("course", "began", "Since"))
        yield {"code": code, "valueDateTime": report.began.isoformat()}
    if report.going:
        code = concept(coding("course", "going", "Going on"))
        yield {"code": code, "valueCodeableConcept": concept(coding("going", report.going))}


def _flags(found: Records, one: Row, version: Row) -> Iterator[Resource]:
    """A finding stands whatever is corrected later. It is active while it is urgent and nobody has
    closed it, and again once it got worse; all others are of their day."""
    closed = [call.recorded for call in one.calls if call.outcome == Call.Outcome.CLOSED]
    worse = [call.recorded for call in one.calls if call.outcome == Call.Outcome.WORSE]
    is_worse = bool(worse) and (not closed or max(worse) >= max(closed))
    for place, finding in enumerate(version.findings, start=1):
        is_closed = not is_worse and any(moment >= finding.found for moment in closed)
        is_active = finding.level == Level.URGENT.slug and not is_closed
        yield resource(
            "Flag",
            uuid5(one.id, f"version {version.number} finding {place}"),
            extension=[
                *extensions(
                    version=whole(version.number),
                    check_in=string(str(one.id)),
                    symptom=string(finding.symptom),
                    therapy=string(finding.therapy),
                    group=string(finding.group),
                    basis=string(finding.basis),
                    call_first=string(finding.call_first),
                    catalogue=string(finding.catalogue_hash),
                    found=when(finding.found),
                    course=string(str(finding.course or "")),
                ),
                *(extension("citation", **_cited(cited)) for cited in finding.citations),
            ],
            status="active" if is_active else "inactive",
            category=[concept(coding("level", finding.level))],
            code=concept(coding("rule", finding.rule), words=finding.wording),
            subject=ref("Patient", found.patient.id),
            period={"start": local(one.at, one.zone)},
        )


def _cited(cited: Row) -> Resource:
    said = (cited.publisher, cited.title, cited.heading, cited.date)
    return {"valueString": text("; ".join(filter(None, said))) or cited.source}


def _provenance(one: Row, version: Row, key: UUID, observations: list[Resource]) -> Resource:
    """Who saved this version, when and why, and which one it took the place of."""
    operation = "CREATE" if version.number == 1 else "UPDATE"
    if version.kind == Version.Kind.REMOVED:
        operation = "DELETE"
    before = uuid5(one.id, f"version {version.number - 1}")
    author = {"system": PARTICIPANT, "code": "author"}
    targets = [ref("Observation", UUID(str(o["id"]))) for o in observations]
    return resource(
        "Provenance",
        uuid5(key, "provenance"),
        target=[ref("QuestionnaireResponse", key), *targets],
        recorded=instant(version.at),
        reason=[concept(words=version.reason)] if text(version.reason) else None,
        activity={"coding": [{"system": OPERATION, "code": operation}]},
        agent=[{"type": {"coding": [author]}, "who": ref("RelatedPerson", version.by)}],
        entity=[{"role": "revision", "what": ref("QuestionnaireResponse", before)}]
        if version.number > 1
        else None,
    )


def _call(found: Records, one: Row, call: Row) -> Resource:
    """A call, or what was said on the card. One that nobody answered is not done."""
    unanswered = call.outcome == Call.Outcome.NO_ANSWER
    first = uuid5(one.id, "version 1")
    return resource(
        "Communication",
        call.id,
        extension=extensions(
            whom=string(call.whom),
            recorded=when(call.recorded),
            measure_at=when(call.measure_at),
        ),
        status="not-done" if unanswered else "completed",
        category=[concept(coding("outcome", call.outcome, Call.Outcome(call.outcome).label))],
        subject=ref("Patient", found.patient.id),
        about=[ref("QuestionnaireResponse", first)],
        sent=local(call.at, one.zone),
        sender=ref("RelatedPerson", call.by),
        reasonCode=[concept(words=call.reason)] if text(call.reason) else None,
        payload=[{"contentString": text(call.advice)}] if text(call.advice) else None,
    )


def looks(found: Records) -> Iterator[Resource]:
    for one in found.looks:
        yield resource(
            "QuestionnaireResponse",
            one.id,
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
            item=list(_look_items(one)),
        )


def _look_items(one: Row) -> Iterator[Resource]:
    """What was not answered is asked all the same, without an answer."""
    told = {"valueCoding": coding("told-by", one.told_by)}
    yield {"linkId": "told-by", "text": "Told by", "answer": [told]}
    for said in one.answers:
        answer = [{"valueCoding": coding("answer", said.answer)}] if said.answer else []
        yield full(linkId=f"look/{said.item}", text=text(said.asked), answer=answer)
    if text(one.sentence):
        typed = {"valueString": text(one.sentence)}
        yield {"linkId": "sentence", "text": "The sentence as it was typed", "answer": [typed]}
