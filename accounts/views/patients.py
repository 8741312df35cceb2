"""What the diary knows about the patient."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts import actions
from accounts.access import UserRequest, patient_for
from accounts.forms import PatientForm
from accounts.parts import get_or_post


@get_or_post
def patient_edit(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    form = PatientForm(request.POST if request.method == "POST" else None, patient=patient)
    if form.is_valid():
        actions.edit_patient(patient, **form.cleaned_data, by=request.user)
        messages.success(request, f"Saved for {patient.name}.")
        return redirect("patient_more", patient.pk)
    return render(
        request,
        "accounts/patient_edit.html",
        {"patient": patient, "form": form},
        status=422 if form.errors else 200,
    )
