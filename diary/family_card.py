"""What the family's own card says, as every page and the engine read it."""

from decimal import Decimal

from accounts.models import Patient
from diary.models import FamilyCard
from therapies.urgency import celsius


def card_of(patient: Patient) -> FamilyCard | None:
    return FamilyCard.objects.filter(patient=patient).first()


def card_line_c(card: FamilyCard | None) -> Decimal | None:
    """Return the card's own fever line in °C. The engine lets it only lower the line."""
    if card is None or card.fever_from is None:
        return None
    return celsius(card.fever_from, card.fever_unit)
