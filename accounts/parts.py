"""A page whole, or only what changes of it. Templates of such pages extend `layout`."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from accounts.access import UserRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def render_page(
    request: UserRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Draw the page; for htmx only its title, messages and content, from the same template.

    The way back through the history starts from nothing, so it gets the whole page.
    """
    is_part = request.htmx and not request.htmx.history_restore_request
    layout = "part.html" if is_part else "base.html"
    response = render(request, template, {**context, "layout": layout}, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response
