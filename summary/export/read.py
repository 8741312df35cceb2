"""Reads one diary as data: the same few queries for a month as for ten years."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID, uuid5

from django.db.models import DecimalField, Model, Q
from django.utils import timezone

from accounts.log import log_lines, log_rows, people_ever
from accounts.models import Patient, Share, User
from diary.appointments.periods import latest_day
from diary.core.days import DAY, local_day, start_of
from diary.core.words import degrees
from diary.history.timeline import began_on, not_logged
from diary.models import PrivateNote, Version, Weight
from summary.export.columns import AUTHOR, GAP, LOG, PATIENT, PERIOD, RECORDS, TABLES, RowKind

# A row of a kind in `summary.export.columns`, and all rows of a diary below the names there.
Row: TypeAlias = Any
Records: TypeAlias = Any
# Rows stand in the order of their table, the oldest first, but for these.
ORDER: dict[type[Model], list[str]] = {Share: ["accepted"], Weight: ["day"]}
DAY_OF = {
    "check_ins": "local_day",
    "looks": "local_day",
    "pump_events": "local_day",
    "weights": "day",
}


def records(
    patient: Patient,
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
        self, patient: Patient, first: date | None, last: date | None, now: datetime
    ) -> None:
        self.patient = patient
        self.is_everything = first is None and last is None
        self.today = local_day(now, patient.tz)
        self.began = began_on(patient, self.today)
        self.first = first or min(self.began, self.today)
        self.last = last or max(self.first, latest_day(patient, self.today))
        self.users: dict[UUID, UUID] = {}

    def records(self) -> Records:
        found = {one.name: one.held(self._rows(one)[self.patient.pk]) for one in TABLES}
        return RECORDS.row(
            patient=PATIENT.row(*(getattr(self.patient, name) for name in PATIENT.columns)),
            period=PERIOD.row(self.first, self.last, self.is_everything),
            authors=self._authors(),
            gaps=self._gaps(found["check_ins"], found["looks"]),
            log=self._log(),
            **found,
        )

    def _rows(self, kind: RowKind, *above: RowKind) -> dict[Any, list[Row]]:
        """Return rows by the key of what they hang below. Joins, not lists of ids: ten years of
        ids are more than the database takes."""
        below = [(one, self._rows(one, kind, *above)) for one in kind.tables]
        groups: dict[Any, list[Row]] = defaultdict(list)
        for key, parent, values in self._values(kind, *above):
            held = (one.held(rows.get(key, ())) for one, rows in below)
            groups[parent].append(kind.row(*values, *held))
        return groups

    def _values(self, kind: RowKind, *above: RowKind) -> Iterator[tuple[Any, Any, list[Any]]]:
        """Yield each row's key, that of the row above it, and its columns as plain values."""
        rows: Any = kind.model
        order = ORDER.get(rows, [name.removeprefix("-") for name in rows._meta.ordering])
        rows = rows.objects.filter(self._which(kind, *above)).order_by(*order, "pk")
        kept = ["kept_by"] if "by" in kind.columns else []
        columns = list(enumerate(kind.columns.values()))
        users = [n for n, column in columns if column.related_model is User]
        numbers = [n for n, column in columns if isinstance(column, DecimalField)]
        lists = [(n, kind.below[c.name]) for n, c in columns if c.name in kind.below]
        rows = rows.values_list("pk", kind.parent, *kind.columns, *kept)
        for key, parent, *values in rows.iterator():
            brought_by = values.pop() if kept else None
            for n in users:
                values[n] = brought_by or self._author(values[n])
            for n in numbers:
                values[n] = values[n] and Decimal(degrees(values[n]))
            for n, one in lists:
                said = ((row.get(name, "") for name in one.columns) for row in values[n])
                values[n] = tuple(one.row(*parts) for parts in said)
            yield key, parent, values

    def _author(self, user: UUID) -> UUID:
        if user not in self.users:
            self.users[user] = uuid5(self.patient.pk, str(user))
        return self.users[user]

    def _authors(self) -> tuple[Row, ...]:
        users = User.objects.filter(pk__in=self.users)
        found = [AUTHOR.row(self.users[user.pk], str(user)) for user in users]
        found += [AUTHOR.row(kept.pk, kept.name) for kept in self.patient.kept_authors.all()]
        return tuple(sorted(found, key=lambda author: (author.name, author.id)))

    def _gaps(self, check_ins: Iterable[Row], looks: Iterable[Row]) -> tuple[Row, ...]:
        removed = Version.Kind.REMOVED
        logged = {one.local_day for one in check_ins if one.versions[-1].kind != removed}
        looked = {one.local_day for one in looks}
        runs = not_logged(logged, looked, self.first, self.last, began=self.began, today=self.today)
        return tuple(GAP.row(run.first, run.last) for run in runs)

    def _log(self) -> tuple[Row, ...]:
        """Return the log, the oldest line first, in the order of all that is handed over."""
        rows: Iterable[Any] = log_rows(self.patient)
        if not self.is_everything:
            tz = self.patient.tz
            start, end = start_of(self.first, tz), start_of(self.last + DAY, tz)
            rows = (row for row in rows if start <= row[0] < end)
        lines = log_lines(self.patient, rows, people_ever(self.patient))
        return tuple(LOG.row(one.at, one.who, one.action, one.whom) for one in reversed(lines))

    def _which(self, *kinds: RowKind) -> Q:
        """Of this patient and these days: a row goes by its own day, or by that of one above."""
        which, path = Q(), ""
        for kind in kinds:
            which &= Q() if self.is_everything else self._days(kind.name, path)
            path += f"{kind.parent}__"
        if kinds[0].model is PrivateNote:  # for nobody but who wrote it, whoever exports
            which &= Q(by=self.patient.reader_id)
        return which & Q(**{path.removesuffix("__"): self.patient})

    def _days(self, name: str, path: str) -> Q:
        tz = self.patient.tz
        start, end = start_of(self.first, tz), start_of(self.last + DAY, tz)
        if name in DAY_OF:
            return Q(**{f"{path}{DAY_OF[name]}__range": (self.first, self.last)})
        if name == "medicines":
            return Q(at__gte=start, at__lt=end)
        if name == "doses":  # a pump or a drip that ran into these days, or still runs
            return Q(started__lt=end) & (Q(ended__isnull=True) | Q(ended__gte=start))
        return Q()
