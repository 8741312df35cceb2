"""What somebody weighed on a day: some treatments go by weight."""

from django.db import models
from django.db.models import Q

from accounts.models import Patient
from diary.models.authors import AuthoredRow, UuidRow, known


class Weight(UuidRow, AuthoredRow):
    """The number and the unit as they were typed; the diary reads nothing into it."""

    class Unit(models.TextChoices):
        KG = "kg", "kg"
        LB = "lb", "lb"

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
            known("weight_has_a_unit", unit=["kg", "lb"]),
        ]

    def __str__(self) -> str:
        return f"{self.value.normalize():f} {self.unit}"
