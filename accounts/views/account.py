"""One's own account, and what the diary knows about a patient."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse

from accounts import actions
from accounts.access import UserRequest, patient_for
from accounts.forms import NameForm, PatientForm
from accounts.pages import answer, answer_for, get_or_post, typed


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
