"""What rows share: who wrote them, an id, and what the database refuses; and a file that waits."""

import uuid
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.models import F, Q

from accounts.models import Patient, User


class KeptAuthor(models.Model):
    """Somebody who wrote in a diary that was brought in from a file. It is a name and no account:
    nobody logs in as it, and it is nobody who has an account here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="kept_authors")
    name = models.CharField(max_length=254)

    def __str__(self) -> str:
        return self.name


class AuthoredRow(models.Model):
    """A row that says who wrote it. Of what was brought in, `by` is who brought it in."""

    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    kept_by = models.ForeignKey(
        KeptAuthor, models.RESTRICT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        abstract = True

    @property
    def author(self) -> User | KeptAuthor:
        return self.kept_by or self.by


class DiaryKey(models.ForeignKey[Any, Any]):
    """Whose diary a row is in, taken from the row it belongs to: so the few rows that every page
    asks for are found without a look at those of other families."""

    def __init__(self, through: str = "", **more: Any) -> None:
        self.through = through
        ours: dict[str, Any] = {"to": Patient, "on_delete": models.CASCADE, "related_name": "+"}
        ours |= {"editable": False, "db_index": False}
        super().__init__(**ours | more)

    def deconstruct(self) -> Any:
        name, _, args, more = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, more

    def pre_save(self, row: models.Model, add: bool) -> Any:  # noqa: FBT001 (Django calls it so)
        if add:
            setattr(row, self.attname, attrgetter(self.through)(row).patient_id)
        return super().pre_save(row, add)


class UuidRow(models.Model):
    """A row with an id that no other diary has."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class HeldFile(UuidRow):
    """A file that was sent and checked, and waits for a yes. Nobody else can say it, and after a
    while nobody can (`summary.bring_in.held_files`)."""

    by = models.ForeignKey(User, models.CASCADE, related_name="held_files")
    patient = models.ForeignKey(Patient, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    content = models.BinaryField()
    # What the page says about it before the yes.
    said = models.JSONField(default=dict)
    created = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.created:%Y-%m-%d %H:%M}"


def known(name: str, **values: list[str]) -> models.CheckConstraint:
    """A column holds one of these values."""
    condition = Q(**{f"{column}__in": those for column, those in values.items()})
    return models.CheckConstraint(condition=condition, name=name)


def filled(name: str, column: str) -> models.CheckConstraint:
    """A column is never empty."""
    return models.CheckConstraint(condition=~Q(**{column: ""}), name=name)


def ends_after_start(name: str) -> models.CheckConstraint:
    """What has an end began before it, or on the same day."""
    condition = Q(ended__isnull=True) | Q(ended__gte=F("started"))
    return models.CheckConstraint(condition=condition, name=name)
