"""Setting up in four short steps. Each one saves, so that a person may leave and come back."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts import countries
from accounts.access import UserRequest, patient_for
from accounts.confirmation import confirm_by_others
from accounts.models import Patient
from accounts.pages import answer_for, get_or_post, render_page, typed
from diary.core.errors import Refusal, refusing
from diary.judging.fever import card_of
from diary.models import Course, FamilyCard
from diary.setup.forms import WhoForm, country_of
from diary.team.actions import begin_diary, set_card, set_team
from diary.team.forms import CardForm, TeamForm
from diary.team.views import fever_words
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
    return "setup_team" if courses or patient.contacts.exists() else "setup_therapy"


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
    """Whom to call, and from which temperature: both are kept, or neither."""
    patient = patient_for(request.user, patient_id, write=True)
    confirm_by_others(request, patient)
    team = TeamForm(typed(request), patient=patient)
    card = CardForm(typed(request), patient=patient)
    wrong = [form for form in (team, card) if not form.is_valid()]  # both, for their own errors
    if not wrong:
        with transaction.atomic():
            set_team(patient, **team.cleaned_data, by=request.user)
            set_card(patient, **card.card_data(), by=request.user)
        ready = f"{patient.whose_first} diary is ready. {card.laxer_words()}"
        messages.success(request, ready.strip())
        return redirect("today", patient.pk)
    context = {"patient": patient, "team": team, "form": card, **fever_words(patient)}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "diary/setup_team.html", context, status=status)


@require_safe
def patient_more(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    return render_page(request, "diary/patient_more.html", {"patient": patient})
