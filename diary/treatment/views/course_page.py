"""A page with one form about one course."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.access import UserRequest
from accounts.pages import answer, render_page
from diary.core.errors import Refusal
from diary.models import Course
from diary.treatment.actions.dates import date_courses
from diary.treatment.forms.dates import DatesForm
from diary.treatment.plan import treatment_for


def answer_course(
    request: UserRequest,
    template: str,
    course: Course,
    form: Any,
    change: Callable[..., object],
    *,
    to: tuple[Any, ...] = (),
    **context: Any,
) -> HttpResponse:
    """The same for a page about one course: `change` gets the cleaned data, and by whom."""
    patient = course.patient
    return answer(
        request,
        template,
        form,
        lambda: change(**form.cleaned_data, by=request.user),
        to=to or ("course", patient.pk, course.pk),
        message=f"Saved for {patient.name}.",
        context={"patient": patient, "treatment": treatment_for(patient, course), **context},
    )


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
    """The same for the dates of several treatments: all of them are kept, or none."""
    is_sent, refused = request.method == "POST", ""
    wrong = [form for form in forms if not form.is_valid()]  # every form, for its own errors
    if is_sent and not wrong:
        try:
            date_courses([(form.course, form.cleaned_data) for form in forms], by=request.user)
        except Refusal as why:
            refused = str(why)
        else:
            return redirect(*to)
    context = {**context, "forms": forms, "refused": refused}
    return render_page(request, template, context, status=422 if is_sent else 200)
