"""What else can be done with an entry by whoever looks at it."""

from datetime import date
from typing import NamedTuple

from accounts.models import Patient, User, last_day
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
    due = check_in.words_due
    return EntryChoices(
        may_move=patient.may_write_elsewhere,
        may_delete_words=may_delete_words(user, patient, check_in),
        kept_until=last_day(due, patient.tz) if due else None,
    )


def may_delete_words(user: User, patient: Patient, check_in: CheckIn) -> bool:
    """Is it the owner of the diary, or who wrote the entry?"""
    is_own = check_in.by_id == user.pk and check_in.kept_by_id is None
    return patient.is_owner or is_own
