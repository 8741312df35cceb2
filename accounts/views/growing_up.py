"""The young person's own log-in, and who stays once the diary is theirs."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.access import UserRequest, patient_for
from accounts.confirmation import confirm
from accounts.forms import AgeChoiceForm, OwnLogInForm
from accounts.majority import guardians_of
from accounts.models import Role
from accounts.pages import get_or_post, render_page, typed
from accounts.people import growing_up_of
from accounts.views.sharing import hand_out


@get_or_post
def growing_up(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    if not (patient.is_keeper or patient.is_subject or patient.may_manage):
        raise PermissionDenied
    form = OwnLogInForm(typed(request), patient=patient)
    if form.is_valid():
        confirm(request)
        invitation, code = actions.invite(
            patient, **form.cleaned_data, role=Role.WRITER, is_patient=True, by=request.user
        )
        hand_out(request, invitation, code)
        return redirect("growing_up", patient.pk)
    context = {
        "patient": patient,
        "form": form,
        "address": settings.ORIGIN,
        "state": growing_up_of(patient, request.session),
    }
    return render_page(request, "accounts/growing_up.html", context)


@require_POST
def growing_up_choose(request: UserRequest, patient_id: UUID, user_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, concerned=True)
    guardian = next((one for one in guardians_of(patient) if one.pk == user_id), None)
    if guardian is None:
        raise Http404
    form = AgeChoiceForm(request.POST, guardian=guardian)
    if form.is_valid():
        confirm(request)
        actions.choose_for_age(patient, guardian, **form.cleaned_data, by=request.user)
        messages.success(request, f"Saved for {guardian}.")
    else:
        messages.warning(request, f"Nothing was changed. Choose one for {guardian}.")
    return redirect("growing_up", patient.pk)
