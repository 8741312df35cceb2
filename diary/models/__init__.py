"""What happened, by noun: treatment, contacts, check-ins with their versions, findings and calls,
own symptoms and questions, appointments, the daily look, photos, weight, who is on duty, and what
was brought in from a file."""

from diary.models.appointments import Answer, Appointment, AppointmentNote
from diary.models.authors import AuthoredRow, HeldFile, KeptAuthor
from diary.models.check_ins import (
    Call,
    CheckIn,
    CheckInQuerySet,
    Finding,
    PrivateNote,
    Report,
    Version,
)
from diary.models.contacts import Contact, FamilyCard, TeamChange
from diary.models.duty import DutyPlan, DutyTurn
from diary.models.emergency import EmergencyNote
from diary.models.looks import Look
from diary.models.own import OwnSymptom, Question
from diary.models.photos import Photo, PhotoConsent, PhotoRemoval, Picture
from diary.models.treatment import BagPlan, Course, Cycle, Dose, Hold, Medicine, PumpEvent
from diary.models.weights import Weight

__all__ = [
    "Answer",
    "Appointment",
    "AppointmentNote",
    "AuthoredRow",
    "BagPlan",
    "Call",
    "CheckIn",
    "CheckInQuerySet",
    "Contact",
    "Course",
    "Cycle",
    "Dose",
    "DutyPlan",
    "DutyTurn",
    "EmergencyNote",
    "FamilyCard",
    "Finding",
    "HeldFile",
    "Hold",
    "KeptAuthor",
    "Look",
    "Medicine",
    "OwnSymptom",
    "Photo",
    "PhotoConsent",
    "PhotoRemoval",
    "Picture",
    "PrivateNote",
    "PumpEvent",
    "Question",
    "Report",
    "TeamChange",
    "Version",
    "Weight",
]
