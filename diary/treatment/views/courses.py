"""Where the treatment stands, and one treatment by itself."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from accounts.access import UserRequest, patient_for
from accounts.models import Patient
from accounts.pages import answer_for, get_or_post, render_page, typed
from diary.core.errors import Refusal
from diary.judging.standing import dosing, giving
from diary.models import Course
from diary.treatment.actions import courses
from diary.treatment.actions.dates import date_courses
from diary.treatment.actions.doses import set_single_infusion
from diary.treatment.doses import doses_of
from diary.treatment.forms.choose import TreatmentsForm
from diary.treatment.forms.courses import CourseForm, DayForm, single_infusion
from diary.treatment.forms.dates import DatesForm, InfusionDayForm, dates_form, dates_question
from diary.treatment.plan import cycles_of, plan_of, treatment_for
from therapies.pages.schedule import pictures

DOSES_SHOWN = 12


def course_of(patient: Patient, course_id: UUID, *ways: str) -> Course:
    """Return a course of this patient that was not entered by mistake, or raise Http404.

    Where `ways` are named, it is given in one of them.
    """
    found = get_object_or_404(patient.courses.filter(withdrawn__isnull=True), pk=course_id)
    if ways and not {giving(found), dosing(found)} & set(ways):
        raise Http404
    return found


def answer_course(
    request: UserRequest,
    template: str,
    course: Course,
    form: BaseForm,
    change: Callable[..., object],
    *,
    to: tuple[Any, ...] = (),
    **context: Any,
) -> HttpResponse:
    """Answer a page with one form about one course."""
    patient = course.patient
    to = to or ("course", patient.pk, course.pk)
    context["treatment"] = treatment_for(patient, course)
    return answer_for(request, template, patient, form, change, to=to, **context)


def back_to_course(request: UserRequest, course: Course, message: str) -> HttpResponse:
    """After one tap on a treatment: say what came of it on the page of the treatment."""
    messages.success(request, message)
    return redirect("course", course.patient_id, course.pk)


def answer_dates(
    request: UserRequest,
    template: str,
    forms: Sequence[DatesForm],
    *,
    to: tuple[Any, ...],
    context: dict[str, Any],
) -> HttpResponse:
    """The answer about the dates of several treatments: all of them are kept, or none."""
    is_sent, refused = request.method == "POST", ""
    wrong = [form for form in forms if not form.is_valid()]  # every form, for its own errors
    if is_sent and not wrong:
        try:
            date_courses([(form.course, form.cleaned_data) for form in forms], by=request.user)
        except Refusal as why:
            refused = str(why)
        else:
            return redirect(*to)
    asks = dates_question(forms, context["patient"])
    context = {**context, "forms": forms, "refused": refused, "asks": asks}
    return render_page(request, template, context, status=422 if is_sent else 200)


@require_safe
def treatment(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    context = {"patient": patient, "plan": plan_of(patient)}
    return render_page(request, "diary/treatment.html", context)


@get_or_post
def course_add(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    form = TreatmentsForm(typed(request), courses=plan_of(patient).courses, may_skip=False)
    change, to = partial(courses.choose_treatments, patient), ("course_dates", patient.pk)
    return answer_for(request, "diary/course_add.html", patient, form, change, to=to, message="")


@get_or_post
def course_dates(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    undated = plan_of(patient).undated
    return answer_dates(
        request,
        "diary/course_dates.html",
        [dates_form(treatment.course, typed(request)) for treatment in undated],
        to=("treatment", patient.pk),
        context={"patient": patient},
    )


@require_safe
def course(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    found = treatment_for(patient, course_of(patient, course_id))
    doses = doses_of(found.course, DOSES_SHOWN + 1)
    context = {
        "patient": patient,
        "treatment": found,
        "cycles": cycles_of(found),
        "doses": doses[:DOSES_SHOWN],
        "more_doses": len(doses) > DOSES_SHOWN,
        "pictures": pictures(found.therapy) if found.therapy else [],
    }
    return render_page(request, "diary/course.html", context)


@get_or_post
def course_edit(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    found = course_of(patient, course_id)
    form = CourseForm(typed(request), course=found)
    change = partial(courses.edit_course, found)
    return answer_course(request, "diary/course_edit.html", found, form, change)


@get_or_post
def course_infusion(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    """The one infusion of a therapy that is given once: planned, given, or corrected."""
    patient = patient_for(request.user, patient_id, write=True)
    found = course_of(patient, course_id, "single-infusion")
    form = InfusionDayForm(typed(request), course=found, initial=single_infusion(found))
    change = partial(set_single_infusion, found)
    return answer_course(request, "diary/course_infusion.html", found, form, change)


@get_or_post
def course_end(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    found = course_of(patient, course_id)
    label = "The last day of this treatment"
    form = DayForm(typed(request), patient=patient, label=label, wanted_as="ended")
    change, to = partial(courses.end_course, found), ("treatment", patient.pk)
    return answer_course(request, "diary/course_end.html", found, form, change, to=to)


@get_or_post
def course_withdraw(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    found = course_of(patient, course_id)
    if request.method == "POST":
        courses.withdraw_course(found, by=request.user)
        messages.success(request, f"Removed from {patient.whose} diary.")
        return redirect("treatment", patient.pk)
    context = {"patient": patient, "treatment": treatment_for(patient, found)}
    return render_page(request, "diary/course_withdraw.html", context)
