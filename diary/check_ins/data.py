"""A check-in before it is saved: what is reported, when, and who tells it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from accounts.models import Patient, User
from diary.models import CheckIn, KeptAuthor, Report


@dataclass(frozen=True, slots=True)
class ReportData:
    symptom: str
    answer: str
    temperature: Decimal | None = None
    unit: str = ""
    began: date | None = None
    going: str = ""
    own_name: str = ""

    @classmethod
    def of(cls, r: Report) -> "ReportData":
        """Return what a saved report says."""
        return cls(r.symptom, r.answer, r.temperature, r.unit, r.began, r.going, r.own_name)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote an entry first and where they were, as its row keeps it."""

    by: User
    kept_by: KeptAuthor | None
    zone: str
    local_day: date


@dataclass(frozen=True, slots=True)
class CheckInData:
    """What somebody reports. `at` is the moment it is about, `received` when the server got it; the
    two are the same for a report about now, unless it waited on a device since `typed`. `opened` is
    when the page that prompted was opened, `origin` what another diary said of it."""

    id: UUID
    at: datetime
    told_by: str
    kind: str
    note: str
    reports: tuple[ReportData, ...]
    received: datetime
    opened: datetime | None = None
    typed: datetime | None = None
    private_note: str = ""  # for nobody but who writes it
    origin: Origin | None = None

    @property
    def is_now(self) -> bool:
        return self.at == (self.typed or self.received)


def start_for(user: User, patient: Patient, now: datetime) -> dict[str, str]:
    """Return what a fresh page sends beside the answers: an id of its own, so that sending it twice
    makes one check-in, when it was opened, and who is telling."""
    told_by = CheckIn.ToldBy.SELF if patient.self_id == user.pk else CheckIn.ToldBy.CAREGIVER
    return {"id": str(uuid4()), "opened": now.isoformat(), "told_by": told_by}


def tellers(chosen: str, patient: Patient) -> list[tuple[str, str, bool]]:
    """Return who may be telling it: value, words, and whether it is the one chosen."""
    self_words = "Me" if patient.is_you else patient.name
    labels = {CheckIn.ToldBy.SELF: self_words, CheckIn.ToldBy.CAREGIVER: "A caregiver"}
    return [
        (teller.value, labels.get(teller, "Both together"), chosen == teller)
        for teller in CheckIn.ToldBy
    ]
