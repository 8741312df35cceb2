"""What of a summary can be chosen: its parts below the first page, the paper and the spelling."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import get_language

from accounts.models import Patient, User, write_audit
from accounts.statements import Statement
from summary.models import Choice


@dataclass(frozen=True, slots=True)
class Part:
    """A part by the heading under which it stands."""

    slug: str
    heading: str
    hint: str = ""
    is_default: bool = True


PARTS = (
    Part("urgent", "Urgent moments", "one by one, with every call"),
    Part("symptoms", "Symptoms", "all of them, with days"),
    Part("temperatures", "Temperatures", "every reading"),
    Part("views", "Two views of one day", "where the patient and a caregiver both told"),
    Part("treatment", "Treatment", "courses, doses, medicines, what happened at home"),
    Part("questions", "Questions to ask", "in full, where the first page is too short for them"),
    Part("appointments", "Appointments and answers", "what was said there", is_default=False),
    Part("gaps", "Days not logged"),
    Part("notes", "Notes chosen", "only those that you tick"),
    Part("corrections", "Corrections and removals"),
    Part("flags", "What was flagged, and the source", "each rule in full, with its sources"),
)


@dataclass(frozen=True, slots=True)
class SummaryChoice:
    """How one user wants the summaries of one patient."""

    parts: tuple[str, ...]
    paper: str
    spelling: str  # empty: as the browser asks

    @property
    def language(self) -> str:
        return self.spelling or get_language() or "en-gb"


def usual(patient: Patient) -> SummaryChoice:
    """Return what holds until somebody has chosen."""
    parts = tuple(part.slug for part in PARTS if part.is_default)
    return SummaryChoice(parts, usual_paper(patient.country), "")


def wanted(patient: Patient, user: User) -> SummaryChoice:
    """Return what this user has chosen for this patient; unknown parts are passed over."""
    chosen = next(iter(_CHOICE(patient=patient.pk, user=user.pk)["choice"]), None)
    if chosen is None:
        return usual(patient)
    parts = tuple(part.slug for part in PARTS if part.slug in chosen.parts)
    return SummaryChoice(parts, chosen.paper, chosen.spelling)


_CHOICE = Statement(
    lambda patient, user: {"choice": Choice.objects.filter(patient=patient, user=user)}
)
A4, LETTER = Choice.Paper.A4, Choice.Paper.LETTER


# Where people write letters on Letter.
LETTER_COUNTRIES = frozenset(["US", "CA", "MX", "PH", "CL", "CO", "VE", "CR", "GT", "PA", "DO"])


def usual_paper(country: str) -> Choice.Paper:
    return LETTER if country in LETTER_COUNTRIES else A4


@transaction.atomic
def choose(
    patient: Patient, *, parts: Sequence[str], paper: str, spelling: str, by: User
) -> Choice:
    """Remember the parts, the paper and the spelling for this user and this patient."""
    said = {"parts": list(parts), "paper": paper, "spelling": spelling}
    choice, _ = Choice.objects.update_or_create(patient=patient, user=by, defaults=said)
    write_audit("choose summary", choice, patient=patient, by=by)
    return choice
