"""Every change to who is who and who may see whom: one transaction, one audit row, always `by`."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal, NotRequired, TypedDict, Unpack

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts import majority
from accounts.access import roles_ended_by, roles_given_by
from accounts.models import TINTS, Invitation, Patient, Share, User, write_audit

# Crockford's 32 letters and digits: no I, L, O, U. Twelve of them are 60 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISHEARD = str.maketrans("OIL", "011")
INVITATION_LASTS = timedelta(days=7)
BIRTH: tuple[Literal["birth_month", "birth_year"], ...] = ("birth_month", "birth_year")
NOT_THEIR_BIRTH = (
    "The diary is about to become their own, on a day that follows from the birth. Only they can "
    "correct it now."
)


class InvitationError(Exception):
    """The code opens nothing for this person; why is not said, so that guessing teaches nothing."""


class SameAddressError(InvitationError):
    """A patient's own log-in needs an address of its own, which was shown to be theirs."""


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


class TermFields(TypedDict):
    """What somebody gives: the role, until when, and whether without notes."""

    role: str
    until: NotRequired[datetime | None]
    without_notes: NotRequired[bool]
    is_patient: NotRequired[bool]


@transaction.atomic
def create_patient(*, by: User, is_self: bool, **fields: Unpack[PatientFields]) -> Patient:
    """Begin a diary. Whoever begins it owns it."""
    patient = Patient(owner=by, is_self=is_self, tint=by.patients.count() % TINTS + 1, **fields)
    majority.plan(patient)
    patient.save(force_insert=True)
    write_audit("create patient", patient, patient=patient, by=by)
    return patient


@transaction.atomic
def edit_patient(patient: Patient, *, by: User, **fields: Unpack[PatientFields]) -> Patient:
    """Change what the diary knows about the patient; owner and `is_self` never change here. In the
    days before it becomes the young person's own, the birth is theirs to correct: it moves the day.
    Raises ValidationError."""
    before = patient.tz
    is_other = any(getattr(patient, name) != fields.get(name) for name in BIRTH if name in fields)
    if is_other and patient.is_growing and majority.is_somebody_elses(patient, by):
        raise ValidationError({"birth_month": NOT_THEIR_BIRTH})
    for name, value in fields.items():
        setattr(patient, name, value)
    majority.move_day(patient, before=before)
    majority.plan(patient)
    patient.save(update_fields=[*fields, *majority.PLAN])
    write_audit("edit patient", patient, patient=patient, by=by)
    return patient


@transaction.atomic
def rename_user(user: User, *, name: str, by: User) -> User:
    user.name = name
    user.save(update_fields=["name"])
    write_audit("rename user", user, patient=None, by=by)
    return user


@transaction.atomic
def invite(
    patient: Patient, *, email: str, by: User, **terms: Unpack[TermFields]
) -> tuple[Invitation, str]:
    """Offer a share for seven days, or until it would be over. The code is returned once; only its
    hash is kept. To an address of its own where it is for the patient: SameAddressError."""
    if terms.get("is_patient") and shares_inbox([email], patient):
        raise SameAddressError
    _only_who_gives(terms, patient, by)
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    now = timezone.now()
    until = terms.get("until")
    week = now + INVITATION_LASTS
    invitation = patient.invitations.create(
        email=email.lower(),
        code_hash=code_hash(code),
        by=by,
        created=now,
        expires=min(week, until) if until else week,
        **terms,
    )
    write_audit("invite", invitation, patient=patient, by=by)
    return invitation, code


@transaction.atomic
def cancel_invitation(invitation: Invitation, *, by: User) -> bool:
    """Say whether the invitation was still open; a used one stays used."""
    _only_who_ends(invitation, by)
    still_open = Invitation.objects.filter(used__isnull=True, cancelled__isnull=True)
    return _mark(still_open, invitation, "cancelled", "cancel invitation", by=by)


def offer_for(code: str, *, to: User) -> Invitation:
    """Return what the code offers this person, before they accept it.

    Raises InvitationError, the same for a code that is unknown, used, expired or cancelled, that
    was sent to another address, that belongs to the person's own diary, or to one they share
    already. SameAddressError where the patient's own log-in has an address of somebody who has part
    in the diary, or one that nobody verified.
    """
    offers = Invitation.objects.unused().select_related("patient", "by")
    invitation = offers.filter(code_hash=code_hash(code)).first()
    if (
        invitation is None
        or not _is_meant(to, invitation.email)
        or _has_part_in(to, invitation.patient)
    ):
        raise InvitationError
    if invitation.is_patient and not _has_own_address(to, invitation.patient):
        raise SameAddressError
    return invitation


@transaction.atomic
def accept_invitation(code: str, *, by: User) -> Share:
    """Take up an offer. The share opens nothing until the owner confirms it. Raises
    InvitationError as `offer_for` does."""
    now = timezone.now()
    invitation = offer_for(code, to=by)
    # Compare and swap: of two people who send one code at the same moment, one wins.
    if not Invitation.objects.unused().filter(pk=invitation.pk).update(used=now):
        raise InvitationError
    # What ended by itself is closed at its end, so that there is one open share.
    invitation.patient.shares.filter(user=by, revoked=None, until__lte=now).update(
        revoked=F("until")
    )
    share = invitation.patient.shares.create(
        user=by,
        role=invitation.role,
        until=invitation.until,
        without_notes=invitation.without_notes,
        is_patient=invitation.is_patient,
        accepted=now,
    )
    write_audit("accept invitation", share, patient=invitation.patient, by=by)
    return share


