"""Deletes for good what is due: the rows first, then what is left of them in the files."""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.utils import timezone

from accounts.models import Erasure, Invitation, Patient, User, erasing, write_audit
from accounts.turns import take_turns
from diary.core.traces import empty_the_log
from diary.models import (
    Answer,
    AuthoredRow,
    CheckIn,
    KeptAuthor,
    Photo,
    PrivateNote,
    Report,
    Version,
)
from summary.erasure.ledger import FILE, NAMED, LedgerLine, add_lines, kind_of

logger = logging.getLogger(__name__)
DELETED = "Words deleted"
SOMEBODY = "Somebody"


def erase_due(now: datetime | None = None) -> int:
    """Delete what is due and what is left of it; return how much was.

    Each erasure is one transaction. The ledger is made from those that are done, so that a crash
    between the two leaves nothing out: the next run writes it.
    """
    now = now or timezone.now()
    due = list(Erasure.objects.due(now).order_by("due", "pk").values_list("pk", flat=True))
    done = sum(_carried_out(erasure, now) for erasure in due)
    write_down()  # what another machine did, too
    if not Erasure.objects.not_swept().exists():
        return done
    if sweep():
        Erasure.objects.not_swept().update(swept=now)
    return done


def _carried_out(pk: int, now: datetime) -> bool:
    """One that cannot go keeps neither the others nor the diary from starting."""
    try:
        return _carry_out(pk, now)
    except (IntegrityError, OperationalError) as error:
        logger.error("Something due was not deleted (%s)", type(error).__name__)
        return False


@transaction.atomic
def _carry_out(pk: int, now: datetime) -> bool:
    due = Erasure.objects.due(now).filter(pk=pk)
    take_turns(diary for one in due for diary in _diaries_of(one))
    erasure = due.select_for_update().first()
    if erasure is None:  # kept meanwhile, or done by another run
        return False
    erase(_line_of(erasure, now))
    erasure.done = now
    erasure.save(update_fields=["done"])
    check_in = CheckIn.objects.filter(pk=erasure.row).select_related("patient").first()
    # Whoever asked for the rest may be gone with it.
    patient, by = (check_in.patient, erasure.by) if check_in else (None, None)
    write_audit(f"delete {erasure.kind}", check_in or erasure, patient=patient, by=by)
    return True


def _diaries_of(erasure: Erasure) -> Iterable[UUID]:
    """Return the diaries that nobody may write in meanwhile."""
    if erasure.kind == Erasure.Kind.DIARY:
        return [erasure.row]
    if erasure.kind == Erasure.Kind.WORDS:
        return CheckIn.objects.filter(pk=erasure.row).values_list("patient", flat=True)
    return Patient.objects.filter(owner=erasure.row).values_list("pk", flat=True)


def write_down() -> None:
    """Let the ledger say everything that is done."""
    done = Erasure.objects.filter(done__isnull=False)
    lines = [_line_of(one, one.done) for one in done if one.done]
    add_lines(Path(settings.DATA_DIR, FILE), lines)


def _line_of(erasure: Erasure, at: datetime) -> LedgerLine:
    return LedgerLine(at, kind_of(erasure.kind, erasure.keeps_name), erasure.row)


def erase_again(lines: Iterable[LedgerLine]) -> None:
    """Delete what a backup brought back."""
    with transaction.atomic():
        for line in sorted(lines):
            erase(line)
    sweep()


def erase(line: LedgerLine) -> None:
    """Delete what the line names, as it was at its moment. Where it is gone already, nothing."""
    with erasing():
        if line.kind == Erasure.Kind.WORDS:
            _erase_words(line.row, line.at)
        elif line.kind == Erasure.Kind.DIARY:
            for patient in Patient.objects.filter(pk=line.row):
                _erase_diary(patient)
        else:
            for user in User.objects.filter(pk=line.row):
                _erase_account(user, keeps_name=line.kind.endswith(NAMED))


def _erase_words(check_in: UUID, until: datetime) -> None:
    """What was typed says that it is gone, so that nobody takes an emptied note for one that was
    never there; answers, findings and calls stay."""
    versions = Version.objects.filter(check_in=check_in, at__lte=until)
    versions.exclude(note="").update(note=DELETED)
    versions.exclude(reason="").update(reason=DELETED)
    PrivateNote.objects.filter(version__in=versions).delete()
    photos = Photo.objects.filter(check_in=check_in, added__lte=until)
    photos.exclude(note="").update(note=DELETED)
    reports = Report.objects.filter(version__in=versions).exclude(own_name="")
    for report in reports.select_related("version__check_in__patient"):
        _erase_name(report.version.check_in.patient, report.own_name, reports)


