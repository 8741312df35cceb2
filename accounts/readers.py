"""Who can read what is saved in a diary."""

from django.utils.text import get_text_list

from accounts.models import Patient


def readers_words(patient: Patient) -> str:
    """Name them before something is saved: the owner, and everybody it is shared with."""
    shares = patient.shares.active().select_related("user").order_by("confirmed")
    names = [str(patient.owner), *(str(share.user) for share in shares)]
    return f"{get_text_list(names, 'and')} can read this entry."
