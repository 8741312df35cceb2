"""The daily look at the nervous system."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import UserRequest, patient_for
from accounts.models import Patient
from accounts.pages import get_or_post, render_page, typed
from diary.care_card import instructions
from diary.check_ins.data import tellers
from diary.core import words
from diary.core.days import local_day
from diary.core.errors import Conflict
from diary.judging.fever import card_of
from diary.judging.standing import standings
from diary.team.numbers import numbers_of
from diary.treatment.looks import look as home
from diary.treatment.looks.actions import record_look
from diary.treatment.looks.forms import LookForm
from diary.treatment.looks.strokes import HEIGHT, WIDTH
from therapies.catalogue.shapes_home import LookList

FIELDS = ("id", "told_by", "sentence", "strokes")
CONFLICT = (
    "This check is already saved with other answers. Your answers are still here. To save them as "
    "another check, save now."
)


@get_or_post
def look_add(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    courses, today = home.look_courses(patient), local_day(timezone.now(), patient.tz)
    if not courses:
        raise Http404
    form = LookForm(typed(request), look=home.look_for(patient, today))
    start = LookForm.start_for(request.user, patient, timezone.now())
    given = {name: form.data.get(name) or start.get(name, "") for name in FIELDS}
    if form.is_valid():
        try:
            saved = record_look(patient, form.look_data(), by=request.user)
        except Conflict:
            form.add_error(None, CONFLICT)
            given["id"] = start["id"]
        else:
            if saved.check_in_id:
                return redirect("check_in", patient.pk, saved.check_in_id)
            return redirect("look", patient.pk, saved.pk)
    first = home.first_written(patient, courses, today)
    context = {"patient": patient, "form": form, "given": given, "first": first}
    return _draw(request, patient, context)


def _draw(request: UserRequest, patient: Patient, context: dict[str, Any]) -> HttpResponse:
    form, first = context["form"], context["first"]
    now, numbers = timezone.now(), numbers_of(patient)
    sheet = {
        "prompts": instructions.prompts(patient, numbers),
        "hospital": instructions.hospital_words(standings(patient, now)),
        "numbers": numbers,
        "family_card": card_of(patient),
        "is_prompting": form.is_different,
        "errors": {problem.anchor: problem.text for problem in form.problems},
    }
    more = {
        "look": form.look,
        "intro": _intro(form.look, patient),
        "first_path": home.drawn(first) if first else "",
        "told_by": tellers(context["given"]["told_by"], patient),
        "sheet": sheet,
        "width": WIDTH,
        "height": HEIGHT,
    }
    return render_page(request, "diary/look_add.html", {**context, **more})


def _intro(look: LookList, patient: Patient) -> str:
    """One that the person can do alone speaks to them; the others speak to a caregiver."""
    who = patient.you_or_name if look.sentence else patient.name
    words = look.intro.format(who=who)
    return f"{words[:1].upper()}{words[1:]}"


@require_safe
def look(request: UserRequest, patient_id: UUID, look_id: UUID) -> HttpResponse:
    """What one look found, with the first day's sentence beside it."""
    patient = patient_for(request.user, patient_id)
    found = get_object_or_404(patient.looks.select_related("by", "kept_by"), pk=look_id)
    first = home.first_written(patient, home.look_courses(patient), found.local_day)
    context = {
        "patient": patient,
        "look": found,
        "when": words.when_words(found.at, patient.tz, timezone.now()),
        "answers": home.answered(found),
        "path": home.drawn(found),
        "first": first if first and first.pk != found.pk else None,
        "first_path": home.drawn(first) if first else "",
        "numbers": numbers_of(patient),
        "width": WIDTH,
        "height": HEIGHT,
    }
    return render_page(request, "diary/look.html", context)
