"""Where allauth meets the diary: our words, and secrets that are not kept in the clear."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.devices import budget_of, remember_device
from accounts.models import Share
from accounts.secrets import seal, unseal
from accounts.sign_up import may_sign_up


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The email or password is wrong.",
        "email_taken": "You cannot use this email here. If it is yours, log in instead.",
        "enter_current_password": "Type your current password.",
        "incorrect_code": "That is not the code. Check it, or get a new one.",
        "incorrect_password": "That is not your password.",
        "too_many_login_attempts": (
            "Too many tries. Wait 5 minutes, then try again. Your account is not locked."
        ),
        "rate_limited": "Too many tries. Wait a little, then try again.",
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try of a device that logged in before apart from everybody else's."""
        key = budget_of(request, credentials.get("email", ""))
        if not key:
            super().pre_authenticate(request, **credentials)
            return
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action="login_failed_device", key=key
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any
    ) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        emails = {getattr(user, "email", ""), kwargs.get("email") or ""} - {""}
        remember_device(request, response, emails=sorted(emails))
        return response

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Give the session a new id: one that was copied before opens nothing more."""
        is_right: bool = super().reauthenticate(user, password)
        if is_right:
            session = self.request.session
            before = session.session_key
            session.cycle_key()
            listed = UserSession.objects.filter(session_key=before)
            listed.update(session_key=session.session_key)
        return is_right

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Every change of what opens the account comes by here: other devices are logged out, and
        the address that was and the one that is are told."""
        end_other_sessions(self.request, user)
        super().send_notification_mail(template_prefix, user, context, email)
        for other in ("to_email", "deleted_email"):
            if context and other in context:
                super().send_notification_mail(template_prefix, user, context, context[other])

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return may_sign_up(request.session)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Begin a diary at once, unless somebody shared theirs."""
        has_none = not Share.objects.filter(user=request.user.pk).exists()
        return reverse("setup_who" if has_none else "home")


class SealedMFAAdapter(DefaultMFAAdapter):
    """TOTP secrets and recovery seeds are sealed: a copy of the database opens no account."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That is not the code. Wait for the next one in the app and try that.",
        "unverified_email": "Confirm your email address first, then come back to this.",
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        text = unseal(encrypted_text)
        if text is None:
            raise ValueError("A second step was sealed with another SECRET_KEY")
        return text

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return f"Passkey {number}"
