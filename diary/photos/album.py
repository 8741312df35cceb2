"""The read side of photos: which there are, which may be added, and their pictures."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accounts.models import Patient
from diary.core.hidden import hide_words
from diary.core.words import moment_words
from diary.judging.facts import name_authors
from diary.models import CheckIn, Photo, PhotoConsent, PhotoRemoval, Picture

MOST_IN_A_CHECK_IN = 6
MOST_IN_A_DIARY = 500


class AlbumPhoto(NamedTuple):
    """A photo with the words around it, which are all that is known of what it shows."""

    photo: Photo
    tz: ZoneInfo

    @property
    def added(self) -> str:
        return f"added {moment_words(self.photo.added, self.tz)} by {self.photo.author}"

    @property
    def alt(self) -> str:
        photo = self.photo
        return f"Photo of {photo.get_kind_display()}, added {moment_words(photo.added, self.tz)}"

    @property
    def removed(self) -> str:
        """Who removed it, when and why; empty while it is there."""
        if not self.photo.is_removed:
            return ""
        removal = self.photo.removal
        when = moment_words(removal.at, self.tz)
        return f"{self.alt}; removed {when} by {removal.author}: {removal.reason}"


def photos_of(patient: Patient) -> QuerySet[Photo]:
    """Return every photo of a diary, those that were removed too, the oldest first. Who looks at
    one sees its words by `shown_photo`."""
    mine = Photo.objects.filter(check_in__patient=patient)
    return mine.select_related("by", "kept_by", "removal__by", "removal__kept_by", "check_in")


def kept_in(patient: Patient) -> QuerySet[Photo]:
    """Return the photos that still have their picture."""
    return photos_of(patient).filter(removal__isnull=True)


def open_consent(patient: Patient) -> PhotoConsent | None:
    """Return since when photos are switched on; None while they are off."""
    return patient.photo_consents.select_related("by").filter(ended__isnull=True).first()


def room_in(check_in: CheckIn) -> int:
    """Return how many photos may still be added to a check-in."""
    kept = check_in.photos.filter(removal__isnull=True).count()
    return max(0, MOST_IN_A_CHECK_IN - kept)


def picture_of(patient: Patient, photo_id: UUID, *, is_small: bool) -> bytes | None:
    """Return one picture of this diary; None where there is none, or none any more."""
    size = "small" if is_small else "whole"
    mine = Picture.objects.filter(photo__check_in__patient=patient, pk=photo_id)
    found = mine.values_list(size, flat=True).first()
    return None if found is None else bytes(found)


def pictures_of(patient: Patient, ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """Return whole pictures of this diary by the id of their photo."""
    mine = Picture.objects.filter(photo__check_in__patient=patient, pk__in=list(ids))
    return {pk: bytes(whole) for pk, whole in mine.values_list("pk", "whole")}


def shown_photo(patient: Patient, photo: Photo) -> AlbumPhoto:
    """Return one photo of `photos_of` as it is shown to whoever is at the door."""
    hide_words(patient, photo, *([photo.removal] if photo.is_removed else []))
    return AlbumPhoto(photo, patient.tz)


def album_of(
    patient: Patient, photos: Iterable[Photo], removals: Iterable[PhotoRemoval]
) -> dict[UUID, list[AlbumPhoto]]:
    """Return photos by their check-in."""
    photos, removed = list(photos), {removal.photo_id: removal for removal in removals}
    name_authors((*photos, *removed.values()), patient)
    hide_words(patient, *photos, *removed.values())
    found: dict[UUID, list[AlbumPhoto]] = defaultdict(list)
    for photo in photos:
        photo._state.fields_cache["removal"] = removed.get(photo.pk)
        found[photo.check_in_id].append(AlbumPhoto(photo, patient.tz))
    return found
