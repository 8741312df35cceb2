"""The family's own list of symptoms."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import UserRequest, patient_for
from diary.actions import own_symptoms as actions
from diary.core.pages import answer, typed
from diary.forms.own import OwnSymptomForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_symptoms(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    form = OwnSymptomForm(typed(request))
    return answer(
        request,
        "diary/own_symptoms.html",
        form,
        lambda: actions.add_own_symptom(
            patient,
            name=form.cleaned_data["own_name"],
            kind=form.cleaned_data["own_kind"],
            by=request.user,
        ),
        to=("own_symptoms", patient.pk),
        said=lambda: f"“{form.cleaned_data['own_name']}” is on {patient.name}’s list.",
        context={"patient": patient, "own": patient.own_symptoms.all()},
    )


@login_required
@require_POST
def own_symptom_keep(request: UserRequest, patient_id: UUID, own_id: UUID) -> HttpResponse:
    """Take it off the list, or put it back."""
    patient = patient_for(request.user, patient_id, write=True)
    own = get_object_or_404(patient.own_symptoms, pk=own_id)
    change = actions.put_back_own_symptom if own.retired else actions.retire_own_symptom
    if ("back" in request.POST) == bool(own.retired):
        change(own, by=request.user)
    return redirect("own_symptoms", patient.pk)
