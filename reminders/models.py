"""What somebody wants to be reminded of, and each message that came of it."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Patient, User
from diary.core.words import clock_words
from diary.models.authors import UuidRow, known
from reminders.due import EVERY_DAY, Quiet


class Kind(models.TextChoices):
    """What a message is about. The texts of messages do not tell these apart."""

    ENTRY = "entry", "Today’s entry"
    TABLETS = "tablets", "Tablets"
    TEMPERATURE = "temperature", "Temperature"
    BAG = "bag", "Bag change of the pump"
    FEVER = "fever", "Measuring again after a fever"
    APPOINTMENT = "appointment", "Appointments"
    NUMBERS = "numbers", "Numbers to check every 90 days"
    SILENCE = "silence", "Nobody has written for some days"
    URGENT = "urgent", "An urgent entry that nobody has answered"


# These come by the clock, the others by what is in the diary.
BY_CLOCK = (Kind.ENTRY, Kind.TABLETS, Kind.TEMPERATURE, Kind.NUMBERS, Kind.SILENCE)
# Quiet hours hold for none that follows an urgent entry, nor for a pump that would run empty.
NEVER_QUIET = (Kind.FEVER, Kind.BAG, Kind.URGENT)


class Reminder(UuidRow):
    """What one person wants to hear about one diary. One of each kind is on at a time; what was
    stopped stays, and what was changed begins anew."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(User, models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=11, choices=Kind)
    clocks = models.JSONField(default=list)  # "08:00", on the clock of the patient
    weekdays = models.CharField(max_length=7, default=EVERY_DAY)  # Monday is 0
    days = models.PositiveSmallIntegerField(null=True, blank=True)  # of silence
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)  # before a bag change
    # The zone that `next_due` was counted in.
    zone = models.CharField(max_length=64, editable=False)
    # The next moment, for those that come by the clock: whoever moves it on has claimed it.
    next_due = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now, editable=False)
    stopped = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_due"], condition=Q(stopped=None), name="clock_due")]
        constraints = [
            known("reminder_kind_known", kind=[k for k in Kind.values if k != Kind.URGENT]),
            models.UniqueConstraint(
                fields=["patient", "user", "kind"],
                condition=Q(stopped__isnull=True),
                name="one_reminder_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def times(self) -> list[time]:
        return [time.fromisoformat(clock) for clock in self.clocks]


class QuietHours(models.Model):
    """When one person wants to hear nothing that can wait about one diary."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    start = models.TimeField()
    end = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "user"], name="one_quiet_time"),
            models.CheckConstraint(condition=~Q(start=F("end")), name="quiet_hours_end"),
        ]

    def __str__(self) -> str:
        return f"{self.start:%H:%M} to {self.end:%H:%M}"

    @property
    def words(self) -> str:
        return f"{clock_words(self.start)} to {clock_words(self.end)}"

    @property
    def quiet(self) -> Quiet:
        return Quiet(self.start, self.end)


class MessageQuerySet(models.QuerySet["Message"]):
    def claimable(self, now: datetime) -> "MessageQuerySet":
        """Return what waits, and what a worker took and never finished."""
        waiting = Q(state=Message.State.WAITING, at__lte=now)
        left = Q(state=Message.State.TAKEN, taken__lte=now - Message.LEASE)
        return self.filter(waiting | left)

    def shown_to(self, user: UUID, patient: UUID, since: datetime) -> "MessageQuerySet":
        """Return what a page says itself: what was due since then and was not put away."""
        mine = self.filter(user=user, patient=patient, at__gte=since, seen__isnull=True)
        return mine.exclude(state=Message.State.DROPPED).order_by("-at")


class Message(UuidRow):
    """One message to one person, for one moment. Its slot names the moment: it is made once.

    A worker takes it, sends it, and says so. One that was stopped in between leaves it taken;
    after the lease another worker sends it, so that nothing is lost and at most that one comes
    twice.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waits"
        TAKEN = "taken", "is being sent"
        SENT = "sent", "was sent"
        SHOWN = "shown", "is on a page: there is no mail server"
        FAILED = "failed", "could not be delivered"
        DROPPED = "dropped", "was not needed any more"

    LEASE = timedelta(minutes=5)
    TRIES = 8

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="messages")
    user = models.ForeignKey(User, models.CASCADE, related_name="messages")
    reminder = models.ForeignKey(Reminder, models.CASCADE, null=True, related_name="messages")
    kind = models.CharField(max_length=11, choices=Kind)
    slot = models.CharField(max_length=120)
    due = models.DateTimeField()
    at = models.DateTimeField()  # when it is sent, or tried again
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    taken = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent = models.DateTimeField(null=True, blank=True)
    seen = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["due"]
        indexes = [
            models.Index(
                fields=["at"],
                condition=Q(state__in=["waiting", "taken"]),
                name="message_open",
            ),
            models.Index(fields=["patient", "user", "-at"], name="message_shown"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "patient", "slot"], name="one_message_a_slot"),
            known(
                "message_state_known",
                state=["waiting", "taken", "sent", "shown", "failed", "dropped"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due:%Y-%m-%d %H:%M}"


class Feed(UuidRow):
    """A private calendar address. Only a hash of its code is kept; ending it is at once."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="feeds")
    user = models.ForeignKey(User, models.CASCADE, related_name="feeds")
    code_hash = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "user"],
                condition=Q(ended__isnull=True),
                name="one_open_feed_per_person",
            )
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.created:%Y-%m-%d}"


class Heartbeat(models.Model):
    """When a worker was last round, by its name; a health check reads it."""

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M}"
