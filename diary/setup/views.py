"""Setting up in five short steps. Each one saves, so that a person may leave and come back."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts import countries
from accounts.access import UserRequest, patient_for
from accounts.models import Patient
from accounts.pages import answer_for, get_or_post, render_page, typed
from diary.core.errors import Refusal, refusing
from diary.judging.fever import card_of
from diary.models import Course, FamilyCard
from diary.setup.forms import WhoForm, country_of
from diary.team.actions import begin_diary
from diary.team.views import answer_card, answer_team
from diary.treatment.actions.courses import choose_treatments
from diary.treatment.forms.choose import TreatmentsForm
from diary.treatment.forms.dates import dates_form
from diary.treatment.plan import plan_of
from diary.treatment.views.courses import answer_dates


@get_or_post
def setup_who(request: UserRequest) -> HttpResponse:
    known = {code for code, _ in countries.countries()}
    country = country_of(request.headers.get("Accept-Language", ""), known)
    form = WhoForm(typed(request), user=request.user, country=country)
    if form.is_valid():
        try:
            with refusing("You already have your own diary. Find it under People."):
                patient = form.known or begin_diary(**form.patient_data(), by=request.user)
        except Refusal as refused:
            form.add_error("who", str(refused))
        else:
            return redirect("setup_therapy", patient.pk)
    return render_page(request, "diary/setup_who.html", {"form": form})


@require_safe
def setup(request: UserRequest, patient_id: UUID) -> HttpResponse:
    """The way back into the step that is still open."""
    patient = patient_for(request.user, patient_id, write=True)
    return redirect(next_step(patient) or "today", patient.pk)


def next_step(patient: Patient) -> str:
    """Return the name of the page of the first step that is still open; empty once all are done.

    The last step always leaves a card that somebody answered for, even an empty one.
    """
    card = card_of(patient)
    if card is not None and card.source != FamilyCard.Source.OPEN:
        return ""
    courses: list[Course] = list(patient.courses.filter(withdrawn__isnull=True))
    if any(not course.is_dated for course in courses):
        return "setup_dates"
    if patient.contacts.exists():
        return "setup_fever"
    return "setup_team" if courses else "setup_therapy"


@get_or_post
def setup_therapy(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    plan = plan_of(patient)
    form = TreatmentsForm(typed(request), courses=plan.courses, may_skip=True)
    change, to = partial(choose_treatments, patient), ("setup_dates", patient.pk)
    template = "diary/setup_therapy.html"
    return answer_for(request, template, patient, form, change, to=to, message="", plan=plan)


@get_or_post
def setup_dates(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    plan = plan_of(patient)
    forms = [dates_form(treatment.course, typed(request)) for treatment in plan.undated]
    return answer_dates(
        request,
        "diary/setup_dates.html",
        forms,
        to=("setup_team", patient.pk),
        context={"patient": patient, "plan": plan},
    )


@get_or_post
def setup_team(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    return answer_team(request, "diary/setup_team.html", patient, to="setup_fever")


@get_or_post
def setup_fever(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    message = f"{patient.name}’s diary is ready."
    return answer_card(request, "diary/setup_fever.html", patient, to="today", message=message)


@require_safe
def patient_more(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    return render_page(request, "diary/patient_more.html", {"patient": patient})
