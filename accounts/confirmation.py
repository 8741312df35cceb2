"""The password once more, before something that whoever picks up an open phone must not do."""

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.http import HttpRequest

from accounts.models import Patient


def confirm(request: HttpRequest) -> None:
    """Ask for the password or second step, unless it was given in the last ten minutes. What was
    sent is done afterwards, without typing it again."""
    raise_if_reauthentication_required(request, app="accounts")


def confirm_by_others(request: HttpRequest, patient: Patient) -> None:
    """Ask whoever changes something that the owner answers for."""
    if request.method == "POST" and not patient.is_owner:
        confirm(request)
