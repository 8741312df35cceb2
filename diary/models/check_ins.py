"""What was reported, what it led to, and what was done. Only ever added: a correction is a new
version, a deletion is a version marked as removed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Patient
from diary.models.authors import AuthoredRow, DiaryKey, UuidRow, filled, known
from diary.models.treatment import Course
from therapies.fields import SymptomField, TherapyField

Findings: TypeAlias = 'models.QuerySet["Finding", Any]'
Calls: TypeAlias = 'models.QuerySet["Call", Any]'
CLOSED = ("closed",)
ANSWERED = ("reached", "closed")


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def followed(self, **whose: Any) -> "CheckInQuerySet":
        """Return check-ins with an urgent finding that no person has closed since, whether
        somebody was reached or not. `whose` is a filter by `patient` of the findings and calls: by
        those few the check-ins are found, and not among ten years of others."""
        urgent, worse = _urgent_without(CLOSED), _worse_without(CLOSED)
        return self._among(urgent.filter(**whose), worse.filter(**whose))

    def _among(self, urgent: Findings, worse: Calls) -> "CheckInQuerySet":
        """From the few urgent findings to their check-ins, not the other way round: of two lists
        joined by OR, PostgreSQL would look through all check-ins that there are."""
        found = urgent.order_by().values("version__check_in")
        return self.filter(pk__in=found.union(worse.order_by().values("check_in")))

    def ever_urgent(self) -> "CheckInQuerySet":
        urgent = Finding.objects.filter(level="urgent")
        return self.filter(pk__in=urgent.values("version__check_in"))


def _urgent_without(outcomes: Sequence[str]) -> Findings:
    return Finding.objects.filter(
        ~_later_call("found", outcomes, check_in="version__check_in"), level="urgent"
    )


def _worse_without(outcomes: Sequence[str]) -> Calls:
    return Call.objects.filter(
        ~_later_call("recorded", outcomes, after="gt"), outcome=Call.Outcome.WORSE
    )


def _later_call(
    since: str, outcomes: Sequence[str], *, check_in: str = "check_in", after: str = "gte"
) -> Exists:
    moment = {f"recorded__{after}": OuterRef(since)}
    calls = Call.objects.filter(check_in=OuterRef(check_in), outcome__in=outcomes, **moment)
    return Exists(calls)


class CheckIn(AuthoredRow):
    """What was reported at one moment. The id is made where it was typed, so that sending it twice
    makes one check-in."""

    class ToldBy(models.TextChoices):
        SELF = "self", "the patient"
        CAREGIVER = "caregiver", "a caregiver"
        TOGETHER = "together", "both together"

    id = models.UUIDField(primary_key=True, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="check_ins")
    at = models.DateTimeField("the moment it is about")
    zone = models.CharField(max_length=64)
    local_day = models.DateField()
    received = models.DateTimeField()
    told_by = models.CharField(max_length=10, choices=ToldBy)

    objects = CheckInQuerySet.as_manager()

    # When its words are deleted; set by diary.check_ins.load.entry_with_near.
    words_due: datetime | None = None

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["patient", "-at"]),
            models.Index(fields=["patient", "local_day"]),
        ]
        constraints = [
            known("told_by_known", told_by=["self", "caregiver", "together"]),
            filled("check_in_has_a_zone", "zone"),
        ]

    def __str__(self) -> str:
        return f"{self.patient} {self.at:%Y-%m-%d %H:%M}"


class Version(AuthoredRow):
    """A check-in as it was saved first, or as it was corrected; the highest number is current."""

    class Kind(models.TextChoices):
        SYMPTOMS = "symptoms", "symptoms"
        NOTHING_NEW = "nothing-new", "nothing new"
        TOO_ILL = "too-ill", "too ill to fill this in"
        REMOVED = "removed", "removed"

    check_in = models.ForeignKey(CheckIn, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    note = models.TextField(max_length=5000, blank=True)
    at = models.DateTimeField("when it was saved")
    reason = models.CharField("why it was changed", max_length=200, blank=True)
    # The temperature in °C from which fever was urgent when this was saved.
    fever_line_c = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["check_in", "number"], name="one_version_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="versions_count_from_1"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="a_change_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(kind="removed") | Q(number__gt=1),
                name="only_what_was_saved_is_removed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_in}, version {self.number}"


class PrivateNote(AuthoredRow):
    """What the patient wrote about an entry for themselves. It stands apart from the entry, so that
    nothing that reads entries can show it; nobody but who wrote it reads it. The latest of the
    versions counts; empty where it was taken out."""

    version = models.OneToOneField(Version, models.CASCADE, related_name="private_note")
    text = models.TextField(max_length=5000, blank=True)
    at = models.DateTimeField("when it was written")

    def __str__(self) -> str:
        return f"Private note of {self.version}"


class Report(models.Model):
    """One symptom within a version: an answer, or for fever a reading with the unit typed."""

    class Answer(models.TextChoices):
        NO = "no", "No"
        MILD = "mild", "Mild"
        MODERATE = "moderate", "Moderate"
        SEVERE = "severe", "Severe"
        YES = "yes", "Yes"
        READING = "reading", "a reading"

    class Going(models.TextChoices):
        ON = "on", "still going on"
        STOPPED = "stopped", "has stopped"

    version = models.ForeignKey(Version, models.CASCADE, related_name="reports")
    symptom = SymptomField()
    answer = models.CharField(max_length=8, choices=Answer)
    temperature = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    unit = models.CharField(max_length=1, choices=Patient.Unit, blank=True)
    began = models.DateField("when it began", null=True, blank=True)
    going = models.CharField(max_length=7, choices=Going, blank=True)
    # The family's own name of it, where no symptom of the catalogue is meant.
    own_name = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "symptom", "own_name"], name="one_report_per_symptom"
            ),
            models.CheckConstraint(
                condition=Q(symptom__in=["own-symptom", "own-sign"], own_name__gt="")
                | (~Q(symptom__in=["own-symptom", "own-sign"]) & Q(own_name="")),
                name="only_an_own_symptom_has_an_own_name",
            ),
            models.CheckConstraint(
                condition=Q(answer="reading", temperature__isnull=False, unit__in=["C", "F"])
                | (~Q(answer="reading") & Q(temperature__isnull=True, unit="")),
                name="a_reading_has_temperature_and_unit",
            ),
            known("answer_known", answer=["no", "mild", "moderate", "severe", "yes", "reading"]),
        ]

    def __str__(self) -> str:
        return f"{self.own_name or self.symptom}: {self.answer}"


class Finding(models.Model):
    """One rule that a version met, with the words it said then. Never changed, never deleted."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="findings")
    patient = DiaryKey("version.check_in")
    course = models.ForeignKey(Course, models.RESTRICT, null=True, blank=True, related_name="+")
    therapy = TherapyField(blank=True)
    symptom = SymptomField()
    rule = models.CharField(max_length=10)
    level = models.CharField(max_length=10)
    group = models.CharField(max_length=20)
    basis = models.CharField(max_length=8)
    call_first = models.CharField(max_length=10)
    wording = models.TextField()
    citations = models.JSONField()
    catalogue_hash = models.CharField(max_length=16)
    found = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        # The few urgent ones are asked for on every page.
        indexes = [models.Index(fields=["patient", "level"])]
        constraints = [
            known("finding_level_known", level=["urgent", "contact", "expected", "unlisted"]),
            known("finding_basis_known", basis=["source", "label", "floor"]),
            known("finding_call_first_known", call_first=["emergency", "crisis", "team"]),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.level}: {self.symptom}"


