"""Today: what is new, in a few taps."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import UserRequest, patient_for
from accounts.models import Patient, User
from accounts.pages import answer_for, get_or_post, render_page, typed
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import start_for, tellers
from diary.check_ins.double_entry import written_lately
from diary.check_ins.load import NEAR, entries_since, lines_of
from diary.check_ins.two_views import two_views
from diary.core import words
from diary.core.days import local_day
from diary.core.errors import Conflict, is_busy
from diary.judging.facts import OPEN_FOR, facts_of
from diary.judging.watch import prompted, stretches
from diary.models import CheckIn, Version
from diary.today import actions
from diary.today.at_home import at_home
from diary.today.forms import CheckInForm, OwnSymptomForm
from diary.today.glance import glance
from diary.today.home_screen import is_urgent, offer_home_screen
from diary.today.sheet import sheet_for
from diary.today.symptom_list import search
from diary.today.tablets import ASKED, TabletsToday, answer_tablets, tablets_today
from therapies.standing import Standing
from therapies.templatetags.spelling import spelled, symptom_label

# The buttons that save; every other one draws the page again, with all that was typed.
SAVING = {
    "save": Version.Kind.SYMPTOMS,
    "nothing-new": Version.Kind.NOTHING_NEW,
    "too-ill": Version.Kind.TOO_ILL,
}
CONFLICT = (
    "This entry is saved already, with other answers: perhaps you went back and changed some. "
    "What you typed is still here. To change the saved entry, open it below and correct it. To "
    "keep this as another entry, save it now."
)


NOT_WRITTEN = (
    "Not saved: the diary cannot write now. Its disk may be full. What you typed is still here. If "
    "it is urgent, call now. Leave this page open, and save again later. Tell the person who runs "
    "the diary."
)


BUSY = (
    "Not saved: the diary is busy. What you typed is still here. If it is urgent, call now. Save "
    "again in a moment."
)


def not_written(error: OperationalError) -> tuple[int, str]:
    """Return the status and the words of a page on which nothing could be written."""
    return (503, BUSY) if is_busy(error) else (507, NOT_WRITTEN)


@get_or_post
def today(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    if not patient.may_write:
        return _read(request, patient)
    asked = _asked(request)
    form = _form(request, patient, asked)
    told = _told(request, form, asked)
    is_saving = asked in SAVING
    if form.is_valid() and is_saving:
        try:
            check_in = record_check_in(patient, form.check_in_data(), by=request.user)
        except OperationalError as error:
            is_short, (status, told) = form.kind == Version.Kind.TOO_ILL, not_written(error)
            return _draw(request, form, status=status, told=told, is_short=is_short)
        except Conflict:
            is_short = form.kind == Version.Kind.TOO_ILL
            return _draw(request, _anew(form), status=409, told=CONFLICT, is_short=is_short)
        tell_what_was_prompted(request, form, check_in)
        response = redirect("check_in", patient.pk, check_in.pk)
        offer_home_screen(request, response, check_in)
        return response
    is_short = asked in ("short", "too-ill") or "short" in request.GET
    query = request.POST.get("q", "") if asked != "all" else ""
    status = 422 if is_saving or (asked == "moment" and told) else 200
    return _draw(
        request, form, status=status, query=query, is_tried=is_saving, is_short=is_short, told=told
    )


def _read(request: UserRequest, patient: Patient) -> HttpResponse:
    """The page for somebody who may only read: no form."""
    now = timezone.now()
    day = now.astimezone(patient.tz).date()
    told = [entry for entry in entries_since(patient, day) if entry.check_in.local_day == day]
    context = {
        "patient": patient,
        "glance": glance(patient, now),
        "home": at_home(patient, stretches(patient, now, now + OPEN_FOR)[0].standings, now),
        "views": two_views(reversed(told)),
    }
    return render_page(request, "diary/today.html", context)


def _told(request: UserRequest, form: CheckInForm, asked: str) -> str:
    """Do what a button asks for beside saving, and return what there is to say about it."""
    if asked == "own":
        return _add_own(form, by=request.user)
    if asked == "same":
        form.is_valid()  # so that it knows which moment it is about
        return _fill_in(form)
    if asked == "moment":
        form.is_valid()
        return " ".join(p.text for p in form.problems if p.anchor in ("day", "time"))
    if asked.startswith(ASKED):
        form.is_valid()
        chosen = form.typed("day") or form.local_day.isoformat()
        return answer_tablets(form.patient, asked, chosen=chosen, by=request.user)
    return ""


def _add_own(form: CheckInForm, *, by: User) -> str:
    """Put a symptom of one's own on the list, with everything else that was typed still there."""
    wanted = OwnSymptomForm(form.data)
    if not wanted.is_valid():
        return " ".join(str(text) for texts in wanted.errors.values() for text in texts)
    own = actions.add_own_symptom(form.patient, **wanted.cleaned_data, by=by)
    form.own[own.key] = own
    form.data = {field: form.data[field] for field in form.data if field != "own_name"}
    return f"“{own.name}” is on the list. It is not answered yet.{_listed_like(own.name)}"


def _listed_like(name: str) -> str:
    """Own words are matched to nothing; but a listed symptom, on which the rules know more, is
    pointed out."""
    found = search(name)
    if found is None or not (found.slugs or found.has_temperature):
        return ""
    labels = [symptom_label(slug) for slug in found.slugs[:3]]
    labels += ["the temperature"] if found.has_temperature else []
    return f" If it is one of these, answer that instead: {', '.join(labels)}."


