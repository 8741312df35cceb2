"""The numbers of the care team, and what the family's own card says."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import UserRequest, patient_for
from accounts.confirmation import confirm_by_others
from accounts.models import Patient
from accounts.pages import answer, answer_for, get_or_post, render_page, typed
from accounts.people import people_of
from diary.judging.facts import OPEN_FOR
from diary.judging.fever import card_line_c, card_of, card_sentence, fever_line_words, usual_country
from diary.judging.watch import stretches, table_over
from diary.team import actions as contacts
from diary.team.changes import mark_seen
from diary.team.forms import CardForm, EmergencyNoteForm, TeamForm
from diary.team.numbers import Numbers, numbers_of
from therapies.catalogue import catalogue
from therapies.pages.urgent import (
    SignList,
    chosen_country,
    sign_list,
    urgent_facts,
    urgent_page,
)
from therapies.standing import counts, has_begun


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
    return render_page(request, "diary/team.html", context)


@require_POST
def numbers_confirm(request: UserRequest, patient_id: UUID) -> HttpResponse:
    """Somebody has called the numbers, and they are right."""
    patient = patient_for(request.user, patient_id, write=True)
    contacts.confirm_numbers(patient, by=request.user)
    messages.success(request, "Noted that the numbers are right.")
    return redirect("team", patient.pk)


@get_or_post
def team_edit(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    confirm_by_others(request, patient)
    form, change = TeamForm(typed(request), patient=patient), partial(contacts.set_team, patient)
    to, template = ("team", patient.pk), "diary/team_edit.html"
    message = f"Saved{patient.for_whom}. Call the number once now to hear who answers."
    return answer_for(request, template, patient, form, change, to=to, message=message)


@get_or_post
def card_edit(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    confirm_by_others(request, patient)
    form = CardForm(typed(request), patient=patient)
    return answer(
        request,
        "diary/card_edit.html",
        form,
        lambda: contacts.set_card(patient, **form.card_data(), by=request.user),
        to=("team", patient.pk),
        message=lambda: f"Saved{patient.for_whom}. {form.laxer_words()}".strip(),
        context={"patient": patient, **fever_words(patient)},
    )


def fever_words(patient: Patient) -> dict[str, Any]:
    """Return what a page that asks for the fever line says about it."""
    return {"line": fever_line_words(patient), "usual": usual_country(patient)}


@get_or_post
def emergency_note(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    note = getattr(patient, "emergency_note", None)
    form = EmergencyNoteForm(typed(request), instance=note)
    change, to = partial(contacts.set_emergency_note, patient), ("emergency", patient.pk)
    message = f"Saved{patient.for_whom}. Print the sheet again. The paper one is out of date."
    return answer_for(
        request, "diary/emergency_note.html", patient, form, change, to=to, message=message
    )


@require_POST
def team_change_seen(request: UserRequest, patient_id: UUID, change_id: UUID) -> HttpResponse:
    """The owner has read that somebody changed a number or the card; the page shows what it is."""
    patient = patient_for(request.user, patient_id, write=True, concerned=True)
    mark_seen(get_object_or_404(patient.team_changes, pk=change_id))
    return redirect("team", patient.pk)


@require_POST
def team_change_take_back(request: UserRequest, patient_id: UUID, change_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True, concerned=True)
    change = get_object_or_404(patient.team_changes, pk=change_id)
    if contacts.take_back_change(change, by=request.user):
        messages.success(request, f"Restored{patient.for_whom}: {change.get_kind_display()}.")
    else:
        messages.warning(request, "Nothing was changed. You have seen or restored this already.")
    return redirect("team", patient.pk)


COUNTRY_COOKIE_AGE = timedelta(days=365)


class FamilyNumbers(NamedTuple):
    patient: Patient
    numbers: Numbers
    fever: str
    signs: SignList
    is_covered: bool  # some treatment that the sources know counts now


@login_not_required
@require_safe
def urgent(request: HttpRequest) -> HttpResponse:
    """Lead to the country that was asked for, to the diaries of whoever is logged in, or to the
    country chosen last time. None of it changes the page of a country."""
    asked = chosen_country(request.GET.get("country", ""), "")
    if asked is not None:
        return _to_country(asked.code, is_chosen=True)
    if request.user.is_authenticated:
        patients = [person.patient for person in people_of(request.user).visible]
        if len(patients) == 1:
            return redirect("patient_urgent", patients[0].pk)
        if patients:
            return _families(request, patients)
    chosen = request.COOKIES.get(settings.COUNTRY_COOKIE_NAME, "")
    here = chosen_country(chosen, request.headers.get("Accept-Language", ""))
    return _to_country(here.code) if here else HttpResponse(urgent_page(None))


@require_safe
def patient_urgent(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    return _families(request, [patient], patient=patient)


def _to_country(code: str, *, is_chosen: bool = False) -> HttpResponse:
    response = redirect("urgent_country", code.lower())
    if is_chosen:
        response.set_cookie(
            settings.COUNTRY_COOKIE_NAME,
            code.lower(),
            max_age=COUNTRY_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _families(
    request: HttpRequest, patients: Sequence[Patient], patient: Patient | None = None
) -> HttpResponse:
    now = timezone.now()
    families = [_family(one, now) for one in patients]
    here = catalogue().countries.get(patients[0].country)
    context = {"families": families, "patient": patient, **urgent_facts(here)}
    return render_page(request, "diary/urgent.html", context)


def _family(patient: Patient, now: datetime) -> FamilyNumbers:
    """The signs are those that the page of today prompts for: a page may stay open overnight."""
    card = card_of(patient)
    cut = stretches(patient, now, now + OPEN_FOR, only_begun=True)
    table = table_over(patient, cut)
    standings = [standing for stretch in cut for standing in stretch.standings]
    return FamilyNumbers(
        patient,
        numbers_of(patient),
        fever_line_words(patient, card),
        sign_list(table.answers, standings, fever_from_c=card_line_c(card)),
        any(has_begun(s) and counts(catalogue().rules, s) for s in standings),
    )
