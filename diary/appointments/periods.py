"""Which days "since the last appointment" are, the same on every page and in every file."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Subquery

from accounts.memory import remembered
from accounts.models import Patient
from accounts.statements import Columns, Part
from diary.core.days import DAY
from diary.core.statements import Statement
from diary.models import Appointment, CheckIn, Dose, Look, PumpEvent

LONGEST = timedelta(days=3660)
# No two clocks of the world are further apart than 26 hours.
AHEAD = 2 * DAY


class Ends(NamedTuple):
    """The first day with an entry, and the last day after today with anything at all."""

    first: date | None
    last: date | None


def ends_of(patient: Patient, today: date) -> Ends:
    def read() -> Ends:
        rows = _ENDS(patient=patient.pk, today=today, ahead=today + AHEAD)
        first = min((day for (day,) in rows.pop("first")), default=None)
        return Ends(first, max((day for days in rows.values() for (day,) in days), default=None))

    return remembered(("ends", patient.pk, today), read)


def latest_day(patient: Patient, today: date) -> date:
    """Return the day with which every period up to now ends: today or, where the diary came from a
    zone further east, the last local day on which something was recorded."""
    return ends_of(patient, today).last or today


def last_appointment(patient: Patient, today: date) -> Appointment | None:
    """Return the latest that was held before today.

    Only what a person marked as held counts: a date that merely passed would hide the days before
    it. Today's own does not count, because the days before it are what it is about.
    """
    key = ("held", patient.pk, today)
    rows = remembered(key, lambda: _HELD(patient=patient.pk, today=today))
    return next(iter(rows["last"]), None)


def _held(patient: UUID, today: date) -> dict[str, Part]:
    mine = Appointment.objects.filter(patient=patient, day__lt=today)
    held = (
        mine.filter(state=Appointment.State.HELD).order_by(*Appointment.LATEST_FIRST).values("pk")
    )
    return {"last": Appointment.objects.filter(pk=Subquery(held[:1]))}


_HELD = Statement(_held)


def since_appointment(
    patient: Patient, today: date, latest: date | None = None
) -> tuple[date, date] | None:
    """Return the days from that of the last appointment, itself included, to the latest. None where
    no appointment before today is marked as held, or only one of more than ten years ago."""
    held = last_appointment(patient, today)
    if held is None or today - held.day > LONGEST:
        return None
    return held.day, latest or today


def _ends(patient: UUID, today: date, ahead: date) -> dict[str, Part]:
    mine = {"course__patient": patient, "course__withdrawn__isnull": True}
    check_ins = CheckIn.objects.filter(patient=patient)
    after = {"local_day__gt": today, "local_day__lte": ahead}
    # Apart: the index of tablets knows the day, and all others are few.
    doses = Dose.objects.filter(**mine, **after).exclude(status=Dose.Status.PLANNED)
    recorded = {
        "check_ins": check_ins.filter(**after),
        "looks": Look.objects.filter(patient=patient, **after),
        "events": PumpEvent.objects.filter(**mine, **after),
        "doses": doses.filter(kind__in=Dose.Kind.but_tablets()),
        "tablets": doses.filter(kind=Dose.Kind.TABLET),
    }
    earliest = check_ins.order_by("local_day").values("pk")[:1]
    recorded["first"] = CheckIn.objects.filter(pk=Subquery(earliest))
    return {name: Columns(rows, ("local_day",)) for name, rows in recorded.items()}


_ENDS = Statement(_ends)
