"""Where the treatment stands, and one treatment by itself."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from accounts.access import UserRequest, patient_for
from accounts.models import Patient
from accounts.pages import answer, get_or_post, render_page, typed
from diary.judging.standing import dosing, giving
from diary.models import Course
from diary.treatment.actions import courses
from diary.treatment.actions.doses import set_single_infusion
from diary.treatment.doses import doses_of
from diary.treatment.forms.choose import TreatmentsForm
from diary.treatment.forms.courses import CourseForm, EndForm, single_infusion
from diary.treatment.forms.dates import InfusionDayForm, dates_form
from diary.treatment.plan import cycles_of, plan_of, treatment_for
from diary.treatment.views.course_page import answer_course, answer_dates
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


@require_safe
def treatment(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    context = {"patient": patient, "plan": plan_of(patient)}
    return render_page(request, "diary/treatment.html", context)


@get_or_post
def course_add(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    form = TreatmentsForm(typed(request), courses=plan_of(patient).courses, may_skip=False)
    return answer(
        request,
        "diary/course_add.html",
        form,
        lambda: courses.choose_treatments(
            patient,
            therapies=form.cleaned_data["therapies"],
            others=form.names,
            by=request.user,
        ),
        to=("course_dates", patient.pk),
        context={"patient": patient},
    )


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
    form = EndForm(typed(request), patient=patient)
    change, to = partial(courses.end_course, found), ("treatment", patient.pk)
    return answer_course(request, "diary/course_end.html", found, form, change, to=to)


@get_or_post
def course_withdraw(request: UserRequest, patient_id: UUID, course_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    found = course_of(patient, course_id)
    if request.method == "POST":
        courses.withdraw_course(found, by=request.user)
        messages.success(request, f"Taken out of the diary of {patient.name}.")
        return redirect("treatment", patient.pk)
    context = {"patient": patient, "treatment": treatment_for(patient, found)}
    return render_page(request, "diary/course_withdraw.html", context)
