"""What happened: treatment, check-ins with their versions, findings, and calls.

Check-ins, versions, reports, findings and calls are only ever added: a correction is a new
version, a deletion is a version marked as removed.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower

from accounts.models import Patient, User
from therapies.catalogue import catalogue
from therapies.fields import MedicineField, SymptomField, TherapyField


class Course(models.Model):
    """One patient's time on one therapy, or on something the catalogue does not know."""

    class Kind(models.TextChoices):
        THERAPY = "therapy", "a therapy the sources describe"
        MEDICINE = "medicine", "another medicine"
        TRIAL = "trial", "a trial treatment"
        TRANSPLANT = "transplant", "a transplant"
        CHEMOTHERAPY = "chemotherapy", "chemotherapy"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
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
    # Set when the course was entered by mistake; what was found while it stood here stays.
    withdrawn = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["started", "created"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="therapy") & ~Q(therapy="") & Q(name=""))
                | (~Q(kind="therapy") & Q(therapy="") & ~Q(name="")),
                name="course_from_catalogue_or_named",
            ),
            models.CheckConstraint(
                condition=Q(ended__isnull=True) | Q(ended__gte=F("started")),
                name="course_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(is_dated=True) | Q(ended__isnull=True), name="what_has_ended_has_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.therapy or self.name


class Cycle(models.Model):
    """One cycle of a course. Day 1 is `started`; the next cycle exists only once it is recorded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, models.CASCADE, related_name="cycles")
    number = models.PositiveSmallIntegerField()
    started = models.DateField("day 1")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="one_cycle_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="cycles_count_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.course}, cycle {self.number}"


class Dose(models.Model):
    """One infusion, injection, pump run or tablet day.

    With precision "day" the times are the ends of the patient's local day (00:00 and 23:59), so
    that an infusion known only by its date counts until that day is over.
    """

    class Kind(models.TextChoices):
        INFUSION = "infusion", "infusion"
        INJECTION = "injection", "injection under the skin"
        PUMP = "pump", "pump"
        TABLET = "tablet", "tablets of one day"

    class Status(models.TextChoices):
        PLANNED = "planned", "planned"
        GIVEN = "given", "given"
        LATE = "late", "taken late"
        MISSED = "missed", "missed"

    class Precision(models.TextChoices):
        MINUTE = "minute", "to the minute"
        DAY = "day", "only the day is known"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, models.CASCADE, related_name="doses")
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.GIVEN)
    precision = models.CharField(max_length=6, choices=Precision, default=Precision.MINUTE)
    started = models.DateTimeField()
    # Empty while a pump or a drip is running.
    ended = models.DateTimeField(null=True, blank=True)
    local_day = models.DateField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["started"]
        indexes = [models.Index(fields=["course", "-started"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended__isnull=True) | Q(ended__gte=F("started")),
                name="dose_ends_after_it_starts",
            ),
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


class PumpEvent(models.Model):
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
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taken_back = models.DateTimeField(null=True, blank=True)
    # What the plan said before a bag change, so that taking it back restores it.
    due_before = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["course", "local_day"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["bag", "alarm", "line"]), name="pump_event_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


class Medicine(models.Model):
    """One medicine given as needed, at one moment. `medicine` is set where the catalogue knows it,
    by whatever name; `name` is what the family called it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="medicines")
    medicine = MedicineField(blank=True)
    name = models.CharField("its name", max_length=80, blank=True)
    amount = models.CharField("how much", max_length=40, blank=True)
    at = models.DateTimeField("when it was given")
    # What the family was told or reads on the packet; the diary never fills it in.
    next_hours = models.PositiveSmallIntegerField("hours to the next dose", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
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


class Contact(models.Model):
    """A number of the care team, or the family's own emergency number."""

    class Kind(models.TextChoices):
        ALWAYS = "always", "24 hours"
        DAY = "day", "daytime"
        EMERGENCY = "emergency", "emergency number"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField("who answers", max_length=80, blank=True)
    number = models.CharField("phone number", max_length=40)

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["patient", "kind"], name="one_contact_per_kind"),
            models.CheckConstraint(condition=~Q(number=""), name="contact_has_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.label or self.get_kind_display()}: {self.number}"

    @property
    def tel(self) -> str:
        """The number as a `tel:` address wants it: digits, after a plus where there is one."""
        plus = "+" if self.number.strip().startswith("+") else ""
        return plus + "".join(c for c in self.number if c.isdigit() or c in "*#")


class FamilyCard(models.Model):
    """What the family's own card from the hospital says, in its own words.

    `fever_from` may only lower the fever line; a laxer card is kept as words and changes nothing.
    """

    patient = models.OneToOneField(Patient, models.CASCADE, primary_key=True, related_name="card")
    words = models.TextField("what the card says", max_length=1000, blank=True)
    fever_from = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    fever_unit = models.CharField(max_length=1, choices=Patient.Unit, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fever_from__isnull=True, fever_unit="")
                | Q(fever_from__isnull=False, fever_unit__in=["C", "F"]),
                name="card_temperature_has_a_unit",
            )
        ]

    def __str__(self) -> str:
        return f"Card of {self.patient}"


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def still_open(self) -> "CheckInQuerySet":
        """Return check-ins with an urgent finding after which nobody was reached, and which no
        person has closed. An urgent finding of a later correction opens it again, and so does
        "it got worse"."""
        answered = [Call.Outcome.REACHED, Call.Outcome.CLOSED]
        worse = Call.objects.filter(
            ~_later_call("recorded", answered, after="gt"), outcome=Call.Outcome.WORSE
        )
        return self.filter(Q(pk__in=_urgent_without(answered)) | Q(pk__in=worse.values("check_in")))

    def followed(self) -> "CheckInQuerySet":
        """Return check-ins with an urgent finding that no person has closed since, whether
        somebody was reached or not."""
        closed = [Call.Outcome.CLOSED]
        worse = Call.objects.filter(
            ~_later_call("recorded", closed, after="gt"), outcome=Call.Outcome.WORSE
        )
        return self.filter(Q(pk__in=_urgent_without(closed)) | Q(pk__in=worse.values("check_in")))

    def ever_urgent(self) -> "CheckInQuerySet":
        urgent = Finding.objects.filter(level="urgent")
        return self.filter(pk__in=urgent.values("version__check_in"))


