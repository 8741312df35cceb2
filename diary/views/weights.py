"""Weight: what was measured, as it was typed."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import UserRequest, patient_for
from diary.actions.weights import record_weight, withdraw_weight
from diary.core.days import local_day
from diary.core.pages import answer, typed
from diary.forms.weight import WeightForm

SHOWN = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def weights(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    latest = list(patient.weights.order_by("-day", "-recorded")[:SHOWN])
    today = local_day(timezone.now(), patient.tz)
    unit = latest[0].unit if latest else ""
    form = WeightForm(typed(request), patient=patient, today=today, unit=unit)
    return answer(
        request,
        "diary/weights.html",
        form,
        lambda: record_weight(patient, **form.cleaned_data, by=request.user),
        to=("weights", patient.pk),
        said=f"Saved for {patient.name}.",
        context={"patient": patient, "weights": latest},
    )


@login_required
@require_POST
def weight_remove(request: UserRequest, patient_id: UUID, weight_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    withdraw_weight(get_object_or_404(patient.weights, pk=weight_id), by=request.user)
    messages.success(request, f"Taken out for {patient.name}. The export still holds it.")
    return redirect("weights", patient.pk)
