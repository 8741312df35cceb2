"""Treatment at home, one tap each: the bag, the pump, the line, a drip that begins or ends."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import UserRequest, patient_for
from diary.actions import doses, pump
from diary.bag_split import bag_plan
from diary.core.days import local_day
from diary.core.errors import Conflict, Refused
from diary.core.pages import answer_course, back_to_course, typed
from diary.core.words import moment_words
from diary.forms.bag_split import BagForm, PumpEventForm
from diary.plan import treatment_for
from diary.team.numbers import numbers_of
from diary.views.treatment import course_of
from therapies.catalogue import catalogue
from therapies.citing import cited
from therapies.rulebook import Level


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bag_change(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "pump")
    form = BagForm(typed(request), patient=patient, plan=bag_plan(course))
    change = partial(pump.set_bag_plan, course)
    return answer_course(request, "diary/bag_change.html", course, form, change)


@login_required
@require_POST
def pump_event_add(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "pump")
    form = PumpEventForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("This tap cannot be read. Go back, and tap again.")
    try:
        event = pump.record_pump_event(course, **form.said, by=request.user)
    except Conflict:
        raise Http404 from None
    return redirect("pump_event", patient.pk, course.pk, event.pk)


@login_required
@require_safe
def pump_event(
    request: UserRequest, patient_id: UUID, course_id: UUID, event_id: UUID
) -> HttpResponse:
    """The card of one event: for an alarm or the line, what to do and whom to call."""
    patient = patient_for(request.user, patient_id)
    course = course_of(patient, course_id, "pump")
    event = get_object_or_404(course.pump_events.select_related("by", "kept_by"), pk=event_id)
    numbers = numbers_of(patient)
    trouble = catalogue().home.troubles.get(event.kind)
    context = {
        "patient": patient,
        "treatment": treatment_for(patient, course),
        "event": event,
        "when": moment_words(event.at, patient.tz),
        "numbers": numbers,
        "trouble": trouble,
        "heading": trouble.heading.format(team=numbers.team_name) if trouble else "",
        "word": catalogue().words(Level.URGENT).word,
        "citations": cited(trouble.citations, local_day(timezone.now(), patient.tz))
        if trouble
        else [],
    }
    return render(request, "diary/pump_event.html", context)


@login_required
@require_POST
def pump_event_take_back(
    request: UserRequest, patient_id: UUID, course_id: UUID, event_id: UUID
) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "pump")
    pump.take_back(get_object_or_404(course.pump_events, pk=event_id), by=request.user)
    said = f"Taken back. It stays readable in the history of {patient.name}."
    return back_to_course(request, course, said)


@login_required
@require_POST
def infusion_start(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "infusion")
    try:
        doses.start_infusion(course, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("course", patient.pk, course.pk)
    return back_to_course(request, course, f"Saved for {patient.name}: it is running since now.")


@login_required
@require_POST
def infusion_stop(
    request: UserRequest, patient_id: UUID, course_id: UUID, dose_id: UUID
) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "infusion")
    doses.stop_infusion(get_object_or_404(course.doses, pk=dose_id), by=request.user)
    return back_to_course(request, course, f"Saved for {patient.name}: it has ended now.")
