"""What the diary knows about the patient."""

from uuid import UUID

from django.http import HttpResponse

from accounts import actions
from accounts.access import UserRequest, patient_for
from accounts.forms import PatientForm
from accounts.pages import answer, get_or_post, typed


@get_or_post
def patient_edit(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    form = PatientForm(typed(request), patient=patient)
    return answer(
        request,
        "accounts/patient_edit.html",
        form,
        lambda: actions.edit_patient(patient, **form.cleaned_data, by=request.user),
        to=("patient_more", patient.pk),
        message=lambda: f"Saved for {patient.name}.",
        context={"patient": patient},
    )
