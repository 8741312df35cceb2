"""Who is who: people who log in, people whose diary it is, and who may see whom."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who logs in, by e-mail. A small child who is a patient has no login."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField("what the diary calls you", max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    # Set while it waits to be erased (see Erasure): from then on it is gone.
    erase_due = models.DateTimeField(null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def tz(self) -> ZoneInfo:
        """The zone of their first diary: an account has none of its own."""
        first = Patient.objects.visible_to(self).order_by("created").first()
        return first.tz if first else ZoneInfo("UTC")

    @property
    def kept_until(self) -> date | None:
        return last_day(self.erase_due, self.tz) if self.erase_due else None


def last_day(due: datetime, tz: tzinfo) -> date:
    """Return the last day on which what is due then can be kept."""
    return (due - timedelta(seconds=1)).astimezone(tz).date()


TINTS = 6  # as many as the style sheet knows
COLOURS = ("purple", "teal", "blue", "pink", "olive", "brown")  # how the style sheet shows them


class PatientQuerySet(models.QuerySet["Patient"]):
    def visible_to(self, user: User | uuid.UUID, now: datetime | None = None) -> "PatientQuerySet":
        """Return the patients this user owns, or is a caregiver of whose access holds."""
        active = Share.objects.active(now).filter(user=user).values("patient")
        return self.filter(Q(owner=user) | Q(pk__in=active))

    def writable_by(self, user: User | uuid.UUID, now: datetime | None = None) -> "PatientQuerySet":
        """Return the patients this user owns, or is a caregiver of who may write."""
        active = Share.objects.active(now).filter(user=user, role__in=WRITING).values("patient")
        return self.filter(Q(owner=user) | Q(pk__in=active))


AGE_NOTICE = timedelta(days=30)  # for so long everybody knows before a diary changes hands


class Patient(models.Model):
    """The person whose diary it is."""

    class Unit(models.TextChoices):
        C = "C", "°C"
        F = "F", "°F"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, models.PROTECT, related_name="patients")
    name = models.CharField("name or nickname", max_length=80)
    # As on the wristband; needed where paper cannot show the name.
    latin_name = models.CharField("name in Latin letters", max_length=80, blank=True, default="")
    birth_month = models.PositiveSmallIntegerField()
    birth_year = models.PositiveSmallIntegerField()
    is_self = models.BooleanField("this is me", default=False)
    zone = models.CharField("time zone", max_length=64)
    unit = models.CharField("temperature unit", max_length=1, choices=Unit)
    country = models.CharField(max_length=2)
    team_name = models.CharField("what you call the care team", max_length=80, default="care team")
    # The tints are given out in turn, so that the diaries of two children look different.
    tint = models.PositiveSmallIntegerField(default=1)
    created = models.DateTimeField(default=timezone.now, editable=False)
    # Set while the diary waits to be erased: until then it is closed for all but its owner.
    erase_due = models.DateTimeField(null=True, blank=True, editable=False)
    # When a child's diary becomes the young person's own, when that was mailed, and when it was
    # done (accounts.majority). Without the first it never does.
    of_age_at = models.DateTimeField(null=True, blank=True, editable=False)
    age_told = models.DateTimeField(null=True, blank=True, editable=False)
    handed_over = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PatientQuerySet.as_manager()

    # Who stands at the door and what they may do; set by accounts.access.patient_for. The keeper
    # began the diary: the owner, but for that of a young person who has no log-in yet.
    reader_id: uuid.UUID | None = None
    subject_id: uuid.UUID | None = None  # the patient's own log-in, where they do not own it
    apart: str = ""  # what tells them from somebody of the same name (accounts.namesakes)
    is_keeper: bool = False
    is_owner: bool = False
    may_write: bool = False
    may_manage: bool = False
    may_end: bool = False
    may_write_elsewhere: bool = False
    has_neighbours: bool = False  # are there other diaries that they may open?
    hides_notes: bool = False

    class Meta:
        ordering = ["name", "created"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="patient_has_a_name"),
            models.CheckConstraint(
                condition=Q(birth_month__gte=1, birth_month__lte=12), name="birth_month_1_to_12"
            ),
            models.CheckConstraint(
                condition=Q(birth_year__gte=1900, birth_year__lte=2200), name="birth_year_possible"
            ),
            models.CheckConstraint(condition=Q(unit__in=["C", "F"]), name="patient_unit_c_or_f"),
            models.CheckConstraint(condition=~Q(zone=""), name="patient_has_a_zone"),
            models.CheckConstraint(
                condition=Q(tint__gte=1, tint__lte=TINTS), name="patient_tint_known"
            ),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(is_self=True), name="one_own_diary_per_user"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def paper_name(self) -> str:
        """The name as a hospital reads it, and as the family writes it."""
        return f"{self.latin_name} ({self.name})" if self.latin_name else self.name

    @property
    def self_id(self) -> uuid.UUID | None:
        """The account of the patient themselves, where they have one."""
        is_own = self.is_self or self.handed_over is not None
        return self.owner_id if is_own else self.subject_id

    @property
    def is_subject(self) -> bool:
        """Is it the patient's own log-in that stands at the door, and does not own the diary?"""
        return self.subject_id is not None and self.subject_id == self.reader_id

    @property
    def is_you(self) -> bool:
        """Is it the diary of the user at the door about themselves?"""
        return self.is_subject or (self.is_owner and self.self_id == self.owner_id)

    def is_of_age(self, now: datetime) -> bool:
        """Has the day come on which it changes hands, and was it not handed over yet?"""
        return self.of_age_at is not None and self.of_age_at <= now and self.handed_over is None

    @property
    def is_growing(self) -> bool:
        """Are these the days before it, in which everybody concerned is told?"""
        now = timezone.now()
        return self.of_age_at is not None and self.of_age_at - AGE_NOTICE <= now < self.of_age_at

    @property
    def age_strip(self) -> str:
        """What stands on Today and Sharing about it, for whoever it concerns: "soon", "now" or
        nothing."""
        if self.is_growing and (self.is_keeper or self.may_manage or self.is_subject):
            return "soon"
        return "now" if self.is_keeper and self.is_of_age(timezone.now()) else ""

    # What a page calls this person: "you" to themselves, by name to everybody else. A button that
    # saves and paper always say the name; a title never does.

    @property
    def called(self) -> str:
        """The name, with what tells them from a namesake whom the user at the door sees too."""
        return f"{self.name}{self.apart}"

    @property
    def you_or_name(self) -> str:
        return "you" if self.is_you else self.called

    @property
    def whose(self) -> str:
        return "your" if self.is_you else f"{self.name}’s{self.apart}"

    @property
    def whose_first(self) -> str:
        """The same where a sentence begins."""
        return "Your" if self.is_you else self.whose

    @property
    def for_whom(self) -> str:
        """What ends "Saved" and "Numbers to call": nothing for oneself."""
        return "" if self.is_you else f" for {self.called}"

    @property
    def initial(self) -> str:
        return self.name[:1].upper()

    @property
    def colour_class(self) -> str:
        return f"tint-{self.tint}"

    @property
    def file_mark(self) -> str:
        """The colour and a number by chance, which tell the files of several diaries apart and
        name nobody. It is the same for everybody who may open the diary."""
        return f"{COLOURS[self.tint - 1]}-{self.number}"

    @property
    def number(self) -> int:
        """A number by chance, which names nobody."""
        return self.pk.int % 9000 + 1000

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def kept_until(self) -> date | None:
        """The last day on which a diary that waits to be erased can be kept."""
        return last_day(self.erase_due, self.tz) if self.erase_due else None

    @property
    def city(self) -> str:
        """The zone as a person says it: that of Los Angeles."""
        return self.zone.rpartition("/")[2].replace("_", " ")


