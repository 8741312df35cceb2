"""The summary: choose days, parts and notes, look at it, print it, take it along as PDF."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import UserRequest, patient_for
from accounts.models import Patient, write_audit
from accounts.pages import attachment, render_page
from diary.core.days import local_day
from diary.history.forms import PeriodForm
from diary.photos.album import pictures_of
from summary.content.build import content
from summary.content.forms import ChoiceForm
from summary.content.lists import MAX_PHOTOS
from summary.content.parts import PARTS, SummaryChoice, choose, wanted
from summary.models import Choice
from summary.paper.pdf import as_pdf
from summary.workshop import made, says_when_not_made


@require_GET
def summary(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    want = wanted(patient, request.user)
    return _page(request, patient, want, ChoiceForm(None, wanted=want))


@require_POST
def summary_choose(request: UserRequest, patient_id: UUID) -> HttpResponse:
    """Remember the parts, the paper and the spelling. It changes nothing of the diary, so that
    whoever may read may choose."""
    patient = patient_for(request.user, patient_id)
    want = wanted(patient, request.user)
    form = ChoiceForm(request.POST, wanted=want)
    if not form.is_valid():
        return _page(request, patient, want, form)
    choose(patient, **form.cleaned_data, by=request.user)
    return redirect(_with_query(request, "summary", patient))


@require_POST
@says_when_not_made
def summary_pdf(request: UserRequest, patient_id: UUID) -> HttpResponseBase:
    """Send the file, and note that it left. Its name says neither whose it is nor what is in it."""
    patient = patient_for(request.user, patient_id)
    form = _form(request, patient)
    if not form.is_valid():
        return redirect(_with_query(request, "summary", patient))
    want = wanted(patient, request.user)
    file = made(_file, patient, **_asked(request, form), want=want)
    write_audit("summary.pdf", patient, patient=patient, by=request.user)
    name = f"diary-summary-{patient.file_mark}-{form.cleaned_data['last'].isoformat()}.pdf"
    return attachment(file, name, "application/pdf")


def _file(patient: Patient, **asked: Any) -> bytes:
    said = content(patient, **asked)
    return as_pdf(said, pictures_of(patient, [photo.id for photo in said.chosen_photos]))


def _page(
    request: UserRequest, patient: Patient, want: SummaryChoice, choice: ChoiceForm
) -> HttpResponse:
    form = _form(request, patient)
    page = {"patient": patient, "form": form}
    if not form.is_valid():
        return render_page(request, "summary/summary.html", page)
    page |= {
        "said": content(patient, **_asked(request, form), want=want, on_paper=False),
        "pdf": _with_query(request, "summary_pdf", patient),
        "choose": _with_query(request, "summary_choose", patient),
        "choice": choice,
        "parts": PARTS,
        "most_photos": MAX_PHOTOS,
        "paper": Choice.Paper(want.paper).label,
    }
    status = 422 if choice.errors else 200
    return render_page(request, "summary/summary.html", page, status=status)


def _form(request: UserRequest, patient: Patient) -> PeriodForm:
    today = local_day(timezone.now(), patient.tz)
    return PeriodForm(request.GET, patient=patient, today=today)


def _with_query(request: UserRequest, name: str, patient: Patient) -> str:
    """Return the address with the days and the notes that are chosen now."""
    return f"{reverse(name, args=[patient.pk])}?{request.GET.urlencode()}".rstrip("?")


def _asked(request: UserRequest, form: PeriodForm) -> dict[str, Any]:
    """Return which days, notes and photos are asked for, and by whom."""
    return {
        "first": form.cleaned_data["first"],
        "last": form.cleaned_data["last"],
        "by": request.user,
        "chosen": None if "all" in request.GET else request.GET.getlist("n"),
        "chosen_photos": request.GET.getlist("p"),
    }
