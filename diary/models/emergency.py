"""What a hospital asks first that the diary cannot know: entered by the family, in their words."""

from django.db import models

from accounts.models import Patient
from diary.models.authors import AuthoredRow


class EmergencyNote(AuthoredRow):
    """For the emergency sheet. Every part may be empty; the diary reads none of it."""

    patient = models.OneToOneField(
        Patient, models.CASCADE, primary_key=True, related_name="emergency_note"
    )
    diagnosis = models.CharField("diagnosis", max_length=160, blank=True)
    allergies = models.CharField("allergies", max_length=240, blank=True)
    line = models.CharField("central line or port", max_length=160, blank=True)
    other = models.CharField("anything else", max_length=240, blank=True)
    changed = models.DateTimeField()

    def __str__(self) -> str:
        return f"Emergency note of {self.patient}"
