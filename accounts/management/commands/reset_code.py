"""Tells the code for a new password where no email can be sent: `manage.py reset_code EMAIL`."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from allauth.account.internal.flows.password_reset_by_code import (
    PASSWORD_RESET_VERIFICATION_SESSION_KEY as KEY,
)
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

LASTS = timedelta(seconds=settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT)


class Command(BaseCommand):
    help = "Print the code that somebody asked for on the page “A new password”."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *_: Any, email: str, **__: Any) -> None:
        codes = sorted(codes_for(email), reverse=True)
        if not codes:
            raise CommandError(
                "No code is waiting. Ask the person to type this email on the page “A new "
                "password”, and to keep that page open."
            )
        for asked, code in codes:
            self.stdout.write(f"Asked at {asked:%H:%M} UTC: {code}")
        self.stdout.write("A code works only on the page that asked for it. Tell nobody else.")


def codes_for(email: str) -> Iterator[tuple[datetime, str]]:
    """Yield when it was asked for, and the code, from every log-in page that waits for one."""
    now = timezone.now()
    for session in Session.objects.filter(expire_date__gt=now):
        waits = session.get_decoded().get(KEY) or {}
        if waits.get("email", "").lower() != email.lower() or not waits.get("code"):
            continue
        asked = datetime.fromtimestamp(waits["at"], tz=now.tzinfo)
        if now - asked < LASTS and not waits.get("code_confirmed"):
            yield asked, waits["code"]
