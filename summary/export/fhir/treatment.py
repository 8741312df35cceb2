"""What is given: courses, their doses, what happened to the pump, and medicines as needed."""

from collections.abc import Iterator
from datetime import date

from diary.judging.holds import hold_among
from diary.models import Course, Dose
from summary.export import Records, Row
from summary.export.fhir.parts import (
    Resource,
    coding,
    concept,
    extension,
    extensions,
    full,
    instant,
    local,
    ref,
    resource,
    string,
    text,
    when,
    whole,
)
from therapies.catalogue import catalogue

NAMELESS = "without a name"
ON_HOLD = "on-hold"
ORDERED = "On hold, ordered by the team"
DOSE = {
    Dose.Status.GIVEN: "completed",
    Dose.Status.LATE: "completed",
    Dose.Status.MISSED: "not-done",
}


def courses(found: Records) -> Iterator[Resource]:
    for one in found.courses:
        yield _course(found, one)
        for dose in one.doses:
            yield _dose(found, one, dose)
        for event in one.pump_events:
            yield _pump_event(found, event)


def _course(found: Records, one: Row) -> Resource:
    """A transplant is not a medicine; all others are."""
    period = None
    if one.is_dated:
        period = full(start=one.started.isoformat(), end=one.ended and one.ended.isoformat())
    plan = one.bag_plan
    said = extensions(
        kind=string(one.kind),
        day_chosen=None if one.is_dated else {"valueDate": one.started.isoformat()},
        withdrawn=when(one.withdrawn),
        bag_due=when(plan.due) if plan else None,
        bag_hours=whole(plan.every_hours) if plan else None,
    )
    cycles = [extension("cycle", extension=_cycle(cycle)) for cycle in one.cycles]
    holds = [extension("hold", extension=_hold(hold)) for hold in one.holds]
    common = full(id=str(one.id), extension=[*said, *cycles, *holds])
    common["subject"] = ref("Patient", found.patient.id)
    if one.kind == Course.Kind.TRANSPLANT:
        status = "entered-in-error" if one.withdrawn else "unknown"
        code = {"code": concept(words=one.name), "status": status}
        return full(resourceType="Procedure", **common, **code, performedPeriod=period)
    return full(
        resourceType="MedicationStatement",
        **common,
        status=_status(found, one),
        statusReason=_why(found, one),
        medicationCodeableConcept=_medicine(one.therapy, one.name),
        effectivePeriod=period,
        dateAsserted=instant(one.created),
    )


def _cycle(cycle: Row) -> list[Resource]:
    return extensions(
        id=string(str(cycle.id)),
        number=whole(cycle.number),
        started={"valueDate": cycle.started.isoformat()},
    )


def _hold(hold: Row) -> list[Resource]:
    return extensions(
        id=string(str(hold.id)),
        started={"valueDate": hold.started.isoformat()},
        ended={"valueDate": hold.ended.isoformat()} if hold.ended else None,
        reason=string(hold.reason),
        by={"valueReference": ref("RelatedPerson", hold.by)},
        recorded=when(hold.recorded),
        withdrawn=when(hold.withdrawn),
    )


def _on_hold(one: Row, day: date) -> Row | None:
    return hold_among(one.holds, one.ended, day)


def _why(found: Records, one: Row) -> list[Resource]:
    hold = _on_hold(one, found.period.last)
    is_on_hold = hold is not None and _status(found, one) == ON_HOLD
    return [concept(words=_hold_words(hold))] if hold and is_on_hold else []


def _hold_words(hold: Row) -> str:
    reason = text(hold.reason)
    return f"{ORDERED}: {reason}" if reason else ORDERED


def _status(found: Records, one: Row) -> str:
    """As it stood on the last day of the period."""
    last = found.period.last
    if one.withdrawn:
        return "entered-in-error"
    if one.started > last:
        return "intended"
    if one.ended and one.ended < last:
        return "completed"
    return ON_HOLD if _on_hold(one, last) else "active"


def _medicine(therapy: str, name: str) -> Resource:
    known = catalogue().therapies.get(therapy)
    words = text(name) or (known.name if known else therapy) or NAMELESS
    return concept(coding("therapy", therapy, words) if therapy else None, words=words)


def _dose(found: Records, course: Row, dose: Row) -> Resource:
    """What was given or missed; one that is only planned is a statement of what is intended."""
    common = full(
        id=str(dose.id),
        extension=extensions(
            kind=string(dose.kind),
            status=string(dose.status),
            precision=string(dose.precision),
            local_day={"valueDate": dose.local_day.isoformat()},
        ),
        subject=ref("Patient", found.patient.id),
        medicationCodeableConcept=_medicine(course.therapy, course.name),
        **_effective(dose, found.patient.zone),
    )
    kind = "Procedure" if course.kind == Course.Kind.TRANSPLANT else "MedicationStatement"
    if dose.status == Dose.Status.PLANNED:
        status = "entered-in-error" if course.withdrawn else "intended"
        return full(
            resourceType="MedicationStatement",
            **common,
            status=status,
            derivedFrom=[ref(kind, course.id)],
        )
    is_running = dose.ended is None and dose.kind != Dose.Kind.TABLET
    status = "in-progress" if is_running else DOSE[Dose.Status(dose.status)]
    return full(
        resourceType="MedicationAdministration",
        **common,
        status="entered-in-error" if course.withdrawn else status,
        statusReason=_why_not(course, dose),
        supportingInformation=[ref(kind, course.id)],
    )


def _why_not(course: Row, dose: Row) -> list[Resource]:
    """Tablets that were marked as missed on a day on hold were not to be taken."""
    hold = _on_hold(course, dose.local_day)
    is_missed = dose.status == Dose.Status.MISSED
    return [concept(words=_hold_words(hold))] if hold and is_missed else []


def _effective(dose: Row, zone: str) -> Resource:
    """The day alone where no more is known."""
    if dose.precision == Dose.Precision.DAY:
        return {"effectiveDateTime": dose.local_day.isoformat()}
    end = local(dose.ended, zone) if dose.ended else None
    return {"effectivePeriod": full(start=local(dose.started, zone), end=end)}


def _pump_event(found: Records, event: Row) -> Resource:
    return resource(
        "Observation",
        event.id,
        extension=extensions(
            taken_back=when(event.taken_back),
            due_before=when(event.due_before),
        ),
        status="entered-in-error" if event.taken_back else "final",
        code=concept(coding("pump-event", event.kind)),
        subject=ref("Patient", found.patient.id),
        effectiveDateTime=local(event.at, event.zone),
        performer=[ref("RelatedPerson", event.by)],
        valueBoolean=True,
    )


def medicines(found: Records) -> Iterator[Resource]:
    for one in found.medicines:
        known = catalogue().medicines.get(one.medicine)
        words = text(one.name) or (known.name if known else one.medicine) or NAMELESS
        code = coding("medicine", one.medicine, words) if one.medicine else None
        yield resource(
            "MedicationAdministration",
            one.id,
            extension=extensions(
                next_hours=whole(one.next_hours),
                recorded=when(one.recorded),
                withdrawn=when(one.withdrawn),
            ),
            status="entered-in-error" if one.withdrawn else "completed",
            medicationCodeableConcept=concept(code, words=words),
            subject=ref("Patient", found.patient.id),
            effectiveDateTime=local(one.at, found.patient.zone),
            performer=[{"actor": ref("RelatedPerson", one.by)}],
            dosage={"text": text(one.amount)} if text(one.amount) else None,
        )
