"""What is given: courses, their cycles, doses and holds, the pump at home, and other medicines."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Patient
from diary.models.authors import AuthoredRow, UuidRow, ends_after_start, known
from therapies.fields import MedicineField, TherapyField


class Course(UuidRow):
    """One patient's time on one therapy, or on something the catalogue does not know."""

    class Kind(models.TextChoices):
        THERAPY = "therapy", "a therapy the sources describe"
        MEDICINE = "medicine", "another medicine"
        TRIAL = "trial", "a trial treatment"
        TRANSPLANT = "transplant", "a transplant"
        CHEMOTHERAPY = "chemotherapy", "chemotherapy"

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="courses")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.THERAPY)
    therapy = TherapyField(blank=True)
    name = models.CharField("its name", max_length=120, blank=True)
    # A start in the future is a planned course; it counts from that day on.
    started = models.DateField("first day")
    ended = models.DateField("last day", null=True, blank=True)
    # False while nobody has said the dates; `started` is then only the day it was chosen, and the
    # rules take every window as open.
    is_dated = models.BooleanField("the first day is known", default=True)
    # Where the diary was when the days were written down (JC-68).
    zone = models.CharField(max_length=64, blank=True, editable=False)
    # Set when the course was entered by mistake; what was found while it stood here stays.
    withdrawn = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["started", "created"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="therapy") & ~Q(therapy="") & Q(name=""))
                | (~Q(kind="therapy") & Q(therapy="") & ~Q(name="")),
                name="course_from_catalogue_or_named",
            ),
            ends_after_start("course_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(is_dated=True) | Q(ended__isnull=True), name="what_has_ended_has_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.therapy or self.name

    def save(self, *args: Any, **more: Any) -> None:
        self.zone = self.zone or self.patient.zone
        super().save(*args, **more)


class Cycle(UuidRow):
    """One cycle of a course. Day 1 is `started`; the next cycle exists only once it is recorded."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="cycles")
    number = models.PositiveSmallIntegerField()
    started = models.DateField("day 1")

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["course", "started"])]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="one_cycle_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="cycles_count_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.course}, cycle {self.number}"


class Dose(UuidRow):
    """One infusion, injection, pump run or tablet day.

    With precision "day" the times are the ends of the patient's local day (00:00 and 23:59), so
    that an infusion known only by its date counts until that day is over.
    """

    class Kind(models.TextChoices):
        INFUSION = "infusion", "infusion"
        INJECTION = "injection", "injection under the skin"
        PUMP = "pump", "pump"
        TABLET = "tablet", "tablets of one day"

        @classmethod
        def but_tablets(cls) -> list["Dose.Kind"]:
            """Return those of which each is one event; in ten years they are few."""
            return [kind for kind in cls if kind != cls.TABLET]

    class Status(models.TextChoices):
        PLANNED = "planned", "planned"
        GIVEN = "given", "given"
        LATE = "late", "taken late"
        MISSED = "missed", "missed"

    class Precision(models.TextChoices):
        MINUTE = "minute", "to the minute"
        DAY = "day", "only the day is known"

    course = models.ForeignKey(Course, models.CASCADE, related_name="doses")
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.GIVEN)
    precision = models.CharField(max_length=6, choices=Precision, default=Precision.MINUTE)
    started = models.DateTimeField()
    # Empty while a pump or a drip is running.
    ended = models.DateTimeField(null=True, blank=True)
    local_day = models.DateField()
    # Where the diary was when it was written down (JC-68).
    zone = models.CharField(max_length=64, blank=True, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["started"]
        indexes = [models.Index(fields=["course", "kind", "-started"])]
        constraints = [
            ends_after_start("dose_ends_after_it_starts"),
            models.CheckConstraint(
                condition=~Q(status__in=["missed", "late"]) | Q(kind="tablet"),
                name="only_tablets_are_missed_or_late",
            ),
            models.UniqueConstraint(
                fields=["course", "local_day"],
                condition=Q(kind="tablet"),
                name="one_tablet_answer_per_day",
            ),
            models.UniqueConstraint(
                fields=["course"],
                condition=Q(kind="pump", ended__isnull=True),
                name="one_running_pump_per_course",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.local_day}"

    def save(self, *args: Any, **more: Any) -> None:
        self.zone = self.zone or self.course.patient.zone
        super().save(*args, **more)


class Hold(UuidRow, AuthoredRow):
    """A pause of a treatment that the team ordered; its first and last day belong to it.

    Its tablets are not missed. To the rules the course runs on: no answer of theirs reads a hold.
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="holds")
    started = models.DateField("first day on hold")
    # Empty while nobody knows until when.
    ended = models.DateField("last day on hold", null=True, blank=True)
    reason = models.CharField("why", max_length=200, blank=True)
    recorded = models.DateTimeField()
    # Set when it was entered by mistake; it stays in what is handed over.
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["started", "recorded"]
        constraints = [
            ends_after_start("hold_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["course"],
                condition=Q(ended__isnull=True, withdrawn__isnull=True),
                name="one_open_hold_per_course",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course}, on hold from {self.started}"


class BagPlan(models.Model):
    """When the family was told to have the pump's bag changed next, and how often."""

    course = models.OneToOneField(Course, models.CASCADE, primary_key=True, related_name="bag_plan")
    due = models.DateTimeField("the next bag change", null=True, blank=True)
    every_hours = models.PositiveSmallIntegerField("hours between changes", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(every_hours__isnull=True) | Q(every_hours__gte=1),
                name="bags_last_an_hour_or_more",
            )
        ]

    def __str__(self) -> str:
        return f"Bag of {self.course}"


class PumpEvent(AuthoredRow):
    """What happened to a pump at one moment. The id is made on the page, so that a double tap makes
    one event; a slip of the finger is taken back, and stays readable."""

    class Kind(models.TextChoices):
        BAG = "bag", "bag changed"
        ALARM = "alarm", "pump alarm"
        LINE = "line", "problem with the line"

    id = models.UUIDField(primary_key=True, editable=False)
    course = models.ForeignKey(Course, models.CASCADE, related_name="pump_events")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    local_day = models.DateField()
    taken_back = models.DateTimeField(null=True, blank=True)
    # What the plan said before a bag change, so that taking it back restores it.
    due_before = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["course", "local_day"])]
        constraints = [known("pump_event_known", kind=["bag", "alarm", "line"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


class Medicine(UuidRow, AuthoredRow):
    """One medicine given as needed, at one moment. `medicine` is set where the catalogue knows it,
    by whatever name; `name` is what the family called it."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="medicines")
    medicine = MedicineField(blank=True)
    name = models.CharField("its name", max_length=80, blank=True)
    amount = models.CharField("how much", max_length=40, blank=True)
    at = models.DateTimeField("when it was given")
    # What the family was told or reads on the packet; the diary never fills it in.
    next_hours = models.PositiveSmallIntegerField("hours to the next dose", null=True, blank=True)
    recorded = models.DateTimeField()
    # Set when it was entered by mistake; it stays readable in the history.
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["patient", "-at"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(medicine="") | ~Q(name=""), name="medicine_known_or_named"
            ),
            models.CheckConstraint(
                condition=Q(next_hours__isnull=True) | Q(next_hours__gte=1, next_hours__lte=168),
                name="next_dose_within_a_week",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.medicine} {self.at:%Y-%m-%d %H:%M}"