def _fill_in(form: CheckInForm) -> str:
    """Fill in the ordinary answers of the last time, and say what was left open."""
    last = sheet_for(form).last_time
    if last is None:
        return "There are no answers of the last days that can be filled in."
    form.fill_in(last.fields)
    told = f"Filled in as on {last.words}, and not saved yet. Look at each answer before you save."
    if last.left:
        told += f" Left open, because the team should hear of it: {', '.join(last.left)}."
    return told


def _asked(request: UserRequest) -> str:
    """Return which button was used. Enter in the search field searches; elsewhere it saves."""
    asked = request.POST.get("do", "")
    if asked != "enter":
        return asked
    if request.POST.get("own_name", "").strip():
        return "own"
    is_search = request.POST.get("q", "") != request.POST.get("searched", "")
    return "search" if is_search else request.POST.get("enter", "save")


def _form(request: UserRequest, patient: Patient, asked: str) -> CheckInForm:
    now = timezone.now()
    return CheckInForm(
        request.POST or None,
        patient=patient,
        now=now,
        kind=SAVING.get(asked, Version.Kind.SYMPTOMS),
        start=start_for(request.user, patient, now) | {"day": request.GET.get("day", "")},
    )


def _anew(form: CheckInForm) -> CheckInForm:
    """Return the same answers under a fresh id."""
    data = {**{name: form.data[name] for name in form.data}, "id": str(uuid4())}
    again = CheckInForm(data, patient=form.patient, now=form.now, kind=form.kind)
    again.is_valid()
    again.replaces = form.typed("id")
    return again


def tell_what_was_prompted(request: UserRequest, form: CheckInForm, check_in: CheckIn) -> None:
    """Another time than the page was drawn for is judged at that time; what the page prompted for
    before is not taken back."""
    if is_urgent(check_in):
        return
    if form.typed("prompted") and not form.typed("opened"):  # a page that the phone drew
        messages.warning(
            request,
            "While you were choosing, the phone asked you to call. "
            f"If {words.are_words(form.patient)} like that now, call now.",
        )
    elif form.is_now or form.typed("shown") == form.about.isoformat():
        return
    elif prompted(form.patient, form.reports, opened=form.opened_at, saved=form.now):
        messages.warning(
            request,
            "While you were choosing, the page asked you to call, because of where the treatment "
            "is now. What you saved is about another time. "
            f"If {words.are_words(form.patient)} like that now, call now.",
        )


def _draw(
    request: UserRequest,
    form: CheckInForm,
    *,
    status: int,
    query: str = "",
    is_tried: bool = False,
    is_short: bool = False,
    told: str = "",
) -> HttpResponse:
    patient = form.patient
    sheet = sheet_for(form, query=query, is_tried=is_tried, is_short=is_short)
    today = form.now.astimezone(patient.tz).date()
    near = local_day(form.now - NEAR, patient.tz)
    entries = entries_since(patient, min(today, near))
    views = two_views(e for e in reversed(entries) if e.check_in.local_day == today)
    return render_page(
        request,
        "diary/today.html",
        {
            "patient": patient,
            "sheet": sheet,
            "form": form,
            "today": today.isoformat(),
            "about_words": words.clock(form.about, patient.tz)
            if form.is_now
            else words.when_words(form.about, patient.tz, form.now),
            "asks": words.how_words(patient),
            "has": words.has_words(patient),
            "opened": form.opened_at.isoformat(),
            "shown": "" if form.is_now else form.about.isoformat(),
            "told_by": tellers(form.typed("told_by"), patient),
            "home": at_home(patient, sheet.stretches[0].standings, form.now),
            "tablets": _tablets(form, sheet.stretches[0].standings, today),
            "saved": lines_of((e for e in entries if e.check_in.local_day >= today), today),
            "asking": facts_of(patient).asking if patient.is_keeper else (),
            "lately": written_lately(entries, request.user, form.now),
            "views": views,
            "only_form": not views,
            "told": told,
        },
        status=status,
    )


def _tablets(form: CheckInForm, standings: Sequence[Standing], today: date) -> list[TabletsToday]:
    """Those of the day that the page is about; none where the day typed is not that one."""
    day = form.local_day
    if form.typed("day") not in ("", day.isoformat()) or day > today:
        return []
    return tablets_today(form.patient, standings, day, is_today=day == today)


@get_or_post
def own_symptoms(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    form = OwnSymptomForm(typed(request))
    return answer_for(
        request,
        "diary/own_symptoms.html",
        patient,
        form,
        partial(actions.add_own_symptom, patient),
        to=("own_symptoms", patient.pk),
        message=lambda: f"“{form.cleaned_data['name']}” is on {patient.whose} list.",
        own=patient.own_symptoms.all(),
    )


@require_POST
def own_symptom_keep(request: UserRequest, patient_id: UUID, own_id: UUID) -> HttpResponse:
    """Take it off the list, or put it back."""
    patient = patient_for(request.user, patient_id, write=True)
    own = get_object_or_404(patient.own_symptoms, pk=own_id)
    change = actions.put_back_own_symptom if own.retired else actions.retire_own_symptom
    if ("back" in request.POST) == bool(own.retired):
        change(own, by=request.user)
    return redirect("own_symptoms", patient.pk)


@require_POST
def symptoms_find(request: UserRequest, patient_id: UUID) -> JsonResponse:
    patient_for(request.user, patient_id, write=True)
    found = search(request.POST.get("q", "")[:60])
    if found is None:
        return JsonResponse({"slugs": []})
    return JsonResponse(
        {
            "slugs": found.slugs,
            "question": spelled(found.question),
            "temperature": found.has_temperature,
            "crisis": found.is_crisis,
        }
    )
