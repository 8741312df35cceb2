"""Urgent help: a family's own numbers first; for everybody else, the way to their country's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import UserRequest, patient_for
from accounts.models import Patient
from accounts.people import people_of
from diary.judging.fever import card_line_c, card_of, fever_line_words
from diary.numbers import Numbers, numbers_of
from therapies import places
from therapies.catalogue import catalogue
from therapies.urgent_page import urgent_facts, urgent_page

COUNTRY_COOKIE_AGE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class FamilyNumbers:
    patient: Patient
    numbers: Numbers
    fever: str
    line_c: Decimal | None


@require_safe
def urgent(request: HttpRequest) -> HttpResponse:
    """Lead to the country that was asked for, to the diaries of whoever is logged in, or to the
    country chosen last time. None of it changes the page of a country."""
    asked = places.chosen_country(request.GET.get("country", ""), "")
    if asked is not None:
        return _to_country(asked.code, is_chosen=True)
    if request.user.is_authenticated:
        patients = [person.patient for person in people_of(request.user).visible]
        if len(patients) == 1:
            return redirect("patient_urgent", patients[0].pk)
        if patients:
            return _families(request, patients)
    chosen = request.COOKIES.get(settings.COUNTRY_COOKIE_NAME, "")
    here = places.chosen_country(chosen, request.headers.get("Accept-Language", ""))
    return _to_country(here.code) if here else HttpResponse(urgent_page(None))


@login_required
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
    families = [_family(one) for one in patients]
    line = families[0].line_c if len(families) == 1 else None
    here = catalogue().countries.get(patients[0].country)
    context = {"families": families, "patient": patient, **urgent_facts(here, line)}
    return render(request, "diary/urgent.html", context)


def _family(patient: Patient) -> FamilyNumbers:
    card = card_of(patient)
    return FamilyNumbers(
        patient, numbers_of(patient), fever_line_words(patient, card), card_line_c(card)
    )
