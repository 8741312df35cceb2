"""On duty: who is told first about something urgent, and who is told next."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import UserRequest, patient_for
from accounts.pages import answer, get_or_post, typed
from diary.duty import actions
from diary.duty.forms import HandOverForm, MinutesForm, PersonForm
from diary.duty.roster import on_duty_words, roster_of


@get_or_post
def duty(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    roster = roster_of(patient)
    form = HandOverForm(typed(request), patient=patient, roster=roster, user=request.user)
    return answer(
        request,
        "diary/duty.html",
        form,
        lambda: actions.hand_over(patient, **form.hand_over._asdict(), by=request.user),
        to=("duty", patient.pk),
        message=lambda: on_duty_words(roster_of(patient), request.user, timezone.now()),
        context={
            "patient": patient,
            "roster": roster,
            "minutes": MinutesForm(initial={"minutes": roster.minutes}),
        },
    )


@require_POST
def duty_seen(request: UserRequest, patient_id: UUID, turn_id: UUID) -> HttpResponse:
    """Somebody it was handed to says that they know."""
    patient = patient_for(request.user, patient_id)
    actions.mark_seen(get_object_or_404(patient.duty_turns, pk=turn_id, user=request.user))
    return redirect("duty", patient.pk)


@require_POST
def duty_return(request: UserRequest, patient_id: UUID, turn_id: UUID) -> HttpResponse:
    """Give one's own turn back. Whoever may only read can: it was handed to them unasked."""
    patient = patient_for(request.user, patient_id)
    turn = get_object_or_404(patient.duty_turns, pk=turn_id, user=request.user)
    if actions.give_back(turn, by=request.user):
        messages.success(request, f"You are off duty{patient.for_whom}.")
    else:
        messages.warning(request, "Nothing was changed. You were off duty already.")
    return redirect("duty", patient.pk)


@require_POST
def duty_order(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, manage=True)
    form = PersonForm(request.POST)
    if form.is_valid():
        actions.move_up(patient, **form.cleaned_data, by=request.user)
    return redirect("duty", patient.pk)


@require_POST
def duty_minutes(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, manage=True)
    form = MinutesForm(request.POST)
    if form.is_valid():
        actions.set_minutes(patient, **form.cleaned_data, by=request.user)
        messages.success(request, f"Saved{patient.for_whom}.")
    return redirect("duty", patient.pk)
