"""Appointments as their pages list them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Patient
from diary.core.words import appointment_words, day_words, when_words
from diary.models import Answer, Appointment, AppointmentNote, Question

MAX_HELD_SHOWN = 20
State = Appointment.State


class AppointmentLine(NamedTuple):
    """One appointment in words. `may_be_held`: its day has come, and nobody has said."""

    appointment: Appointment
    words: str
    state: str
    may_be_held: bool
    is_unsettled: bool


class Agenda(NamedTuple):
    """Every appointment once: nobody has said what became of it, to come, held, cancelled."""

    unsettled: tuple[AppointmentLine, ...]
    coming: tuple[AppointmentLine, ...]
    held: tuple[AppointmentLine, ...]
    cancelled: tuple[AppointmentLine, ...]
    older: int  # held ones that are left out

    @property
    def is_empty(self) -> bool:
        return not (self.unsettled or self.coming or self.held or self.cancelled)


def agenda(patient: Patient, today: date, *, whole: bool = False) -> Agenda:
    """Return what is to come with the next one first, and what was with the latest first."""
    every = [listed(one, today) for one in patient.appointments.all()]
    held = [one for one in reversed(every) if one.appointment.state == State.HELD]
    shown = held if whole else held[:MAX_HELD_SHOWN]
    return Agenda(
        unsettled=tuple(one for one in every if one.is_unsettled),
        coming=tuple(
            one
            for one in every
            if one.appointment.state == State.PLANNED and one.appointment.day >= today
        ),
        held=tuple(shown),
        cancelled=tuple(one for one in reversed(every) if one.appointment.state == State.CANCELLED),
        older=len(held) - len(shown),
    )


def listed(appointment: Appointment, today: date) -> AppointmentLine:
    is_planned = appointment.state == State.PLANNED
    return AppointmentLine(
        appointment=appointment,
        words=appointment_words(appointment),
        state=State(appointment.state).label,
        may_be_held=is_planned and appointment.day <= today,
        is_unsettled=is_planned and appointment.day < today,
    )


class NoteLine(NamedTuple):
    """One line of an appointment: what was said, or what was changed, by whom and when."""

    note: AppointmentNote
    text: str
    written: str
    is_change: bool


def lines(appointment: Appointment, patient: Patient) -> list[NoteLine]:
    return [
        NoteLine(
            note=note,
            text=note.text,
            written=f"{note.author}, {when_words(note.written, patient.tz, timezone.now())}",
            is_change=note.kind == AppointmentNote.Kind.CHANGE,
        )
        for note in appointment.notes.select_related("by", "kept_by")
    ]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer as it was written down, and whose it is."""

    question: str
    text: str
    credit: str


class QuestionLine(NamedTuple):
    """One question with every answer to it."""

    question: Question
    answers: tuple[AnswerLine, ...]


def as_asked(patient: Patient) -> list[QuestionLine]:
    asked = patient.questions.select_related("by", "kept_by").prefetch_related(
        "answers__by", "answers__kept_by", "answers__appointment"
    )
    return [
        QuestionLine(question, answered(question.answers.all(), patient.tz)) for question in asked
    ]


def answered(answers: Iterable[Answer], tz: ZoneInfo) -> tuple[AnswerLine, ...]:
    return tuple(
        AnswerLine(answer.question.text, answer.text, _credit(answer, tz)) for answer in answers
    )


def _credit(answer: Answer, tz: ZoneInfo) -> str:
    """Say whose answer it is, at which appointment, and who wrote it down when."""
    said = f"Answered by {answer.whom}" if answer.whom else "Who answered is not recorded"
    at = (
        f", at the appointment of {day_words(answer.appointment.day)}" if answer.appointment else ""
    )
    day = day_words(answer.written.astimezone(tz).date())
    return f"{said}{at}. Added by {answer.author}, {day}."
