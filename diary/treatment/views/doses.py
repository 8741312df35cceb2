"""What was given: cycles, the pump, infusions, and tablets day by day."""

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import UserRequest, patient_for
from accounts.pages import get_or_post, typed
from diary.core.days import DAY
from diary.core.fields import today_of
from diary.models import Course, Dose
from diary.treatment.actions import courses, doses
from diary.treatment.doses import tablet_days
from diary.treatment.forms.courses import (
    ComingDayForm,
    CycleForm,
    InfusionDoseForm,
    MomentForm,
    PumpRunForm,
    TabletsForm,
)
from diary.treatment.views.courses import answer_course, back_to_course, course_of

TABLET_DAYS = 14
# Pages with a button for the tablets of today; from there the way leads back.
BACK = ("today", "treatment")


@get_or_post
def cycle_start(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "pump")
    running = courses.running_pump(course) if course.cycles.exists() else None
    form = CycleForm(typed(request), patient=patient, is_running=running is not None)
    change = partial(doses.begin_next_cycle, course)
    return answer_course(request, "diary/cycle_start.html", course, form, change)


@get_or_post
def cycle_edit(
    request: UserRequest, patient_id: UUID, course_id: UUID, cycle_id: UUID
) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "pump")
    cycle = get_object_or_404(course.cycles, pk=cycle_id)
    form = ComingDayForm(
        typed(request), patient=patient, label="Day 1", day=cycle.started, wanted_as="started"
    )
    change = partial(courses.edit_cycle, cycle)
    return answer_course(request, "diary/cycle_edit.html", course, form, change, cycle=cycle)


@require_POST
def cycle_remove(
    request: UserRequest, patient_id: UUID, course_id: UUID, cycle_id: UUID
) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "pump")
    courses.remove_cycle(get_object_or_404(course.cycles, pk=cycle_id), by=request.user)
    return back_to_course(request, course, f"Removed from {patient.whose} diary.")


@get_or_post
def pump_start(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "pump")
    return _answer_pump(request, "diary/pump_start.html", course, "started", doses.start_pump)


@get_or_post
def pump_stop(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "pump")
    return _answer_pump(request, "diary/pump_stop.html", course, "stopped", doses.stop_pump)


def _answer_pump(
    request: UserRequest, template: str, course: Course, what: str, change: Callable[..., object]
) -> HttpResponse:
    form = MomentForm(typed(request), patient=course.patient, label=f"The pump was {what} on")
    return answer_course(request, template, course, form, partial(change, course))


@get_or_post
def infusion_record(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "infusion")
    form = InfusionDoseForm(typed(request), course=course)
    change = partial(doses.record_infusion, course)
    return answer_course(request, "diary/infusion_record.html", course, form, change)


@get_or_post
def dose_edit(
    request: UserRequest, patient_id: UUID, course_id: UUID, dose_id: UUID
) -> HttpResponse:
    """Correct an infusion, an injection, or a run of the pump."""
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "pump", "infusion")
    dose = get_object_or_404(course.doses, pk=dose_id)
    form: PumpRunForm | InfusionDoseForm
    if dose.kind == Dose.Kind.PUMP:
        form, change = PumpRunForm(typed(request), dose=dose), partial(doses.correct_pump, dose)
    else:
        form = InfusionDoseForm(typed(request), course=course, dose=dose)
        change = partial(doses.correct_dose, dose)
    return answer_course(request, "diary/dose_edit.html", course, form, change, dose=dose)


@require_POST
def dose_remove(
    request: UserRequest, patient_id: UUID, course_id: UUID, dose_id: UUID
) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id, "pump", "infusion")
    doses.remove_dose(get_object_or_404(course.doses, pk=dose_id), by=request.user)
    return back_to_course(request, course, f"Removed from {patient.whose} diary.")


def _until(typed_day: str, first: date, today: date) -> date:
    """Return the last day of the stretch that is asked for; today where it is not a day."""
    try:
        return min(max(date.fromisoformat(typed_day), first), today)
    except ValueError:
        return today


@get_or_post
def tablets(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    """The tablets of the last days; every day has its own buttons."""
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    course = course_of(patient, course_id, "tablet")
    form = TabletsForm(typed(request), patient=patient)
    until = _until(request.GET.get("until", ""), course.started, today_of(patient))
    days = tablet_days(course, until, TABLET_DAYS)
    back = request.POST.get("page", "")
    here = f"{request.path}?until={until}#tablets-{form.data.get('day', '')}"
    return answer_course(
        request,
        "diary/tablets.html",
        course,
        form,
        partial(doses.record_tablet, course),
        to=(back, patient.pk) if back in BACK else (here,),
        days=days,
        earlier=days[-1].day - DAY if days and days[-1].day > course.started else None,
    )
