"""Growing up: at an age that the site sets, the diary of a child becomes the young person's own.

Only month and year of a birth are kept, so the day is the first of the month after it: the same for
everybody born in that month, and never too early. Everybody concerned is told 30 days before.
Whoever opens the diary first after the day hands it over, before they see anything; nothing has to
run at midnight. docs/adr/0099 says why.
"""

import logging
from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts import mail
from accounts.ends import DAY, start_of_day
from accounts.models import (
    AGE_NOTICE,
    AgeChoice,
    Erasure,
    Patient,
    PatientQuerySet,
    Role,
    Share,
    ShareQuerySet,
    User,
    write_audit,
)
from accounts.turns import writing_in

logger = logging.getLogger(__name__)
SUBJECT = "Who sees a diary will change in 30 days"


def day_of_age(birth_year: int, birth_month: int, age: int) -> date:
    """Return the first of the month after somebody born in this month has come of age."""
    months = (birth_year + age) * 12 + birth_month
    return date(months // 12, months % 12 + 1, 1)


def moment_of_age(birth_year: int, birth_month: int, age: int, tz: tzinfo) -> datetime:
    """Return where that day begins for whoever lives in this zone, in UTC."""
    return start_of_day(day_of_age(birth_year, birth_month, age), tz)


def planned(patient: Patient, now: datetime) -> datetime | None:
    """Return when the diary changes hands; None where it never does: the site has no such age, it
    is the patient's own already, or it was begun when they were of age.

    What is planned stays, unless it is too early, or later than everybody has to be told; so a
    diary that the rule meets late still has its 30 days.
    """
    age = settings.COMES_OF_AGE
    if not age or patient.is_self or patient.handed_over:
        return None
    moment = moment_of_age(patient.birth_year, patient.birth_month, age, patient.tz)
    if moment <= patient.created:
        return None
    told = (now + AGE_NOTICE).astimezone(patient.tz).date() + DAY
    earliest = max(moment, start_of_day(told, patient.tz))
    kept = patient.of_age_at
    return kept if kept is not None and moment <= kept <= earliest else earliest


def plan(patient: Patient) -> None:
    """Set on this row when it changes hands; the caller saves it. A new day is told anew."""
    moment = planned(patient, timezone.now())
    if moment != patient.of_age_at:
        patient.of_age_at, patient.age_told = moment, None


PLAN = ("of_age_at", "age_told")  # the columns that `plan` sets


def move_day(patient: Patient, *, before: tzinfo) -> None:
    """Let the same day begin where the patient lives now."""
    if patient.of_age_at and patient.tz != before:
        day = patient.of_age_at.astimezone(before).date()
        patient.of_age_at = start_of_day(day, patient.tz)


def own_log_in(patient: Patient) -> Share | None:
    return _own_log_ins().filter(patient=patient).select_related("user").first()


def is_somebody_elses(patient: Patient, user: User) -> bool:
    """Has the young person a log-in, and is it not this one?"""
    own = own_log_in(patient)
    return own is not None and own.user_id != user.pk


def is_promised(patient: Patient, user: User) -> bool:
    """Was somebody else told that it becomes theirs? Then it is not this person's to delete."""
    return patient.is_growing and is_somebody_elses(patient, user)


def guardians_of(patient: Patient) -> list[User]:
    """Return who manages the diary beside the young person: whoever began it, and every manager."""
    shares = patient.shares.active().filter(role=Role.MANAGER, is_patient=False)
    return [patient.owner, *(s.user for s in shares.select_related("user").order_by("accepted"))]


def hand_over_due(patients: Iterable[Patient]) -> bool:
    """Hand over those of these whose day has come and whose young person has a log-in. Say whether
    anything changed, so that it is read anew. One query where a day has come."""
    now = timezone.now()
    due = [patient.pk for patient in patients if patient.is_of_age(now)]
    ready = _own_log_ins().filter(patient__in=due).values_list("patient", flat=True) if due else ()
    done = [_handed_over(patient) for patient in ready]
    return any(done)


def hand_over_of(user: User) -> None:
    """Do so with every diary this user may open. One query where nothing is due."""
    hand_over_due(_due().visible_to(user))


def make_round() -> None:
    """Plan and hand over what is due in all diaries, and tell whom it concerns by mail."""
    now = timezone.now()
    for patient in Patient.objects.filter(is_self=False, handed_over=None):
        before = patient.of_age_at
        try:
            plan(patient)
        except (ValueError, LookupError):  # a zone that is no more: the others wait for none
            logger.error("The day of a diary could not be planned")
            continue
        if patient.of_age_at != before:
            patient.save(update_fields=PLAN)
    hand_over_due(_due(now))
    if settings.EMAIL_HOST:
        growing = Patient.objects.filter(of_age_at__gt=now, of_age_at__lte=now + AGE_NOTICE)
        for patient in growing.filter(age_told=None, handed_over=None).select_related("owner"):
            _tell(patient, now)


def _tell(patient: Patient, now: datetime) -> None:
    """Of two rounds at once, one tells."""
    mine = Patient.objects.filter(pk=patient.pk)
    if mine.filter(age_told=None).update(age_told=now):
        own = own_log_in(patient)
        people = [*guardians_of(patient), *([own.user] if own else [])]
        taken = [mail.send("growing_up", SUBJECT, to=u.email, page="people") for u in people]
        if not any(taken):  # the next round tries again
            mine.update(age_told=None)


def _due(now: datetime | None = None) -> PatientQuerySet:
    return Patient.objects.filter(of_age_at__lte=now or timezone.now(), handed_over=None)


def _handed_over(patient: UUID) -> bool:
    try:
        with writing_in(patient):
            return _hand_over(patient)
    except DatabaseError as error:
        logger.error("A diary could not be handed over (%s)", type(error).__name__)
        return False


@transaction.atomic
def _hand_over(pk: UUID) -> bool:
    """Make the young person the owner, and everybody who managed it what they were chosen to be.
    Of two requests, one does it."""
    now = timezone.now()
    patient = _due(now).select_for_update().select_related("owner").filter(pk=pk).first()
    own = own_log_in(patient) if patient else None
    if patient is None or own is None:
        return False
    guardian, chosen = patient.owner, dict(patient.age_choices.values_list("user", "role"))
    usual = _without_choice(own, patient)
    patient.owner, patient.handed_over = own.user, now
    patient.is_self = not own.user.patients.filter(is_self=True).exists()
    patient.save(update_fields=["owner", "handed_over", "is_self"])
    Share.objects.filter(pk=own.pk).update(revoked=now)
    write_audit("hand over diary", own, patient=patient, by=own.user)
    for share in patient.shares.filter(role=Role.MANAGER, revoked=None, is_patient=False):
        _settle(share, chosen.get(share.user_id, usual), now, by=own.user)
    # Whoever began it had a part in it, and the log still names them.
    since = patient.created
    had = patient.shares.create(user=guardian, role=Role.MANAGER, accepted=since, confirmed=since)
    _settle(had, chosen.get(guardian.pk, usual), now, by=own.user)
    patient.age_choices.all().delete()
    patient.invitations.unused().update(cancelled=now)
    _keep(patient, now)
    return True


def _without_choice(own: Share, patient: Patient) -> str:
    """Whoever was not chosen is out; but where the young person came in only after the day, nobody
    asked them, and whoever writes for them goes on until they say otherwise."""
    came_late = own.confirmed and patient.of_age_at and own.confirmed >= patient.of_age_at
    return Role.WRITER if came_late else AgeChoice.END


def _settle(share: Share, role: str, now: datetime, *, by: User) -> None:
    is_over = role == AgeChoice.END
    settled: dict[str, Any] = {"revoked": now} if is_over else {"role": role}
    Share.objects.filter(pk=share.pk).update(**settled)
    action = "revoke share" if is_over else "change role"
    write_audit(action, share, patient=share.patient, by=by)


def _keep(patient: Patient, now: datetime) -> None:
    """What a guardian asked to be deleted waits no longer: whether it goes is the patient's own."""
    asked = Erasure.objects.waiting().filter(kind=Erasure.Kind.DIARY, row=patient.pk)
    if asked.update(undone=now):
        Patient.objects.filter(pk=patient.pk).update(erase_due=None)
        write_audit("keep diary", patient, patient=patient, by=patient.owner)


def _own_log_ins() -> ShareQuerySet:
    """Return the access of young people themselves, also while a diary waits to be deleted; not of
    an account that does: what it owned would go with it."""
    mine = Share.objects.filter(is_patient=True, confirmed__isnull=False, revoked=None)
    return mine.filter(user__erase_due=None)
