"""What somebody weighed on a day: some treatments go by weight."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Patient
from diary.models.authors import AuthoredRow


class Weight(AuthoredRow):
    """The number and the unit as they were typed; the diary reads nothing into it."""

    class Unit(models.TextChoices):
        KG = "kg", "kg"
        LB = "lb", "lb"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="weights")
    day = models.DateField("the day it was measured")
    value = models.DecimalField("weight", max_digits=6, decimal_places=3)
    unit = models.CharField(max_length=2, choices=Unit)
    recorded = models.DateTimeField()
    # Set when it was entered by mistake; it stays in what is handed over.
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["day", "recorded"]
        indexes = [models.Index(fields=["patient", "-day"])]
        constraints = [
            models.CheckConstraint(condition=Q(value__gt=0), name="weight_above_nothing"),
            models.CheckConstraint(condition=Q(unit__in=["kg", "lb"]), name="weight_has_a_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.value.normalize():f} {self.unit}"
