"""The emergency sheet: on the page, and taken along on paper."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.access import UserRequest, patient_for
from accounts.models import Patient, User, write_audit
from accounts.pages import attachment, render_page
from summary.content.forms import EmergencyPaperForm
from summary.emergency import sheet
from summary.workshop import made, says_when_not_made


@require_safe
def emergency(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    form = EmergencyPaperForm(country=patient.country)
    context = {"patient": patient, "said": sheet.emergency(patient, by=request.user), "form": form}
    return render_page(request, "summary/emergency.html", context)


@require_POST
@says_when_not_made
def emergency_pdf(request: UserRequest, patient_id: UUID) -> HttpResponseBase:
    """Send the file, and note that it left. Its name says neither whose it is nor what is in it."""
    patient = patient_for(request.user, patient_id)
    form = EmergencyPaperForm(request.POST, country=patient.country)
    if not form.is_valid():
        return redirect("emergency", patient.pk)
    file = made(_file, patient, request.user, **form.cleaned_data)
    write_audit("emergency.pdf", patient, patient=patient, by=request.user)
    name = f"emergency-{patient.file_mark}-{form.cleaned_data['layout']}.pdf"
    return attachment(file, name, "application/pdf")


def _file(patient: Patient, by: User, **paper: str) -> bytes:
    return sheet.emergency_pdf(sheet.emergency(patient, by=by), **paper)