def _urgent_without(outcomes: Sequence[str]) -> models.QuerySet["Finding", Any]:
    """From the few urgent findings to their check-ins, not the other way round."""
    urgent = Finding.objects.filter(
        ~_later_call("found", outcomes, check_in="version__check_in"), level="urgent"
    )
    return urgent.values("version__check_in")


def _later_call(
    since: str, outcomes: Sequence[str], *, check_in: str = "check_in", after: str = "gte"
) -> Exists:
    moment = {f"recorded__{after}": OuterRef(since)}
    calls = Call.objects.filter(check_in=OuterRef(check_in), outcome__in=outcomes, **moment)
    return Exists(calls)


class CheckIn(models.Model):
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
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    told_by = models.CharField(max_length=10, choices=ToldBy)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["patient", "-at"]),
            models.Index(fields=["patient", "local_day"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(told_by__in=["self", "caregiver", "together"]), name="told_by_known"
            ),
            models.CheckConstraint(condition=~Q(zone=""), name="check_in_has_a_zone"),
        ]

    def __str__(self) -> str:
        return f"{self.patient} {self.at:%Y-%m-%d %H:%M}"


class Version(models.Model):
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
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
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
            models.CheckConstraint(
                condition=Q(answer__in=["no", "mild", "moderate", "severe", "yes", "reading"]),
                name="answer_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.own_name or self.symptom}: {self.answer}"


class Finding(models.Model):
    """One rule that a version met, with the words it said then. Never changed, never deleted."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="findings")
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
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=["urgent", "contact", "expected", "unlisted"]),
                name="finding_level_known",
            ),
            models.CheckConstraint(
                condition=Q(basis__in=["source", "label", "floor"]), name="finding_basis_known"
            ),
            models.CheckConstraint(
                condition=Q(call_first__in=["emergency", "team"]), name="finding_call_first_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.level}: {self.symptom}"


class Call(models.Model):
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

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    check_in = models.ForeignKey(CheckIn, models.CASCADE, related_name="calls")
    outcome = models.CharField(max_length=14, choices=Outcome)
    whom = models.CharField("who was called", max_length=120, blank=True)
    at = models.DateTimeField("when")
    advice = models.TextField("what they advised", max_length=1000, blank=True)
    # When the team wants the next reading, as they said it.
    measure_at = models.DateTimeField("when to measure again", null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="closed") | ~Q(reason=""), name="closed_with_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.at:%Y-%m-%d %H:%M}"


class OwnSymptom(models.Model):
    """What a family watches in words of its own. No source lists it, and nothing is matched to it;
    the name never changes, because reports are kept under it."""

    class Kind(models.TextChoices):
        SEVERITY = "severity", "Mild, moderate or severe"
        YES_NO = "yes-no", "There or not"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="own_symptoms")
    name = models.CharField("what you call it", max_length=60)
    kind = models.CharField("how you answer", max_length=8, choices=Kind, default=Kind.SEVERITY)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    # Set while it is off the list; what was reported under it stays.
    retired = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created"]
        constraints = [
            models.UniqueConstraint(Lower("name"), "patient", name="one_own_symptom_per_name"),
            models.CheckConstraint(condition=~Q(name=""), name="own_symptom_has_a_name"),
            models.CheckConstraint(
                condition=Q(kind__in=["severity", "yes-no"]), name="own_symptom_kind_known"
            ),
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


class Question(models.Model):
    """A question to ask at the next appointment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="questions")
    text = models.CharField("your question", max_length=500)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    answered = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="question_has_words"),
        ]

    def __str__(self) -> str:
        return self.text


class Look(models.Model):
    """One daily look at the nervous system: what was asked, in the words it was asked in, what was
    answered, and the sentence as it was written. Only ever added. What differed is reported in
    `check_in`, where the rules judge it."""

    id = models.UUIDField(primary_key=True, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="looks")
    which = models.CharField("the list that was asked", max_length=40)
    at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    local_day = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    told_by = models.CharField(max_length=10, choices=CheckIn.ToldBy)
    # [{"item": slug, "asked": words, "answer": "no", "mild", "moderate", "severe" or ""}]
    answers = models.JSONField()
    # Lines of points on a field of WRITING (see diary.strokes): [[[x, y], ...], ...]
    strokes = models.JSONField(default=list, blank=True)
    sentence = models.CharField("the sentence as it was typed", max_length=200, blank=True)
    check_in = models.OneToOneField(
        CheckIn, models.RESTRICT, null=True, blank=True, related_name="look"
    )

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["patient", "local_day"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(told_by__in=["self", "caregiver", "together"]),
                name="look_told_by_known",
            )
        ]

    def __str__(self) -> str:
        return f"Look {self.local_day}"
