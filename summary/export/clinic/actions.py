"""Makes a link for a clinic, opens and closes it. The link shows one summary and nothing else."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Patient, User, save_change, write_audit
from accounts.secrets import hash_of
from summary.models import ClinicLink

DIGITS = 8


@dataclass(frozen=True, slots=True)
class NewLink:
    """What is said once. The database has neither."""

    link: ClinicLink
    token: str
    passcode: str

    @property
    def spoken(self) -> str:
        return f"{self.passcode[: DIGITS // 2]} {self.passcode[DIGITS // 2 :]}"


@transaction.atomic
def make_link(patient: Patient, *, lasts: timedelta, shows: dict[str, Any], by: User) -> NewLink:
    """`shows` says which summary, as `summary.content.build.content` wants it, in plain values."""
    now, token = timezone.now(), secrets.token_urlsafe(32)
    passcode = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    link = ClinicLink.objects.create(
        patient=patient,
        by=by,
        token_hash=hash_of(token),
        passcode=make_password(passcode),
        shows=shows,
        created=now,
        expires=now + lasts,
    )
    write_audit("make clinic link", link, patient=patient, by=by)
    return NewLink(link, token, passcode)


def link_of(token: str) -> ClinicLink | None:
    """Return the link of this address, if it is open."""
    return ClinicLink.objects.open().filter(token_hash=hash_of(token)).first()


@transaction.atomic
def let_in(link: ClinicLink, typed: str) -> bool:
    """Is it the passcode? Every try is counted before it is looked at."""
    if not ClinicLink.objects.open().filter(pk=link.pk).update(tries=F("tries") + 1):
        return False
    if not check_password("".join(c for c in typed if c.isdigit()), link.passcode):
        return False
    ClinicLink.objects.filter(pk=link.pk).update(
        tries=0, visits=F("visits") + 1, visited=timezone.now()
    )
    write_audit("open clinic link", link, patient=link.patient, by=None)
    return True


@transaction.atomic
def close_link(link: ClinicLink, *, by: User) -> None:
    if link.closed is None:
        now = timezone.now()
        save_change("close clinic link", link, patient=link.patient, by=by, closed=now)
