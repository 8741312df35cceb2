"""Photos of the skin or of a line site: whether a diary keeps them, and those that it keeps."""

from django.db import models
from django.db.models import Q

from accounts.models import Patient, User
from diary.models.authors import AuthoredRow, filled, known
from diary.models.check_ins import CheckIn


class PhotoConsent(models.Model):
    """From when to when the owner of a diary wanted photos to be possible in it."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="photo_consents")
    given = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["given"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended__isnull=True), name="one_open_photo_consent"
            )
        ]

    def __str__(self) -> str:
        return f"Photos of {self.patient} from {self.given:%Y-%m-%d}"


class Photo(AuthoredRow):
    """What is said of one photo. Never changed; its picture is apart, so that it can be removed."""

    class Kind(models.TextChoices):
        RASH = "rash", "a rash"
        LINE = "line", "a line site"
        OTHER = "other", "something else"

    # Made by the server on the page where it was chosen: a second tap is not a second photo.
    id = models.UUIDField(primary_key=True, editable=False)
    check_in = models.ForeignKey(CheckIn, models.CASCADE, related_name="photos")
    kind = models.CharField(max_length=5, choices=Kind)
    note = models.CharField(max_length=200, blank=True)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    added = models.DateTimeField()

    class Meta:
        ordering = ["added"]
        constraints = [known("photo_kind_known", kind=["rash", "line", "other"])]

    def __str__(self) -> str:
        return f"Photo of {self.get_kind_display()}"

    @property
    def is_removed(self) -> bool:
        return hasattr(self, "removal")


class Picture(models.Model):
    """The picture of a photo, rebuilt by `diary.photos.pixels`: whole, and small for lists.
    The one row of the diary that is deleted."""

    photo = models.OneToOneField(Photo, models.CASCADE, primary_key=True, related_name="picture")
    whole = models.BinaryField()
    small = models.BinaryField()

    def __str__(self) -> str:
        return f"Picture of {self.photo_id}"


class PhotoRemoval(AuthoredRow):
    """What stays of a photo that somebody removed: who, when and why."""

    photo = models.OneToOneField(Photo, models.CASCADE, primary_key=True, related_name="removal")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [filled("photo_removed_with_a_reason", "reason")]

    def __str__(self) -> str:
        return f"Removed {self.at:%Y-%m-%d %H:%M}"
