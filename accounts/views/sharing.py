"""Who may see a diary: the page of its owner, and a caregiver who gives it up."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts import actions, invitations
from accounts.access import UserRequest, patient_for
from accounts.forms import InviteForm
from accounts.models import Invitation
from accounts.pages import get_or_post, render_page, typed
from accounts.people import access_to


@get_or_post
def sharing(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, owner=True)
    form = InviteForm(typed(request))
    if form.is_valid():
        invitation, code = actions.invite(patient, **form.cleaned_data, by=request.user)
        invitations.remember(request.session, invitation, code)
        if invitation.email:
            _send(request, invitation, code)
        return redirect("sharing", patient.pk)
    access = access_to(patient)
    context = {
        "patient": patient,
        "form": form,
        "access": access,
        "new": invitations.remembered(request.session, access.invitations),
    }
    return render_page(request, "accounts/sharing.html", context)


@require_POST
def invitation_cancel(request: UserRequest, patient_id: UUID, invitation_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, owner=True)
    invitation = get_object_or_404(patient.invitations, pk=invitation_id)
    if actions.cancel_invitation(invitation, by=request.user):
        messages.success(request, "The invitation is cancelled. Its code opens nothing now.")
    else:
        messages.warning(request, "This invitation was used or cancelled before.")
    return redirect("sharing", patient.pk)


@require_POST
def share_confirm(request: UserRequest, patient_id: UUID, share_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, owner=True)
    share = get_object_or_404(patient.shares.select_related("user"), pk=share_id)
    if actions.confirm_share(share, by=request.user):
        messages.success(request, f"{share.user} can now open {patient.name}’s diary.")
    else:
        messages.warning(request, "Nothing was changed: this person is not waiting any more.")
    return redirect("sharing", patient.pk)


@require_POST
def share_revoke(request: UserRequest, patient_id: UUID, share_id: UUID) -> HttpResponse:
    """End somebody's access, or refuse it before it began. It counts from their next click."""
    patient = patient_for(request.user, patient_id, owner=True)
    share = get_object_or_404(patient.shares.select_related("user"), pk=share_id)
    actions.revoke_share(share, by=request.user)
    messages.success(request, f"{share.user} cannot open {patient.name}’s diary.")
    return redirect("sharing", patient.pk)


@require_POST
def share_leave(request: UserRequest, share_id: UUID) -> HttpResponse:
    """A caregiver gives up their own access, or an offer they took up."""
    share = get_object_or_404(request.user.shares.select_related("patient"), pk=share_id)
    actions.revoke_share(share, by=request.user)
    messages.success(request, "Done. That diary is no longer shared with you.")
    return redirect("people")


def _send(request: UserRequest, invitation: Invitation, code: str) -> None:
    if invitations.send(invitation, code):
        messages.success(request, f"The code is on its way to {invitation.email}.")
    else:
        messages.warning(request, "No email could be sent. Read the code aloud instead.")