class Role(models.TextChoices):
    READER = "reader", "may read"
    WRITER = "writer", "may read and write"
    MANAGER = "manager", "may read, write, invite and export"


ROLES = [role.value for role in Role]
WRITING = (Role.WRITER, Role.MANAGER)


class ShareQuerySet(models.QuerySet["Share"]):
    def active(self, now: datetime | None = None) -> "ShareQuerySet":
        """Return those that hold `now`. A kept statement says when, as a value of its own."""
        is_open = Q(patient__erase_due__isnull=True)
        held = self.filter(is_open, confirmed__isnull=False, revoked__isnull=True)
        return held.lasting(now)

    def awaiting_confirmation(self) -> "ShareQuerySet":
        return self.filter(confirmed__isnull=True, revoked__isnull=True).lasting()

    def lasting(self, now: datetime | None = None) -> "ShareQuerySet":
        """Return those whose end has not come."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=now or timezone.now()))


class Terms(models.Model):
    """What a caregiver may do, until when, and whether the notes of entries are kept from them; or
    that it is the patient's own log-in, which has no end."""

    role = models.CharField(max_length=10, choices=Role)
    until = models.DateTimeField(null=True, blank=True)
    without_notes = models.BooleanField(default=False)
    is_patient = models.BooleanField(default=False)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(role__in=ROLES), name="%(class)s_role_known"),
            # Whoever writes has to see what stands there.
            models.CheckConstraint(
                condition=Q(without_notes=False) | Q(role="reader"),
                name="%(class)s_without_notes_only_reads",
            ),
            models.CheckConstraint(
                condition=Q(is_patient=False) | Q(until__isnull=True, without_notes=False),
                name="%(class)s_of_the_patient_is_whole",
            ),
        ]

    @property
    def is_over(self) -> bool:
        """Has the end come?"""
        return self.until is not None and self.until <= timezone.now()


