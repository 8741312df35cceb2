"""The page of reminders, each kind's own page, the calendar, and what links of messages open."""

from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.access import UserRequest, patient_for
from accounts.models import Patient
from accounts.pages import answer_for, get_or_post, render_page, typed
from accounts.secrets import hash_of, seal, unseal
from diary.check_ins.threads import open_threads
from reminders import actions
from reminders.calendar import calendar_of
from reminders.due import EVERY_DAY
from reminders.forms import QuietForm, ReminderForm
from reminders.models import Feed, Kind, Message, Reminder
from reminders.page import HINTS, OPENS, desk_of
from reminders.send import reminder_named_by
from reminders.suggestions import suggestions
from therapies.catalogue import catalogue

CALENDAR = "calendar"  # in the session: the address that was just made


@require_safe
def reminders(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    desk = desk_of(patient, request.user)
    quiet = desk.quiet
    given = {"start": quiet.start, "end": quiet.end} if quiet else {}
    context = {
        "patient": patient,
        "desk": desk,
        "form": QuietForm(initial=given),
        "address": _new_address(request, desk.feed),
    }
    return render_page(request, "reminders/reminders.html", context)


@get_or_post
def reminder_edit(request: UserRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """When one kind comes. Everybody sets their own, so reading is enough."""
    patient = patient_for(request.user, patient_id)
    kind = _kind(kind)
    mine = _mine(request, patient).filter(kind=kind).first()
    form = ReminderForm(typed(request), kind=kind, reminder=mine)
    change = partial(actions.set_reminder, patient, kind)
    return answer_for(
        request,
        "reminders/reminder_edit.html",
        patient,
        form,
        change,
        to=("reminders", patient.pk),
        message="Reminder saved.",
        name=kind.label,
        hint=HINTS[kind],
        kind=kind.value,
        is_on=mine is not None,
    )


@require_POST
def reminder_off(request: UserRequest, patient_id: UUID, kind: str) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    for mine in _mine(request, patient).filter(kind=_kind(kind)):
        actions.stop_reminder(mine, by=request.user)
    messages.success(request, "Reminder stopped.")
    return redirect("reminders", patient.pk)


@require_POST
def reminder_accept(request: UserRequest, patient_id: UUID, slug: str) -> HttpResponse:
    """Set what the course of the treatment suggests."""
    patient = patient_for(request.user, patient_id)
    if slug not in catalogue().home.closer_watches:
        raise Http404
    wanted = set(_mine(request, patient).values_list("kind", flat=True))
    watch = next((w for w in suggestions(patient, wanted) if w.slug == slug), None)
    if watch is not None:
        actions.set_reminder(
            patient, watch.kind, by=request.user, clocks=watch.clocks, weekdays=EVERY_DAY
        )
        messages.success(request, "Reminder saved.")
    return redirect("reminders", patient.pk)


@require_POST
def reminder_quiet(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    form, change = QuietForm(request.POST), partial(actions.set_quiet, patient)
    return answer_for(
        request,
        "reminders/reminders.html",
        patient,
        form,
        change,
        to=("reminders", patient.pk),
        message="Quiet hours saved.",
        desk=desk_of(patient, request.user),
    )


@require_POST
def reminder_seen(request: UserRequest, patient_id: UUID, message_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    mine = get_object_or_404(Message, pk=message_id, user=request.user, patient=patient)
    actions.put_away(mine)
    return redirect("today", patient.pk)


@require_safe
def reminder_open(request: UserRequest, message_id: UUID) -> HttpResponse:
    """The link of a message: on to the page it is about, for whoever it was sent to."""
    message = get_object_or_404(Message, pk=message_id, user=request.user)
    patient = patient_for(request.user, message.patient_id)
    if message.kind == Kind.URGENT and (open_now := open_threads(patient, timezone.now())):
        return redirect("check_in", patient.pk, open_now[0].check_in.pk)
    return redirect(OPENS.get(Kind(message.kind), "today"), patient.pk)


@csrf_exempt  # a mail program stops it by itself, with nothing but the address (RFC 8058)
@get_or_post
@login_not_required
def reminder_stop(request: HttpRequest, token: str) -> HttpResponse:
    """One tap stops what came with this link, without a log-in; opening the page does nothing."""
    named = reminder_named_by(token)
    if named is None:
        raise Http404
    reminder = get_object_or_404(Reminder.objects.select_related("patient", "user"), pk=named)
    # It may have been changed since: what is on of this kind now is meant.
    same = {"patient": reminder.patient, "user": reminder.user, "kind": reminder.kind}
    on = Reminder.objects.select_related("patient").filter(**same, stopped__isnull=True)
    if request.method == "POST":
        for one in on:
            actions.stop_reminder(one, by=reminder.user)
    is_off = not on.exists()
    return render(request, "reminders/stop.html", {"is_off": is_off})


@require_POST
def calendar_make(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    code = actions.make_feed(patient, by=request.user)
    request.session[CALENDAR] = seal(code)
    return redirect("reminders", patient.pk)


@require_POST
def calendar_end(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id)
    for feed in Feed.objects.filter(patient=patient, user=request.user, ended__isnull=True):
        actions.end_feed(feed, by=request.user)
    messages.success(request, "Calendar ended. Remove it from your calendar program too.")
    return redirect("reminders", patient.pk)


@require_safe
@login_not_required
def calendar(_request: HttpRequest, code: str) -> HttpResponse:
    """The calendar of whoever has the address, for as long as they may see the diary."""
    feeds = Feed.objects.select_related("patient", "user").filter(ended__isnull=True)
    feed = feeds.filter(code_hash=hash_of(code)).first()
    if feed is None or not Patient.objects.visible_to(feed.user).filter(
        pk=feed.patient_id, erase_due__isnull=True
    ):
        raise Http404
    content = calendar_of(feed, timezone.now())
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


def _new_address(request: UserRequest, feed: Feed | None) -> str:
    """Return the address that was just made, once."""
    code = unseal(request.session.pop(CALENDAR, "")) if CALENDAR in request.session else None
    if code is None or feed is None or hash_of(code) != feed.code_hash:
        return ""
    return settings.ORIGIN + reverse("calendar", args=[code])


def _mine(request: UserRequest, patient: Patient) -> QuerySet[Reminder]:
    return patient.reminders.filter(user=request.user, stopped__isnull=True)


def _kind(kind: str) -> Kind:
    if kind not in HINTS:
        raise Http404
    return Kind(kind)
