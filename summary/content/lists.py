"""Appointments, photos and days with two views as the summary lists them."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from accounts.models import Patient
from diary.appointments.agenda import answered
from diary.check_ins.two_views import SidesRow
from diary.core.words import appointment_words, day_words
from diary.history.timeline import Day
from diary.models import Appointment, AppointmentNote
from summary.content.moments import entries_of, when_words
from summary.content.shapes import Meeting, PhotoLine, ViewsDay, ViewsRow
from therapies.templatetags.spelling import spelled

NOT_ANSWERED = "not answered"


def meetings(patient: Patient, first: date, last: date) -> tuple[Meeting, ...]:
    """Return the appointments of these days that were not cancelled, the latest first."""
    found = patient.appointments.filter(day__range=(first, last))
    found = found.exclude(state=Appointment.State.CANCELLED).order_by(*Appointment.LATEST_FIRST)
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


MAX_PHOTOS = 24  # in one summary


def photo_lines(days: Iterable[Day], chosen: Iterable[str]) -> tuple[PhotoLine, ...]:
    """Return the photos of check-ins that stand, marked where chosen, and never more than fit."""
    ids = set(chosen)
    there = [
        (entry, shown)
        for entry in entries_of(days)
        if not entry.is_removed
        for shown in entry.photos
        if not shown.removed
    ]
    fit = [shown.photo.pk for _, shown in there if str(shown.photo.pk) in ids][:MAX_PHOTOS]
    return tuple(
        PhotoLine(
            id=shown.photo.pk,
            when=when_words(entry),
            shows=shown.photo.get_kind_display(),
            alt=shown.alt,
            added=shown.added,
            note=shown.photo.note,
            width=shown.photo.width,
            height=shown.photo.height,
            is_chosen=shown.photo.pk in fit,
        )
        for entry, shown in there
    )


def views(days: Iterable[Day]) -> tuple[ViewsDay, ...]:
    """Return the days about which the patient and a caregiver both told, oldest first: each side in
    its own words, differences marked as in the history, nothing merged and nothing called right."""
    return tuple(
        ViewsDay(day_words(day.day), tuple(_views_row(row) for row in day.views))
        for day in days
        if day.views
    )


def _views_row(row: SidesRow) -> ViewsRow:
    return ViewsRow(
        name=spelled(row.name),
        own=row.own or NOT_ANSWERED,
        caregiver=row.caregiver or NOT_ANSWERED,
        mark=row.mark,
        differs=row.differs,
    )
