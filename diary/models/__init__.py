"""What happened, by noun: treatment, contacts, check-ins with their versions, findings and calls,
own symptoms and questions, and the daily look."""

from diary.models.check_ins import Call, CheckIn, CheckInQuerySet, Finding, Report, Version
from diary.models.contacts import Contact, FamilyCard
from diary.models.looks import Look
from diary.models.own import OwnSymptom, Question
from diary.models.treatment import BagPlan, Course, Cycle, Dose, Medicine, PumpEvent

__all__ = [
    "BagPlan",
    "Call",
    "CheckIn",
    "CheckInQuerySet",
    "Contact",
    "Course",
    "Cycle",
    "Dose",
    "FamilyCard",
    "Finding",
    "Look",
    "Medicine",
    "OwnSymptom",
    "PumpEvent",
    "Question",
    "Report",
    "Version",
]