@transaction.atomic
def confirm_share(share: Share, *, by: User) -> bool:
    """Open the diary to the caregiver. False where the share is not waiting any more, or where the
    patient has another log-in."""
    _only_who_confirms(share, by)
    if share.is_patient and majority.own_log_in(share.patient):
        return False
    return _mark(Share.objects.awaiting_confirmation(), share, "confirmed", "confirm share", by=by)


@transaction.atomic
def change_share(share: Share, *, by: User, **terms: Unpack[TermFields]) -> bool:
    """Change in place what a caregiver may do and until when; nobody changes their own. False where
    the share was ended meanwhile."""
    _only_who_may_change(share, by)
    _only_who_gives(terms, share.patient, by)
    said = {"until": None, "without_notes": False, **terms}
    if share.is_patient and (said["until"] or said["without_notes"]):
        raise PermissionDenied
    changed = [name for name, value in said.items() if getattr(share, name) != value]
    if not changed:
        return True
    if not Share.objects.filter(pk=share.pk, revoked__isnull=True).update(**said):
        return False
    for name in changed:
        write_audit(CHANGE_WORDS[name], share, patient=share.patient, by=by)
    return True


@transaction.atomic
def revoke_share(share: Share, *, by: User) -> bool:
    """End a share at once: whoever may end it revokes or refuses, the caregiver leaves."""
    is_own = share.user_id == by.pk
    if not is_own:
        _only_who_ends(share, by)
    word = "leave" if is_own else "revoke share"
    return _mark(Share.objects.filter(revoked__isnull=True), share, "revoked", word, by=by)


@transaction.atomic
def choose_for_age(patient: Patient, user: User, *, role: str, by: User) -> None:
    """Say what somebody who manages the diary is once it is the young person's own: a role, or
    AgeChoice.END. Only they say so, in the days before."""
    own = majority.own_log_in(patient)
    if own is None or own.user_id != by.pk or not patient.is_growing:
        raise PermissionDenied
    if user not in majority.guardians_of(patient):
        raise PermissionDenied
    patient.age_choices.update_or_create(user=user, defaults={"role": role})
    write_audit("choose for own diary", user, patient=patient, by=by)


def roles_for(share: Share, *, by: User) -> tuple[str, ...]:
    """Return the roles that `by` may give to this caregiver. Raises PermissionDenied where they may
    not change this share at all."""
    _only_who_may_change(share, by)
    return roles_given_by(by, share.patient)


CHANGE_WORDS = {
    "role": "change role",
    "until": "change end of share",
    "without_notes": "change notes of share",
}


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
    mine = patient.shares.filter(user=user, revoked__isnull=True)
    return patient.owner_id == user.pk or mine.lasting().exists()


def _is_meant(user: User, email: str) -> bool:
    """Was the invitation sent to one of the addresses of this person, or read aloud?"""
    return (
        email in ("", user.email)
        or EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()
    )


def shares_inbox(emails: Iterable[str], patient: Patient) -> bool:
    """Does one of these addresses lead to somebody who has part in the diary? What a mail server
    may leave out of an address counts for nothing: case, dots, and what follows a plus."""
    people = [patient.owner_id, *patient.shares.filter(revoked=None).values_list("user", flat=True)]
    theirs = EmailAddress.objects.filter(user__in=people).values_list("email", flat=True)
    known = {inbox_of(email) for email in theirs}
    known |= {inbox_of(user.email) for user in User.objects.filter(pk__in=people)}
    return any(email and inbox_of(email) in known for email in emails)


def inbox_of(email: str) -> str:
    name, _, host = email.casefold().rpartition("@")
    host = "gmail.com" if host == "googlemail.com" else host
    return f"{name.partition('+')[0].replace('.', '')}@{host}"


def _has_own_address(user: User, patient: Patient) -> bool:
    """Where no mail can be sent nobody can verify one: there the guardian's yes has to do."""
    verified = [a.email for a in EmailAddress.objects.filter(user=user) if a.verified]
    if settings.EMAIL_HOST and not verified:
        return False
    return not shares_inbox([user.email, *verified], patient)


def _only_who_confirms(share: Share, by: User) -> None:
    """The owner; and whoever began the diary lets the young person in when they are of age."""
    patient = share.patient
    if patient.owner_id != by.pk or (patient.is_of_age(timezone.now()) and not share.is_patient):
        raise PermissionDenied


def _only_who_gives(terms: TermFields, patient: Patient, by: User) -> None:
    """Whoever gives this role; and whoever began the diary gives the young person a log-in, too,
    when nobody gives anything to anybody else any more."""
    if terms.get("is_patient") and patient.owner_id == by.pk:
        return
    if terms["role"] not in roles_given_by(by, patient):
        raise PermissionDenied


def _terms_of(row: Share | Invitation) -> TermFields:
    return {"role": row.role, "is_patient": row.is_patient}


def _only_who_ends(row: Share | Invitation, by: User) -> None:
    is_theirs = isinstance(row, Share) and _is_theirs(row)
    if is_theirs or row.role not in roles_ended_by(by, row.patient):
        raise PermissionDenied


def _is_theirs(share: Share) -> bool:
    """That of the patient themselves is nobody's to change or end once they were told that the
    diary becomes theirs."""
    patient = share.patient
    has_come = patient.is_growing or patient.is_of_age(timezone.now())
    return bool(share.is_patient and share.confirmed and has_come)


def _only_who_may_change(share: Share, by: User) -> None:
    """Nobody changes their own."""
    if share.user_id == by.pk or _is_theirs(share):
        raise PermissionDenied
    _only_who_gives(_terms_of(share), share.patient, by)
