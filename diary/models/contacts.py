"""Whom to call, and what the family's own card says."""

from django.db import models
from django.db.models import Q

from accounts.models import Patient, User
from diary.models.authors import UuidRow, filled, known


class Contact(UuidRow):
    """A number of the care team, or the family's own emergency number."""

    class Kind(models.TextChoices):
        ALWAYS = "always", "24 hours"
        DAY = "day", "daytime"
        EMERGENCY = "emergency", "emergency number"

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField("who answers", max_length=80, blank=True)
    number = models.CharField("phone number", max_length=40)

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["patient", "kind"], name="one_contact_per_kind"),
            filled("contact_has_a_number", "number"),
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
    Where the card is not known, it may be what most cards of the country say (JC-64).
    """

    class Source(models.TextChoices):
        """Whose `fever_from` is. Empty where nobody was asked about the cards of the country."""

        CARD = "card", "the family's own card"
        USUAL = "usual", "most cards of the country, because the family's own is not known"
        OPEN = "open", "most cards of the country, until the family answers"

    patient = models.OneToOneField(Patient, models.CASCADE, primary_key=True, related_name="card")
    words = models.TextField("what the card says", max_length=1000, blank=True)
    fever_from = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    fever_unit = models.CharField(max_length=1, choices=Patient.Unit, blank=True)
    source = models.CharField(max_length=10, choices=Source, blank=True)

    class Meta:
        constraints = [
            known("card_source_known", source=["", "card", "usual", "open"]),
            models.CheckConstraint(
                condition=Q(fever_from__isnull=True, fever_unit="")
                | Q(fever_from__isnull=False, fever_unit__in=["C", "F"]),
                name="card_temperature_has_a_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"Card of {self.patient}"

    @property
    def is_usual(self) -> bool:
        """Is the line that of most cards of the country, and not of the family's own?"""
        return self.source in (self.Source.USUAL, self.Source.OPEN)


class TeamChange(UuidRow):
    """Somebody else than the owner changed the urgent number or the hospital card: what was there
    before, until the owner has seen it. One is open for each kind, so that taking it back brings
    what the owner saw last."""

    class Kind(models.TextChoices):
        NUMBER = "number", "the 24-hour number"
        CARD = "card", "the hospital card or fever line"

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="team_changes")
    kind = models.CharField(max_length=6, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField()  # the columns as they were; nothing where there was none
    seen = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "kind"],
                condition=Q(seen__isnull=True),
                name="one_open_change_per_kind",
            ),
            known("team_change_kind_known", kind=["number", "card"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.patient}"
