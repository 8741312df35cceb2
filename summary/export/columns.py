"""Which rows and columns of the database are handed over, in their order, and why others are not.

It is read from the models, once for every format: JSON and its schema, CSV, FHIR, and the import.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, make_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from django.db import models

from accounts.models import Patient
from diary import models as diary

Column: TypeAlias = "models.Field[Any, Any]"

# A table, or one column of it, that is not handed over, and why.
LEFT_OUT = {
    "accounts.User": "An account is not part of a diary; its name is, where it wrote something.",
    "accounts.Patient.owner": "The owner exports it, and whoever brings it in owns it there.",
    "accounts.Patient.tint": "A colour that the server gives out in turn, nothing anybody said.",
    "accounts.Invitation": "An offer that ends after a week, with somebody else's address.",
    "accounts.Patient.erase_due": "When this server deletes it; where it is brought in, never.",
    "accounts.Patient.of_age_at": "This server works it out from the birth and its own setting.",
    "accounts.Patient.age_told": "When a mail said so; no part of the diary.",
    "accounts.Patient.handed_over": "The log says that the diary became the patient’s own.",
    "accounts.AgeChoice": "A wish for a day to come, for nobody else to see; the log has the deed.",
    "accounts.Erasure": "When something was asked to be deleted: an id and moments, no content.",
    "accounts.Eraser": "A latch of the database; nothing is ever kept in it.",
    "accounts.AuditEntry": "The log says what of it is about people, numbers, card and treatment.",
    "accounts.Visit": "The log says who opened the diary, and when.",
    "diary.TeamChange": "What the owner may take back by one tap; the log says who changed it.",
    "diary.DutyPlan": "Whom of the people with an account here this server tells next.",
    "diary.DutyTurn": "Who was on duty among the people here; the log says who handed over.",
    "diary.Finding.patient": "Whose it is follows from the check-in that it hangs below.",
    "diary.Call.patient": "Whose it is follows from the check-in that it hangs below.",
    "diary.PhotoConsent": "A choice about this server, made anew where a diary is brought in.",
    "diary.Picture": "What is said of a photo is in the file; its picture stays where it is kept.",
    "reminders.Reminder": "What one person wants to hear from this server; set anew elsewhere.",
    "reminders.QuietHours": "When one person wants to hear nothing from this server.",
    "reminders.Message": "When this server reminded somebody; it is forgotten after 30 days.",
    "reminders.Feed": "The address of a calendar, by this server; a way in is never handed over.",
    "reminders.Heartbeat": "When a worker of this server was last round; nothing of a person.",
    "summary.ClinicLink": "Who outside may look, by this server; a way in is never handed over.",
    "summary.Choice": "How one reader wants the pages of a summary; it is not part of the diary.",
    "diary.HeldFile": "A file that waits for a yes, for an hour; it is in no diary yet.",
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
# By the names that the models give to what hangs below them.
BELOW: dict[type[models.Model], tuple[str, ...]] = {
    diary.Course: ("cycles", "doses", "bag_plan", "pump_events", "holds"),
    diary.Appointment: ("notes",),
    diary.Question: ("answers",),
    diary.CheckIn: ("versions", "calls", "photos"),
    diary.Version: ("reports", "findings", "private_note"),
    diary.Photo: ("removal",),
}
OF_A_PATIENT = (
    "shares", "courses", "medicines", "weights", "contacts", "card", "emergency_note",
    "own_symptoms", "appointments", "questions", "check_ins", "looks",
)  # fmt: skip
# Rows that a column holds as a list, and what each of them says.
IN_A_COLUMN = {
    "citations": ("source", "heading", "title", "publisher", "date"),
    "answers": ("item", "asked", "answer"),
}
# Who wrote a row stands before the first of these, or else after the moment of the row.
AFTER_BY = ("created", "recorded", "written", "changed", "told_by", "taken_back")
TYPES: dict[type[Column], type[Any]] = {
    models.CharField: str,
    models.TextField: str,
    models.UUIDField: UUID,
    models.BooleanField: bool,
    models.PositiveSmallIntegerField: int,
    models.DecimalField: Decimal,
    models.DateTimeField: datetime,
    models.DateField: date,
    models.TimeField: time,
    models.JSONField: list,
}


def type_of(column: Column) -> type[Any]:
    """Return the type of what stands in a column; of a row that is meant, that of its id."""
    held: Any = column.target_field if isinstance(column, models.ForeignKey) else column
    return next(found for known, found in TYPES.items() if isinstance(held, known))


@dataclass(frozen=True, slots=True, eq=False)
class RowKind:
    """One kind of row. Its rows are plain values by the names of its parts (`row`): `by` and `user`
    hold the id of an author, times are aware and in UTC, and a number has the digits that were
    typed. `parent` is the column by which a row hangs below another."""

    name: str
    columns: dict[str, Column]
    below: dict[str, "RowKind"] = field(default_factory=dict)
    model: type[models.Model] | None = None
    parent: str = ""
    is_many: bool = True
    row: type[Any] = field(init=False)

    def __post_init__(self) -> None:
        made = make_dataclass(self.name, self.parts, frozen=True, slots=True)
        object.__setattr__(self, "row", made)

    @property
    def parts(self) -> "dict[str, Column | RowKind]":
        """All that stands in a row, in the order of the file."""
        return {**self.columns, **self.below}

    @property
    def tables(self) -> "list[RowKind]":
        """The rows below that are tables of the database."""
        return [one for one in self.below.values() if one.model]

    @property
    def is_optional(self) -> bool:
        return bool(self.parent) and not self.is_many

    def held(self, rows: Iterable[Any]) -> Any:
        """Return rows as the row above holds them."""
        return tuple(rows) if self.is_many else next(iter(rows), None)


def _columns(model: type[models.Model], parent: str) -> dict[str, Column]:
    known: dict[str, Column] = {
        column.name: column
        for column in model._meta.concrete_fields
        if column.name not in (parent, "kept_by")
        and column is not model._meta.auto_field
        and str(column) not in LEFT_OUT
    }
    if "by" not in known:
        return known
    names = [name for name in known if name != "by"]
    moment = "at" if "at" in names else "added"
    before = next((name for name in names if name in AFTER_BY), None)
    names.insert(names.index(before) if before else names.index(moment) + 1, "by")
    return {name: known[name] for name in names}


def _below(above: type[models.Model], name: str) -> RowKind:
    """Return the kind of row that hangs below a table under this name, and all below it."""
    relation: Any = above._meta.get_field(name)
    model, parent = relation.related_model, relation.field.name
    columns = _columns(model, parent)
    below = {one: _in_a_column(one) for one in columns if one in IN_A_COLUMN}
    below |= {one: _below(model, one) for one in BELOW.get(model, ())}
    return RowKind(name, columns, below, model, parent, is_many=not relation.one_to_one)


def _in_a_column(name: str) -> RowKind:
    return RowKind(name, {said: models.CharField(max_length=500) for said in IN_A_COLUMN[name]})


DAYS: dict[str, Column] = {"first": models.DateField(), "last": models.DateField()}
PATIENT = RowKind("patient", _columns(Patient, ""), model=Patient, is_many=False)
# The days that were asked for. A file of everything reaches to the day it was made.
PERIOD = RowKind("period", {**DAYS, "is_everything": models.BooleanField()}, is_many=False)
# Whoever wrote in the diary, or may see it. The id holds within this one diary only.
AUTHOR = RowKind("authors", _columns(diary.KeptAuthor, "patient"), model=diary.KeptAuthor)
TABLES = tuple(_below(Patient, name) for name in OF_A_PATIENT)
# Days in a row on which nothing was logged. It never means that there was nothing.
GAP = RowKind("gaps", DAYS)
# Who looked, took something along or changed something; never what it says.
LOG = RowKind(
    "log",
    {
        "at": models.DateTimeField(),
        "who": models.CharField(max_length=254),
        "action": models.CharField(max_length=40),
        "whom": models.CharField(max_length=254, blank=True),
    },
)
ROWS = (PATIENT, PERIOD, AUTHOR, *TABLES, GAP, LOG)
RECORDS = RowKind("records", {}, {one.name: one for one in ROWS})
