"""Bring in a diary from a file, in two steps: look at what it holds, then say yes."""

from uuid import UUID

from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.access import UserRequest
from accounts.pages import get_or_post, render_page, typed
from diary.models import HeldFile
from summary.bring_in.actions import bring_in
from summary.bring_in.forms import BringInForm, DiaryFileForm
from summary.bring_in.held_files import content_of, held, hold
from summary.bring_in.read import UnreadableFile, read_json


@get_or_post
@rate_limit(action="import")  # type: ignore[no-untyped-call,untyped-decorator]
def diary_import(request: UserRequest) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DiaryFileForm(*sent, by=request.user)
    if form.is_valid():
        file = hold(form.cleaned_data["file"], form.diary_data, by=request.user)
        return redirect("diary_import_check", file.pk)
    return render_page(request, "summary/diary_import.html", {"form": form})


@get_or_post
def diary_import_check(request: UserRequest, file_id: UUID) -> HttpResponse:
    """Show what the file holds; only a yes makes a diary of it, and once."""
    file = held(file_id, by=request.user)
    form = BringInForm(typed(request), file=file)
    if not form.is_valid():
        context = {"file": file, "said": file.said, "form": form}
        return render_page(request, "summary/diary_import_check.html", context)
    if form.cleaned_data["do"] == "no":
        file.delete()
        messages.success(request, "Nothing was imported. The file was deleted.")
        return redirect("people")
    is_self = form.cleaned_data["is_self"]
    try:
        said = read_json(content_of(file))
        patient = bring_in(said, is_self=is_self, by=request.user, file=file)
    except (HeldFile.DoesNotExist, UnreadableFile):
        messages.warning(request, "Nothing was imported. Send the file again.")
        return redirect("diary_import")
    messages.success(request, f"{patient.name}’s diary is here. Only you can open it.")
    return redirect("history", patient.pk)
