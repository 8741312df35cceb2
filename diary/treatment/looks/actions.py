"""The daily look is kept as it was answered; what differed goes the way of every check-in."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Patient, User, write_audit
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import CheckInData, ReportData
from diary.core.days import local_day
from diary.core.errors import Conflict
from diary.models import CheckIn, Look, Version
from diary.treatment.looks.strokes import Strokes
from therapies.catalogue import catalogue
from therapies.catalogue.shapes_home import LookItem, LookList
from therapies.rulebook import Severity

NO = "no"
RANK = {severity.slug: severity for severity in Severity}


class LookData(NamedTuple):
    """`answers` are by item; what is missing there was not answered."""

    id: UUID
    look: LookList
    told_by: str
    answers: Mapping[str, str]
    strokes: Strokes
    sentence: str


@transaction.atomic
def record_look(patient: Patient, data: LookData, *, by: User) -> Look:
    """Save a look. Any difference is recorded as a check-in and judged like every other one.

    Sending the same again gives the same look; raises Conflict where the id is taken by another.
    """
    items = catalogue().home.items_of(data.look.slug)
    answers = [
        {"item": item.slug, "asked": item.asked, "answer": data.answers.get(item.slug, "")}
        for item in items
    ]
    if (known := Look.objects.filter(pk=data.id).first()) is not None:
        said = (known.patient_id, known.answers, known.strokes, known.sentence, known.told_by)
        if said != (patient.pk, answers, data.strokes, data.sentence, data.told_by):
            raise Conflict
        return known
    now = timezone.now()
    look = Look.objects.create(
        id=data.id,
        patient=patient,
        which=data.look.slug,
        at=now,
        zone=patient.zone,
        local_day=local_day(now, patient.tz),
        by=by,
        told_by=data.told_by,
        answers=answers,
        strokes=data.strokes,
        sentence=data.sentence,
        check_in=_report(patient, data, items, by),
    )
    write_audit("record look", look, patient=patient, by=by)
    return look


def _report(
    patient: Patient, data: LookData, items: Sequence[LookItem], by: User
) -> CheckIn | None:
    """Record every symptom that a difference means, at the worst it was called."""
    different = [item for item in items if data.answers.get(item.slug, NO) != NO]
    if not different:
        return None
    worst: dict[str, str] = {}
    for item in different:
        both = [data.answers[item.slug], *filter(None, [worst.get(item.means)])]
        worst[item.means] = max(both, key=RANK.__getitem__)
    labels = catalogue().home.look_answers
    lines = [f"{item.asked}: {labels[data.answers[item.slug]].label}" for item in different]
    now = timezone.now()
    reports = tuple(ReportData(symptom, severity) for symptom, severity in worst.items())
    return record_check_in(
        patient,
        CheckInData(
            id=data.id,
            at=now,
            told_by=data.told_by,
            kind=Version.Kind.SYMPTOMS,
            note="\n".join(["One-minute check, different from usual:", *lines]),
            reports=reports,
            received=now,
        ),
        by=by,
    )
