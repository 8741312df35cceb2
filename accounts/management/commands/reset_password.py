"""Give somebody a new password where no email can be sent: `manage.py reset_password EMAIL`."""

import secrets
from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User, write_audit


class Command(BaseCommand):
    help = "Set a new password, print it once, and log the person out everywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--remove-second-step",
            action="store_true",
            help="also remove the authenticator app, passkeys and recovery codes (lost phone)",
        )

    def handle(self, *_: Any, email: str, remove_second_step: bool, **__: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError("Nobody has an account with this email.")
        password = secrets.token_urlsafe(15)
        with transaction.atomic():
            user.set_password(password)
            user.save(update_fields=["password"])
            for session in UserSession.objects.filter(user=user):
                session.end()
            if remove_second_step:
                Authenticator.objects.filter(user=user).delete()
                write_audit("remove second step", user, patient=None, by=None)
            write_audit("reset password", user, patient=None, by=None)
        self.stdout.write(f"New password: {password}")
        self.stdout.write("Every session of this account is ended. Change it after logging in.")
