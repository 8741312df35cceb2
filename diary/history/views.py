"""History: what was logged, found and done, month by month, the newest first."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import UserRequest, patient_for
from accounts.pages import render_page, typed
from diary.appointments.periods import latest_day
from diary.core.days import DAY, local_day
from diary.history.calendar import Month, month_page
from diary.history.charts.cycles import compared, has_cycles
from diary.history.charts.month import month_charts
from diary.history.forms import FindForm
from diary.history.lines import line_of
from diary.history.search import Search, SearchQuery
from diary.history.search_notes import elsewhere
from therapies.rulebook import Level


@require_GET
def history(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    now = timezone.now()
    today = local_day(now, patient.tz)
    latest = latest_day(patient, today)
    asked = SearchQuery.read(request.GET, patient)
    urgent_only = asked.sought == Search(level=Level.URGENT.slug)
    month = Month.asked(request.GET.get("month", ""), latest)
    if asked.sought and not urgent_only and "month" not in request.GET:
        month = Month.of(asked.sought.latest(patient) or latest)
    page = month_page(patient, month, now, asked.sought, latest=latest)
    context = {
        "patient": patient,
        "page": page,
        "lines": [] if asked.sought else [line_of(d, patient.unit, today) for d in page.days],
        "today": today,
        "asked": asked,
        "looked_for": asked.sought.lines(),
        "urgent_only": urgent_only,
        "elsewhere": elsewhere(patient, asked.sought),
        "has_cycles": has_cycles(patient),
    }
    return render_page(request, "diary/history.html", context)


@require_GET
def history_day(request: UserRequest, patient_id: UUID, day: str) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    now = timezone.now()
    latest = latest_day(patient, local_day(now, patient.tz))
    try:
        asked = date.fromisoformat(day)
        page = month_page(patient, Month.of(asked), now, Search(), latest=latest)
    except (ValueError, OverflowError):
        raise Http404 from None
    if (shown := page.day(asked)) is None:
        raise Http404
    context = {
        "patient": patient,
        "page": page,
        "day": shown,
        "before": asked - DAY if asked > page.began else None,
        "after": asked + DAY if asked < latest else None,
        "has_cycles": has_cycles(patient),
        "today": local_day(now, patient.tz),
    }
    return render_page(request, "diary/history_day.html", context)


@require_http_methods(["GET", "POST"])
def history_find(request: UserRequest, patient_id: UUID) -> HttpResponse:
    """Looking changes nothing, but it is posted: an address must not say what is looked for."""
    patient = patient_for(request.user, patient_id)
    asked = SearchQuery.read(request.GET, patient)
    today = local_day(timezone.now(), patient.tz)
    form = FindForm(typed(request), patient=patient, today=today, sought=asked.sought)
    if form.is_valid():
        address = reverse("history", args=[patient.pk])
        only = urlencode({"only": form.sought.sealed(patient)} if form.sought else {})
        return redirect(f"{address}?{only}")
    month = Month.asked(request.GET.get("month", ""), today)
    ways = {"month": month, "has_cycles": has_cycles(patient)}
    context = {"patient": patient, "form": form, **ways}
    return render_page(request, "diary/history_find.html", context)


@require_GET
def history_charts(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    now = timezone.now()
    latest = latest_day(patient, local_day(now, patient.tz))
    month = Month.asked(request.GET.get("month", ""), latest)
    page = month_charts(patient, month, now, latest=latest)
    context = {"patient": patient, "page": page, "has_cycles": has_cycles(patient)}
    return render_page(request, "diary/history_charts.html", context)


@require_GET
def history_cycles(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    now = timezone.now()
    page = compared(patient, request.GET.get("cycle", ""), now)
    month = Month.of(local_day(now, patient.tz))
    context = {"patient": patient, "page": page, "month": month}
    return render_page(request, "diary/history_cycles.html", context)
