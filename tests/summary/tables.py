"""Reads the tables back as README.txt says, and the database as the tables should."""

import csv
import io
import zipfile
from collections import Counter
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID, uuid5

from django.db.models import F

from accounts import models as people
from diary import models as diary
from summary.export import shapes
from summary.export.as_csv import dictionary, plain
from summary.export.columns import columns

WHAT = {
    "courses": (shapes.Course, "patient", {}),
    "course_cycles": (shapes.Cycle, "course__patient", {"course": "course_id"}),
    "course_doses": (shapes.Dose, "course__patient", {"course": "course_id"}),
    "course_holds": (shapes.Hold, "course__patient", {"course": "course_id"}),
    "course_bag_plan": (shapes.BagPlan, "course__patient", {"course": "course_id"}),
    "course_pump_events": (shapes.PumpEvent, "course__patient", {"course": "course_id"}),
    "medicines": (shapes.Medicine, "patient", {}),
    "weights": (shapes.Weight, "patient", {}),
    "contacts": (shapes.Contact, "patient", {}),
    "card": (shapes.FamilyCard, "patient", {}),
    "own_symptoms": (shapes.OwnSymptom, "patient", {}),
    "questions": (shapes.Question, "patient", {}),
    "shares": (shapes.Share, "patient", {}),
    "check_ins": (shapes.CheckIn, "patient", {}),
    "check_in_versions": (shapes.Version, "check_in__patient", {"check_in": "check_in_id"}),
    "check_in_calls": (shapes.Call, "check_in__patient", {"check_in": "check_in_id"}),
    "version_reports": (
        shapes.Report,
        "version__check_in__patient",
        {"check_in": "version__check_in_id", "version": "version__number"},
    ),
    "version_findings": (
        shapes.Finding,
        "version__check_in__patient",
        {"check_in": "version__check_in_id", "version": "version__number"},
    ),
    "looks": (shapes.Look, "patient", {}),
    "appointments": (shapes.Appointment, "patient", {}),
    "appointment_notes": (
        shapes.AppointmentNote,
        "appointment__patient",
        {"appointment": "appointment_id"},
    ),
    "question_answers": (shapes.Answer, "question__patient", {"question": "question_id"}),
    "check_in_photos": (shapes.Photo, "check_in__patient", {"check_in": "check_in_id"}),
    "photo_removal": (
        shapes.PhotoRemoval,
        "photo__check_in__patient",
        {"check_in": "photo__check_in_id", "photo": "photo_id"},
    ),
}
MODELS = {
    "courses": diary.Course, "course_cycles": diary.Cycle, "course_doses": diary.Dose,
    "course_holds": diary.Hold, "course_bag_plan": diary.BagPlan,
    "course_pump_events": diary.PumpEvent,
    "medicines": diary.Medicine, "weights": diary.Weight,
    "contacts": diary.Contact, "card": diary.FamilyCard,
    "own_symptoms": diary.OwnSymptom, "questions": diary.Question, "shares": people.Share,
    "check_ins": diary.CheckIn, "check_in_versions": diary.Version, "check_in_calls": diary.Call,
    "version_reports": diary.Report, "version_findings": diary.Finding, "looks": diary.Look,
    "appointments": diary.Appointment, "appointment_notes": diary.AppointmentNote,
    "question_answers": diary.Answer, "check_in_photos": diary.Photo,
    "photo_removal": diary.PhotoRemoval,
}  # fmt: skip
KEYS = {"course", "check_in", "version", "appointment", "question", "photo"}


def files_in(raw: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(raw)) as folder:
        return {name: folder.read(name).decode("utf-8-sig") for name in folder.namelist()}


KINDS = {(table, column): kind for table, column, kind, *_ in dictionary()}


def read_back(raw: bytes) -> dict[str, list[dict[str, object]]]:
    """Read the tables as README.txt and dictionary.csv say."""
    found = {}
    for name, text in files_in(raw).items():
        if name in ("README.txt", "dictionary.csv"):
            continue
        table = name.removesuffix(".csv")
        lines = csv.DictReader(io.StringIO(text, newline=""))
        found[table] = [
            {column: value_of(cell, KINDS[table, column]) for column, cell in line.items()}
            for line in lines
        ]
    return found


def value_of(cell: str, kind: str):
    if kind == "text":
        return plain(cell)
    if cell == "":
        return None
    match kind:
        case "number":
            return Decimal(cell)
        case "time of day":
            return time.fromisoformat(cell)
        case "day":
            return date.fromisoformat(cell)
        case "moment" | "local moment":
            return datetime.fromisoformat(cell)
        case "yes or no":
            return {"true": True, "false": False}[cell]
        case "id":
            return UUID(cell)
    return cell


def stored(patient, table: str) -> Counter:
    """Return what the database says of one table, as the file should."""
    shape, mine, keys = WHAT[table]
    names = [n for n in columns(shape) if n != "citations" and n not in ("answers", "strokes")]
    rows = (
        MODELS[table]
        .objects.filter(**{mine: patient})
        .annotate(**{f"key_{key}": F(path) for key, path in keys.items()})
    )
    return Counter(
        frozenset(
            [(n, as_said(patient, n, v)) for n, v in zip(names, row[: len(names)], strict=True)]
            + [
                (key, as_said(patient, key, v))
                for key, v in zip(keys, row[len(names) :], strict=True)
            ]
        )
        for row in rows.values_list(*names, *(f"key_{key}" for key in keys))
    )


def as_said(patient, name: str, value):
    if name in ("by", "user"):
        return uuid5(patient.pk, str(value))
    if name in KEYS:
        return as_key(name, value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return Decimal(value) if is_number else value


def said(patient, table: str, lines) -> Counter:
    shape, _, keys = WHAT[table]
    names = [n for n in columns(shape) if n != "citations" and n not in ("answers", "strokes")]
    wanted = [*names, *keys]
    return Counter(frozenset((n, as_key(n, line[n])) for n in wanted) for line in lines)


def as_key(name: str, value):
    return str(value) if name in KEYS and value is not None else value
