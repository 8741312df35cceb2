"""Which days "since the last appointment" are, the same on every page and in every file."""

from datetime import date, timedelta

from django.db.models import Q

from accounts.models import Patient
from diary.core.days import DAY
from diary.models import Appointment, Dose, PumpEvent

LONGEST = timedelta(days=3660)
# No two clocks of the world are further apart than 26 hours.
AHEAD = 2 * DAY


def latest_day(patient: Patient, today: date) -> date:
    """Return the day with which every period up to now ends: today or, where the diary came from a
    zone further east, the last local day on which something was recorded. One query."""
    ahead = Q(local_day__range=(today + DAY, today + AHEAD))
    mine = Q(course__patient=patient, course__withdrawn__isnull=True)
    recorded = [
        patient.check_ins.filter(ahead),
        patient.looks.filter(ahead),
        PumpEvent.objects.filter(ahead & mine),
        Dose.objects.filter(ahead & mine).exclude(status=Dose.Status.PLANNED),
    ]
    first, *more = (rows.order_by().values_list("local_day", flat=True) for rows in recorded)
    return max(first.union(*more), default=today)


def last_appointment(patient: Patient, today: date) -> Appointment | None:
    """Return the latest that was held before today.

    Only what a person marked as held counts: a date that merely passed would hide the days before
    it. Today's own does not count, because the days before it are what it is about.
    """
    held = patient.appointments.filter(state=Appointment.State.HELD, day__lt=today)
    return held.order_by("-day", "-clock").first()


def since_appointment(
    patient: Patient, today: date, latest: date | None = None
) -> tuple[date, date] | None:
    """Return the days from that of the last appointment, itself included, to the latest. None where
    no appointment before today is marked as held, or only one of more than ten years ago."""
    held = last_appointment(patient, today)
    if held is None or today - held.day > LONGEST:
        return None
    return held.day, latest or today
