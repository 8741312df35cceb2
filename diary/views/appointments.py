"""Dates with the care team, and what was said there."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import UserRequest, patient_for
from diary.actions import appointments as actions
from diary.appointments import agenda, lines, listed
from diary.core.errors import Refused
from diary.core.fields import today_of
from diary.core.pages import answer, typed
from diary.forms.appointment import AppointmentForm, NoteForm
from diary.models import Appointment
from diary.questions import answered


@login_required
@require_safe
def appointments(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    context = {
        "patient": patient,
        "agenda": agenda(patient, today_of(patient), whole="all" in request.GET),
        "questions": patient.questions.filter(answered__isnull=True).count(),
    }
    return render(request, "diary/appointments.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_add(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    form = AppointmentForm(typed(request), patient=patient)
    return answer(
        request,
        "diary/appointment_add.html",
        form,
        lambda: actions.add_appointment(
            patient, id=form.cleaned_data["id"], **form.said, by=request.user
        ),
        to=("appointments", patient.pk),
        said=f"The appointment is kept for {patient.name}.",
        context={"patient": patient},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request: UserRequest, patient_id: UUID, appointment_id: UUID) -> HttpResponse:
    """One appointment. A post adds a note of what was said."""
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    found = get_object_or_404(patient.appointments, pk=appointment_id)
    form = NoteForm(typed(request))
    answers = found.answers.select_related("question", "by", "appointment")
    return answer(
        request,
        "diary/appointment.html",
        form,
        lambda: actions.write_note(found, text=form.cleaned_data["text"], by=request.user),
        to=("appointment", patient.pk, found.pk),
        said=f"Saved for {patient.name}.",
        context={
            "patient": patient,
            "one": listed(found, today_of(patient)),
            "lines": lines(found, patient),
            "answers": answered(answers, patient.tz),
            "questions": patient.questions.filter(answered__isnull=True),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_edit(request: UserRequest, patient_id: UUID, appointment_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    found = get_object_or_404(patient.appointments, pk=appointment_id)
    now = {name: getattr(found, name) for name in ("id", "day", "clock", "whom", "place")}
    form = AppointmentForm(typed(request), patient=patient, initial=now)
    return answer(
        request,
        "diary/appointment_edit.html",
        form,
        lambda: actions.change_appointment(found, **form.said, by=request.user),
        to=("appointment", patient.pk, found.pk),
        said=f"Saved for {patient.name}.",
        context={"patient": patient, "appointment": found},
    )


@login_required
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
        except Refused as why:
            messages.error(request, str(why))
    return redirect("appointment", patient.pk, found.pk)


@login_required
@require_POST
def appointment_note_take_out(
    request: UserRequest, patient_id: UUID, appointment_id: UUID, note_id: UUID
) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    found = get_object_or_404(patient.appointments, pk=appointment_id)
    note = get_object_or_404(found.notes.filter(kind="said"), pk=note_id)
    actions.take_out_note(note, by=request.user)
    messages.success(request, f"Taken out for {patient.name}. A line says that it stood here.")
    return redirect("appointment", patient.pk, found.pk)
