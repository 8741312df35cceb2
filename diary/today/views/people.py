"""Whose diaries a person may open, and the way in for everybody else."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import UserRequest
from accounts.models import User
from accounts.pages import render_page
from accounts.people import People, people_of
from diary.care_card.strip import all_with_latest, with_urgent


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The landing page; the only diary there is; or the list."""
    if not request.user.is_authenticated:
        return render_page(request, "diary/landing.html", {})
    found = _people(request.user)
    return redirect("today", found.only.pk) if found.only else _list(request, request.user, found)


@require_safe
def people(request: UserRequest) -> HttpResponse:
    return _list(request, request.user, _people(request.user))


def _people(user: User) -> People:
    return people_of(user, all_with_latest())


def _list(request: HttpRequest, user: User, found: People) -> HttpResponse:
    context = {"people": found, "listed": with_urgent(found.visible, user)}
    return render_page(request, "diary/people.html", context)
