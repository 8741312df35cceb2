"""Reads one diary as data: the same few queries for a month as for ten years."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Q
from django.utils import timezone

from accounts import models as people
from diary.appointments.periods import latest_day
from diary.core.days import DAY, local_day, start_of
from diary.core.words import degrees
from diary.history.timeline import began_on, not_logged
from summary.export import shapes
from summary.export.columns import TABLES, columns
from summary.export.shapes import Records

# A list in a column is a list of these.
PARTS = {"citations": shapes.Cited, "answers": shapes.LookAnswer}


def records(
    patient: people.Patient,
    first: date | None = None,
    last: date | None = None,
    *,
    now: datetime | None = None,
) -> Records:
    """Return what is handed over as data: of the days from `first` to `last`, or everything.

    Who the patient is, treatment with its cycles and holds, numbers, card, own symptoms and
    questions are in it whichever days are asked for; doses where any part lies in these days.
    """
    return _Reader(patient, first, last, now or timezone.now()).records()


class _Reader:
    def __init__(
        self, patient: people.Patient, first: date | None, last: date | None, now: datetime
    ) -> None:
        self.patient = patient
        self.is_everything = first is None and last is None
        self.today = local_day(now, patient.tz)
        self.began = began_on(patient)
        self.first = first or min(self.began, self.today)
        self.last = last or max(self.first, latest_day(patient, self.today))
        self.users: set[UUID] = set()

    def records(self) -> Records:
        check_ins = self._check_ins()
        looks = self._mine(shapes.Look, self._days(), "at")
        cards = self._mine(shapes.FamilyCard, Q())
        notes = self._mine(shapes.EmergencyNote, Q())
        found: dict[str, Any] = {
            "shares": self._mine(shapes.Share, Q(), "accepted"),
            "courses": self._courses(),
            "medicines": self._mine(shapes.Medicine, self._moments("at"), "at"),
            "weights": self._mine(shapes.Weight, self._days("day"), "day"),
            "contacts": self._mine(shapes.Contact, Q(), "kind"),
            "card": cards[0] if cards else None,
            "emergency_note": notes[0] if notes else None,
            "own_symptoms": self._mine(shapes.OwnSymptom, Q(), "created"),
            "appointments": self._above(
                shapes.Appointment,
                ("day", "clock", "created", "pk"),
                notes=self._below(
                    "appointment_id",
                    shapes.AppointmentNote,
                    Q(appointment__patient=self.patient),
                    "written",
                    "pk",
                ),
            ),
            "questions": self._above(
                shapes.Question,
                ("created", "pk"),
                answers=self._below(
                    "question_id",
                    shapes.Answer,
                    Q(question__patient=self.patient),
                    "written",
                    "pk",
                ),
            ),
            "check_ins": check_ins,
            "looks": looks,
        }
        return Records(
            patient=self._patient(),
            period=shapes.Period(self.first, self.last, self.is_everything),
            authors=self._authors(),
            gaps=self._gaps(check_ins, looks),
            **found,
        )

    def _patient(self) -> shapes.Patient:
        row = {name: getattr(self.patient, name) for name in columns(shapes.Patient)}
        return shapes.Patient(**row)

    def _courses(self) -> tuple[shapes.Course, ...]:
        mine = Q(course__patient=self.patient)
        cycles = self._below("course_id", shapes.Cycle, mine, "number")
        doses = self._below("course_id", shapes.Dose, mine & self._given(), "started", "pk")
        holds = self._below("course_id", shapes.Hold, mine, "started", "recorded", "pk")
        plans = self._below("course_id", shapes.BagPlan, mine)
        events = self._below("course_id", shapes.PumpEvent, mine & self._days(), "at", "pk")
        return tuple(
            shapes.Course(
                **row,
                cycles=tuple(cycles[row["id"]]),
                doses=tuple(doses[row["id"]]),
                bag_plan=next(iter(plans[row["id"]]), None),
                pump_events=tuple(events[row["id"]]),
                holds=tuple(holds[row["id"]]),
            )
            for row in self._rows(
                shapes.Course, Q(patient=self.patient), ("started", "created", "pk")
            )
        )

    def _check_ins(self) -> tuple[shapes.CheckIn, ...]:
        mine = Q(check_in__patient=self.patient) & self._days("check_in__local_day")
        calls = self._below("check_in_id", shapes.Call, mine, "at", "pk")
        versions = self._versions(mine)
        photos = self._photos(mine)
        rows = self._rows(shapes.CheckIn, Q(patient=self.patient) & self._days(), ("at", "pk"))
        return tuple(
            shapes.CheckIn(
                **row,
                versions=tuple(versions[row["id"]]),
                calls=tuple(calls[row["id"]]),
                photos=tuple(photos[row["id"]]),
            )
            for row in rows
        )

    def _versions(self, mine: Q) -> dict[UUID, list[shapes.Version]]:
        deep = Q(version__check_in__patient=self.patient)
        deep &= self._days("version__check_in__local_day")
        reports = self._below("version_id", shapes.Report, deep, "pk")
        findings = self._below("version_id", shapes.Finding, deep, "pk")
        versions: dict[UUID, list[shapes.Version]] = defaultdict(list)
        for row in self._rows(shapes.Version, mine, ("number",), "pk", "check_in_id"):
            key, check_in = row.pop("pk"), row.pop("check_in_id")
            version = shapes.Version(
                **row, reports=tuple(reports[key]), findings=tuple(findings[key])
            )
            versions[check_in].append(version)
        return versions

    def _photos(self, mine: Q) -> dict[UUID, list[shapes.Photo]]:
        deep = Q(photo__check_in__patient=self.patient) & self._days("photo__check_in__local_day")
        removals = self._below("photo_id", shapes.PhotoRemoval, deep)
        photos: dict[UUID, list[shapes.Photo]] = defaultdict(list)
        for row in self._rows(shapes.Photo, mine, ("added", "pk"), "check_in_id"):
            removal = next(iter(removals[row["id"]]), None)
            photos[row.pop("check_in_id")].append(shapes.Photo(**row, removal=removal))
        return photos

    def _above(
        self, shape: type[Any], order: tuple[str, ...], **below: dict[Any, list[Any]]
    ) -> tuple[Any, ...]:
        """Return rows of the patient with what hangs below each."""
        rows = self._rows(shape, Q(patient=self.patient), order)
        return tuple(
            shape(**row, **{name: tuple(below[name][row["id"]]) for name in below}) for row in rows
        )

    def _mine(self, shape: type[Any], days: Q, *order: str) -> tuple[Any, ...]:
        rows = self._rows(shape, Q(patient=self.patient) & days, (*order, "pk"))
        return tuple(shape(**row) for row in rows)

    def _below(self, parent: str, shape: type[Any], which: Q, *order: str) -> dict[Any, list[Any]]:
        """Return rows by the key of what they hang below. Joins, not lists of ids: ten years of
        ids are more than the database takes."""
        groups: dict[Any, list[Any]] = defaultdict(list)
        for row in self._rows(shape, which, order, parent):
            groups[row.pop(parent)].append(shape(**row))
        return groups

    def _rows(
        self, shape: type[Any], which: Q, order: Iterable[str], *more: str
    ) -> Iterator[dict[str, Any]]:
        """Yield the columns of this shape, and `more`, as plain values."""
        known = columns(shape)
        rows = TABLES[shape]._default_manager.filter(which).order_by(*order)
        kept = ["kept_by"] if "by" in known else []
        for row in rows.values(*known, *kept, *more):
            brought_by = row.pop("kept_by", None)
            for name, column in known.items():
                if column.related_model is people.User:
                    row[name] = brought_by or self._user(row[name])
                else:
                    row[name] = _plain(name, row[name])
            yield row

    def _user(self, user: UUID) -> UUID:
        self.users.add(user)
        return uuid5(self.patient.pk, str(user))

    def _authors(self) -> tuple[shapes.Author, ...]:
        users = people.User.objects.filter(pk__in=self.users)
        found = [shapes.Author(uuid5(self.patient.pk, str(user.pk)), str(user)) for user in users]
        found += [shapes.Author(kept.pk, kept.name) for kept in self.patient.kept_authors.all()]
        return tuple(sorted(found, key=lambda author: (author.name, author.id)))

    def _gaps(
        self, check_ins: Iterable[shapes.CheckIn], looks: Iterable[shapes.Look]
    ) -> tuple[shapes.Gap, ...]:
        logged = {one.local_day for one in check_ins if not one.current.is_removed}
        looked = {one.local_day for one in looks}
        runs = not_logged(logged, looked, self.first, self.last, began=self.began, today=self.today)
        return tuple(shapes.Gap(run.first, run.last) for run in runs)

    def _days(self, column: str = "local_day") -> Q:
        return Q() if self.is_everything else Q(**{f"{column}__range": (self.first, self.last)})

    def _moments(self, column: str) -> Q:
        if self.is_everything:
            return Q()
        start, end = self._ends()
        return Q(**{f"{column}__gte": start, f"{column}__lt": end})

    def _given(self) -> Q:
        """A pump or a drip that ran into these days, or still runs, belongs to them."""
        if self.is_everything:
            return Q()
        start, end = self._ends()
        return Q(started__lt=end) & (Q(ended__isnull=True) | Q(ended__gte=start))

    def _ends(self) -> tuple[datetime, datetime]:
        tz = self.patient.tz
        return start_of(self.first, tz), start_of(self.last + DAY, tz)


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        return Decimal(degrees(value))
    if name in PARTS:
        return tuple(_part(PARTS[name], one) for one in value)
    if name == "strokes":
        return tuple(tuple(tuple(point) for point in line) for line in value)
    return value


def _part(shape: type[Any], said: Mapping[str, Any]) -> Any:
    return shape(**{name: said.get(name, "") for name in shape.__dataclass_fields__})
