"""Temperatures of another app: the file, its columns, a look, and only then saving."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.access import UserRequest, patient_for
from accounts.models import Patient
from accounts.pages import get_or_post, render_page, typed
from diary.care_card.forms import CloseForm
from diary.check_ins.load import entries_among
from diary.judging.fever import card_of, fever_line_words
from diary.team.numbers import numbers_of
from diary.temperature_import import text
from diary.temperature_import.actions import (
    PORTION,
    close_imported,
    import_temperatures,
    imported_at,
)
from diary.temperature_import.column_forms import ColumnsForm
from diary.temperature_import.forms import ConfirmForm, FileForm, line_numbers
from diary.temperature_import.lines import FileLine, read
from therapies.rulebook import Level

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
RECENT = timedelta(hours=1)
FARTHEST = 4_102_444_800_000_000  # the year 2100
STAMP = re.compile("[0-9]{1,16}")
PAGE = "diary/temperatures_{}.html"


@get_or_post
def temperatures_import(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    asked = request.POST.get("do", "file")
    try:
        return _file(request, patient) if asked == "file" else _again(request, patient, asked)
    except text.UnreadableFile as unreadable:
        messages.error(request, f"{unreadable} Nothing was saved.")
        return redirect("temperatures_import", patient.pk)


def _again(request: UserRequest, patient: Patient, asked: str) -> HttpResponse:
    """Go on with what the page sent again. Raises UnreadableFile."""
    sent = _sent(request)
    is_same = request.POST.get("read_with") == sent["separator"]
    form = ColumnsForm(sent, patient=patient, is_tried=asked in ("look", "save") and is_same)
    if not form.is_valid():
        return _columns(request, patient, form)
    return _look(request, patient, form, is_saving=asked == "save")


def _file(request: UserRequest, patient: Patient) -> HttpResponse:
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FileForm(data, files)
    if not form.is_valid():
        context = {"patient": patient, "form": form}
        return render_page(request, PAGE.format("file"), context)
    words = form.cleaned_data["text"]
    sent = {name: form.cleaned_data[name] for name in ("text", "name", "written")}
    sent["separator"] = text.likely_separator(words)
    return _columns(request, patient, ColumnsForm(sent, patient=patient, is_tried=False))


def _sent(request: UserRequest) -> dict[str, Any]:
    """Return what the page sent again, as strict as with a new file. Raises UnreadableFile."""
    sent: dict[str, Any] = {
        name: request.POST[name] for name in ColumnsForm.base_fields if name in request.POST
    }
    if "people" in sent:
        sent["people"] = request.POST.getlist("people")
    text.check(sent.setdefault("text", ""))
    if sent.get("separator") not in text.SEPARATORS:
        sent["separator"] = text.likely_separator(sent["text"])
    if request.POST.get("read_with") != sent["separator"]:  # other columns: suggest anew
        sent = {name: sent.get(name, "") for name in ("text", "name", "written", "separator")}
    return sent


def _columns(request: UserRequest, patient: Patient, form: ColumnsForm) -> HttpResponse:
    context = {"patient": patient, "form": form}
    return render_page(request, PAGE.format("columns"), context)


def _look(
    request: UserRequest, patient: Patient, columns: ColumnsForm, *, is_saving: bool
) -> HttpResponse:
    now = timezone.now()
    form = ConfirmForm(
        request.POST if is_saving else None,
        patient=patient,
        lines=_lines(request, patient, columns, now),
    )
    if not (form.taken and form.is_valid()):
        return _look_page(request, patient, columns, form)
    received = _begun(request, patient, now) or now
    told_by = form.cleaned_data["told_by"]
    added = import_temperatures(
        patient, form.taken, told_by=told_by, note=columns.note, by=request.user, received=received
    )
    if len(form.taken) > PORTION:
        return _rest(request, patient, columns, form.cleaned_data, received)
    if not added:  # a second tap: the first one saved them all
        messages.info(request, f"All of these are in {patient.whose} diary already.")
        return redirect("history", patient.pk)
    return redirect("temperatures_imported", patient.pk, _stamp(received))


def _lines(
    request: UserRequest, patient: Patient, columns: ColumnsForm, now: datetime
) -> list[FileLine]:
    without = line_numbers(request.POST.get("without", ""))
    choices = columns.choices(request.POST.get("others", ""), without)
    return read(columns.sheet, choices, patient, now=now)


def _rest(
    request: UserRequest,
    patient: Patient,
    columns: ColumnsForm,
    said: dict[str, Any],
    received: datetime,
) -> HttpResponse:
    """Show what is left to save, with what was said about it already."""
    lines = _lines(request, patient, columns, timezone.now())
    form = ConfirmForm(patient=patient, lines=lines, initial=said)
    messages.success(request, f"{PORTION} are saved. Save the other {len(form.taken):,} now.")
    return _look_page(request, patient, columns, form, begun=_stamp(received))


def _look_page(
    request: UserRequest,
    patient: Patient,
    columns: ColumnsForm,
    form: ConfirmForm,
    *,
    begun: int = 0,
) -> HttpResponse:
    context = {
        "patient": patient,
        "form": form,
        "columns": columns,
        "begun": begun or request.POST.get("begun", ""),
        "portion": PORTION,
        "fever_line": fever_line_words(patient, card_of(patient)),
    }
    return render_page(request, PAGE.format("look"), context)


def _begun(request: UserRequest, patient: Patient, now: datetime) -> datetime | None:
    """Return when the first portion of this import was saved, so that all are shown together."""
    typed = request.POST.get("begun", "")
    if not STAMP.fullmatch(typed):
        return None
    received = EPOCH + MICROSECOND * min(int(typed), FARTHEST)
    is_recent = now - RECENT < received <= now
    is_own = is_recent and imported_at(patient, received).filter(by=request.user).exists()
    return received if is_own else None


def _stamp(received: datetime) -> int:
    return (received - EPOCH) // MICROSECOND


@get_or_post
def temperatures_imported(request: UserRequest, patient_id: UUID, stamp: int) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    received = EPOCH + MICROSECOND * min(stamp, FARTHEST)
    check_ins = imported_at(patient, received)
    form = CloseForm(typed(request))
    if form.is_valid():
        closed = close_imported(check_ins, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, f"{closed} of {patient.whose} urgent entries are closed.")
        return redirect("temperatures_imported", patient.pk, stamp)
    entries = entries_among(patient, check_ins)
    if not entries:
        raise Http404
    return render_page(request, PAGE.format("imported"), _said(patient, entries, form))


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
