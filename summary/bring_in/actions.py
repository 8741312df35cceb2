"""Writes a diary that came as a file into a patient of its own: all of it, or nothing.

Every row gets a new id, made from the new patient's and the old one, so that no id of the file can
be told from one that is taken here, and nothing here is ever read or changed by it. Findings are
kept as they were; what this diary's rules find besides is only added.
"""

import re
from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.actions import create_patient
from accounts.models import Patient, Share, User, write_audit
from diary.check_ins.actions import reassess
from diary.models import HeldFile, KeptAuthor, Photo, PhotoRemoval
from summary.bring_in.checks import misfits, unlike
from summary.bring_in.read import At, Problem, Said, UnreadableFile, where
from summary.export.columns import TABLES, RowKind

BATCH = 500
# As SQLite and as PostgreSQL name the rule that a row breaks.
CHECK = re.compile(r'check constraint (?:failed: |")(\w+)', re.IGNORECASE)
NO_PICTURE = "The picture was not in the imported file"


def check(said: Said, *, by: User) -> None:
    """Bring it in as a trial and take it back. Raises UnreadableFile."""
    with transaction.atomic():
        _Filing(said, by, is_self=False).file()
        transaction.set_rollback(True)


@transaction.atomic
def bring_in(said: Said, *, is_self: bool, by: User, file: HeldFile | None = None) -> Patient:
    """Make the diary of a new patient from what `bring_in.read` read. Raises UnreadableFile.

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
        self.data, self.by, self.is_self = said, by, is_self
        self.now = timezone.now()
        self.rows: dict[Any, list[tuple[Any, At]]] = defaultdict(list)  # parents come first
        self.ids: dict[Any, dict[str, UUID]] = defaultdict(dict)
        self.problems: list[Problem] = []

    def file(self) -> Patient:
        for at, what in misfits(self.data, self.now):
            self._wrong(at, what)
        self._stop_at_problems()
        self.patient = self._patient()
        self._authors()
        for kind in TABLES:
            if kind.model is not Share:  # a file gives nobody access
                self._rows(kind, self.data, (), self.patient)
        self._remove_photos()
        self._stop_at_problems()
        for model, rows in self.rows.items():
            _insert(model, rows)
        return self.patient

    def _patient(self) -> Patient:
        said = dict(self.data["patient"])
        created, _ = said.pop("created"), said.pop("id")
        patient = create_patient(by=self.by, **{**said, "is_self": self.is_self})
        patient.created = datetime.fromisoformat(created)
        patient.save(update_fields=["created"])
        return patient

    def _authors(self) -> None:
        authors = [
            KeptAuthor(
                id=self._new_id(KeptAuthor, author["id"], ("authors", n, "id")),
                patient=self.patient,
                name=author["name"],
            )
            for n, author in enumerate(self.data["authors"])
        ]
        self._stop_at_problems()
        KeptAuthor.objects.bulk_create(authors, batch_size=BATCH)

    def _rows(self, kind: RowKind, above: Said, at: At, parent: models.Model) -> None:
        """Make the rows of one kind that hang below a row, and all that hangs below each."""
        held, here = above[kind.name], (*at, kind.name)
        rows = [((*here, n), one) for n, one in enumerate(held)] if kind.is_many else [(here, held)]
        for place, said in rows:
            if said is not None:
                row = self._row(kind, said, place, parent)
                for below in kind.tables:
                    self._rows(below, said, place, row)

    def _row(self, kind: RowKind, said: Said, at: At, parent: models.Model) -> Any:
        model: Any = kind.model
        row = model(**{kind.parent: parent})
        for name, column in kind.columns.items():
            here = (*at, name)
            if name == "id":
                row.pk = self._new_id(model, said["id"], here)
            elif column.related_model is User:
                row.by, row.kept_by_id = self.by, self._known(KeptAuthor, said[name], here)
            elif column.related_model is not None:
                known = self._known(column.related_model, said[name], here)
                setattr(row, column.attname, known)
            else:
                setattr(row, name, self._value(column, said[name], here))
        self.rows[model].append((row, at))
        return row

    def _remove_photos(self) -> None:
        """A photo without its picture is one that was removed; what is said of it stays."""
        removed = {row.pk for row, _ in self.rows[PhotoRemoval]}
        self.rows[PhotoRemoval] += [
            (PhotoRemoval(photo_id=row.pk, reason=NO_PICTURE, at=self.now, by=self.by), at)
            for row, at in self.rows[Photo]
            if row.pk not in removed
        ]

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

    def _new_id(self, model: Any, old: str, at: At) -> UUID:
        if old in self.ids[model]:
            self._wrong(at, "The same id is there twice.")
        return self.ids[model].setdefault(old, uuid5(self.patient.pk, old))

    def _known(self, model: Any, old: str | None, at: At) -> UUID | None:
        """Return the new id of a row of this file; what is not in the file cannot be meant."""
        if old is not None and old not in self.ids[model]:
            self._wrong(at, "Nothing in this file has that id.")
        return self.ids[model].get(old or "")

    def _wrong(self, at: At, what: str) -> None:
        self.problems.append(Problem(where(at), what))

    def _stop_at_problems(self) -> None:
        if self.problems:
            raise UnreadableFile(self.problems)


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
            raise UnreadableFile([Problem(where(at), _rule(str(error)))]) from None
    raise UnreadableFile([Problem("the file", "Its parts do not fit together.")])


def _rule(error: str) -> str:
    """Return a broken rule in words: the names of the rules are words already."""
    if said := CHECK.search(error):
        return f"This breaks a rule of the diary: {said[1].replace('_', ' ')}."
    return "The same thing is there twice."
