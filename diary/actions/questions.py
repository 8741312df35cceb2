"""Questions for the next appointment, and what was answered."""

from django.db import transaction
from django.utils import timezone

from accounts.audit import write_audit
from accounts.models import Patient, User
from diary.models import Answer, Appointment, Question


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
        question.answered = timezone.now() if is_answered else None
        question.save(update_fields=["answered"])
        words = "tick question" if is_answered else "reopen question"
        write_audit(words, question, patient=question.patient, by=by)
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
