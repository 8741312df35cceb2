"""How the diary gets onto the home screen of a phone: said once on each."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse

from accounts.access import UserRequest
from accounts.memory import remembered
from diary.models import CheckIn

COOKIE, ENTRIES = "home-screen", 3
WORDS = (
    "Open the diary with one tap: add it to your home screen. On an iPhone tap Share, then Add to "
    "Home Screen. On Android tap the menu ⋮, then Add to Home screen."
)


def offer_home_screen(request: UserRequest, response: HttpResponse, check_in: CheckIn) -> None:
    """Offer it after the third entry, never beside something urgent. The style shows the words only
    on a phone that does not have it there."""
    if COOKIE in request.COOKIES:
        return
    if is_urgent(check_in) or _count(check_in, request) < ENTRIES:
        return
    messages.info(request, WORDS, extra_tags="home-screen")
    response.set_cookie(
        COOKIE,
        "offered",
        max_age=timedelta(days=3650),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _count(check_in: CheckIn, request: UserRequest) -> int:
    return check_in.patient.check_ins.filter(by=request.user)[:ENTRIES].count()


def is_urgent(check_in: CheckIn) -> bool:
    mine = check_in.patient.check_ins.ever_urgent().filter(pk=check_in.pk)
    return remembered(("urgent", check_in.pk), mine.exists)
