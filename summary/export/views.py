"""A diary as data: taken out in a format of one's choice, by the owner alone."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import UserRequest, patient_for
from accounts.confirmation import confirm
from accounts.models import Patient, write_audit
from accounts.pages import attachment, render_page
from diary.core.days import local_day
from summary.content.forms import TakeForm
from summary.export.formats import FORMATS, SCHEMA
from summary.workshop import made, says_when_not_made


@require_safe
def records_page(request: UserRequest, patient_id: UUID) -> HttpResponse:
    """The password comes before the page: after it, a file would come without a word."""
    patient = patient_for(request.user, patient_id, manage=True)
    confirm(request)
    return _page(request, patient, _form(request, patient))


@require_POST
@says_when_not_made
def records_take(request: UserRequest, patient_id: UUID, url: str) -> HttpResponseBase:
    """Send the diary in one format, and note that it left."""
    patient = patient_for(request.user, patient_id, manage=True)
    form = _form(request, patient)
    if not form.is_valid():
        return _page(request, patient, form)
    confirm(request)
    chosen = next(one for one in FORMATS if one.url == url)
    file = made(chosen.file, patient, form.cleaned_data["first"], form.cleaned_data["last"])
    write_audit(f"records.{chosen.ending}", patient, patient=patient, by=request.user)
    return attachment(file, chosen.file_name(form.today, patient.file_mark), chosen.content_type)


@login_not_required
@require_safe
def diary_schema(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(SCHEMA.read_bytes(), content_type="application/schema+json")


def _form(request: UserRequest, patient: Patient) -> TakeForm:
    said = request.POST if request.method == "POST" else request.GET
    return TakeForm(said, patient=patient, today=local_day(timezone.now(), patient.tz))


def _page(request: UserRequest, patient: Patient, form: TakeForm) -> HttpResponse:
    context = {"patient": patient, "form": form, "formats": FORMATS}
    return render_page(request, "summary/records.html", context)
