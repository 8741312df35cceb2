"""The summary: choose days and notes, look at it, print it, take it along as PDF."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import UserRequest, patient_for
from accounts.audit import write_audit
from accounts.models import Patient
from accounts.parts import render_page
from diary.days import local_day
from diary.forms.period import PeriodForm
from diary.photos import pictures_of
from summary.as_pdf import as_pdf
from summary.content import content
from summary.photos import MOST
from summary.shapes import Content


@login_required
@require_GET
def summary(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    form = _form(request, patient)
    page = {"patient": patient, "form": form, "most_photos": MOST}
    if not form.is_valid():
        return render_page(request, "summary/summary.html", page, status=422)
    said = _content(request, patient, form)
    pdf = reverse("summary_pdf", args=[patient.pk])
    page |= {"said": said, "pdf": f"{pdf}?{request.GET.urlencode()}".rstrip("?")}
    return render_page(request, "summary/summary.html", page)


@login_required
@require_POST
def summary_pdf(request: UserRequest, patient_id: UUID) -> HttpResponse:
    """Send the file, and note that it left. Its name says neither whose it is nor what is in it."""
    patient = patient_for(request.user, patient_id)
    form = _form(request, patient)
    if not form.is_valid():
        return redirect(f"{reverse('summary', args=[patient.pk])}?{request.GET.urlencode()}")
    said = _content(request, patient, form)
    file = as_pdf(said, pictures_of(patient, [photo.id for photo in said.chosen_photos]))
    write_audit("summary.pdf", patient, patient=patient, by=request.user)
    name = f"diary-summary-{form.cleaned_data['last'].isoformat()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(file, content_type="application/pdf", headers=headers)


def _form(request: UserRequest, patient: Patient) -> PeriodForm:
    return PeriodForm(request.GET, patient=patient, today=local_day(timezone.now(), patient.tz))


def _content(request: UserRequest, patient: Patient, form: PeriodForm) -> Content:
    days = form.cleaned_data
    chosen = None if "all" in request.GET else request.GET.getlist("n")
    photos = request.GET.getlist("p")
    return content(
        patient,
        days["first"],
        days["last"],
        by=request.user,
        chosen=chosen,
        chosen_photos=photos,
    )
