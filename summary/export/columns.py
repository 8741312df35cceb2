"""Which table each kind of row stands for, and what of the database is not handed over, and why."""

from dataclasses import fields
from typing import Any

from django.db.models import Field, Model

from accounts import models as people
from diary import models as diary
from summary.export import shapes

TABLES: dict[type[Any], type[Model]] = {
    shapes.Patient: people.Patient,
    shapes.Share: people.Share,
    shapes.Course: diary.Course,
    shapes.Cycle: diary.Cycle,
    shapes.Dose: diary.Dose,
    shapes.Hold: diary.Hold,
    shapes.BagPlan: diary.BagPlan,
    shapes.PumpEvent: diary.PumpEvent,
    shapes.Medicine: diary.Medicine,
    shapes.Weight: diary.Weight,
    shapes.Contact: diary.Contact,
    shapes.FamilyCard: diary.FamilyCard,
    shapes.EmergencyNote: diary.EmergencyNote,
    shapes.OwnSymptom: diary.OwnSymptom,
    shapes.Appointment: diary.Appointment,
    shapes.AppointmentNote: diary.AppointmentNote,
    shapes.Question: diary.Question,
    shapes.Answer: diary.Answer,
    shapes.CheckIn: diary.CheckIn,
    shapes.Version: diary.Version,
    shapes.Report: diary.Report,
    shapes.Finding: diary.Finding,
    shapes.Call: diary.Call,
    shapes.Photo: diary.Photo,
    shapes.PhotoRemoval: diary.PhotoRemoval,
    shapes.Look: diary.Look,
}


def columns(shape: type[Any]) -> dict[str, "Field[Any, Any]"]:
    """Return the columns of a kind of row by name; what hangs below it is no column."""
    known = {field.name: field for field in TABLES[shape]._meta.concrete_fields}
    return {field.name: known[field.name] for field in fields(shape) if field.name in known}


# A table, or one column of it, that is not handed over, and why.
LEFT_OUT = {
    "accounts.User": "An account is no part of a diary; its name is, where it wrote something.",
    "accounts.Patient.owner": "The owner exports it, and whoever brings it in owns it there.",
    "accounts.Patient.tint": "A colour that the server gives out in turn, nothing anybody said.",
    "accounts.Invitation": "An offer that ends after a week, with somebody else's address.",
    "accounts.AuditEntry": (
        "How this server was used, which the next export would change; it is no part of the diary."
    ),
    "diary.PhotoConsent": "A choice about this server, made anew where a diary is brought in.",
    "diary.Picture": "What is said of a photo is in the file; its picture stays where it is kept.",
    "summary.Choice": "How one reader wants the pages of a summary; it is no part of the diary.",
    "diary.HeldFile": "A file that waits for a yes, for an hour; it is in no diary yet.",
    "diary.KeptAuthor": "Handed over as the authors, each with the id and the name kept here.",
}
# In every table: what a row says by the place where it stands.
BY_PLACE = {
    "patient": "It is in the file of this patient.",
    "course": "It stands below its treatment.",
    "check_in": "It stands below its check-in.",
    "version": "It stands below its version.",
    "appointment": "It stands below its appointment.",
    "question": "It stands below its question.",
    "photo": "It stands below its photo.",
    "id": "A number that no other row names; its place in the list says as much.",
    "kept_by": "It is what “by” says, where there is one.",
}
