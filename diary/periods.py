"""Which days "since the last appointment" are, the same on every page and in every file."""

from datetime import date, timedelta

from accounts.models import Patient
from diary.models import Appointment

LONGEST = timedelta(days=3660)


def last_appointment(patient: Patient, today: date) -> Appointment | None:
    """Return the latest that was held before today.

    Only what a person marked as held counts: a date that merely passed would hide the days before
    it. Today's own does not count, because the days before it are what it is about.
    """
    held = patient.appointments.filter(state=Appointment.State.HELD, day__lt=today)
    return held.order_by("-day", "-clock").first()


def since_appointment(patient: Patient, today: date) -> tuple[date, date] | None:
    """Return the days from that of the last appointment, itself included, to today. None where no
    appointment before today is marked as held, or only one of more than ten years ago."""
    held = last_appointment(patient, today)
    if held is None or today - held.day > LONGEST:
        return None
    return held.day, today
