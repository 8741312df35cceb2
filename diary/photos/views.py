"""Photos: switched on by the owner, added to a check-in, shown through the door, removed."""

from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import UserRequest, patient_for
from accounts.models import Patient
from accounts.pages import answer_for, attachment, get_or_post, render_page, typed
from diary.core.words import when_words
from diary.photos import actions
from diary.photos.album import (
    kept_in,
    open_consent,
    photos_of,
    picture_of,
    room_in,
    shown_photo,
)
from diary.photos.forms import PhotoForm, PhotoRemoveForm


@get_or_post
def photos(request: UserRequest, patient_id: UUID) -> HttpResponse:
    """Say what is kept and who sees it; the owner switches photos on and off."""
    patient = patient_for(request.user, patient_id, owner=request.method == "POST")
    if request.method == "POST":
        messages.success(request, _switch(request, patient))
        return redirect("photos", patient.pk)
    consent = open_consent(patient)
    context = {
        "patient": patient,
        "consent": consent,
        "since": when_words(consent.given, patient.tz, timezone.now()) if consent else "",
        "kept": kept_in(patient).count(),
        "seen_by": patient.shares.active().select_related("user"),
    }
    return render_page(request, "diary/photos.html", context)


def _switch(request: UserRequest, patient: Patient) -> str:
    if request.POST.get("photos") == "on":
        actions.switch_photos_on(patient, by=request.user)
        return f"Photos are on{patient.for_whom}."
    remove_all = "remove_all" in request.POST
    gone = actions.switch_photos_off(patient, remove_all=remove_all, by=request.user)
    return f"Photos are off{patient.for_whom}." + (f" Photos removed: {gone}." if gone else "")


@get_or_post
def photo_add(request: UserRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    check_in = get_object_or_404(patient.check_ins, pk=check_in_id)
    if request.method != "POST" and open_consent(patient) is None:
        return redirect("photos", patient.pk)
    form = PhotoForm(typed(request), request.FILES or None)
    return answer_for(
        request,
        "diary/photo_add.html",
        patient,
        form,
        partial(actions.add_photo, check_in),
        to=("check_in", patient.pk, check_in.pk),
        message=f"Photo saved{patient.for_whom}.",
        check_in=check_in,
        about=when_words(check_in.at, ZoneInfo(check_in.zone), timezone.now()),
        room=room_in(check_in),
    )


@require_safe
def photo(request: UserRequest, patient_id: UUID, photo_id: UUID) -> HttpResponse:
    """One photo as large as the screen; of one that was removed, who did it and why."""
    patient = patient_for(request.user, patient_id)
    found = get_object_or_404(photos_of(patient), pk=photo_id)
    context = {"patient": patient, "shown": shown_photo(patient, found)}
    return render_page(request, "diary/photo.html", context)


@require_safe
@csp_update({"sandbox": [True]})  # type: ignore[arg-type] # typed for views without arguments
def photo_file(
    request: UserRequest, patient_id: UUID, photo_id: UUID, size: str
) -> HttpResponseBase:
    """The picture itself. It is shown inside of pages; opened by itself, it is a download."""
    patient = patient_for(request.user, patient_id)
    jpeg = picture_of(patient, photo_id, is_small=size == "small")
    if jpeg is None:
        raise Http404
    return attachment(jpeg, f"photo-{patient.file_mark}.jpg", "image/jpeg")


@get_or_post
def photo_remove(request: UserRequest, patient_id: UUID, photo_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    found = get_object_or_404(photos_of(patient), pk=photo_id)
    form = PhotoRemoveForm(typed(request))
    return answer_for(
        request,
        "diary/photo_remove.html",
        patient,
        form,
        partial(actions.remove_photo, found),
        to=("check_in", patient.pk, found.check_in_id),
        message="Photo removed.",
        shown=shown_photo(patient, found),
    )
