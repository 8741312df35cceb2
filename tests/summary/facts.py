"""What the database says about a diary, as plain facts to compare a parsed file with.

Read from the tables themselves and not through `summary.export`, so that a row that is forgotten
there is missed here. A format's test parses its file back into the same tuples, kind by kind:
moments in UTC as ISO text, days as ISO text, numbers as they were typed, authors by name, "" for
nothing. What hangs below something begins with what it hangs below: an answer with the moment of
its check-in and the number of its version, a dose with the name of its course.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import Patient
from diary.history.timeline import gaps, timeline
from diary.models import (
    Answer,
    AppointmentNote,
    Call,
    Cycle,
    Dose,
    Finding,
    Hold,
    Photo,
    PumpEvent,
    Report,
    Version,
)

Fact = tuple[str, ...]
Facts = dict[str, Counter[Fact]]
COLUMNS = {
    "check-in": "at zone local_day received by told_by",
    "version": "number kind note at by reason",
    "answer": "symptom own_name answer began going",
    "reading": "temperature unit",
    "finding": "rule level group basis symptom therapy wording",
    "call": "outcome whom at advice measure_at reason by",
    "course": "kind therapy name started ended is_dated withdrawn",
    "cycle": "number started",
    "dose": "kind status precision started ended local_day",
    "hold": "started ended reason by recorded withdrawn",
    "pump event": "kind at zone local_day by taken_back",
    "weight": "day value unit by withdrawn",
    "medicine": "medicine name amount at next_hours by withdrawn",
    "appointment": "day clock zone whom place state by created",
    "appointment note": "kind text by written withdrawn",
    "question": "text by created answered",
    "answer to a question": "text whom by written",
    "photo": "kind note width height added by",
    "own symptom": "name kind by",
    "contact": "kind label number",
    "look": "which at zone local_day by told_by sentence",
}


def text(value: Any) -> str:
    """Return a value as it stands in a fact."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        whole, _, part = f"{value:f}".partition(".")
        return f"{whole}.{part.rstrip('0') or '0'}"
    return str(value)


def fact(*values: Any) -> Fact:
    return tuple(map(text, values))


def facts_of(patient: Patient) -> Facts:
    """Return the facts of everything in one diary, by kind."""
    versions = Version.objects.filter(check_in__patient=patient).select_related("check_in")
    deep = {"version__check_in__patient": patient}
    reports = Report.objects.filter(**deep).select_related("version__check_in")
    findings = Finding.objects.filter(**deep).select_related("version__check_in")
    calls = Call.objects.filter(check_in__patient=patient).select_related("check_in")
    notes = AppointmentNote.objects.filter(appointment__patient=patient)
    answers = Answer.objects.filter(question__patient=patient)
    photos = Photo.objects.filter(check_in__patient=patient)
    of_course = {"course__patient": patient}
    rows: dict[str, Iterable[tuple[Any, Iterable[Any]]]] = {
        "check-in": ((row, ()) for row in patient.check_ins.all()),
        "version": ((row, (row.check_in.at,)) for row in versions),
        "answer": ((row, _version(row)) for row in reports.exclude(answer="reading")),
        "reading": ((row, _version(row)) for row in reports.filter(answer="reading")),
        "finding": ((row, _version(row)) for row in findings),
        "call": ((row, (row.check_in.at,)) for row in calls),
        "course": ((row, ()) for row in patient.courses.all()),
        "cycle": ((row, (row.course,)) for row in Cycle.objects.filter(**of_course)),
        "dose": ((row, (row.course,)) for row in Dose.objects.filter(**of_course)),
        "hold": ((row, (row.course,)) for row in Hold.objects.filter(**of_course)),
        "pump event": ((row, (row.course,)) for row in PumpEvent.objects.filter(**of_course)),
        "weight": ((row, ()) for row in patient.weights.all()),
        "medicine": ((row, ()) for row in patient.medicines.all()),
        "appointment": ((row, ()) for row in patient.appointments.all()),
        "appointment note": ((row, (row.appointment.day,)) for row in notes),
        "question": ((row, ()) for row in patient.questions.all()),
        "answer to a question": ((row, (row.question.text,)) for row in answers),
        "photo": ((row, (row.check_in.at,)) for row in photos),
        "own symptom": ((row, ()) for row in patient.own_symptoms.all()),
        "contact": ((row, ()) for row in patient.contacts.all()),
        "look": ((row, ()) for row in patient.looks.all()),
    }
    return {kind: Counter(_fact(kind, row, above) for row, above in rows[kind]) for kind in rows}


def gaps_of(patient: Patient, first: date, last: date) -> Counter[Fact]:
    """Return the runs of days not logged, as the history has them."""
    return Counter(fact(run.first, run.last) for run in gaps(timeline(patient, first, last).days))


def _fact(kind: str, row: Any, above: Iterable[Any]) -> Fact:
    names = ("author" if name == "by" else name for name in COLUMNS[kind].split())
    return fact(*above, *(getattr(row, name) for name in names))


def _version(row: Any) -> tuple[datetime, int]:
    return row.version.check_in.at, row.version.number
