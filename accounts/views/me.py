"""A person's own account."""

from django.http import HttpResponse

from accounts import actions
from accounts.access import UserRequest
from accounts.forms import NameForm
from accounts.pages import answer, get_or_post, typed


@get_or_post
def account_menu(request: UserRequest) -> HttpResponse:
    form = NameForm(typed(request), initial={"name": request.user.name})
    return answer(
        request,
        "accounts/account_menu.html",
        form,
        lambda: actions.rename_user(request.user, **form.cleaned_data, by=request.user),
        to=("account_menu",),
        message="Saved.",
        context={},
    )
