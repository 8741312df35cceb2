"""What every node of one diary has to know of the others; nothing of a person."""

from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models import Q

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class MarkManager(models.Manager["Mark"]):
    def moment(self, name: str) -> datetime | None:
        return self.filter(name=name).values_list("at", flat=True).first()

    def put(self, name: str, at: datetime) -> None:
        """One statement where the mark is there already: others wait for no longer than that."""
        if not self.filter(name=name).update(at=at):
            self.bulk_create([Mark(name=name, at=at)], ignore_conflicts=True)

    def claim(self, name: str, now: datetime, lease: timedelta) -> bool:
        """Of several who ask at once one gets it, and nobody else until the lease is over. A
        moment far ahead is that of a clock that went wrong, and counts for nothing."""
        self.bulk_create([Mark(name=name, at=LONG_AGO)], ignore_conflicts=True)
        free = Q(at__lte=now - lease) | Q(at__gt=now + lease)
        return bool(self.filter(free, name=name).update(at=now))


class Mark(models.Model):
    """A moment, by its name: when a backup was begun, when one was made."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    objects = MarkManager()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"
