"""A link for the clinic: one summary, for a while, behind a passcode, without a log-in."""

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import UserRequest, patient_for
from accounts.confirmation import confirm
from accounts.countries import COUNTRY
from accounts.models import Patient
from accounts.pages import get_or_post, render_page, typed
from diary.core.days import local_day
from diary.core.words import span_words
from diary.history.forms import PeriodForm
from summary.content.build import content
from summary.content.parts import SummaryChoice, wanted
from summary.export.clinic.actions import close_link, let_in, link_of, make_link
from summary.export.clinic.forms import LinkForm, PasscodeForm
from summary.models import MOST_TRIES, ClinicLink

WRONG = f"That is not the passcode. After {MOST_TRIES} wrong ones the link closes."
KEY = "clinic links"  # in the session: those whose passcode was typed here


@get_or_post
def clinic_links(request: UserRequest, patient_id: UUID) -> HttpResponse:
    """The owner makes a link for the days chosen; its address and passcode are shown once."""
    patient = patient_for(request.user, patient_id, owner=True)
    today = local_day(timezone.now(), patient.tz)
    period, form = PeriodForm(request.GET, patient=patient, today=today), LinkForm(typed(request))
    if not period.is_valid():
        return redirect("summary", patient.pk)
    first, last = period.cleaned_data["first"], period.cleaned_data["last"]
    context: dict[str, Any] = {
        "patient": patient,
        "days": span_words(first, last),
        "query": request.GET.urlencode(),
        "links": patient.clinic_links.select_related("by")[:20],
    }
    if form.is_valid():
        confirm(request)
        shows = _shown(patient, request, first, last)
        new = make_link(patient, lasts=form.lasts, shows=shows, by=request.user)
        context["new"] = new
        context["address"] = settings.ORIGIN + reverse("clinic", args=[new.token])
        form = LinkForm()
    return render_page(request, "summary/clinic_links.html", {**context, "form": form})


@require_POST
def clinic_link_close(request: UserRequest, patient_id: UUID, link_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, owner=True)
    close_link(get_object_or_404(patient.clinic_links, pk=link_id), by=request.user)
    messages.success(request, "The link is closed.")
    return redirect("clinic_links", patient.pk)


@login_not_required
@get_or_post
def clinic(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the passcode, then show the summary. A link that is over, closed or was never made
    answers the same."""
    link = link_of(token)
    if link is None:
        return render_page(request, "summary/clinic_over.html", {}, status=404)
    form = PasscodeForm(typed(request))
    if form.is_valid():
        if let_in(link, form.cleaned_data["passcode"]):
            request.session.cycle_key()
            if not request.user.is_authenticated:
                request.session.set_expiry(0)  # a computer of the clinic is everybody's
            request.session[KEY] = [*request.session.get(KEY, []), str(link.pk)]
            return redirect("clinic", token)
        form.add_error(
            "passcode", f"That is not the passcode. After {MOST_TRIES} tries the link closes."
        )
    if str(link.pk) not in request.session.get(KEY, []):
        return render_page(request, "summary/clinic_passcode.html", {"form": form})
    patient = link.patient
    COUNTRY.set(patient.country)
    context = {"said": _said(link), "until": link.expires.astimezone(patient.tz)}
    return render_page(request, "summary/clinic.html", context)


def _shown(patient: Patient, request: UserRequest, first: date, last: date) -> dict[str, Any]:
    want = wanted(patient, request.user)
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "notes": None if "all" in request.GET else request.GET.getlist("n"),
        "parts": list(want.parts),
        "paper": want.paper,
        "spelling": want.spelling,
    }


def _said(link: ClinicLink) -> Any:
    shows = link.shows
    return content(
        link.patient,
        date.fromisoformat(shows["first"]),
        date.fromisoformat(shows["last"]),
        by=link.by,
        chosen=shows["notes"],
        want=SummaryChoice(tuple(shows["parts"]), shows["paper"], shows["spelling"]),
        on_paper=False,
    )
