"""A change of the urgent number or the hospital card by somebody else than the owner: the owner is
told, and takes it back in one tap."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import mail
from accounts.models import Patient, User
from diary.models import Contact, FamilyCard, TeamChange

URGENT = (Contact.Kind.ALWAYS, Contact.Kind.EMERGENCY)
NOBODY = ["", ""]  # no number, and nobody who answers
SUBJECT = "Something was changed in a diary you manage"


def said_of_numbers(contacts: Iterable[Contact]) -> dict[str, Any]:
    """Return the urgent numbers, each with who answers, as they are kept."""
    known = {contact.kind: [contact.number, contact.label] for contact in contacts}
    return {kind: known.get(kind, NOBODY) for kind in URGENT}


def said_of_card(card: FamilyCard | None) -> dict[str, Any]:
    """Return what the card says, as it is kept; nothing where there is none."""
    if card is None:
        return {}
    degrees = None if card.fever_from is None else f"{Decimal(card.fever_from).normalize():f}"
    return {
        "words": card.words,
        "fever_from": degrees,
        "fever_unit": card.fever_unit,
        "source": card.source,
    }


def fever_from(before: Mapping[str, Any]) -> Decimal | None:
    """Return the temperature of a card that `said_of_card` kept."""
    said = before.get("fever_from")
    return None if said is None else Decimal(said)


def note_change(patient: Patient, kind: str, before: dict[str, Any], *, by: User) -> None:
    """Keep what was there for the owner to see. What the owner changes, the owner has seen."""
    now = timezone.now()
    if by.pk == patient.owner_id:
        patient.team_changes.filter(kind=kind, seen=None).update(seen=now)
        return
    first = {"before": before, "by": by, "at": now}
    change, is_new = patient.team_changes.get_or_create(kind=kind, seen=None, defaults=first)
    if not is_new:
        change.by, change.at = by, now
        change.save(update_fields=["by", "at"])
    if settings.EMAIL_HOST:
        to = patient.owner.email
        transaction.on_commit(partial(mail.send, "changed", SUBJECT, to=to, page="people"))


def mark_seen(change: TeamChange) -> bool:
    """Say whether it was still open: of two taps, one takes effect."""
    still_open = TeamChange.objects.filter(pk=change.pk, seen=None)
    return bool(still_open.update(seen=timezone.now()))
