"""What a family adds in its own words."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Patient
from diary.models.authors import AuthoredRow, UuidRow, filled, known
from therapies.catalogue import catalogue


class OwnSymptom(UuidRow, AuthoredRow):
    """What a family watches in words of its own. No source lists it, and nothing is matched to it;
    the name never changes, because reports are kept under it."""

    class Kind(models.TextChoices):
        SEVERITY = "severity", "Mild, moderate or severe"
        YES_NO = "yes-no", "There or not"

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
            filled("own_symptom_has_a_name", "name"),
            known("own_symptom_kind_known", kind=["severity", "yes-no"]),
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


class Question(UuidRow, AuthoredRow):
    """A question to ask at the next appointment."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="questions")
    text = models.CharField("your question", max_length=500)
    created = models.DateTimeField(default=timezone.now, editable=False)
    answered = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created"]
        constraints = [
            filled("question_has_words", "text"),
        ]

    def __str__(self) -> str:
        return self.text
