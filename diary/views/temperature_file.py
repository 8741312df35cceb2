"""Temperatures of another app: the file, its columns, a look, and only then saving."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import UserRequest, patient_for
from accounts.models import Patient
from diary.actions.temperature_file import close_imported, import_temperatures, imported_at
from diary.fever import card_of, fever_line_words
from diary.forms.call import CloseForm
from diary.forms.temperature_file import ColumnsForm, ConfirmForm, FileForm
from diary.numbers import numbers_of
from diary.saved import entries_among
from diary.temperature_file import text
from diary.temperature_file.lines import read
from diary.views.form_page import typed
from therapies.rulebook import Level

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FARTHEST = 4_102_444_800_000_000  # the year 2100
PAGE = "diary/temperatures_{}.html"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def temperatures_import(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    asked = request.POST.get("do", "file")
    try:
        return _file(request, patient) if asked == "file" else _again(request, patient, asked)
    except text.Unreadable as unreadable:
        messages.error(request, f"{unreadable} Nothing was saved.")
        return redirect("temperatures_import", patient.pk)


def _again(request: UserRequest, patient: Patient, asked: str) -> HttpResponse:
    """Go on with what the page sent again. Raises Unreadable."""
    sent = _sent(request)
    is_same = request.POST.get("read_with") == sent["separator"]
    form = ColumnsForm(sent, is_tried=asked in ("look", "save") and is_same)
    if not form.is_valid():
        return _columns(request, patient, form)
    return _look(request, patient, form, is_saving=asked == "save")


def _file(request: UserRequest, patient: Patient) -> HttpResponse:
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FileForm(data, files)
    if not form.is_valid():
        context = {"patient": patient, "form": form}
        return render(request, PAGE.format("file"), context, status=422 if form.errors else 200)
    words = form.cleaned_data["text"]
    sent = {name: form.cleaned_data[name] for name in ("text", "name", "written")}
    sent["separator"] = text.likely_separator(words)
    return _columns(request, patient, ColumnsForm(sent, is_tried=False))


def _sent(request: UserRequest) -> dict[str, str]:
    """Return what the page sent again, as strict as with a new file. Raises Unreadable."""
    sent = {name: request.POST[name] for name in ColumnsForm.base_fields if name in request.POST}
    text.check(sent.setdefault("text", ""))
    if sent.get("separator") not in text.SEPARATORS:
        sent["separator"] = text.likely_separator(sent["text"])
    if request.POST.get("read_with") != sent["separator"]:  # other columns: suggest anew
        sent = {name: sent.get(name, "") for name in ("text", "name", "written", "separator")}
    return sent


def _columns(request: UserRequest, patient: Patient, form: ColumnsForm) -> HttpResponse:
    context = {"patient": patient, "form": form}
    return render(request, PAGE.format("columns"), context, status=422 if form.errors else 200)


def _look(
    request: UserRequest, patient: Patient, columns: ColumnsForm, *, is_saving: bool
) -> HttpResponse:
    now = timezone.now()
    lines = read(columns.sheet, columns.choices(request.POST.get("others", "")), patient, now=now)
    form = ConfirmForm(request.POST if is_saving else None, patient=patient, lines=lines)
    if form.taken and form.is_valid():
        return _save(request, patient, form, columns.note, now)
    context = {
        "patient": patient,
        "form": form,
        "columns": columns,
        "fever_line": fever_line_words(patient, card_of(patient)),
    }
    return render(request, PAGE.format("look"), context, status=422 if form.errors else 200)


def _save(
    request: UserRequest, patient: Patient, form: ConfirmForm, note: str, now: datetime
) -> HttpResponse:
    told_by = form.cleaned_data["told_by"]
    added = import_temperatures(
        patient, form.taken, told_by=told_by, note=note, by=request.user, received=now
    )
    if not added:  # a second tap: the first one saved them all
        messages.info(request, f"All of these are in {patient.name}’s diary already.")
        return redirect("history", patient.pk)
    return redirect("temperatures_imported", patient.pk, (now - EPOCH) // MICROSECOND)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def temperatures_imported(request: UserRequest, patient_id: UUID, stamp: int) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    received = EPOCH + MICROSECOND * min(stamp, FARTHEST)
    check_ins = imported_at(patient, received)
    form = CloseForm(typed(request))
    if form.is_valid():
        closed = close_imported(check_ins, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, f"{closed} urgent entries of {patient.name} are closed.")
        return redirect("temperatures_imported", patient.pk, stamp)
    entries = entries_among(patient, check_ins)
    if not entries:
        raise Http404
    status = 422 if form.errors else 200
    return render(request, PAGE.format("imported"), _said(patient, entries, form), status=status)


def _said(patient: Patient, entries: list[Any], form: CloseForm) -> dict[str, Any]:
    """What was found, the most urgent first. Old or not, an urgent one asks to be told."""
    return {
        "patient": patient,
        "count": len(entries),
        "urgent": [entry for entry in entries if entry.level is Level.URGENT],
        "contact": [entry for entry in entries if entry.level is Level.CONTACT],
        "open": any(entry.is_followed for entry in entries),
        "numbers": numbers_of(patient).in_order,
        "form": form,
    }
