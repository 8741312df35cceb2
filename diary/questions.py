"""Questions with their answers, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from accounts.models import Patient
from diary.core.words import day_words
from diary.models import Answer, Question


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer as it was written down, and whose it is."""

    question: str
    text: str
    credit: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with every answer to it."""

    question: Question
    answers: tuple[Answered, ...]


def as_asked(patient: Patient) -> list[Asked]:
    asked = patient.questions.select_related("by", "kept_by").prefetch_related(
        "answers__by", "answers__kept_by", "answers__appointment"
    )
    return [Asked(question, answered(question.answers.all(), patient.tz)) for question in asked]


def answered(answers: Iterable[Answer], tz: ZoneInfo) -> tuple[Answered, ...]:
    return tuple(
        Answered(answer.question.text, answer.text, _credit(answer, tz)) for answer in answers
    )


def _credit(answer: Answer, tz: ZoneInfo) -> str:
    """Say whose answer it is, at which appointment, and who wrote it down when."""
    said = f"Answered by {answer.whom}" if answer.whom else "Who answered is not noted"
    at = (
        f", at the appointment of {day_words(answer.appointment.day)}" if answer.appointment else ""
    )
    day = day_words(answer.written.astimezone(tz).date())
    return f"{said}{at}. Written down by {answer.author}, {day}."
