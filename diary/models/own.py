"""What a family adds in its own words."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Patient
from diary.models.authors import AuthoredRow
from therapies.catalogue import catalogue


class OwnSymptom(AuthoredRow):
    """What a family watches in words of its own. No source lists it, and nothing is matched to it;
    the name never changes, because reports are kept under it."""

    class Kind(models.TextChoices):
        SEVERITY = "severity", "Mild, moderate or severe"
        YES_NO = "yes-no", "There or not"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="own_symptoms")
    name = models.CharField("what you call it", max_length=60)
    kind = models.CharField("how you answer", max_length=8, choices=Kind, default=Kind.SEVERITY)
    created = models.DateTimeField(default=timezone.now, editable=False)
    # Set while it is off the list; what was reported under it stays.
    retired = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created"]
        constraints = [
            models.UniqueConstraint(Lower("name"), "patient", name="one_own_symptom_per_name"),
            models.CheckConstraint(condition=~Q(name=""), name="own_symptom_has_a_name"),
            models.CheckConstraint(
                condition=Q(kind__in=["severity", "yes-no"]), name="own_symptom_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What its fields on a page are called."""
        return f"own-{self.pk.hex}"

    @property
    def symptom(self) -> str:
        """The entry of the catalogue that stands for all such symptoms before the rules."""
        return next(own.slug for own in catalogue().own.values() if own.kind == self.kind)


class Question(AuthoredRow):
    """A question to ask at the next appointment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="questions")
    text = models.CharField("your question", max_length=500)
    created = models.DateTimeField(default=timezone.now, editable=False)
    answered = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="question_has_words"),
        ]

    def __str__(self) -> str:
        return self.text
