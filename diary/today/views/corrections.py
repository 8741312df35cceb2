"""Putting right what was saved. Nothing is rewritten: a correction and a removal are added."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import UserRequest, others_of, patient_for
from accounts.models import User
from accounts.pages import answer_for, get_or_post, render_page, typed
from diary.check_ins import actions as check_ins
from diary.check_ins.entries import Entry
from diary.check_ins.load import entry_of
from diary.check_ins.moves import move_check_in
from diary.core import words
from diary.core.errors import Conflict, Refusal, UndoRefusal
from diary.today.forms import CorrectionForm, MoveForm, RemoveForm
from diary.today.sheet import sheet_for
from diary.today.two_versions import two_versions
from diary.today.views.today import not_written


@get_or_post
def check_in_correct(request: UserRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    entry = entry_of(get_object_or_404(patient.check_ins, pk=check_in_id))
    form = CorrectionForm(request.POST or None, entry=entry, now=timezone.now())
    is_saving = request.POST.get("do") in ("save", "enter")
    status, told, versions = (422 if is_saving else 200), "", None
    try:
        if form.is_valid() and is_saving:
            if _correct(form, entry, by=request.user):
                return redirect("check_in", patient.pk, check_in_id)
            entry = entry_of(entry.check_in)
            versions = two_versions(entry, form.reports, form.cleaned_data["note"])
    except OperationalError as error:
        status, told = not_written(error)
    sheet = sheet_for(form, is_tried=is_saving, query=request.POST.get("q", ""))
    context = {
        "patient": patient,
        "entry": entry,
        "sheet": sheet,
        "told": told,
        "versions": versions,
        "about_words": words.when_words(form.about, entry.tz, form.now),
    }
    return render_page(request, "diary/check_in_correct.html", context, status=status)


def _correct(form: CorrectionForm, entry: Entry, *, by: User) -> bool:
    """Save the correction; false, with the reason on the form, where somebody else was quicker."""
    try:
        check_ins.correct_check_in(
            entry.check_in,
            form.check_in_data(),
            reason=form.cleaned_data["reason"],
            by=by,
            based_on=form.cleaned_data["based_on"],
        )
    except Conflict:
        form.tell_of_another()
        return False
    return True


@require_POST
def check_in_undo(request: UserRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    check_in = get_object_or_404(patient.check_ins, pk=check_in_id)
    try:
        check_ins.undo_check_in(check_in, by=request.user)
    except UndoRefusal:
        messages.warning(
            request,
            "The time to undo is over, and the entry is still saved. You can still remove it: "
            "say why below.",
        )
        return redirect("check_in_remove", patient.pk, check_in.pk)
    return redirect("check_in", patient.pk, check_in.pk)


@get_or_post
def check_in_remove(request: UserRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    check_in = get_object_or_404(patient.check_ins, pk=check_in_id)
    form = RemoveForm(typed(request))
    change, to = partial(check_ins.remove_check_in, check_in), ("check_in", patient.pk, check_in.pk)
    template = "diary/check_in_remove.html"
    return answer_for(
        request, template, patient, form, change, to=to, message="", check_in=check_in
    )


@get_or_post
def check_in_move(request: UserRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    """It belonged to somebody else: on to the card in their diary."""
    patient = patient_for(request.user, patient_id, write=True)
    check_in = get_object_or_404(patient.check_ins, pk=check_in_id)
    form = MoveForm(typed(request), others=others_of(request.user, patient))
    if form.is_valid():
        to = form.cleaned_data["to"]
        try:
            moved = move_check_in(check_in, to=to, by=request.user)
        except Refusal as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"Moved to {to.name}’s diary.")
            return redirect("check_in", to.pk, moved.pk)
    context = {
        "patient": patient,
        "check_in": check_in,
        "entry": entry_of(check_in),
        "form": form,
    }
    return render_page(request, "diary/check_in_move.html", context)
