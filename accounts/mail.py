"""What leaves by e-mail. It names no patient, person, medicine or symptom."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

logger = logging.getLogger(__name__)


def send(template: str, subject: str, *, to: str, page: str, code: str = "") -> bool:
    """Say whether a mail server took it."""
    said = {"code": code, "url": settings.ORIGIN + reverse(page)}
    text = render_to_string(f"accounts/email/{template}.txt", said)
    try:
        send_mail(subject, text, None, [to])
    except OSError:
        logger.warning("An email could not be sent")
        return False
    return bool(settings.EMAIL_HOST)
