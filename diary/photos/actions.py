"""Photos are switched on by the owner, added to a check-in, and removed with a reason.

A photo is never changed. What is removed leaves a mark in the history, and its picture is deleted.
"""

from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import Patient, User, save_change, write_audit
from diary.core.errors import Refusal
from diary.core.traces import empty_the_log
from diary.models import CheckIn, Photo, PhotoConsent, PhotoRemoval, Picture, Version
from diary.photos.album import MOST_IN_A_CHECK_IN, MOST_IN_A_DIARY, kept_in, open_consent, room_in
from diary.photos.pixels import Dots

SWITCHED_OFF = "Photos were switched off and all saved photos removed"


class PhotoData(NamedTuple):
    id: UUID
    dots: Dots
    kind: str
    note: str


@transaction.atomic
def switch_photos_on(patient: Patient, *, by: User) -> PhotoConsent:
    """Let photos be added from now on. Only the owner may; a second tap changes nothing."""
    _only_the_owner(patient, by)
    if known := open_consent(patient):
        return known
    consent = patient.photo_consents.create(given=timezone.now(), by=by)
    write_audit("switch photos on", consent, patient=patient, by=by)
    return consent


@transaction.atomic
def switch_photos_off(patient: Patient, *, remove_all: bool, by: User) -> int:
    """Let no more photos be added; return how many were removed."""
    _only_the_owner(patient, by)
    if consent := open_consent(patient):
        save_change("switch photos off", consent, patient=patient, by=by, ended=timezone.now())
    photos = list(kept_in(patient)) if remove_all else []
    for photo in photos:
        remove_photo(photo, reason=SWITCHED_OFF, by=by)
    return len(photos)


@transaction.atomic
def add_photo(check_in: CheckIn, data: PhotoData, *, by: User) -> Photo:
    """Keep a photo with a check-in. Sending it twice makes one photo; raises Refused."""
    patient = check_in.patient
    if known := _same_again(check_in, data):
        return known
    _check_room(check_in)
    if Photo.objects.filter(pk=data.id).exists():
        raise Refusal("This page is out of date. Open the entry again and add the photo there.")
    photo = check_in.photos.create(
        id=data.id,
        kind=data.kind,
        note=data.note,
        width=data.dots.width,
        height=data.dots.height,
        added=timezone.now(),
        by=by,
    )
    Picture.objects.create(photo=photo, whole=data.dots.whole, small=data.dots.small)
    write_audit("add photo", photo, patient=patient, by=by)
    return photo


def _same_again(check_in: CheckIn, data: PhotoData) -> Photo | None:
    """Return the photo that was kept under this id, if it is the same one."""
    same = check_in.photos.filter(pk=data.id, kind=data.kind, note=data.note)
    return same.filter(picture__whole=data.dots.whole).first()


def _check_room(check_in: CheckIn) -> None:
    patient = check_in.patient
    if open_consent(patient) is None:
        raise Refusal(f"Photos are off in {patient.whose} diary. Nothing was saved.")
    if check_in.versions.filter(kind=Version.Kind.REMOVED, number=check_in.versions.count()):
        raise Refusal("This entry was removed. Restore it first.")
    if not room_in(check_in):
        raise Refusal(
            f"This entry has {MOST_IN_A_CHECK_IN} photos, the most it can have. "
            "Remove one, or add this one to another entry."
        )
    if kept_in(patient).count() >= MOST_IN_A_DIARY:
        raise Refusal(
            f"This diary has {MOST_IN_A_DIARY} photos, the most it can have. Remove some "
            "that you no longer need."
        )


@transaction.atomic
def remove_photo(photo: Photo, *, reason: str, by: User) -> PhotoRemoval:
    """Delete the picture for good, and leave who, when and why. A second tap changes nothing."""
    removal, is_new = PhotoRemoval.objects.get_or_create(
        photo=photo, defaults={"reason": reason, "by": by, "at": timezone.now()}
    )
    if is_new:
        Picture.objects.filter(photo=photo).delete()
        write_audit("remove photo", photo, patient=photo.check_in.patient, by=by)
        transaction.on_commit(empty_the_log)
    return removal


def _only_the_owner(patient: Patient, by: User) -> None:
    if patient.owner_id != by.pk:
        raise PermissionDenied
