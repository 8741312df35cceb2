"""What every page with one form does: show it, carry out what it says, or say why not."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import UserRequest
from diary.actions.dating import date_courses
from diary.core.errors import Refused
from diary.forms.dates import DatesForm
from diary.models import Course
from diary.plan import treatment_for


def typed(request: HttpRequest) -> Any:
    """Return what was sent, or nothing while the page is only opened."""
    return request.POST if request.method == "POST" else None


def answer(
    request: HttpRequest,
    template: str,
    form: forms.Form,
    change: Callable[[], object],
    *,
    to: tuple[Any, ...],
    said: str | Callable[[], str] = "",
    context: dict[str, Any],
) -> HttpResponse:
    """Carry out `change` once the form is valid and go on `to` another page, else show the form.

    Where the change does not fit what is recorded, the form says so and keeps what was typed.
    """
    if form.is_valid():
        try:
            change()
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            if text := said() if callable(said) else said:
                messages.success(request, text)
            return redirect(*to)
    status = 422 if form.errors else 200
    return render(request, template, {**context, "form": form}, status=status)


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
    """The same for a page about one course: `change` gets what the form said, and by whom."""
    patient = course.patient
    return answer(
        request,
        template,
        form,
        lambda: change(**form.said, by=request.user),
        to=to or ("course", patient.pk, course.pk),
        said=f"Saved for {patient.name}.",
        context={"patient": patient, "treatment": treatment_for(patient, course), **context},
    )


def back_to_course(request: UserRequest, course: Course, said: str) -> HttpResponse:
    """After one tap on a treatment: say what came of it on the page of the treatment."""
    messages.success(request, said)
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
        except Refused as why:
            refused = str(why)
        else:
            return redirect(*to)
    context = {**context, "forms": forms, "refused": refused}
    return render(request, template, context, status=422 if is_sent else 200)


class Problem(NamedTuple):
    """What is wrong, and the id of the place to put it right."""

    anchor: str
    text: str
