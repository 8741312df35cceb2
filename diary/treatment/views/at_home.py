"""Treatment at home, one tap each: the bag, the pump, the line, a drip that begins or ends."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import UserRequest, patient_for
from accounts.pages import answer_for, get_or_post, render_page, typed
from diary.core.days import local_day
from diary.core.errors import Conflict, Refusal
from diary.core.words import when_words
from diary.judging.medicines import as_given
from diary.team.numbers import numbers_of
from diary.treatment.actions import at_home, doses
from diary.treatment.forms.at_home import BagForm, MedicineForm, PumpEventForm, WeightForm
from diary.treatment.plan import bag_plan, treatment_for
from diary.treatment.views.courses import answer_course, back_to_course, course_of
from therapies.catalogue import catalogue
from therapies.pages.citations import cited
from therapies.rulebook import Level


@get_or_post
def bag_change(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "pump")
    form = BagForm(typed(request), patient=patient, plan=bag_plan(course))
    change = partial(at_home.set_bag_plan, course)
    return answer_course(request, "diary/bag_change.html", course, form, change)


@require_POST
def pump_event_add(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "pump")
    form = PumpEventForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("The diary could not read this tap. Go back and tap again.")
    try:
        event = at_home.record_pump_event(course, **form.cleaned_data, by=request.user)
    except Conflict:
        raise Http404 from None
    return redirect("pump_event", patient.pk, course.pk, event.pk)


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
        "when": when_words(event.at, patient.tz, timezone.now()),
        "numbers": numbers,
        "trouble": trouble,
        "heading": trouble.heading.format(team=numbers.team_name) if trouble else "",
        "word": catalogue().words(Level.URGENT).word,
        "citations": cited(trouble.citations, local_day(timezone.now(), patient.tz))
        if trouble
        else [],
    }
    return render_page(request, "diary/pump_event.html", context)


@require_POST
def pump_event_take_back(
    request: UserRequest, patient_id: UUID, course_id: UUID, event_id: UUID
) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "pump")
    at_home.take_back(get_object_or_404(course.pump_events, pk=event_id), by=request.user)
    message = f"Undone{patient.for_whom}. The history still shows it."
    return back_to_course(request, course, message)


@require_POST
def infusion_start(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "infusion")
    try:
        doses.start_infusion(course, by=request.user)
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("course", patient.pk, course.pk)
    return back_to_course(request, course, f"Saved{patient.for_whom}: running from now.")


@require_POST
def infusion_stop(
    request: UserRequest, patient_id: UUID, course_id: UUID, dose_id: UUID
) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "infusion")
    doses.stop_infusion(get_object_or_404(course.doses, pk=dose_id), by=request.user)
    return back_to_course(request, course, f"Saved{patient.for_whom}: it has ended now.")


MEDICINES_SHOWN_FOR = timedelta(days=7)


@get_or_post
def medicines(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    now = timezone.now()
    form = MedicineForm(typed(request), patient=patient, now=now)
    recent = (
        patient.medicines.filter(at__gte=now - MEDICINES_SHOWN_FOR)
        .order_by("-at")
        .select_related("by", "kept_by")
    )
    change, to = partial(at_home.record_medicine, patient), ("medicines", patient.pk)
    given = [as_given(medicine, patient.tz) for medicine in recent]
    return answer_for(request, "diary/medicines.html", patient, form, change, to=to, given=given)


@require_POST
def medicine_remove(request: UserRequest, patient_id: UUID, medicine_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    medicine = get_object_or_404(patient.medicines, pk=medicine_id)
    at_home.withdraw_medicine(medicine, by=request.user)
    messages.success(request, f"Removed{patient.for_whom}. The history still shows it.")
    return redirect("medicines", patient.pk)


MAX_WEIGHTS_SHOWN = 20


@get_or_post
def weights(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    latest = list(patient.weights.order_by("-day", "-recorded")[:MAX_WEIGHTS_SHOWN])
    today = local_day(timezone.now(), patient.tz)
    unit = latest[0].unit if latest else ""
    form = WeightForm(typed(request), patient=patient, today=today, unit=unit)
    change, to = partial(at_home.record_weight, patient), ("weights", patient.pk)
    return answer_for(request, "diary/weights.html", patient, form, change, to=to, weights=latest)


@require_POST
def weight_remove(request: UserRequest, patient_id: UUID, weight_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    at_home.withdraw_weight(get_object_or_404(patient.weights, pk=weight_id), by=request.user)
    messages.success(request, f"Removed{patient.for_whom}. The export still has it.")
    return redirect("weights", patient.pk)
