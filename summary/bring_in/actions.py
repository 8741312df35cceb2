"""Writes a diary that came as a file into a patient of its own: all of it, or nothing.

Every row gets a new id, made from the new patient's and the old one, so that no id of the file can
be told from one that is taken here, and nothing here is ever read or changed by it. Findings are
kept as they were; what this diary's rules find besides is only added.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.actions import create_patient
from accounts.audit import write_audit
from accounts.models import Patient, User
from diary.check_ins.actions import reassess
from diary.models import HeldFile, KeptAuthor, PhotoRemoval
from summary.bring_in.checks import misfits, unlike
from summary.bring_in.read import Problem, Unreadable, where
from summary.export import shapes
from summary.export.columns import TABLES, columns

BATCH = 500
# Parents before what hangs below them.
ORDER = (
    shapes.Contact,
    shapes.FamilyCard,
    shapes.EmergencyNote,
    shapes.OwnSymptom,
    shapes.Appointment,
    shapes.AppointmentNote,
    shapes.Question,
    shapes.Answer,
    shapes.Medicine,
    shapes.Weight,
    shapes.Course,
    shapes.Cycle,
    shapes.Dose,
    shapes.Hold,
    shapes.BagPlan,
    shapes.PumpEvent,
    shapes.CheckIn,
    shapes.Version,
    shapes.Report,
    shapes.Finding,
    shapes.Call,
    shapes.Photo,
    shapes.PhotoRemoval,
    shapes.Look,
)
REFERS = {
    "course": shapes.Course,
    "check_in": shapes.CheckIn,
    "appointment": shapes.Appointment,
}
NO_PICTURE = "The picture was not in the file that was brought in"
Said = dict[str, Any]
At = tuple[str | int, ...]


def check(said: Said, *, by: User) -> None:
    """Bring it in as a trial and take it back. Raises Unreadable."""
    with transaction.atomic():
        _Filing(said, by, is_self=False).file()
        transaction.set_rollback(True)


@transaction.atomic
def bring_in(said: Said, *, is_self: bool, by: User, file: HeldFile | None = None) -> Patient:
    """Make the diary of a new patient from what `summary.bring_in.read` read. Raises Unreadable.

    A held file is used up: of two taps, the second raises HeldFile.DoesNotExist.
    """
    if file is not None and not HeldFile.objects.filter(pk=file.pk).delete()[0]:
        raise HeldFile.DoesNotExist
    is_self = is_self and not by.patients.filter(is_self=True).exists()
    patient = _Filing(said, by, is_self=is_self).file()
    write_audit("bring in diary", patient, patient=patient, by=by)
    first = patient.check_ins.aggregate(first=models.Min("local_day"))["first"]
    if first is not None:
        reassess(patient, since=first, by=by)
    return patient


class _Filing:
    def __init__(self, said: Said, by: User, *, is_self: bool) -> None:
        self.said, self.by, self.is_self = said, by, is_self
        self.now = timezone.now()
        self.rows: dict[type[Any], list[tuple[models.Model, At]]] = defaultdict(list)
        self.ids: dict[type[Any], dict[str, UUID]] = defaultdict(dict)
        self.problems: list[Problem] = []

    def file(self) -> Patient:
        self.problems += misfits(self.said, self.now)
        self._stop_at_problems()
        self.patient = self._patient()
        self._authors()
        self._each(shapes.Contact, self.said, (), "contacts", patient=self.patient)
        self._each(shapes.OwnSymptom, self.said, (), "own_symptoms", patient=self.patient)
        self._appointments()
        self._each(shapes.Medicine, self.said, (), "medicines", patient=self.patient)
        self._each(shapes.Weight, self.said, (), "weights", patient=self.patient)
        if self.said["card"] is not None:
            self._row(shapes.FamilyCard, self.said["card"], ("card",), patient=self.patient)
        if self.said["emergency_note"] is not None:
            note = self.said["emergency_note"]
            self._row(shapes.EmergencyNote, note, ("emergency_note",), patient=self.patient)
        self._courses()
        self._check_ins()
        self._each(shapes.Look, self.said, (), "looks", patient=self.patient)
        self._stop_at_problems()
        for shape in ORDER:
            _insert(TABLES[shape], self.rows[shape])
        return self.patient

    def _patient(self) -> Patient:
        said = dict(self.said["patient"])
        created, _ = said.pop("created"), said.pop("id")
        patient = create_patient(by=self.by, **{**said, "is_self": self.is_self})
        patient.created = datetime.fromisoformat(created)
        patient.save(update_fields=["created"])
        return patient

    def _authors(self) -> None:
        authors = [
            KeptAuthor(
                id=self._new_id(shapes.Author, author["id"], ("authors", n, "id")),
                patient=self.patient,
                name=author["name"],
            )
            for n, author in enumerate(self.said["authors"])
        ]
        self._stop_at_problems()
        KeptAuthor.objects.bulk_create(authors, batch_size=BATCH)

    def _courses(self) -> None:
        for n, said in enumerate(self.said["courses"]):
            at: At = ("courses", n)
            course = self._row(shapes.Course, said, at, patient=self.patient)
            self._each(shapes.Cycle, said, at, "cycles", course=course)
            self._each(shapes.Dose, said, at, "doses", course=course)
            self._each(shapes.PumpEvent, said, at, "pump_events", course=course)
            self._each(shapes.Hold, said, at, "holds", course=course)
            if said["bag_plan"] is not None:
                self._row(shapes.BagPlan, said["bag_plan"], (*at, "bag_plan"), course=course)

    def _check_ins(self) -> None:
        for n, said in enumerate(self.said["check_ins"]):
            at: At = ("check_ins", n)
            check_in = self._row(shapes.CheckIn, said, at, patient=self.patient)
            self._each(shapes.Call, said, at, "calls", check_in=check_in)
            for number, photo in enumerate(said["photos"]):
                self._photo(photo, (*at, "photos", number), check_in)
            for number, version in enumerate(said["versions"]):
                here: At = (*at, "versions", number)
                row = self._row(shapes.Version, version, here, check_in=check_in)
                self._each(shapes.Report, version, here, "reports", version=row)
                self._each(shapes.Finding, version, here, "findings", version=row)

    def _photo(self, said: Said, at: At, check_in: models.Model) -> None:
        """A photo without its picture is one that was removed; what is said of it stays."""
        photo = self._row(shapes.Photo, said, at, check_in=check_in)
        if said["removal"] is not None:
            self._row(shapes.PhotoRemoval, said["removal"], (*at, "removal"), photo=photo)
        else:
            gone = PhotoRemoval(photo_id=photo.pk, reason=NO_PICTURE, at=self.now, by=self.by)
            self.rows[shapes.PhotoRemoval].append((gone, at))

    def _appointments(self) -> None:
        for n, said in enumerate(self.said["appointments"]):
            at: At = ("appointments", n)
            appointment = self._row(shapes.Appointment, said, at, patient=self.patient)
            self._each(shapes.AppointmentNote, said, at, "notes", appointment=appointment)
        for n, said in enumerate(self.said["questions"]):
            at = ("questions", n)
            question = self._row(shapes.Question, said, at, patient=self.patient)
            self._each(shapes.Answer, said, at, "answers", question=question)

    def _each(self, shape: type[Any], above: Said, at: At, name: str, **parent: Any) -> None:
        for n, said in enumerate(above[name]):
            self._row(shape, said, (*at, name, n), **parent)

    def _row(self, shape: type[Any], said: Said, at: At, **parent: Any) -> models.Model:
        row = TABLES[shape](**parent)
        for name, column in columns(shape).items():
            here = (*at, name)
            if name == "id":
                row.pk = self._new_id(shape, said["id"], here)
            elif column.related_model is User:
                row.by, row.kept_by_id = self.by, self._known(shapes.Author, said[name], here)  # type: ignore[attr-defined]
            elif column.related_model is not None:
                setattr(row, column.attname, self._known(REFERS[name], said[name], here))
            else:
                setattr(row, name, self._value(column, said[name], here))
        self.rows[shape].append((row, at))
        return row

    def _value(self, column: Any, value: Any, at: At) -> Any:
        try:
            found = column.to_python(value)
        except ValidationError:
            found, why = None, "There is no such day or number."
        else:
            why = unlike(column, found, self.now)
        if why:
            self._wrong(at, why)
        return found

    def _new_id(self, shape: type[Any], old: str, at: At) -> UUID:
        if old in self.ids[shape]:
            self._wrong(at, "The same id stands there twice.")
        return self.ids[shape].setdefault(old, uuid5(self.patient.pk, old))

    def _known(self, shape: type[Any], old: str | None, at: At) -> UUID | None:
        """Return the new id of a row of this file; what is not in the file cannot be meant."""
        if old is not None and old not in self.ids[shape]:
            self._wrong(at, "Nothing in this file has that id.")
        return self.ids[shape].get(old or "")

    def _wrong(self, at: At, what: str) -> None:
        self.problems.append(Problem(where(at), what))

    def _stop_at_problems(self) -> None:
        if self.problems:
            raise Unreadable(self.problems)


def _insert(model: type[models.Model], rows: list[tuple[models.Model, At]]) -> None:
    """Store the rows; where the database refuses one of them, find out which."""
    try:
        with transaction.atomic():
            model._default_manager.bulk_create((row for row, _ in rows), batch_size=BATCH)
    except IntegrityError:
        _insert_singly(model, rows)


def _insert_singly(model: type[models.Model], rows: list[tuple[models.Model, At]]) -> None:
    for row, at in rows:
        if model._meta.auto_field is not None:
            row.pk = None
        row._state.adding = True
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise Unreadable([Problem(where(at), _rule(str(error)))]) from None
    raise Unreadable([Problem("the file", "Its parts do not fit together.")])


def _rule(error: str) -> str:
    """Return a broken rule in words: the names of the rules are words already."""
    kind, _, name = error.partition(" constraint failed: ")
    if kind == "CHECK":
        return f"This breaks a rule of the diary: {name.replace('_', ' ')}."
    return "The same thing stands there twice."
