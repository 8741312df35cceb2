"""The only file of reminders that talks to the outside: to the mail server of the site's settings.

No host, address or path comes from what somebody typed but the address of their own log-in.
"""

import logging
import smtplib
from collections import deque
from datetime import datetime
from time import perf_counter
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from reminders import claims, due
from reminders.models import Kind, Message
from reminders.rounds import is_still_needed

logger = logging.getLogger(__name__)
# They say nothing of whom and of what: a locked phone shows them to anybody.
SUBJECT, URGENT_SUBJECT = "A reminder from your diary", "Your diary needs an answer now"
STOP = Signer(salt="reminders.stop")
MOST_OF_LEASE = Message.LEASE.total_seconds() / 2
# What a mail server says of one message; with anything else it cannot be talked to.
REFUSED = (smtplib.SMTPDataError, smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused)


class UnreachableError(Exception):
    """The mail server cannot be reached, or went away."""


def send_all(now: datetime | None = None) -> int:
    """Send all that waits, some at a time over one connection, what is urgent first. Return how
    many were sent. Where the mail server cannot be reached the rest waits for the next round."""
    sent = 0
    while batch := deque(claims.take(now or timezone.now())):
        begun, post = perf_counter(), get_connection()
        heard = claims.still_heard(batch, now or timezone.now())
        try:
            # Later than that, another worker may soon take the rest.
            while batch and perf_counter() - begun < MOST_OF_LEASE:
                message = batch.popleft()
                sent += _send_one(message, post, may_hear=message.pk in heard)
        except UnreachableError:
            return sent
        finally:
            post.close()
            claims.give_back(batch)
    return sent


def _send_one(message: Message, post: BaseEmailBackend, *, may_hear: bool) -> bool:
    """Each is settled by itself, at once: what is killed here sends at most one of them twice."""
    now = timezone.now()
    is_late = due.is_too_late(message.at, now, is_urgent=message.kind == Kind.URGENT)
    if is_late or not may_hear or not _is_needed(message, now):
        claims.settle(message, Message.State.DROPPED, now)
        return False
    if not settings.EMAIL_HOST:
        claims.settle(message, Message.State.SHOWN, now)
        return False
    try:
        post.open()
        mail_of(message, post).send()
    except REFUSED:
        _put_off(message, now)
        return False
    except OSError:
        _put_off(message, now)
        raise UnreachableError from None
    except Exception:  # one message that cannot be written stops no other
        logger.exception("A reminder could not be written (%s)", 500)
        _put_off(message, now)
        return False
    return claims.settle(message, Message.State.SENT, timezone.now())


def _is_needed(message: Message, now: datetime) -> bool:
    """What cannot be known is needed."""
    try:
        return is_still_needed(message, now)
    except Exception:
        logger.exception("A reminder could not be looked at again (%s)", 500)
        return True


def _put_off(message: Message, now: datetime) -> None:
    logger.warning("A reminder could not be sent")
    is_urgent = message.kind == Kind.URGENT  # asked again until it is sent, or needed no more
    if message.tries + 1 >= Message.TRIES and not is_urgent:
        claims.settle(message, Message.State.FAILED, now)
        return
    again = due.next_try(0 if is_urgent else message.tries, now)
    claims.settle(message, Message.State.WAITING, now, again=again)


def mail_of(message: Message, post: BaseEmailBackend) -> EmailMessage:
    """Write it: the same words whatever it is about, and a way to stop what may be stopped."""
    is_urgent = message.kind == Kind.URGENT
    stop = stop_address(message.reminder_id) if message.reminder_id else ""
    said = {
        "is_urgent": is_urgent,
        "open": settings.ORIGIN + reverse("reminder_open", args=[message.pk]),
        "urgent": settings.ORIGIN + reverse("urgent"),
        "stop": stop,
    }
    headers = {"Message-ID": f"<{message.pk}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"}
    headers["Auto-Submitted"] = "auto-generated"
    if stop:
        headers |= {
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return EmailMessage(
        subject=URGENT_SUBJECT if is_urgent else SUBJECT,
        body=render_to_string("reminders/email.txt", said),
        to=[message.user.email],
        headers=headers,
        connection=post,
    )


def stop_address(reminder: UUID) -> str:
    return settings.ORIGIN + reverse("reminder_stop", args=[STOP.sign(str(reminder))])


def reminder_named_by(token: str) -> UUID | None:
    """Return the reminder of an address that this diary wrote; None for any other."""
    try:
        return UUID(STOP.unsign(token))
    except (BadSignature, ValueError):
        return None
