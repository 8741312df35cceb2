"""After a finding: who was called, and when no call is needed."""

from functools import partial
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import UserRequest, patient_for
from accounts.pages import answer, answer_for, get_or_post, render_page, typed
from diary.care_card import actions as calls
from diary.care_card.card import care_card
from diary.care_card.episode import episode_of
from diary.care_card.forms import CallForm, CloseForm, EventForm, SeenForm
from diary.care_card.readings import series
from diary.care_card.watch import watch_on
from diary.check_ins.actions import may_undo
from diary.check_ins.choices import choices_for
from diary.check_ins.double_entry import written_twice
from diary.check_ins.load import entry_with_near
from diary.check_ins.threads import open_threads, thread_on
from diary.judging.facts import facts_of
from diary.judging.fever import applied_words, card_of
from diary.models import Call
from diary.team.numbers import CRISIS, numbers_of


@get_or_post
def call_record(request: UserRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    check_in = get_object_or_404(patient.check_ins, pk=check_in_id)
    is_crisis = check_in.versions.filter(findings__call_first=CRISIS).exists()
    numbers = numbers_of(patient, crisis=is_crisis)
    to, now = request.GET.get("to", ""), timezone.now()
    form = CallForm(typed(request), patient=patient, numbers=numbers, now=now, to=to)
    return answer(
        request,
        "diary/call_record.html",
        form,
        lambda: calls.record_call(
            check_in,
            outcome=form.cleaned_data["outcome"],
            whom=form.cleaned_data["whom"],
            at=form.at,
            advice=form.advice_words,
            by=request.user,
            id=form.cleaned_data["id"],
            measure_at=form.measure_at,
        ),
        to=("check_in", patient.pk, check_in.pk),
        context={"patient": patient, "check_in": check_in},
    )


@require_POST
def call_event(request: UserRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    """One tap on the card. Whatever was sent, the answer is the card with its numbers."""
    patient = patient_for(request.user, patient_id, write=True)
    check_in = get_object_or_404(patient.check_ins.ever_urgent(), pk=check_in_id)
    form = EventForm(request.POST)
    if form.is_valid():
        calls.record_event(check_in, **form.cleaned_data, by=request.user)
    else:
        messages.error(request, "This was not saved. If it is urgent, call now.")
    return redirect("check_in", patient.pk, check_in.pk)


@require_POST
def call_seen(request: UserRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    """Somebody says that they have seen it. To read and to call is enough for that."""
    patient = patient_for(request.user, patient_id)
    check_in = get_object_or_404(patient.check_ins.ever_urgent(), pk=check_in_id)
    form = SeenForm(request.POST)
    if not form.is_valid() or not calls.acknowledge(check_in, **form.cleaned_data, by=request.user):
        messages.warning(request, "Something urgent was added since. Read it, then tap again.")
    return redirect("check_in", patient.pk, check_in.pk)


@get_or_post
def prompt_close(request: UserRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    check_in = get_object_or_404(patient.check_ins, pk=check_in_id)
    form = CloseForm(typed(request))
    change = partial(calls.record_call, check_in, outcome=Call.Outcome.CLOSED, at=timezone.now())
    to, template = ("check_in", patient.pk, check_in.pk), "diary/prompt_close.html"
    more = {"check_in": check_in, "closes": partial(episode_of, check_in, timezone.now())}
    return answer_for(request, template, patient, form, change, to=to, message="", **more)


@require_safe
def check_in(request: UserRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    entry, near = entry_with_near(patient, check_in_id)
    now, found, family_card = timezone.now(), entry.check_in, card_of(patient)
    numbers = numbers_of(patient, crisis=entry.is_crisis)
    card = care_card(entry, numbers, now=now)
    threads = open_threads(patient, now) if card.is_followed else []
    context = {
        "patient": patient,
        "entry": entry,
        "card": card,
        "thread": thread_on(threads, found),
        "watch": watch_on(found, now) if card.is_followed else None,
        "numbers": numbers,
        "family_card": family_card,
        "may_undo": may_undo(entry.current.version, by=request.user, now=now),
        "fever_words": applied_words(patient, family_card, entry.last_said.version.fever_line_c),
        "series": series(patient, found.at, family_card, now=now) if card.has_fever else None,
        "twice": written_twice(entry, near),
        "event_key": uuid4(),
        "choices": choices_for(request.user, patient, found),
        "photos": entry.photos,
        "may_add_photo": patient.may_write and facts_of(patient).consent and not entry.is_removed,
        "call": CallForm(patient=patient, numbers=numbers, now=now),
    }
    return render_page(request, "diary/check_in.html", context)
