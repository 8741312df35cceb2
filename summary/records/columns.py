"""Which table each kind of row stands for, and what of the database is not handed over, and why."""

from dataclasses import fields
from typing import Any

from django.db.models import Field, Model

from accounts import models as people
from diary import models as diary
from summary.records import shapes

TABLES: dict[type[Any], type[Model]] = {
    shapes.Patient: people.Patient,
    shapes.Share: people.Share,
    shapes.Course: diary.Course,
    shapes.Cycle: diary.Cycle,
    shapes.Dose: diary.Dose,
    shapes.BagPlan: diary.BagPlan,
    shapes.PumpEvent: diary.PumpEvent,
    shapes.Medicine: diary.Medicine,
    shapes.Contact: diary.Contact,
    shapes.FamilyCard: diary.FamilyCard,
    shapes.OwnSymptom: diary.OwnSymptom,
    shapes.Question: diary.Question,
    shapes.CheckIn: diary.CheckIn,
    shapes.Version: diary.Version,
    shapes.Report: diary.Report,
    shapes.Finding: diary.Finding,
    shapes.Call: diary.Call,
    shapes.Look: diary.Look,
}


def columns(shape: type[Any]) -> dict[str, "Field[Any, Any]"]:
    """Return the columns of a kind of row by name; what hangs below it is no column."""
    known = {field.name: field for field in TABLES[shape]._meta.concrete_fields}
    return {field.name: known[field.name] for field in fields(shape) if field.name in known}
