"""Every change to who is who and who may see whom: one transaction, one audit row, always `by`."""

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Any, NotRequired, TypedDict, Unpack

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import TINTS, Invitation, Patient, Share, User, write_audit

# Crockford's 32 letters and digits: no I, L, O, U. Twelve of them are 60 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISHEARD = str.maketrans("OIL", "011")
INVITATION_LASTS = timedelta(days=7)


class InvitationError(Exception):
    """The code opens nothing for this person; why is not said, so that guessing teaches nothing."""


class PatientFields(TypedDict):
    """What whoever may write says about the patient."""

    name: str
    latin_name: NotRequired[str]
    birth_month: int
    birth_year: int
    zone: str
    unit: str
    country: str
    team_name: NotRequired[str]


@transaction.atomic
def create_patient(*, by: User, is_self: bool, **fields: Unpack[PatientFields]) -> Patient:
    """Begin a diary. Whoever begins it owns it."""
    patient = Patient.objects.create(
        owner=by, is_self=is_self, tint=by.patients.count() % TINTS + 1, **fields
    )
    write_audit("create patient", patient, patient=patient, by=by)
    return patient


@transaction.atomic
def edit_patient(patient: Patient, *, by: User, **fields: Unpack[PatientFields]) -> Patient:
    """Change what the diary knows about the patient; owner and `is_self` never change here."""
    for name, value in fields.items():
        setattr(patient, name, value)
    patient.save(update_fields=list(fields))
    write_audit("edit patient", patient, patient=patient, by=by)
    return patient


@transaction.atomic
def rename_user(user: User, *, name: str, by: User) -> User:
    user.name = name
    user.save(update_fields=["name"])
    write_audit("rename user", user, patient=None, by=by)
    return user


@transaction.atomic
def invite(patient: Patient, *, role: str, email: str, by: User) -> tuple[Invitation, str]:
    """Offer a share for seven days. The code is returned once; only its hash is kept."""
    _only_the_owner(patient, by)
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    now = timezone.now()
    invitation = patient.invitations.create(
        role=role,
        email=email.lower(),
        code_hash=code_hash(code),
        by=by,
        created=now,
        expires=now + INVITATION_LASTS,
    )
    write_audit("invite", invitation, patient=patient, by=by)
    return invitation, code


@transaction.atomic
def cancel_invitation(invitation: Invitation, *, by: User) -> bool:
    """Say whether the invitation was still open; a used one stays used."""
    _only_the_owner(invitation.patient, by)
    still_open = Invitation.objects.filter(used__isnull=True, cancelled__isnull=True)
    return _mark(still_open, invitation, "cancelled", "cancel invitation", by=by)


@transaction.atomic
def accept_invitation(code: str, *, by: User) -> Share:
    """Take up an offer. The share opens nothing until the owner confirms it.

    Raises InvitationError, the same for a code that is unknown, used, expired or cancelled,
    that belongs to the person's own diary, or to one they share already.
    """
    now = timezone.now()
    invitation = (
        Invitation.objects.select_related("patient").filter(code_hash=code_hash(code)).first()
    )
    if invitation is None or _has_part_in(by, invitation.patient):
        raise InvitationError
    # Compare and swap: of two people who send one code at the same moment, one wins.
    won = Invitation.objects.filter(
        pk=invitation.pk, used__isnull=True, cancelled__isnull=True, expires__gt=now
    ).update(used=now)
    if not won:
        raise InvitationError
    share = invitation.patient.shares.create(user=by, role=invitation.role, accepted=now)
    write_audit("accept invitation", share, patient=invitation.patient, by=by)
    return share


@transaction.atomic
def confirm_share(share: Share, *, by: User) -> bool:
    """Open the diary to the caregiver. False where the share is not waiting any more."""
    _only_the_owner(share.patient, by)
    return _mark(Share.objects.awaiting_confirmation(), share, "confirmed", "confirm share", by=by)


@transaction.atomic
def revoke_share(share: Share, *, by: User) -> bool:
    """End a share at once: the owner revokes or refuses, the caregiver leaves."""
    if share.user_id != by.pk:
        _only_the_owner(share.patient, by)
    word = "leave" if share.user_id == by.pk else "revoke share"
    return _mark(Share.objects.filter(revoked__isnull=True), share, "revoked", word, by=by)


def _mark(
    among: QuerySet[Any], row: Share | Invitation, column: str, action: str, *, by: User
) -> bool:
    """Set the moment in this column, and say whether the row was still among these: of two who do
    it at the same moment, one wins."""
    took_effect = bool(among.filter(pk=row.pk).update(**{column: timezone.now()}))
    if took_effect:
        write_audit(action, row, patient=row.patient, by=by)
    return took_effect


def code_hash(code: str) -> str:
    """Forgive what gets lost when a code is read aloud: case, gaps, and O for 0, I or L for 1."""
    plain = re.sub(r"[^0-9A-Z]", "", code.upper()).translate(MISHEARD)
    return hashlib.sha256(plain.encode()).hexdigest()


def _has_part_in(user: User, patient: Patient) -> bool:
    return (
        patient.owner_id == user.pk
        or patient.shares.filter(user=user, revoked__isnull=True).exists()
    )


def _only_the_owner(patient: Patient, by: User) -> None:
    if patient.owner_id != by.pk:
        raise PermissionDenied
