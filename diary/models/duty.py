"""Who is on duty for a patient, and who is told next. A setting of the family: no medicine."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Patient, User
from diary.models.authors import UuidRow

MINUTES = (5, 10, 15, 30)


class DutyPlan(models.Model):
    """In which order people are told about an urgent entry, and after how many minutes without an
    answer the next one is. `order` holds ids of users; who is not in it comes after them."""

    patient = models.OneToOneField(
        Patient, models.CASCADE, primary_key=True, related_name="duty_plan"
    )
    minutes = models.PositiveSmallIntegerField(default=10)
    order = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__in=MINUTES), name="duty_minutes_known")
        ]

    def __str__(self) -> str:
        return f"Duty for {self.patient}"


class DutyTurn(UuidRow):
    """Somebody's time on duty: up to `until`, or until the next turn begins. `by` handed it over:
    the same person where they took it themselves."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="duty_turns")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    began = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)
    # When the person it was handed to has read that it was.
    seen = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["began"]
        indexes = [models.Index(fields=["patient", "ended"])]
        constraints = [
            # Of two who hand over at the same moment, one does.
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended__isnull=True), name="one_open_turn_per_diary"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("began")),
                name="turn_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(ended__isnull=True) | Q(ended__gte=F("began")),
                name="turn_ended_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} from {self.began:%Y-%m-%d %H:%M}"
