"""What else can be done with an entry by whoever looks at it: by one query."""

from datetime import date
from typing import NamedTuple

from accounts.models import Erasure, Patient, PatientQuerySet, User, last_day
from accounts.statements import Columns, read_together
from diary.models import CheckIn


class EntryChoices(NamedTuple):
    """May it be moved to another diary, and its words be deleted? `kept_until` is set while they
    wait for it: the last day on which they can be kept."""

    may_move: bool = False
    may_delete_words: bool = False
    kept_until: date | None = None


def choices_for(user: User, patient: Patient, check_in: CheckIn) -> EntryChoices:
    if not patient.may_write:
        return EntryChoices()
    waiting = Erasure.objects.waiting().filter(kind=Erasure.Kind.WORDS, row=check_in.pk)
    parts = {
        "others": Columns(others_of(user, patient).order_by(), ("pk",)),
        "due": Columns(waiting.order_by(), ("due",)),
    }
    rows = read_together(parts)
    due = next((due for (due,) in rows["due"]), None)
    return EntryChoices(
        may_move=bool(rows["others"]),
        may_delete_words=may_delete_words(user, patient, check_in),
        kept_until=last_day(due, patient.tz) if due else None,
    )


def may_delete_words(user: User, patient: Patient, check_in: CheckIn) -> bool:
    """Is it the owner of the diary, or who wrote the entry?"""
    is_own = check_in.by_id == user.pk and check_in.kept_by_id is None
    return patient.is_owner or is_own


def others_of(user: User, patient: Patient) -> PatientQuerySet:
    """Return the other diaries this person may write in, but for those that are to be deleted."""
    writable = Patient.objects.writable_by(user)
    return writable.filter(erase_due__isnull=True).exclude(pk=patient.pk)
