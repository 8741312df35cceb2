"""Ten years of a diary, for measuring: a few days are recorded as a person would, through the same
action the pages use, and then copied from day to day with all that was found."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db.models import Model

from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import CheckInData, ReportData
from diary.core.days import start_of
from diary.models import Call, CheckIn, Course, Cycle, Dose, Finding, Report, Version

HOUR = timedelta(hours=1)
# What a day says, and on which days of a month of 28.
KINDS: list[tuple[str, list[ReportData], str]] = [
    (
        "symptoms",
        [ReportData("headache", "mild"), ReportData("fever", "reading", Decimal("36.9"), "C")],
        "",
    ),
    ("symptoms", [ReportData("fatigue", "moderate"), ReportData("nausea", "mild")], "Ate half."),
    ("nothing-new", [], ""),
    (
        "symptoms",
        [ReportData("tremor", "mild"), ReportData("fever", "reading", Decimal("37.2"), "C")],
        "",
    ),
    ("symptoms", [ReportData("constipation", "mild"), ReportData("rash", "no")], "Slept badly."),
]
URGENT = [ReportData("fever", "reading", Decimal("38.6"), "C"), ReportData("chills", "mild")]


def fill(patient: Patient, last: date, *, days: int, by: User) -> None:
    """Log nearly every day: some gaps, a fever with a call every 60 days, tablets, cycles."""
    first = last - timedelta(days=days - 1)
    Patient.objects.filter(pk=patient.pk).update(
        created=start_of(first, patient.tz), birth_year=first.year - 9
    )
    patient.refresh_from_db()
    _treat(patient, first, days)
    models = [_model(patient, last, kind, by) for kind in KINDS]
    fever = _model(patient, last, ("symptoms", URGENT, "Called at once."), by)
    copies = [
        (first + timedelta(days=n), fever if n % 60 == 7 else models[n % len(models)])
        for n in range(days)
        if n % 9 != 4
    ]
    _copy(patient, copies, by)
    CheckIn.objects.filter(pk__in=[check_in.pk for check_in in (*models, fever)]).delete()


def _treat(patient: Patient, first: date, days: int) -> None:
    tablets = Course.objects.create(patient=patient, therapy="imatinib", started=first)
    pump = Course.objects.create(patient=patient, therapy="blinatumomab", started=first)
    for number in range(min(9, days // 42)):
        Cycle.objects.create(
            course=pump, number=number + 1, started=first + timedelta(days=42 * number)
        )
    Dose.objects.bulk_create(
        Dose(
            course=tablets,
            kind="tablet",
            status="missed" if n % 31 == 3 else "given",
            precision="day",
            started=start_of(first + timedelta(days=n), patient.tz),
            ended=start_of(first + timedelta(days=n), patient.tz) + 23 * HOUR,
            local_day=first + timedelta(days=n),
        )
        for n in range(days)
        if n % 12
    )


def _model(
    patient: Patient, day: date, kind: tuple[str, list[ReportData], str], by: User
) -> CheckIn:
    name, reports, note = kind
    at = start_of(day, patient.tz)
    data = CheckInData(uuid4(), at, "caregiver", name, note, tuple(reports), at)
    return record_check_in(patient, data, by=by)


def _copy(patient: Patient, copies: Iterable[tuple[date, CheckIn]], by: User) -> None:
    rows: dict[type[Model], list[Any]] = defaultdict(list)
    for number, (day, model) in enumerate(copies):
        at = start_of(day, patient.tz) + 8 * HOUR
        old = model.versions.get()
        check_in = CheckIn(
            id=uuid4(), patient=patient, at=at, received=at, zone=patient.zone, local_day=day
        )
        check_in.by, check_in.told_by = by, ("self", "caregiver")[number % 2]
        version = _again(old, check_in=check_in, at=at)
        found = [_again(f, version=version, found=at) for f in old.findings.all()]
        rows[CheckIn].append(check_in)
        rows[Version].append(version)
        rows[Report] += [_again(r, version=version) for r in old.reports.all()]
        rows[Finding] += found
        if any(finding.level == "urgent" for finding in found):
            rows[Call].append(_call(check_in, at, by))
    for kind, several in rows.items():
        kind._default_manager.bulk_create(several)


def _again(row: Any, **changed: Any) -> Any:
    """Return the same row as a new one."""
    said = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    del said["id"]
    copy = type(row)(**said)
    for name, value in changed.items():
        setattr(copy, name, value)
    return copy


def _call(check_in: CheckIn, at: datetime, by: User) -> Call:
    later = at + timedelta(minutes=6)
    call = Call(check_in=check_in, outcome="reached", whom="Ward", at=later, recorded=later)
    call.by, call.advice = by, "Come in now."
    return call
