"""For the script that keeps unsent check-ins on a phone: what it may keep, and where it sends."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import UserRequest, diaries_of, patient_for
from accounts.models import Patient
from diary.care_card import instructions
from diary.check_ins.actions import record_check_in
from diary.check_ins.load import entry_of
from diary.core import words
from diary.core.errors import Conflict
from diary.models import CheckIn, Version
from diary.team.numbers import numbers_of
from diary.today.forms import SentCheckInForm
from diary.today.offline import anybodys_sheet, kept_for
from diary.today.views.today import SAVING, tell_what_was_prompted
from therapies.catalogue import catalogue
from therapies.rulebook import Level

OTHER_ACCOUNT = "Somebody else who uses this phone typed this. They have to log in to send it."
LATE = "This {about} waited on the phone and is saved now. If you have not told them yet, call now."
PROMPTED = "This {about} is saved now. While it was typed, the phone asked you to call."
IF_SO = "If {they_are} like that now, {heading}"
NOBODY = UUID(int=0)  # in the addresses of the tabs, until a script knows whose diary is open
CONFLICT = "This is saved already, with other answers. Edit it to keep it as another entry."


@require_safe
def device(request: UserRequest) -> JsonResponse:
    """Who is logged in, in which of their diaries they may write, and the token for sending: a page
    on a phone may be older than all of these."""
    request.session.modified = False  # a page that asks by itself is no use of a shared device
    return JsonResponse(
        {
            "account": str(request.user.pk),
            "token": get_token(request),
            "diaries": diaries_of(request.user),
        }
    )


@require_safe
def kept(request: UserRequest, patient_id: UUID) -> JsonResponse:
    patient = patient_for(request.user, patient_id)
    return JsonResponse(kept_for(patient, request.user, timezone.now()))


@require_POST
def check_in_send(request: UserRequest, patient_id: UUID) -> JsonResponse:
    """Save what waited. Whoever is logged in now sends nothing that somebody else typed."""
    patient = patient_for(request.user, patient_id, write=True)
    if request.POST.get("account") != str(request.user.pk):
        return JsonResponse({"said": OTHER_ACCOUNT}, status=403)
    kind = SAVING.get(request.POST.get("do", ""), Version.Kind.SYMPTOMS)
    form = SentCheckInForm(request.POST, patient=patient, received=timezone.now(), kind=kind)
    if not form.is_valid():
        said = " ".join(problem.text for problem in form.problems)
        return JsonResponse({"said": said}, status=422)
    try:
        check_in = record_check_in(patient, form.check_in_data(), by=request.user)
    except Conflict:
        return JsonResponse({"said": CONFLICT}, status=409)
    tell_what_was_prompted(request, form, check_in)
    url = reverse("check_in", args=[patient.pk, check_in.pk])
    asked = _asked(check_in, prompted=bool(form.typed("prompted")))
    return JsonResponse({"id": str(check_in.pk), "url": url, "call": asked})


def _asked(check_in: CheckIn, *, prompted: bool) -> dict[str, Any] | None:
    """What an entry that waited asks for now: its card's instruction, or, where only the phone
    prompted while it was typed, the team's number; nothing where neither did."""
    entry = entry_of(check_in)
    patient = check_in.patient
    numbers = numbers_of(patient, crisis=entry.is_crisis)
    if not (entry.is_open or (prompted and not entry.is_urgent)):
        return None
    first = numbers.first(instructions.first_call(entry, numbers))
    heading = instructions.heading(instructions.asked(entry, numbers), patient, numbers)
    about = f"entry of {words.moment_words(check_in.at, entry.tz)}"
    return {
        "word": catalogue().words(Level.URGENT).word,
        "heading": heading
        if entry.is_urgent
        else IF_SO.format(
            they_are=words.are_words(patient), heading=f"{heading[:1].lower()}{heading[1:]}"
        ),
        "said": LATE.format(about=about) if entry.is_urgent else PROMPTED.format(about=about),
        "numbers": [{"label": n.label, "number": n.number, "tel": n.tel} for n in first[:1]],
    }


@login_not_required
@require_safe
def offline(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(page())


def page() -> str:
    """Draw it without the request, so that nothing of whoever asks can get in."""
    context = {
        "sheet": anybodys_sheet(timezone.now()),
        "version": catalogue().hash,
        "nobody": Patient(pk=NOBODY),
    }
    return render_to_string("diary/offline.html", context)
