"""The daily look at the nervous system."""

from django.db import models

from accounts.models import Patient
from diary.models.authors import AuthoredRow, known
from diary.models.check_ins import CheckIn


class Look(AuthoredRow):
    """One daily look at the nervous system: what was asked, in the words it was asked in, what was
    answered, and the sentence as it was written. Only ever added. What differed is reported in
    `check_in`, where the rules judge it."""

    id = models.UUIDField(primary_key=True, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="looks")
    which = models.CharField("the list that was asked", max_length=40)
    at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    local_day = models.DateField()
    told_by = models.CharField(max_length=10, choices=CheckIn.ToldBy)
    # [{"item": slug, "asked": words, "answer": "no", "mild", "moderate", "severe" or ""}]
    answers = models.JSONField()
    # Lines of points on a field of WRITING (diary.treatment.looks.strokes): [[[x, y], ...], ...]
    strokes = models.JSONField(default=list, blank=True)
    sentence = models.CharField("the sentence as it was typed", max_length=200, blank=True)
    check_in = models.OneToOneField(
        CheckIn, models.RESTRICT, null=True, blank=True, related_name="look"
    )

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["patient", "local_day"])]
        constraints = [known("look_told_by_known", told_by=["self", "caregiver", "together"])]

    def __str__(self) -> str:
        return f"Look {self.local_day}"
