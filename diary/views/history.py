"""History: what was logged, found and done, month by month, the newest first."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import UserRequest, patient_for
from accounts.parts import render_page
from diary.charts.month import month_charts
from diary.days import local_day
from diary.months import Month, month_page


@login_required
@require_GET
def history(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    today = local_day(timezone.now(), patient.tz)
    month = Month.asked(request.GET.get("month", ""), today)
    urgent_only = request.GET.get("show") == "urgent"
    page = month_page(patient, month, today, urgent_only=urgent_only)
    context = {"patient": patient, "page": page, "today": today, "urgent_only": urgent_only}
    return render_page(request, "diary/history.html", context)


@login_required
@require_GET
def history_charts(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    now = timezone.now()
    month = Month.asked(request.GET.get("month", ""), local_day(now, patient.tz))
    context = {"patient": patient, "page": month_charts(patient, month, now)}
    return render_page(request, "diary/history_charts.html", context)
