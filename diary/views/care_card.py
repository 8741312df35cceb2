"""What to do about one check-in, and what was saved."""

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import UserRequest, patient_for
from accounts.parts import render_page
from diary.care import care_card
from diary.check_ins.actions import may_undo
from diary.check_ins.double_entry import written_twice
from diary.check_ins.load import entry_of
from diary.check_ins.threads import open_threads, thread_on
from diary.forms.call import CallForm
from diary.judging.fever import applied_words, card_of
from diary.numbers import numbers_of
from diary.photos import open_consent, shown_in
from diary.readings import series


@login_required
@require_safe
def check_in(request: UserRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    found = get_object_or_404(patient.check_ins, pk=check_in_id)
    now, entry, family_card = timezone.now(), entry_of(found), card_of(patient)
    numbers = numbers_of(patient, crisis=entry.is_crisis)
    card = care_card(entry, numbers, now=now)
    threads = open_threads(patient, now) if card.is_followed else []
    context = {
        "patient": patient,
        "entry": entry,
        "card": card,
        "thread": thread_on(threads, found),
        "numbers": numbers,
        "family_card": family_card,
        "may_undo": may_undo(entry.current.version, by=request.user, now=now),
        "fever_words": applied_words(patient, family_card, entry.last_said.version.fever_line_c),
        "series": series(patient, found.at, family_card, now=now) if card.has_fever else None,
        "twice": written_twice(found),
        "event_key": uuid4(),
        "photos": shown_in(found, patient.tz),
        "may_add_photo": patient.may_write and open_consent(patient) and not entry.is_removed,
        "call": CallForm(patient=patient, numbers=numbers, now=now),
    }
    return render_page(request, "diary/check_in.html", context)
