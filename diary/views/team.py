"""The numbers of the care team, and what the family's own card says."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import UserRequest, patient_for
from diary.actions import contacts
from diary.family_card import card_of, fever_line_words
from diary.forms.team import CardForm, TeamForm
from diary.numbers import numbers_of
from diary.views.form_page import answer, typed
from therapies.catalogue import catalogue


@login_required
@require_safe
def team(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    card = card_of(patient)
    context = {
        "patient": patient,
        "numbers": numbers_of(patient),
        "country": catalogue().countries.get(patient.country),
        "card": card,
        "line": fever_line_words(patient, card),
    }
    return render(request, "diary/team.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def team_edit(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    form = TeamForm(typed(request), patient=patient)
    return answer(
        request,
        "diary/team_edit.html",
        form,
        lambda: contacts.set_team(
            patient, name=form.cleaned_data["team_name"], numbers=form.numbers, by=request.user
        ),
        to=("team", patient.pk),
        said=f"Saved for {patient.name}. Call the number once now, to hear who answers.",
        context={"patient": patient},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def card_edit(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    form = CardForm(typed(request), patient=patient)
    return answer(
        request,
        "diary/card_edit.html",
        form,
        lambda: contacts.set_card(patient, **form.said, by=request.user),
        to=("team", patient.pk),
        said=lambda: f"Saved for {patient.name}. {form.told}".strip(),
        context={"patient": patient, "line": fever_line_words(patient)},
    )
