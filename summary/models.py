"""How somebody wants the summaries of a patient."""

from django.db import models
from django.db.models import Q

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
