"""Whose diaries a person may open, and the way in for everybody else."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from accounts import actions
from accounts.access import UserRequest
from accounts.pages import render_page
from accounts.people import people_of


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The landing page; the only diary there is; or the list."""
    if not request.user.is_authenticated:
        return render_page(request, "accounts/landing.html", {})
    found = people_of(request.user)
    if found.only:
        return redirect("today", found.only.pk)
    return render_page(request, "accounts/people.html", {"people": found})


@require_safe
def people(request: UserRequest) -> HttpResponse:
    return render_page(request, "accounts/people.html", {"people": people_of(request.user)})


@require_POST
def share_leave(request: UserRequest, share_id: UUID) -> HttpResponse:
    """A caregiver gives up their own access, or an offer they took up."""
    share = get_object_or_404(request.user.shares.select_related("patient"), pk=share_id)
    actions.revoke_share(share, by=request.user)
    messages.success(request, "Done. That diary is no longer shared with you.")
    return redirect("people")
