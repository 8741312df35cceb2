"""Asking for something to be deleted for good, and keeping it after all. Nothing is deleted here.

Until the end of the seventh day it can be kept; from the moment of asking, a diary is closed for
everybody but its owner.
"""

from datetime import UTC, datetime, tzinfo
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from accounts.models import Erasure, Patient, User, write_audit
from diary.core.days import DAY, local_day, start_of
from diary.models import CheckIn

Kind = Erasure.Kind
UNDO_DAYS = 7
MODELS: dict[str, type[models.Model]] = {
    Kind.WORDS: CheckIn,
    Kind.DIARY: Patient,
    Kind.ACCOUNT: User,
}


def due_after(now: datetime, tz: tzinfo) -> datetime:
    """Return the end of the seventh day from today, where the person is."""
    return start_of(local_day(now, tz) + (UNDO_DAYS + 1) * DAY, tz)


def waiting(kind: Kind, row: UUID) -> Erasure | None:
    return Erasure.objects.waiting().filter(kind=kind, row=row).first()


@transaction.atomic
def ask_for_words(check_in: CheckIn, *, by: User) -> Erasure:
    """The note and all other typed words of an entry go; findings, prompts and calls stay."""
    erasure = _ask(Kind.WORDS, check_in.pk, due_after(timezone.now(), check_in.patient.tz), by)
    write_audit("ask to delete words", check_in, patient=check_in.patient, by=by)
    return erasure


@transaction.atomic
def ask_for_diary(patient: Patient, *, by: User | None, within: Erasure | None = None) -> Erasure:
    """A diary goes with all that is in it: by itself, or with the account of its owner. It is
    closed for others from now on. `by` nobody: the operator's retention."""
    due = within.due if within else due_after(timezone.now(), patient.tz)
    erasure = _ask(Kind.DIARY, patient.pk, due, by)
    if within:
        erasure.within, erasure.due = within, due
        erasure.save(update_fields=["within", "due"])
    Patient.objects.filter(pk=patient.pk).update(erase_due=erasure.due)
    write_audit("ask to delete diary", patient, patient=patient, by=by)
    return erasure


@transaction.atomic
def ask_for_account(user: User, *, keeps_name: bool, by: User) -> Erasure:
    """An account goes with every diary it owns. What it wrote in the diaries of others stays
    there, under its name or under none."""
    due = due_after(timezone.now(), user.tz)
    erasure = _ask(Kind.ACCOUNT, user.pk, due, by, keeps_name=keeps_name)
    User.objects.filter(pk=user.pk).update(erase_due=erasure.due)
    write_audit("ask to delete account", user, patient=None, by=by)
    for patient in user.patients.all():
        ask_for_diary(patient, by=by, within=erasure)
    return erasure


def _ask(
    kind: Kind, row: UUID, due: datetime, by: User | None, *, keeps_name: bool = False
) -> Erasure:
    """Asking twice is asking once: the first day holds."""
    erasure, _ = Erasure.objects.waiting().get_or_create(
        kind=kind,
        row=row,
        defaults={"by": by, "asked": timezone.now(), "due": due, "keeps_name": keeps_name},
    )
    return erasure


@transaction.atomic
def keep(erasure: Erasure, *, by: User) -> bool:
    """Undo what was asked. A diary that goes with an account keeps the account too. False where it
    was undone or deleted meanwhile."""
    whole = erasure.within or erasure
    kept = [_keep(one, by) for one in (whole, *whole.parts.waiting())]
    return kept[0]


def _keep(erasure: Erasure, by: User) -> bool:
    mine = Erasure.objects.waiting().filter(pk=erasure.pk)
    if not mine.update(undone=timezone.now()):
        return False
    row = MODELS[erasure.kind]._default_manager.filter(pk=erasure.row).first()
    if isinstance(row, Patient | User):
        row.erase_due = None
        row.save(update_fields=["erase_due"])
    patient = row if isinstance(row, Patient) else getattr(row, "patient", None)
    write_audit(f"keep {erasure.kind}", row, patient=patient, by=by)
    return True


@transaction.atomic
def put_off() -> int:
    """Give seven days anew to everything that waits: after a restore nobody can know whether it
    was kept since the backup was made. Return how much waits."""
    now = timezone.now()
    wait = list(Erasure.objects.waiting())
    for erasure in wait:
        erasure.due = due_after(now, UTC)
        erasure.save(update_fields=["due"])
        if erasure.kind != Kind.WORDS:
            rows = MODELS[erasure.kind]._default_manager.filter(pk=erasure.row)
            rows.update(erase_due=erasure.due)
    return len(wait)
