"""Reads the tables back as README.txt says, and the database as the tables should."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID, uuid5

from django.db.models import F

from accounts import models as people
from diary import models as diary
from summary.export.as_csv import ESCAPED, MARK, dictionary
from summary.export.columns import AUTHOR, PATIENT, TABLES, RowKind

WHAT = {
    "courses": (diary.Course, "patient", {}),
    "course_cycles": (diary.Cycle, "course__patient", {"course": "course_id"}),
    "course_doses": (diary.Dose, "course__patient", {"course": "course_id"}),
    "course_holds": (diary.Hold, "course__patient", {"course": "course_id"}),
    "course_bag_plan": (diary.BagPlan, "course__patient", {"course": "course_id"}),
    "course_pump_events": (diary.PumpEvent, "course__patient", {"course": "course_id"}),
    "medicines": (diary.Medicine, "patient", {}),
    "weights": (diary.Weight, "patient", {}),
    "contacts": (diary.Contact, "patient", {}),
    "card": (diary.FamilyCard, "patient", {}),
    "own_symptoms": (diary.OwnSymptom, "patient", {}),
    "questions": (diary.Question, "patient", {}),
    "shares": (people.Share, "patient", {}),
    "check_ins": (diary.CheckIn, "patient", {}),
    "check_in_versions": (diary.Version, "check_in__patient", {"check_in": "check_in_id"}),
    "check_in_calls": (diary.Call, "check_in__patient", {"check_in": "check_in_id"}),
    "version_reports": (
        diary.Report,
        "version__check_in__patient",
        {"check_in": "version__check_in_id", "version": "version__number"},
    ),
    "version_findings": (
        diary.Finding,
        "version__check_in__patient",
        {"check_in": "version__check_in_id", "version": "version__number"},
    ),
    "looks": (diary.Look, "patient", {}),
    "appointments": (diary.Appointment, "patient", {}),
    "appointment_notes": (
        diary.AppointmentNote,
        "appointment__patient",
        {"appointment": "appointment_id"},
    ),
    "question_answers": (diary.Answer, "question__patient", {"question": "question_id"}),
    "check_in_photos": (diary.Photo, "check_in__patient", {"check_in": "check_in_id"}),
    "photo_removal": (
        diary.PhotoRemoval,
        "photo__check_in__patient",
        {"check_in": "photo__check_in_id", "photo": "photo_id"},
    ),
}
KEYS = {"course", "check_in", "version", "appointment", "question", "photo"}


def every(kinds: Iterable[RowKind]) -> Iterator[RowKind]:
    """Yield every kind of row that is a table, with those below it."""
    for kind in kinds:
        yield kind
        yield from every(kind.tables)


COLUMNS = {kind.model: list(kind.columns) for kind in every((PATIENT, AUTHOR, *TABLES))}


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


def plain(cell: str) -> str:
    """Return what was guarded, as README.txt says."""
    if cell.startswith(ESCAPED):
        parts = cell.removeprefix(ESCAPED).split("\\\\")
        return "\\".join(part.replace("\\0", "\0") for part in parts)
    return cell.removeprefix(MARK)


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
    model, mine, keys = WHAT[table]
    names = [n for n in COLUMNS[model] if n != "citations" and n not in ("answers", "strokes")]
    rows = model.objects.filter(**{mine: patient}).annotate(
        **{f"key_{key}": F(path) for key, path in keys.items()}
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
    model, _, keys = WHAT[table]
    names = [n for n in COLUMNS[model] if n != "citations" and n not in ("answers", "strokes")]
    wanted = [*names, *keys]
    return Counter(frozenset((n, as_key(n, line[n])) for n in wanted) for line in lines)


def as_key(name: str, value):
    return str(value) if name in KEYS and value is not None else value
