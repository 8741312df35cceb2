"""The page of today for a phone without a network. It holds nothing of anybody."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from diary.offline import anybodys_sheet
from therapies.catalogue import catalogue


@require_safe
def offline(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(page())


def page() -> str:
    """Draw it without the request, so that nothing of whoever asks can get in."""
    context = {"sheet": anybodys_sheet(timezone.now()), "version": catalogue().hash}
    return render_to_string("diary/offline.html", context)
