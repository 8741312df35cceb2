"""Dates with the care team, and what was said there."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.access import UserRequest, patient_for
from accounts.pages import answer_for, get_or_post, render_page, typed
from diary.appointments import actions
from diary.appointments.agenda import agenda, answered, as_asked, lines, listed
from diary.appointments.forms import (
    AnswerForm,
    AppointmentForm,
    NewAppointmentForm,
    NoteForm,
    QuestionForm,
)
from diary.core.errors import Refusal
from diary.core.fields import today_of
from diary.models import Appointment


@require_safe
def appointments(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    context = {
        "patient": patient,
        "agenda": agenda(patient, today_of(patient), whole="all" in request.GET),
        "questions": patient.questions.filter(answered__isnull=True).count(),
    }
    return render_page(request, "diary/appointments.html", context)


@get_or_post
def appointment_add(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    form = NewAppointmentForm(typed(request), patient=patient)
    change, to = partial(actions.add_appointment, patient), ("appointments", patient.pk)
    message = f"Appointment saved{patient.for_whom}."
    return answer_for(
        request, "diary/appointment_add.html", patient, form, change, to=to, message=message
    )


@get_or_post
def appointment(request: UserRequest, patient_id: UUID, appointment_id: UUID) -> HttpResponse:
    """One appointment. A post adds a note of what was said."""
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    found = get_object_or_404(patient.appointments, pk=appointment_id)
    form = NoteForm(typed(request))
    answers = found.answers.select_related("question", "by", "appointment")
    return answer_for(
        request,
        "diary/appointment.html",
        patient,
        form,
        partial(actions.write_note, found),
        to=("appointment", patient.pk, found.pk),
        one=listed(found, today_of(patient)),
        lines=lines(found, patient),
        answers=answered(answers, patient.tz),
        questions=patient.questions.filter(answered__isnull=True),
    )


@get_or_post
def appointment_edit(request: UserRequest, patient_id: UUID, appointment_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    found = get_object_or_404(patient.appointments, pk=appointment_id)
    now = {name: getattr(found, name) for name in AppointmentForm.base_fields}
    form = AppointmentForm(typed(request), patient=patient, initial=now)
    change, to = partial(actions.change_appointment, found), ("appointment", patient.pk, found.pk)
    return answer_for(
        request, "diary/appointment_edit.html", patient, form, change, to=to, appointment=found
    )


@require_POST
def appointment_settle(
    request: UserRequest, patient_id: UUID, appointment_id: UUID
) -> HttpResponse:
    """Say that it was held or cancelled, or that it is planned after all."""
    patient = patient_for(request.user, patient_id, write=True)
    found = get_object_or_404(patient.appointments, pk=appointment_id)
    state = request.POST.get("state", "")
    if state in Appointment.State.values:
        try:
            actions.settle_appointment(found, state=state, by=request.user)
        except Refusal as why:
            messages.error(request, str(why))
    return redirect("appointment", patient.pk, found.pk)


@require_POST
def appointment_note_take_out(
    request: UserRequest, patient_id: UUID, appointment_id: UUID, note_id: UUID
) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    found = get_object_or_404(patient.appointments, pk=appointment_id)
    note = get_object_or_404(found.notes.filter(kind="said"), pk=note_id)
    actions.take_out_note(note, by=request.user)
    messages.success(request, f"Removed{patient.for_whom}. A line shows that it was here.")
    return redirect("appointment", patient.pk, found.pk)


@get_or_post
def questions(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    form = QuestionForm(typed(request))
    every = as_asked(patient)
    return answer_for(
        request,
        "diary/questions.html",
        patient,
        form,
        partial(actions.ask, patient),
        to=("questions", patient.pk),
        message=f"Question saved for {patient.whose} next appointment.",
        open=[one for one in every if one.question.answered is None],
        answered=[one for one in every if one.question.answered is not None],
    )


@require_POST
def question_tick(request: UserRequest, patient_id: UUID, question_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    question = get_object_or_404(patient.questions, pk=question_id)
    actions.tick(question, is_answered="answered" in request.POST, by=request.user)
    return redirect("questions", patient.pk)


@get_or_post
def question_answer(request: UserRequest, patient_id: UUID, question_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    question = get_object_or_404(patient.questions, pk=question_id)
    form = AnswerForm(typed(request), patient=patient, at=request.GET.get("at", ""))
    return answer_for(
        request,
        "diary/question_answer.html",
        patient,
        form,
        partial(actions.answer_question, question),
        to=("questions", patient.pk),
        message=f"Answer saved{patient.for_whom}.",
        question=question,
    )
