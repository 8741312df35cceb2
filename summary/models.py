"""How somebody wants the summaries of a patient, and which of them a clinic may open."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Patient, User


class Choice(models.Model):
    """One user's choice for one patient. It changes nothing of the diary, so that whoever may read
    may choose."""

    class Paper(models.TextChoices):
        A4 = "a4", "A4"
        LETTER = "us-letter", "Letter"

    class Spelling(models.TextChoices):
        BRITISH = "en-gb", "British (leukaemia, diarrhoea)"
        AMERICAN = "en-us", "American (leukemia, diarrhea)"

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="summary_choices")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    parts = models.JSONField("slugs of the parts that are put in", default=list, blank=True)
    paper = models.CharField(max_length=9, choices=Paper)
    # Empty: as the browser asks.
    spelling = models.CharField(max_length=5, choices=Spelling, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "user"], name="one_choice_per_user"),
            models.CheckConstraint(
                condition=Q(paper__in=["a4", "us-letter"]), name="choice_paper_known"
            ),
            models.CheckConstraint(
                condition=Q(spelling__in=["", "en-gb", "en-us"]), name="choice_spelling_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.patient}"


MOST_TRIES = 10  # whoever guesses a passcode has the address, and nothing else


class ClinicLinkQuerySet(models.QuerySet["ClinicLink"]):
    def open(self) -> "ClinicLinkQuerySet":
        """Return those that still show it. A diary that waits to be deleted shows nothing, and one
        that became the patient's own nothing of what somebody else let out."""
        now = timezone.now()
        lasting = self.filter(closed=None, expires__gt=now, tries__lt=MOST_TRIES)
        theirs = Q(patient__of_age_at=None) | Q(patient__of_age_at__gt=now)
        theirs |= Q(patient__handed_over__isnull=False)
        return lasting.filter(theirs, patient__erase_due=None, by=F("patient__owner"))


class ClinicLink(models.Model):
    """One summary that whoever has the address and the passcode may look at until it ends. Neither
    stands here in the clear. `shows` names the days and parts, and nothing that was written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="clinic_links")
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    passcode = models.CharField(max_length=128)
    shows = models.JSONField()
    created = models.DateTimeField()
    expires = models.DateTimeField()
    closed = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    visits = models.PositiveSmallIntegerField(default=0)
    visited = models.DateTimeField(null=True, blank=True)

    objects = ClinicLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires__gt=F("created")), name="clinic_link_expires_later"
            )
        ]

    def __str__(self) -> str:
        return f"Clinic link of {self.patient}"

    @property
    def is_open(self) -> bool:
        if self.by_id != self.patient.owner_id or self.patient.is_of_age(timezone.now()):
            return False
        return not (self.closed or self.is_guessed) and self.expires > timezone.now()

    @property
    def is_guessed(self) -> bool:
        """Was the passcode wrong too often?"""
        return self.tries >= MOST_TRIES