class Share(Terms):
    """One caregiver's access to one patient: accepted by them, then confirmed by the owner."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="shares")
    user = models.ForeignKey(User, models.CASCADE, related_name="shares")
    accepted = models.DateTimeField()
    confirmed = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        constraints = [
            *Terms.Meta.constraints,
            models.UniqueConstraint(
                fields=["patient", "user"],
                condition=Q(revoked__isnull=True),
                name="one_open_share_per_caregiver",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(revoked__isnull=True, confirmed__isnull=False, is_patient=True),
                name="one_log_in_of_the_patient",
            ),
            models.CheckConstraint(
                condition=Q(confirmed__isnull=True) | Q(confirmed__gte=F("accepted")),
                name="share_confirmed_after_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.patient}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unused(self) -> "InvitationQuerySet":
        """Return those that can still be taken up."""
        return self.filter(used=None, cancelled=None, expires__gt=timezone.now())


class Invitation(Terms):
    """An open offer of a share: single use, seven days. Only a hash of the code is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="invitations")
    email = models.EmailField("their e-mail", blank=True)
    code_hash = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    created = models.DateTimeField()
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)
    cancelled = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created"]
        constraints = [
            *Terms.Meta.constraints,
            models.CheckConstraint(
                condition=Q(expires__gt=F("created")), name="invitation_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(used__isnull=True) | Q(cancelled__isnull=True),
                name="invitation_used_or_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation to {self.patient}"


class AgeChoice(models.Model):
    """What the young person wants somebody who manages the diary to be once it is their own: a
    role, or nothing any more. Without a choice it is nothing."""

    END = "end"

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="age_choices")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    role = models.CharField(
        max_length=10, choices=[*Role.choices, (END, "may not see it any more")]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "user"], name="one_age_choice_per_person"),
            models.CheckConstraint(
                condition=Q(role__in=[*ROLES, "end"]), name="age_choice_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"


class Visit(models.Model):
    """Somebody opened a diary on this day of its zone; when, is when they did so first."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="visits")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "user", "day"], name="one_visit_per_day_and_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.day}"


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def waiting(self) -> "ErasureQuerySet":
        return self.filter(done__isnull=True, undone__isnull=True)

    def due(self, now: datetime) -> "ErasureQuerySet":
        return self.waiting().filter(due__lte=now)

    def not_swept(self) -> "ErasureQuerySet":
        """Return those after which the bytes of the database were not cleaned yet."""
        return self.filter(done__isnull=False, swept__isnull=True)


class Erasure(models.Model):
    """What somebody asked to be deleted for good, and what came of it. It names the row by its id,
    never what is in it, and stays when the row is gone."""

    class Kind(models.TextChoices):
        WORDS = "words", "the words of an entry"
        DIARY = "diary", "a diary"
        ACCOUNT = "account", "an account"

    kind = models.CharField(max_length=7, choices=Kind)
    row = models.UUIDField()
    # Nobody: the operator, or an account that is gone.
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked = models.DateTimeField()
    due = models.DateTimeField()
    undone = models.DateTimeField(null=True, blank=True)
    done = models.DateTimeField(null=True, blank=True)
    swept = models.DateTimeField(null=True, blank=True)
    # May the name of an account stay beside what it wrote in the diaries of others?
    keeps_name = models.BooleanField(default=False)
    # The account together with which a diary goes.
    within = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="parts", editable=False
    )

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ["asked"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["words", "diary", "account"]), name="erasure_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(undone__isnull=True) | Q(done__isnull=True),
                name="erasure_undone_or_done",
            ),
            models.UniqueConstraint(
                fields=["kind", "row"],
                condition=Q(undone__isnull=True, done__isnull=True),
                name="one_waiting_erasure_per_row",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"


class Eraser(models.Model):
    """Its one row stands only while something is erased for good: the database lets what is never
    rewritten be rewritten only then (docs/adr/0100). It leans on a second row, which cannot be, so
    that no transaction can end while it stands."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    leans_on = models.ForeignKey("self", models.DO_NOTHING, default=2, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1, leans_on=2), name="the_one_eraser")]

    def __str__(self) -> str:
        return "Something is being erased"


@contextmanager
def erasing() -> Iterator[None]:
    """Let rows that are only ever added to be changed or deleted, in one transaction. What goes in
    it has to be noted in a row of its own."""
    with transaction.atomic():
        eraser = Eraser.objects.create()
        yield
        eraser.delete()


class AuditEntry(models.Model):
    """Who did what to which row, when. Never what was written in it."""

    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    patient = models.ForeignKey(Patient, models.CASCADE, null=True, related_name="audit")
    action = models.CharField(max_length=40)
    row = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["patient", "-at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


def write_audit(
    action: str, row: models.Model | None, *, patient: Patient | None, by: User | None
) -> None:
    """Note beside every change, in its transaction, that `by` did `action` to `row`; the content
    stays out.

    `by` is None only where nobody was logged in: the operator at the command line.
    """
    AuditEntry.objects.create(
        at=timezone.now(),
        by=by,
        patient=patient,
        action=action,
        row=f"{row._meta.model_name}:{row.pk}" if row is not None else "",
    )


def save_change(
    action: str, row: models.Model, *, patient: Patient, by: User, **columns: Any
) -> None:
    """Give a row these values, and note it."""
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=[*columns])
    write_audit(action, row, patient=patient, by=by)
