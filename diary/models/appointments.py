"""Dates with the care team, what was said there, and the answers to the family's questions."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Patient
from diary.models.authors import AuthoredRow, UuidRow, filled, known
from diary.models.own import Question


class Appointment(UuidRow, AuthoredRow):
    """A date with the care team. It is held or cancelled only when a person says so: never by
    time."""

    class State(models.TextChoices):
        PLANNED = "planned", "planned"
        HELD = "held", "held"
        CANCELLED = "cancelled", "cancelled"

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="appointments")
    day = models.DateField()
    clock = models.TimeField("the time of day, where it is known", null=True, blank=True)
    zone = models.CharField(max_length=64)
    whom = models.CharField("with whom", max_length=120, blank=True)
    place = models.CharField("where", max_length=120, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    created = models.DateTimeField(default=timezone.now, editable=False)

    # One without a time counts as the first of its day, in both databases.
    LATEST_FIRST = ("-day", models.F("clock").desc(nulls_last=True))

    class Meta:
        ordering = ["day", "clock", "created"]
        indexes = [models.Index(fields=["patient", "day"])]
        constraints = [
            known("appointment_state_known", state=["planned", "held", "cancelled"]),
            filled("appointment_has_a_zone", "zone"),
        ]

    def __str__(self) -> str:
        return f"Appointment {self.day}"


class AppointmentNote(UuidRow, AuthoredRow):
    """What was said at an appointment, or what was changed about it. Only ever added; a note that
    was written by mistake is taken out, and the row says so."""

    class Kind(models.TextChoices):
        SAID = "said", "what was said"
        CHANGE = "change", "what was changed"

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=6, choices=Kind)
    text = models.TextField(max_length=5000)
    written = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["written"]
        constraints = [
            filled("appointment_note_has_words", "text"),
            models.CheckConstraint(
                condition=Q(kind="said") | Q(kind="change", withdrawn__isnull=True),
                name="only_what_was_said_is_taken_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.appointment}"


class Answer(UuidRow, AuthoredRow):
    """An answer to a question, in the words of whoever wrote it down. Only ever added."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    text = models.TextField("the answer", max_length=2000)
    whom = models.CharField("who answered", max_length=120, blank=True)
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="answers"
    )
    written = models.DateTimeField()

    class Meta:
        ordering = ["written"]
        constraints = [filled("answer_has_words", "text")]

    def __str__(self) -> str:
        return f"Answer to {self.question}"
