"""How somebody takes up an invitation: the code, what it offers, and the wait for the owner."""

from uuid import UUID

from allauth.decorators import rate_limit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from accounts import actions, sign_up
from accounts.access import UserRequest
from accounts.forms import JoinForm
from accounts.pages import get_or_post, render_page, typed

REFUSED = (
    "That code does not work. It may be mistyped, used, cancelled, for another address or older "
    "than 7 days. Check each letter, or ask for a new code."
)
OWN_ADDRESS = (
    "This code is for the person the diary is about. It needs a log-in with an email of their own, "
    "which they confirmed, and which nobody else in this diary uses."
)


@get_or_post
@rate_limit(action="join")  # type: ignore[no-untyped-call,untyped-decorator]
def join(request: UserRequest) -> HttpResponse:
    """The code first, then what it offers: accepting that is an act of its own."""
    form = JoinForm(typed(request))
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            if "accept" not in request.POST:
                offer = actions.offer_for(code, to=request.user)
                return render_page(
                    request, "accounts/join_offer.html", {"offer": offer, "code": code}
                )
            share = actions.accept_invitation(code, by=request.user)
        except actions.SameAddressError:
            form.add_error("code", OWN_ADDRESS)
        except actions.InvitationError:
            form.add_error("code", REFUSED)
        else:
            return redirect("join_waiting", share.pk)
    return render_page(request, "accounts/join.html", {"form": form})


@login_not_required
@get_or_post
@rate_limit(action="join_new")  # type: ignore[no-untyped-call,untyped-decorator]
def join_new(request: HttpRequest) -> HttpResponse:
    """Somebody without an account shows their code, where only the invited may create one."""
    if sign_up.sign_up_state() == "closed":
        raise Http404
    form = JoinForm(typed(request))
    if form.is_valid():
        if sign_up.opens_sign_up(form.cleaned_data["code"]):
            sign_up.remember_code(request.session, form.cleaned_data["code"])
            return redirect("account_signup")
        form.add_error("code", REFUSED)
    return render_page(request, "accounts/join_new.html", {"form": form})


@require_safe
def join_waiting(request: UserRequest, share_id: UUID) -> HttpResponse:
    """What happens next: the owner looks at who accepted, and says yes or no."""
    mine = request.user.shares.filter(revoked=None).select_related("patient__owner")
    share = get_object_or_404(mine, pk=share_id)
    if share.confirmed:
        return redirect("today", share.patient_id)
    return render_page(request, "accounts/join_waiting.html", {"share": share})
