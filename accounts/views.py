"""One's own account, what the diary knows about a patient, who may see it, and how others join."""

from functools import partial
from uuid import UUID

from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, invitations, sign_up
from accounts.access import UserRequest, patient_for
from accounts.forms import InviteForm, JoinForm, NameForm, PatientForm
from accounts.models import Invitation
from accounts.pages import answer, answer_for, get_or_post, render_page, typed
from accounts.people import access_to

REFUSED = (
    "That code does not work. It may be mistyped, used, cancelled or older than 7 days. Check each "
    "letter, or ask for a new code."
)


@get_or_post
def account_menu(request: UserRequest) -> HttpResponse:
    form = NameForm(typed(request), initial={"name": request.user.name})
    return answer(
        request,
        "accounts/account_menu.html",
        form,
        lambda: actions.rename_user(request.user, **form.cleaned_data, by=request.user),
        to=("account_menu",),
        message="Saved.",
        context={},
    )


@get_or_post
def patient_edit(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    form = PatientForm(typed(request), patient=patient)
    return answer_for(
        request,
        "accounts/patient_edit.html",
        patient,
        form,
        partial(actions.edit_patient, patient),
        to=("patient_more", patient.pk),
        message=lambda: f"Saved{patient.for_whom}.",  # by the name that was just saved
    )


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
        "address": settings.ORIGIN,
        "new": invitations.remembered(request.session, access.invitations),
    }
    return render_page(request, "accounts/sharing.html", context)


@require_POST
def invitation_cancel(request: UserRequest, patient_id: UUID, invitation_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, owner=True)
    invitation = get_object_or_404(patient.invitations, pk=invitation_id)
    if actions.cancel_invitation(invitation, by=request.user):
        messages.success(request, "Invitation cancelled. Its code no longer works.")
    else:
        messages.warning(request, "This invitation was already used or cancelled.")
    return redirect("sharing", patient.pk)


@require_POST
def share_confirm(request: UserRequest, patient_id: UUID, share_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, owner=True)
    share = get_object_or_404(patient.shares.select_related("user"), pk=share_id)
    if actions.confirm_share(share, by=request.user):
        messages.success(request, f"{share.user} can now open {patient.whose} diary.")
    else:
        messages.warning(request, "Nothing was changed. This person is no longer waiting.")
    return redirect("sharing", patient.pk)


@require_POST
def share_revoke(request: UserRequest, patient_id: UUID, share_id: UUID) -> HttpResponse:
    """End somebody's access, or refuse it before it began. It counts from their next click."""
    patient = patient_for(request.user, patient_id, owner=True)
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


def _send(request: UserRequest, invitation: Invitation, code: str) -> None:
    if invitations.send(invitation, code):
        messages.success(request, f"Code sent to {invitation.email}.")
    else:
        messages.warning(request, "No email could be sent. Read the code aloud instead.")


@get_or_post
@rate_limit(action="join")  # type: ignore[no-untyped-call,untyped-decorator]
def join(request: UserRequest) -> HttpResponse:
    form = JoinForm(typed(request))
    if form.is_valid():
        try:
            share = actions.accept_invitation(form.cleaned_data["code"], by=request.user)
        except actions.InvitationError:
            form.add_error("code", REFUSED)
        else:
            return redirect("join_waiting", share.pk)
    return render_page(request, "accounts/join.html", {"form": form})


@login_not_required
@get_or_post
@rate_limit(action="join_new")  # type: ignore[no-untyped-call,untyped-decorator]
def join_new(request: HttpRequest) -> HttpResponse:
    """Somebody without an account shows their code, where only the invited may create one."""
    if sign_up.sign_up_state() == "closed":
        raise Http404
    form = JoinForm(typed(request))
    if form.is_valid():
        if sign_up.opens_sign_up(form.cleaned_data["code"]):
            sign_up.remember_code(request.session, form.cleaned_data["code"])
            return redirect("account_signup")
        form.add_error("code", REFUSED)
    return render_page(request, "accounts/join_new.html", {"form": form})


@require_safe
def join_waiting(request: UserRequest, share_id: UUID) -> HttpResponse:
    """What happens next: the owner looks at who accepted, and says yes or no."""
    mine = request.user.shares.filter(revoked=None).select_related("patient__owner")
    share = get_object_or_404(mine, pk=share_id)
    if share.confirmed:
        return redirect("today", share.patient_id)
    return render_page(request, "accounts/join_waiting.html", {"share": share})
