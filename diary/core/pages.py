"""What every page with one form does: show it, carry out what it says, or say why not."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from diary.core.errors import Refused


def typed(request: HttpRequest) -> Any:
    """Return what was sent, or nothing while the page is only opened."""
    return request.POST if request.method == "POST" else None


def answer(
    request: HttpRequest,
    template: str,
    form: forms.Form,
    change: Callable[[], object],
    *,
    to: tuple[Any, ...],
    said: str | Callable[[], str] = "",
    context: dict[str, Any],
) -> HttpResponse:
    """Carry out `change` once the form is valid and go on `to` another page, else show the form.

    Where the change does not fit what is recorded, the form says so and keeps what was typed.
    """
    if form.is_valid():
        try:
            change()
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            if text := said() if callable(said) else said:
                messages.success(request, text)
            return redirect(*to)
    status = 422 if form.errors else 200
    return render(request, template, {**context, "form": form}, status=status)


class Problem(NamedTuple):
    """What is wrong, and the id of the place to put it right."""

    anchor: str
    text: str