class Call(UuidRow, AuthoredRow):
    """What happened after a finding: a call, or what was said on the card. An urgent check-in asks
    to call until somebody was reached, and is followed until a person closed it with a reason;
    never by time."""

    class Outcome(models.TextChoices):
        REACHED = "reached", "they answered"
        NO_ANSWER = "no-answer", "no answer"
        CLOSED = "closed", "closed"
        WORSE = "worse", "it got worse"
        IN_HOSPITAL = "in-hospital", "in hospital already"
        TOLD_TO_EXPECT = "told-to-expect", "told to expect this"
        NEITHER = "neither", "neither in hospital nor told to expect this"
        SEEN = "seen", "seen"

    COME_IN = "Come in"  # how the advice to come in is written down

    check_in = models.ForeignKey(CheckIn, models.CASCADE, related_name="calls")
    patient = DiaryKey("check_in")
    outcome = models.CharField(max_length=14, choices=Outcome)
    whom = models.CharField("who was called", max_length=120, blank=True)
    at = models.DateTimeField("when")
    advice = models.TextField("what they advised", max_length=1000, blank=True)
    # When the team wants the next reading, as they said it.
    measure_at = models.DateTimeField("when to measure again", null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    recorded = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        indexes = [
            models.Index(fields=["patient", "outcome", "recorded"]),
            models.Index(fields=["patient", "measure_at"]),
            # Every page asks of every urgent finding whether a person closed it.
            models.Index(fields=["check_in", "outcome", "recorded"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="closed") | ~Q(reason=""), name="closed_with_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_come_in(self) -> bool:
        return self.advice.casefold().startswith(self.COME_IN.casefold())
