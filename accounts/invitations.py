"""How a code reaches the other side: shown to the owner to read aloud, or sent by email."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Invitation
from accounts.secrets import seal, unseal

logger = logging.getLogger(__name__)
KEY = "invitation"


@dataclass(frozen=True)
class NewInvitation:
    invitation: Invitation
    code: str


def send(invitation: Invitation, code: str) -> bool:
    """Say whether a mail server took it. The text names no patient, medicine or symptom."""
    context = {"code": code, "url": settings.ORIGIN + reverse("join")}
    try:
        send_mail(
            "Someone has invited you to a shared diary",
            render_to_string("accounts/email/invitation.txt", context),
            None,
            [invitation.email],
        )
    except OSError:
        logger.warning("An invitation could not be sent by email")
        return False
    return bool(settings.EMAIL_HOST)


def remember(session: SessionBase, invitation: Invitation, code: str) -> None:
    """Keep the code for the owner's screen, sealed: the database holds no code in the clear."""
    session[KEY] = {"id": str(invitation.pk), "code": seal(code)}


def remembered(session: SessionBase, still_open: Iterable[Invitation]) -> NewInvitation | None:
    """Return this session's last invitation for as long as it can still be used."""
    kept = session.get(KEY)
    if kept is None:
        return None
    code = unseal(kept["code"])
    invitation = next((i for i in still_open if str(i.pk) == kept["id"]), None)
    return NewInvitation(invitation, code) if invitation and code else None
