"""Dates with the care team: planned, changed, held or cancelled, and what was said there."""

from datetime import date, time
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import Patient, User, save_change, write_audit
from diary.core.errors import Refusal
from diary.core.fields import today_of
from diary.core.words import appointment_words
from diary.models import Answer, Appointment, AppointmentNote, Question

HELD, PLANNED = Appointment.State.HELD, Appointment.State.PLANNED


@transaction.atomic
def add_appointment(
    patient: Patient,
    *,
    day: date,
    clock: time | None,
    whom: str,
    place: str,
    by: User,
    id: UUID | None = None,  # noqa: A002 (the name of the field)
) -> Appointment:
    """Note a date. Sending it twice notes it once; another date under the same id is noted too. One
    of an earlier day was held."""
    id = id or uuid4()  # noqa: A001
    same = patient.appointments.filter(pk=id, day=day, clock=clock, whom=whom, place=place)
    if Appointment.objects.filter(pk=id).exists() and not same.exists():
        id = uuid4()  # noqa: A001
    appointment, is_new = patient.appointments.get_or_create(
        id=id,
        defaults={
            "day": day,
            "clock": clock,
            "zone": patient.zone,
            "whom": whom,
            "place": place,
            "state": HELD if day < today_of(patient) else PLANNED,
            "by": by,
        },
    )
    if is_new:
        write_audit("add appointment", appointment, patient=patient, by=by)
    return appointment


@transaction.atomic
def change_appointment(
    appointment: Appointment, *, day: date, clock: time | None, whom: str, place: str, by: User
) -> Appointment:
    """Move it, or say better with whom and where; what stood there before is kept as a line. One
    that is moved to a day still to come is planned again."""
    before, was = appointment_words(appointment), appointment.state
    appointment.day, appointment.clock = day, clock
    appointment.whom, appointment.place = whom, place
    if was == HELD and day > today_of(appointment.patient):
        appointment.state = PLANNED
    after = appointment_words(appointment)
    if after != before:
        appointment.save()
        again = "; planned again" if appointment.state != was else ""
        _note_change(appointment, f"Changed to: {after}{again}. Before: {before}.", by=by)
        write_audit("change appointment", appointment, patient=appointment.patient, by=by)
    return appointment


@transaction.atomic
def settle_appointment(appointment: Appointment, *, state: str, by: User) -> Appointment:
    """Say that it was held or cancelled, or that it is planned after all."""
    if state == HELD and appointment.day > today_of(appointment.patient):
        raise Refusal("This appointment is still to come. Mark it as held afterwards.")
    if state != appointment.state:
        words, patient = f"mark appointment {state}", appointment.patient
        save_change(words, appointment, patient=patient, by=by, state=state)
        _note_change(appointment, f"Marked as {Appointment.State(state).label}.", by=by)
    return appointment


@transaction.atomic
def write_note(appointment: Appointment, *, text: str, by: User) -> AppointmentNote:
    """Keep what was said. The same words by the same person make one note: a second tap."""
    said = AppointmentNote.Kind.SAID
    same = appointment.notes.filter(kind=said, text=text, by=by, withdrawn__isnull=True).first()
    if same is not None:
        return same
    note = appointment.notes.create(kind=said, text=text, by=by, written=timezone.now())
    write_audit("write appointment note", note, patient=appointment.patient, by=by)
    return note


@transaction.atomic
def take_out_note(note: AppointmentNote, *, by: User) -> None:
    """Take out what was written by mistake; a line says that it stood there."""
    if note.withdrawn is None:
        patient, now = note.appointment.patient, timezone.now()
        save_change("take out appointment note", note, patient=patient, by=by, withdrawn=now)


def _note_change(appointment: Appointment, text: str, *, by: User) -> None:
    kind = AppointmentNote.Kind.CHANGE
    appointment.notes.create(kind=kind, text=text, by=by, written=timezone.now())


@transaction.atomic
def ask(patient: Patient, *, text: str, by: User) -> Question:
    """Keep a question. The same words while they are open make one question: a second tap."""
    known = patient.questions.filter(text=text, answered__isnull=True).first()
    if known is not None:
        return known
    question = patient.questions.create(text=text, by=by)
    write_audit("write question", question, patient=patient, by=by)
    return question


@transaction.atomic
def tick(question: Question, *, is_answered: bool, by: User) -> Question:
    """Mark a question as answered, or open it again."""
    if (question.answered is not None) != is_answered:
        words = "tick question" if is_answered else "reopen question"
        at = timezone.now() if is_answered else None
        save_change(words, question, patient=question.patient, by=by, answered=at)
    return question


@transaction.atomic
def answer_question(
    question: Question, *, text: str, whom: str, appointment: Appointment | None, by: User
) -> Answer:
    """Keep an answer, and tick the question. The same words once more make one answer."""
    said = {"text": text, "whom": whom, "appointment": appointment, "by": by}
    answer = question.answers.filter(**said).first()
    if answer is None:
        answer = question.answers.create(**said, written=timezone.now())
        write_audit("write answer", answer, patient=question.patient, by=by)
    tick(question, is_answered=True, by=by)
    return answer
