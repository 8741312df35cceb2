"""The numbers of the care team, and what the family's own card says."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import UserRequest, patient_for
from accounts.models import Patient
from diary.actions import contacts
from diary.core.pages import answer, typed
from diary.forms.team import CardForm, TeamForm
from diary.judging.fever import card_of, card_sentence, fever_line_words, usual_country
from diary.numbers import numbers_of
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
        "whose": card_sentence(patient, card),
    }
    return render(request, "diary/team.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def team_edit(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    said = f"Saved for {patient.name}. Call the number once now, to hear who answers."
    return answer_team(request, "diary/team_edit.html", patient, to="team", said=said)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def card_edit(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    said = f"Saved for {patient.name}."
    return answer_card(request, "diary/card_edit.html", patient, to="team", said=said)


def answer_team(
    request: UserRequest, template: str, patient: Patient, *, to: str, said: str = ""
) -> HttpResponse:
    """Keep the team's numbers, here and while setting up."""
    form = TeamForm(typed(request), patient=patient)
    return answer(
        request,
        template,
        form,
        lambda: contacts.set_team(
            patient, name=form.cleaned_data["team_name"], numbers=form.numbers, by=request.user
        ),
        to=(to, patient.pk),
        said=said,
        context={"patient": patient},
    )


def answer_card(
    request: UserRequest, template: str, patient: Patient, *, to: str, said: str
) -> HttpResponse:
    """Keep what the family's card says, here and while setting up."""
    form = CardForm(typed(request), patient=patient)
    return answer(
        request,
        template,
        form,
        lambda: contacts.set_card(patient, **form.said, by=request.user),
        to=(to, patient.pk),
        said=lambda: f"{said} {form.told}".strip(),
        context={
            "patient": patient,
            "line": fever_line_words(patient),
            "usual": usual_country(patient),
        },
    )
