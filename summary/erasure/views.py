"""A way out: the words of an entry, a diary or an account, after a fresh password, and back again
for seven days."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import UserRequest, patient_for
from accounts.confirmation import confirm
from accounts.majority import hand_over_of
from accounts.models import Patient, User, last_day
from accounts.namesakes import tell_all_apart
from accounts.pages import get_or_post, render_page, typed
from diary.check_ins.choices import may_delete_words
from diary.models import CheckIn
from summary.erasure import actions
from summary.erasure.actions import UNDO_DAYS, Kind, due_after, waiting
from summary.erasure.forms import LeaveForm

KEPT = "Kept. Nothing will be deleted."
WORDS_GO = (
    f"The words will be deleted. For {UNDO_DAYS} days you can keep them, under “What was saved”."
)


@get_or_post
def diary_delete(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, owner=True)
    if request.method == "POST":
        confirm(request)
        actions.ask_for_diary(patient, by=request.user)
        return redirect("diary_delete", patient.pk)
    context = {
        "patient": patient,
        "until": last_day(due_after(timezone.now(), patient.tz), patient.tz),
    }
    return render_page(request, "summary/diary_delete.html", context)


@require_POST
def diary_keep(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, concerned=True)
    _keep(request, Kind.DIARY, patient.pk)
    return redirect("today", patient.pk)


@get_or_post
def words_delete(request: UserRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    check_in = _own_entry(request, patient, check_in_id)
    if request.method == "POST":
        confirm(request)
        actions.ask_for_words(check_in, by=request.user)
        messages.success(request, WORDS_GO)
        return redirect("check_in", patient.pk, check_in.pk)
    context = {
        "patient": patient,
        "check_in": check_in,
        "until": last_day(due_after(timezone.now(), patient.tz), patient.tz),
    }
    return render_page(request, "summary/words_delete.html", context)


@require_POST
def words_keep(request: UserRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    check_in = _own_entry(request, patient, check_in_id)
    _keep(request, Kind.WORDS, check_in.pk)
    return redirect("check_in", patient.pk, check_in.pk)


def _own_entry(request: UserRequest, patient: Patient, check_in_id: UUID) -> CheckIn:
    check_in = get_object_or_404(patient.check_ins, pk=check_in_id)
    if not may_delete_words(request.user, patient, check_in):
        raise PermissionDenied
    return check_in


@get_or_post
def account_delete(request: UserRequest) -> HttpResponse:
    user = request.user
    hand_over_of(user)
    form = LeaveForm(typed(request), user=user)
    if form.is_valid():
        confirm(request)
        actions.ask_for_account(user, **form.cleaned_data, by=user)
        return redirect("account_delete")
    context = {
        "form": form,
        "diaries": _diaries(user),
        "until": last_day(due_after(timezone.now(), user.tz), user.tz),
    }
    return render_page(request, "summary/account_delete.html", context)


def _diaries(user: User) -> list[Patient]:
    diaries = list(user.patients.all())
    tell_all_apart(diaries)
    for patient in diaries:
        patient.is_owner = True  # so that their own is called theirs
    return diaries


@require_POST
def account_keep(request: UserRequest) -> HttpResponse:
    _keep(request, Kind.ACCOUNT, request.user.pk)
    return redirect("account_menu")


def _keep(request: UserRequest, kind: Kind, row: UUID) -> None:
    erasure = waiting(kind, row)
    if erasure and actions.keep(erasure, by=request.user):
        messages.success(request, KEPT)
    else:
        messages.warning(request, "Nothing was waiting to be deleted.")
