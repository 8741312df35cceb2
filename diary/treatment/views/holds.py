"""A treatment that the team put on hold, resumed, corrected, or recorded by mistake."""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import UserRequest, patient_for
from accounts.pages import get_or_post, typed
from diary.judging.standing import is_transplant
from diary.models import Course, Hold
from diary.treatment.actions import holds
from diary.treatment.forms.courses import DayForm
from diary.treatment.forms.holds import HoldForm
from diary.treatment.views.courses import answer_course, back_to_course, course_of


@get_or_post
def hold_add(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id)
    if is_transplant(course):
        raise Http404
    form = HoldForm(typed(request), course=course)
    change = partial(holds.put_on_hold, course)
    return answer_course(request, "diary/hold_add.html", course, form, change)


@get_or_post
def hold_edit(
    request: UserRequest, patient_id: UUID, course_id: UUID, hold_id: UUID
) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id)
    hold = _hold_of(course, hold_id)
    form = HoldForm(typed(request), course=course, hold=hold)
    change = partial(holds.change_hold, hold)
    return answer_course(request, "diary/hold_edit.html", course, form, change, hold=hold)


@get_or_post
def hold_resume(
    request: UserRequest, patient_id: UUID, course_id: UUID, hold_id: UUID
) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id)
    hold = _hold_of(course, hold_id)
    label = "First day of the treatment after the hold"
    form = DayForm(typed(request), patient=patient, label=label, wanted_as="again")
    change = partial(holds.resume, hold)
    return answer_course(request, "diary/hold_resume.html", course, form, change)


@require_POST
def hold_withdraw(
    request: UserRequest, patient_id: UUID, course_id: UUID, hold_id: UUID
) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    course = course_of(patient, course_id)
    holds.withdraw_hold(_hold_of(course, hold_id), by=request.user)
    return back_to_course(request, course, f"Hold removed{patient.for_whom}.")


def _hold_of(course: Course, hold_id: UUID) -> Hold:
    return get_object_or_404(course.holds.filter(withdrawn__isnull=True), pk=hold_id)
