"""Who may see a diary: invited, confirmed, changed and ended; and who looked, who changed what."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, invitations
from accounts.access import UserRequest, patient_for
from accounts.confirmation import confirm
from accounts.forms import InviteForm, TermsForm
from accounts.log import log_page
from accounts.models import Invitation
from accounts.pages import get_or_post, render_page, typed
from accounts.people import access_to


@get_or_post
def sharing(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, end=True, manage=request.method == "POST")
    access = access_to(patient, by=request.user)
    form = InviteForm(typed(request), patient=patient, roles=access.given)
    if form.is_valid():
        confirm(request)
        email = form.cleaned_data["email"]
        invitation, code = actions.invite(patient, email=email, by=request.user, **form.terms)
        hand_out(request, invitation, code)
        return redirect("sharing", patient.pk)
    context = {
        "patient": patient,
        "form": form,
        "access": access,
        "address": settings.ORIGIN,
        "new": invitations.remembered(request.session, access.invitations),
    }
    return render_page(request, "accounts/sharing.html", context)


@require_safe
def sharing_log(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, concerned=True)
    log = log_page(patient, by=request.GET.get("by", ""), number=request.GET.get("page", ""))
    viewers = log.shown_to(access_to(patient, by=request.user).open)
    context = {"patient": patient, "log": log, "viewers": viewers}
    return render_page(request, "accounts/sharing_log.html", context)


@get_or_post
def share_edit(request: UserRequest, patient_id: UUID, share_id: UUID) -> HttpResponse:
    """Change in place what somebody may do, and until when."""
    patient = patient_for(request.user, patient_id, manage=True)
    share = get_object_or_404(patient.shares.select_related("user"), pk=share_id, revoked=None)
    roles = actions.roles_for(share, by=request.user)
    form = TermsForm(typed(request), patient=patient, roles=roles, share=share)
    if form.is_valid():
        confirm(request)
        if actions.change_share(share, by=request.user, **form.terms):
            messages.success(request, f"Saved. {share.user}’s access was changed.")
        else:
            messages.warning(request, "Nothing was changed. This access has ended.")
        return redirect("sharing", patient.pk)
    context = {"patient": patient, "form": form, "share": share}
    return render_page(request, "accounts/share_edit.html", context)


@require_POST
def invitation_cancel(request: UserRequest, patient_id: UUID, invitation_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, end=True)
    invitation = get_object_or_404(patient.invitations, pk=invitation_id)
    if actions.cancel_invitation(invitation, by=request.user):
        messages.success(request, "Invitation cancelled. Its code no longer works.")
    else:
        messages.warning(request, "This invitation was already used or cancelled.")
    return redirect("sharing", patient.pk)


@require_POST
def share_confirm(request: UserRequest, patient_id: UUID, share_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, concerned=True)
    share = get_object_or_404(patient.shares.select_related("user"), pk=share_id)
    confirm(request)
    if actions.confirm_share(share, by=request.user):
        messages.success(request, f"{share.user} can now open {patient.whose} diary.")
    else:
        messages.warning(request, "Nothing was changed. This person is no longer waiting.")
    return redirect("growing_up" if share.is_patient else "sharing", patient.pk)


@require_POST
def share_revoke(request: UserRequest, patient_id: UUID, share_id: UUID) -> HttpResponse:
    """End somebody's access, or refuse it before it began. It counts from their next click."""
    patient = patient_for(request.user, patient_id, end=True)
    share = get_object_or_404(patient.shares.select_related("user"), pk=share_id)
    actions.revoke_share(share, by=request.user)
    messages.success(request, f"{share.user} cannot open {patient.whose} diary.")
    return redirect("sharing", patient.pk)


@require_POST
def share_leave(request: UserRequest, share_id: UUID) -> HttpResponse:
    """A caregiver gives up their own access, or an offer they took up."""
    share = get_object_or_404(request.user.shares.select_related("patient"), pk=share_id)
    actions.revoke_share(share, by=request.user)
    messages.success(request, "That diary is no longer shared with you.")
    return redirect("people")


def hand_out(request: UserRequest, invitation: Invitation, code: str) -> None:
    """Show the code on the next page, and send it where the invitation has an address."""
    invitations.remember(request.session, invitation, code)
    if not invitation.email:
        return
    if invitations.send(invitation, code):
        messages.success(request, f"Code sent to {invitation.email}.")
    else:
        messages.warning(request, "No email could be sent. Read the code aloud instead.")
