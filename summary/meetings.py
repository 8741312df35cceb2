"""Appointments as the summary lists them: what was said there, in the words it was written in."""

from datetime import date
from zoneinfo import ZoneInfo

from accounts.models import Patient
from diary.appointments.agenda import answered
from diary.core.words import appointment_words, day_words
from diary.models import Appointment, AppointmentNote
from summary.shapes import Meeting


def meetings(patient: Patient, first: date, last: date) -> tuple[Meeting, ...]:
    """Return the appointments of these days that were not cancelled, the latest first."""
    found = patient.appointments.filter(day__range=(first, last))
    found = found.exclude(state=Appointment.State.CANCELLED).order_by("-day", "-clock")
    found = found.prefetch_related(
        "notes__by",
        "notes__kept_by",
        "answers__question",
        "answers__by",
        "answers__kept_by",
        "answers__appointment",
    )
    return tuple(_meeting(one, patient.tz) for one in found)


def _meeting(one: Appointment, tz: ZoneInfo) -> Meeting:
    kind = AppointmentNote.Kind.SAID
    said = (note for note in one.notes.all() if note.kind == kind and note.withdrawn is None)
    answers = answered(one.answers.all(), tz)
    return Meeting(
        words=f"{appointment_words(one)} ({Appointment.State(one.state).label})",
        lines=tuple((note.text, _credit(note, tz)) for note in said),
        answers=tuple((answer.question, answer.text, answer.credit) for answer in answers),
    )


def _credit(note: AppointmentNote, tz: ZoneInfo) -> str:
    return f"written down by {note.author}, {day_words(note.written.astimezone(tz).date())}"
