"""How a page is drawn and a file is sent, and what every page with one form does.

A page comes whole, or to htmx only what changes of it: templates of such pages extend `layout`.
"""

from collections.abc import Callable
from typing import Any, BinaryIO, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from accounts.access import UserRequest
from accounts.models import Patient
from accounts.visits import DiaryPage

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def typed(request: HttpRequest) -> Any:
    """Return what was sent, or nothing while the page is only opened."""
    return request.POST if request.method == "POST" else None


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 0
) -> HttpResponse:
    """Draw the page; for htmx only its title, messages and content, from the same template.

    Its patient is noted on the request, for what stands on every page of a patient.
    The way back through the history starts from nothing, so it gets the whole page. A page whose
    `form` found something wrong is answered with 422, unless the view names another status.
    """
    asked, form = cast(UserRequest, request), context.get("form")
    htmx, asked.patient = asked.htmx, context.get("patient")
    layout = "part.html" if htmx and not htmx.history_restore_request else "base.html"
    status = status or (422 if form is not None and form.errors else 200)
    content = render_to_string(template, {**context, "layout": layout}, request)
    response = (
        HttpResponse(content, status=status)
        if asked.patient is None
        else DiaryPage(content, patient=asked.patient, user=asked.user, status=status)
    )
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def attachment(content: bytes | BinaryIO, name: str, content_type: str) -> HttpResponseBase:
    """Send a file to be kept by whoever asked for it, and by nothing in between."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    if isinstance(content, bytes):
        return HttpResponse(content, content_type=content_type, headers=headers)
    return FileResponse(content, content_type=content_type, headers=headers)


def answer(
    request: HttpRequest,
    template: str,
    form: forms.BaseForm,
    change: Callable[[], object],
    *,
    to: tuple[Any, ...],
    message: str | Callable[[], str] = "",
    context: dict[str, Any],
) -> HttpResponse:
    """Carry out `change` once the form is valid and go on `to` another page, else show the form.

    Where the change does not fit what is recorded, the form says so and keeps what was typed.
    """
    if form.is_valid():
        try:
            change()
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            if text := message() if callable(message) else message:
                messages.success(request, text)
            return redirect(*to)
    return render_page(request, template, {**context, "form": form})


def answer_for(
    request: UserRequest,
    template: str,
    patient: Patient,
    form: forms.BaseForm,
    change: Callable[..., object],
    *,
    to: tuple[Any, ...],
    message: str | Callable[[], str] | None = None,
    **context: Any,
) -> HttpResponse:
    """The same on a page of a patient: `change` gets the cleaned data of the form, and by whom.
    Without a `message` of its own the page says that it is saved."""
    return answer(
        request,
        template,
        form,
        lambda: change(**form.cleaned_data, by=request.user),
        to=to,
        message=f"Saved{patient.for_whom}." if message is None else message,
        context={"patient": patient, **context},
    )
