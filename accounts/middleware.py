"""Says so where a form came from somebody who was logged out meanwhile."""

from collections.abc import Callable
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url


class UnsavedMiddleware:
    """Let the log-in page say that nothing was saved, where it is the answer to a form. With a
    script the phone keeps what was typed; without one it would be gone without a word."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        start = f"{resolve_url(settings.LOGIN_URL)}?next="
        sent_on = response.headers.get("Location", "")
        if request.method == "POST" and sent_on.startswith(start):
            page = _page_of_the_form(request)
            sent_on = f"{start}{quote(page)}" if page else sent_on
            response.headers["Location"] = f"{sent_on}&unsaved=1"
        return response


def _page_of_the_form(request: HttpRequest) -> str:
    """Return the page that the form stood on: its own address may show none, after logging in."""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    is_ours = page.netloc == request.get_host() and not page.path.startswith("//")
    return page.path if is_ours else ""
