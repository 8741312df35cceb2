"""Medicines given as needed: what was given, and from when on the next dose, as the family said."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import UserRequest, patient_for
from diary.actions.medicines import record_medicine, withdraw_medicine
from diary.forms.medicine import MedicineForm
from diary.judging.medicines import as_given

SHOWN = timedelta(days=7)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def medicines(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    now = timezone.now()
    form = MedicineForm(request.POST or None, patient=patient, now=now)
    if form.is_valid():
        record_medicine(patient, **form.given, by=request.user)
        messages.success(request, f"Saved for {patient.name}.")
        return redirect("medicines", patient.pk)
    recent = (
        patient.medicines.filter(at__gte=now - SHOWN)
        .order_by("-at")
        .select_related("by", "kept_by")
    )
    context = {
        "patient": patient,
        "form": form,
        "given": [as_given(medicine, patient.tz) for medicine in recent],
    }
    return render(request, "diary/medicines.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def medicine_remove(request: UserRequest, patient_id: UUID, medicine_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    medicine = get_object_or_404(patient.medicines, pk=medicine_id)
    withdraw_medicine(medicine, by=request.user)
    messages.success(request, f"Taken out for {patient.name}. The history still shows it.")
    return redirect("medicines", patient.pk)
