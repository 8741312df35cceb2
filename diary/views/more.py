"""Everything else about one diary."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import UserRequest, patient_for


@login_required
@require_safe
def patient_more(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    return render(request, "diary/patient_more.html", {"patient": patient})