def _erase_name(patient: Patient, name: str, mine: "models.QuerySet[Report]") -> None:
    """Call a symptom of one's own otherwise in these reports, and where no other entry has it, on
    the list too. It stays off the list, where a correction of the entry still finds it."""
    all_of_it = Report.objects.filter(version__check_in__patient=patient, own_name=name)
    is_elsewhere = all_of_it.exclude(pk__in=mine.values("pk")).exists()
    own = patient.own_symptoms.filter(name=name).first()
    if name.startswith(DELETED) or own is None:
        return
    if is_elsewhere:
        own.pk, own._state.adding = uuid4(), True
    count = patient.own_symptoms.filter(name__startswith=DELETED).count()
    own.name, own.retired = f"{DELETED} {count + 1}", own.retired or timezone.now()
    own.save()
    mine.filter(own_name=name).update(own_name=own.name)


def _erase_diary(patient: Patient) -> None:
    # An answer protects the appointment it was given at, and belongs to a question.
    Answer.objects.filter(question__patient=patient).delete()
    patient.owner.held_files.all().delete()
    words = CheckIn.objects.filter(patient=patient).values("pk")
    Erasure.objects.waiting().filter(kind=Erasure.Kind.WORDS, row__in=words).delete()
    patient.delete()


def _erase_account(user: User, *, keeps_name: bool) -> None:
    for patient in user.patients.all():
        _erase_diary(patient)
    PrivateNote.objects.filter(by=user).delete()  # it was for nobody else
    name = user.name if keeps_name and user.name else SOMEBODY
    authors: dict[Any, KeptAuthor] = {}  # one in each diary, apart from all others of that name
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if model is not Patient and field.related_model is User and _protects(field):
                _leave(model, field.name, user, name, authors)
    Invitation.objects.filter(email__iexact=user.email).update(email="")
    keys = UserSession.objects.filter(user=user).values("session_key")
    Session.objects.filter(session_key__in=keys).delete()
    user.delete()


def _protects(field: Any) -> bool:
    return field.remote_field.on_delete is models.PROTECT


def _leave(
    model: type[models.Model],
    column: str,
    user: User,
    name: str,
    authors: dict[Any, KeptAuthor],
) -> None:
    """What somebody wrote in the diary of somebody else stays, under a name that is no account."""
    path, table = path_to_patient(model), model._default_manager
    rows = table.filter(**{column: user})
    for patient in Patient.objects.filter(pk__in=rows.order_by().values(path)):
        theirs: Any = table.filter(pk__in=rows.filter(**{path: patient}).values("pk"))
        if issubclass(model, AuthoredRow):
            if patient.pk not in authors:
                authors[patient.pk] = patient.kept_authors.create(name=name)
            theirs.filter(kept_by=None).update(kept_by=authors[patient.pk])
        theirs.update(**{column: patient.owner_id})


def path_to_patient(model: type[models.Model]) -> str:
    """Return how to ask rows of this table for the diary they belong to, such as
    `check_in__patient`."""
    fields: tuple[Any, ...] = tuple(model._meta.concrete_fields)
    owners = [
        field
        for field in fields
        if field.is_relation and field.remote_field.on_delete is models.CASCADE
    ]
    for field in owners:
        if field.related_model is Patient:
            return str(field.name)
    for field in owners:
        if above := path_to_patient(field.related_model):
            return f"{field.name}__{above}"
    return ""


def sweep() -> bool:
    """Leave no deleted byte in the database or its log; say whether that worked. Where somebody
    reads or writes for too long, the next run does it. PostgreSQL is told to use the room again;
    what is left of it in its files until then, docs/erasure.md says."""
    if connection.in_atomic_block:
        return False
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("VACUUM")
                return True
            cursor.execute("PRAGMA temp_store=MEMORY")  # no copy of the diary in a temporary file
            cursor.execute("VACUUM")
        return empty_the_log()
    except OperationalError:
        logger.warning("The database was busy (%s): it is cleaned at the next run", 503)
        return False
