"""One diary as data: plain values in frozen rows, the same for every format (see ADR 0030).

A row has the names of the columns it stands for (`summary.export.columns`). `by` and `user` hold
the id of an `Author`; times are aware and in UTC, each beside its zone where the table has one;
temperatures are as they were typed: value and unit.
"""

from dataclasses import dataclass
from uuid import UUID

from summary.export.shapes.check_ins import (
    Call,
    CheckIn,
    Cited,
    Finding,
    Gap,
    Look,
    LookAnswer,
    Photo,
    PhotoRemoval,
    Report,
    Version,
)
from summary.export.shapes.meetings import (
    Answer,
    Appointment,
    AppointmentNote,
    OwnSymptom,
    Question,
)
from summary.export.shapes.people import (
    Author,
    Contact,
    EmergencyNote,
    FamilyCard,
    Patient,
    Period,
    Share,
    Weight,
)
from summary.export.shapes.treatment import BagPlan, Course, Cycle, Dose, Hold, Medicine, PumpEvent

__all__ = [
    "Answer",
    "Appointment",
    "AppointmentNote",
    "Author",
    "BagPlan",
    "Call",
    "CheckIn",
    "Cited",
    "Contact",
    "Course",
    "Cycle",
    "Dose",
    "EmergencyNote",
    "FamilyCard",
    "Finding",
    "Gap",
    "Hold",
    "Look",
    "LookAnswer",
    "Medicine",
    "OwnSymptom",
    "Patient",
    "Period",
    "Photo",
    "PhotoRemoval",
    "PumpEvent",
    "Question",
    "Records",
    "Report",
    "Share",
    "Version",
    "Weight",
]


@dataclass(frozen=True, slots=True)
class Records:
    patient: Patient
    period: Period
    authors: tuple[Author, ...]
    shares: tuple[Share, ...]
    courses: tuple[Course, ...]
    medicines: tuple[Medicine, ...]
    weights: tuple[Weight, ...]
    contacts: tuple[Contact, ...]
    card: FamilyCard | None
    emergency_note: EmergencyNote | None
    own_symptoms: tuple[OwnSymptom, ...]
    appointments: tuple[Appointment, ...]
    questions: tuple[Question, ...]
    check_ins: tuple[CheckIn, ...]
    looks: tuple[Look, ...]
    gaps: tuple[Gap, ...]

    def author_name(self, author: UUID) -> str:
        return next(one.name for one in self.authors if one.id == author)
