"""How a code reaches the other side: shown to the owner to read aloud, or sent by email."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase

from accounts import mail
from accounts.models import Invitation
from accounts.secrets import seal, unseal

KEY = "invitation"


@dataclass(frozen=True)
class NewInvitation:
    invitation: Invitation
    code: str


def send(invitation: Invitation, code: str) -> bool:
    """Say whether a mail server took it."""
    subject = "Someone has invited you to a shared diary"
    return mail.send("invitation", subject, to=invitation.email, page="join", code=code)


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
