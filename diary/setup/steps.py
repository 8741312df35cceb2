"""Setting up a diary: which step is next. Every step saves, so the rows themselves tell."""

from accounts.models import Patient
from diary.models import Course, FamilyCard

STEPS = {
    "setup_who": "Who",
    "setup_therapy": "Treatment",
    "setup_dates": "Dates",
    "setup_team": "Care team",
    "setup_fever": "Fever",
}


def next_step(patient: Patient) -> str:
    """Return the name of the page of the first step that is still open; empty once all are done.

    The last step always leaves a card that somebody answered for, even an empty one.
    """
    answered = FamilyCard.objects.exclude(source=FamilyCard.Source.OPEN)
    if answered.filter(patient=patient).exists():
        return ""
    courses: list[Course] = list(patient.courses.filter(withdrawn__isnull=True))
    if any(not course.is_dated for course in courses):
        return "setup_dates"
    if patient.contacts.exists():
        return "setup_fever"
    return "setup_team" if courses else "setup_therapy"
