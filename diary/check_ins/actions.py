"""Check-ins are only ever added to: a correction is a new version, a removal leaves a tombstone."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Patient, User, write_audit
from diary.check_ins.data import CheckInData, Origin, ReportData
from diary.check_ins.turns import turn_of
from diary.core.days import CLOCK_TOLERANCE
from diary.core.errors import Conflict, UndoRefusal
from diary.core.statements import Statement
from diary.judging import judge
from diary.judging.facts import facts_of, last_change_of
from diary.judging.fever import fever_line_of, saved_line_of
from diary.judging.standing import courses_between, standings, standings_from
from diary.judging.watch import prompted
from diary.models import CheckIn, KeptAuthor, PrivateNote, Report, Version
from therapies.rulebook import Level
from therapies.urgency import RuleFinding

# How long after saving one tap takes it back. Later, a removal asks for a reason.
UNDO_FOR = timedelta(seconds=10)


def record_check_in(patient: Patient, data: CheckInData, *, by: User) -> CheckIn:
    """Save a check-in with what the rules find in it, at its own moment.

    It is judged before the database is locked for others, and again under the lock where something
    of this diary was changed in between. Sending the same again gives the same check-in. Raises
    Conflict where the id is taken by something else.
    """
    for report in data.reports:
        Report(**asdict(report)).clean_fields(exclude=["version"])  # judging knows no other symptom
    try:
        with turn_of(patient):
            return _judge_and_save(patient, data, by)
    except IntegrityError:
        known = CheckIn.objects.filter(pk=data.id).first()
        if known is None:
            raise
        return _same_again(known, patient, data)


def _judge_and_save(patient: Patient, data: CheckInData, by: User) -> CheckIn:
    judged_at = facts_of(patient).last_change
    line, found = fever_line_of(patient), _judge_new(patient, data)
    with transaction.atomic():
        rows = _UNDER_LOCK(check_in=data.id, patient=patient.pk)
        for known in rows["known"]:
            return _same_again(known, patient, data)
        if rows["last_change"] != judged_at:
            line, found = fever_line_of(patient), _judge_new(patient, data)
        check_in = _create(patient, data, by)
        version = _add_version(
            check_in,
            data,
            number=1,
            at=data.received,
            by=check_in.by,
            kept_by=check_in.kept_by,
            line=line,
        )
        _add_private_note(version, data.private_note, before="", by=by)
        judge.keep(version, found, at=timezone.now())
        write_audit("record check-in", check_in, patient=patient, by=by)
        return check_in


_UNDER_LOCK = Statement(
    lambda check_in, patient: {
        "known": CheckIn.objects.filter(pk=check_in),
        "last_change": last_change_of(patient),
    }
)


def _judge_new(patient: Patient, data: CheckInData) -> list[RuleFinding]:
    """Return every finding at the moment it is about, and what the page prompted for before."""
    found = list(_judge(patient, data))
    if data.opened is not None and data.is_now:
        keys = {judge.key_of(f) for f in found}
        shown = prompted(patient, data.reports, opened=data.opened, saved=data.at)
        found += [f for f in shown if judge.key_of(f) not in keys]
    return found


@transaction.atomic
def correct_check_in(
    check_in: CheckIn, data: CheckInData, *, reason: str, by: User, based_on: int | None = None
) -> Version:
    """Add a version that counts from now on. The check-in keeps its moment, and every finding of
    the versions before stays. Correcting to what it says already changes nothing but the note that
    somebody keeps to themselves.

    Raises Conflict where another version than `based_on` counts meanwhile.
    """
    current, own = _current(check_in), _private_note(check_in, by)
    if _said(current) == _said_in(data):
        if own != data.private_note:  # no version: nobody else learns that there is a note
            said = {"text": data.private_note, "at": timezone.now(), "by": by}
            PrivateNote.objects.update_or_create(version=current, defaults=said)
        return current
    if based_on is not None and based_on != current.number:
        raise Conflict
    now = timezone.now()
    line, number = fever_line_of(check_in.patient), current.number + 1
    version = _add_version(check_in, data, number=number, at=now, by=by, line=line, reason=reason)
    _add_private_note(version, data.private_note, before=own, by=by)
    judge.keep(version, _judge(check_in.patient, replace(data, at=check_in.at)), at=now)
    write_audit("correct check-in", check_in, patient=check_in.patient, by=by)
    return version


@transaction.atomic
def remove_check_in(check_in: CheckIn, *, reason: str, by: User) -> Version:
    """Leave a tombstone: what was saved and found stays readable, and an open prompt stays open."""
    current = _current(check_in)
    if current.kind == Version.Kind.REMOVED:
        return current
    version = Version.objects.create(
        check_in=check_in,
        number=current.number + 1,
        kind=Version.Kind.REMOVED,
        at=timezone.now(),
        by=by,
        reason=reason,
    )
    write_audit("remove check-in", check_in, patient=check_in.patient, by=by)
    return version


@transaction.atomic
def undo_check_in(check_in: CheckIn, *, by: User) -> Version:
    """Remove what the same person saved a moment ago. Findings and an open prompt stay, as with
    any removal. Raises UndoRefusal."""
    current = _current(check_in)
    if current.kind != Version.Kind.REMOVED and not may_undo(current, by=by, now=timezone.now()):
        raise UndoRefusal
    return remove_check_in(check_in, reason="Undone right after saving", by=by)


def may_undo(current: Version, *, by: User, now: datetime) -> bool:
    """Is it the first version, saved by the same person, within the time?"""
    return current.number == 1 and current.by_id == by.pk and now - current.at <= UNDO_FOR


@transaction.atomic
def reassess(patient: Patient, *, since: date, by: User) -> int:
    """Judge check-ins from `since` on again, after a course was edited, each by the fever line it
    was saved with. Findings are only added.

    Returns how many. A combination looks before `since` too, but what lies there is not judged.
    """
    check_ins = list(
        patient.check_ins.filter(local_day__gte=since)
        .order_by("at")
        .prefetch_related("versions__reports", "versions__findings")
    )
    if not check_ins:
        return 0
    first, last = check_ins[0].at, check_ins[-1].at
    courses = courses_between(patient, first, last)
    line, look_back = fever_line_of(patient), judge.look_back()
    around = judge.current_reports(patient, first - look_back, last + look_back)
    around.sort(key=_moment)
    added = 0
    for check_in in check_ins:
        version = max(check_in.versions.all(), key=lambda v: v.number)
        earlier = around[
            bisect_left(around, check_in.at - look_back, key=_moment) : bisect_right(
                around, check_in.at + look_back, key=_moment
            )
        ]
        found = judge.judge(
            version.reports.all(),
            standings_from(courses, check_in.at, patient.tz),
            # A line that was lowered since holds too: nothing becomes less urgent by a new card.
            line=min(saved_line_of(version), line),
            earlier=judge.reported_before(earlier),
        )
        added += len(judge.keep(version, _new_to(version, found), at=timezone.now()))
    if added:
        write_audit("judge check-ins again", patient, patient=patient, by=by)
    return added


def _moment(report: Report) -> datetime:
    return report.version.check_in.at


def _new_to(version: Version, found: Sequence[RuleFinding]) -> list[RuleFinding]:
    """Return what the version does not say yet; "not listed" is news only where nothing is said."""
    stored = list(version.findings.all())
    known = {judge.stored_key(finding) for finding in stored}
    named = {finding.symptom for finding in stored}
    return [
        f
        for f in found
        if judge.key_of(f) not in known
        and (f.level is not Level.UNLISTED or f.symptom not in named)
    ]


def _create(patient: Patient, data: CheckInData, by: User) -> CheckIn:
    here = Origin(by, None, patient.zone, data.at.astimezone(patient.tz).date())
    origin = data.origin or here
    return CheckIn.objects.create(
        id=data.id,
        patient=patient,
        at=data.at,
        zone=origin.zone,
        local_day=origin.local_day,
        received=data.received,
        by=origin.by,
        kept_by=origin.kept_by,
        told_by=data.told_by,
    )


def _add_version(
    check_in: CheckIn,
    data: CheckInData,
    *,
    number: int,
    at: datetime,
    by: User,
    line: Decimal,
    kept_by: KeptAuthor | None = None,
    reason: str = "",
) -> Version:
    version = Version.objects.create(
        check_in=check_in,
        number=number,
        kind=data.kind,
        note=data.note,
        at=at,
        by=by,
        kept_by=kept_by,
        reason=reason,
        fever_line_c=line,
    )
    Report.objects.bulk_create(Report(version=version, **asdict(report)) for report in data.reports)
    return version


def _private_note(check_in: CheckIn, by: User) -> str:
    """Return what this person wrote about it for themselves, as it counts now."""
    mine = PrivateNote.objects.filter(version__check_in=check_in, by=by)
    return next(iter(mine.order_by("-version__number").values_list("text", flat=True)[:1]), "")


def _add_private_note(version: Version, text: str, *, before: str, by: User) -> None:
    if text != before:
        PrivateNote.objects.create(version=version, text=text, at=version.at, by=by)


def _judge(patient: Patient, data: CheckInData) -> tuple[RuleFinding, ...]:
    """Return every finding at the moment that it is about."""
    at = data.at
    return judge.judge(
        data.reports,
        standings(patient, at),
        line=fever_line_of(patient),
        earlier=judge.earlier_reports(patient, at),
    )


def _current(check_in: CheckIn) -> Version:
    """Return the version that counts. The check-in's row is locked where the database can, so that
    two corrections follow each other."""
    CheckIn.objects.select_for_update().get(pk=check_in.pk)
    current = check_in.versions.prefetch_related("reports").order_by("-number").first()
    if current is None:
        raise Version.DoesNotExist
    return current


def _same_again(known: CheckIn, patient: Patient, data: CheckInData) -> CheckIn:
    """Return the check-in that was saved under this id, if it says the same."""
    first = known.versions.prefetch_related("reports").get(number=1)
    was_now = known.at == known.received
    # What waited on a device is dated by how long it waited, which no two tries measure alike.
    has_waited = data.typed is not None and abs(known.at - data.at) <= CLOCK_TOLERANCE
    same_moment = known.at == data.at or (data.is_now and was_now) or has_waited
    if (
        known.patient_id != patient.pk
        or not same_moment
        or known.told_by != data.told_by
        or _said(first) != _said_in(data)
        or _first_private_note(first) != data.private_note
    ):
        raise Conflict
    return known


def _first_private_note(version: Version) -> str:
    note = PrivateNote.objects.filter(version=version).first()
    return note.text if note else ""


def _said(version: Version) -> tuple[str, str, frozenset[ReportData]]:
    return (version.kind, version.note, frozenset(map(ReportData.of, version.reports.all())))


def _said_in(data: CheckInData) -> tuple[str, str, frozenset[ReportData]]:
    return (data.kind, data.note, frozenset(data.reports))
