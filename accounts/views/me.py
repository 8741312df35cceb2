"""A person's own account."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts import actions
from accounts.access import UserRequest
from accounts.forms import NameForm
from accounts.parts import get_or_post


@get_or_post
def account_menu(request: UserRequest) -> HttpResponse:
    form = NameForm(
        request.POST if request.method == "POST" else None, initial={"name": request.user.name}
    )
    if form.is_valid():
        actions.rename_user(request.user, name=form.cleaned_data["name"], by=request.user)
        messages.success(request, "Saved.")
        return redirect("account_menu")
    return render(
        request, "accounts/account_menu.html", {"form": form}, status=422 if form.errors else 200
    )
