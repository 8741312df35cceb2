"""Example diaries for the demo, the bench and the tests: the same seed gives the same diary."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Model

from accounts.models import Patient, User
from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import CheckInData, ReportData
from diary.core.days import DAY, HOUR, start_of
from diary.models import Call, CheckIn, Course, Cycle, Dose, FamilyCard, Version
from therapies.catalogue import catalogue

SYMPTOMS = ("headache", "nausea", "confusion", "chills", "rash", "tremor", "fatigue", "vomiting")
READINGS = ("36.4", "36.9", "37.2", "37.6", "38.0", "38.45", "39.1", "34.2", "100.4")
NOTES = ("Slept badly.", "Ate half of lunch, then a nap.", "Line dressing changed by the nurse.")


def reading(degrees: str, unit: str = "C") -> ReportData:
    return ReportData(catalogue().thermometer, "reading", Decimal(degrees), unit)


def check_in_data(
    at: datetime,
    *reports: ReportData,
    told_by: str = "caregiver",
    kind: str = "symptoms",
    note: str = "",
    key: UUID | None = None,
    received: datetime | None = None,
    opened: datetime | None = None,
) -> CheckInData:
    """Return what a page would send: about now, if `received` does not say otherwise."""
    return CheckInData(
        key or uuid4(), at, told_by, kind, note, tuple(reports), received or at, opened
    )


def whole_day(day: date, patient: Patient) -> dict[str, Any]:
    """Return the times of a dose of which only the day is known."""
    began = start_of(day, patient.tz)
    return {"precision": "day", "started": began, "ended": began + 23 * HOUR, "local_day": day}


def start_pump(patient: Patient, first: date, at: datetime) -> Course:
    """Blinatumomab in its first cycle, the pump running since `at` on the first day."""
    course = Course.objects.create(patient=patient, therapy="blinatumomab", started=first)
    Cycle.objects.create(course=course, number=1, started=first)
    Dose.objects.create(course=course, kind="pump", started=at, local_day=first)
    return course


def treat(patient: Patient, last: date) -> None:
    """Blinatumomab in its first cycle, imatinib with missed days, and a trial of their own name."""
    first = last - 19 * DAY
    start_pump(patient, first, start_of(first, patient.tz) + 14 * HOUR)
    tablets = patient.courses.create(therapy="imatinib", started=last - 60 * DAY)
    for back in range(40):
        status = "missed" if back % 13 == 5 else "given"
        day = whole_day(last - back * DAY, patient)
        Dose.objects.create(course=tablets, kind="tablet", status=status, **day)
    patient.courses.create(kind="trial", name="Study arm B", started=first)
    patient.courses.create(therapy="rituximab", started=last + 9 * DAY)
    FamilyCard.objects.create(
        patient=patient, words="Ring us at 37.8 & do not wait.", fever_from="37.8", fever_unit="C"
    )


def log(patient: Patient, first: date, last: date, *, seed: int, users: list[User]) -> None:
    """Log most of the days, some several times; correct and remove some; call after some."""
    days = LoggedDays(patient, users, random.Random(seed))  # noqa: S311 (made-up data)
    day = first
    while day <= last:
        for _ in range(days.dice.choice((0, 1, 1, 1, 2, 3))):
            days.add(day)
        day += DAY


class LoggedDays:
    """Check-ins as the dice fall, with what becomes of them."""

    def __init__(self, patient: Patient, users: list[User], dice: random.Random) -> None:
        self.patient, self.users, self.dice = patient, users, dice

    def add(self, day: date) -> None:
        hour = self.dice.randrange(6, 22)
        at = start_of(day, self.patient.tz) + hour * HOUR + timedelta(minutes=7)
        data = self._data(at, UUID(int=self.dice.getrandbits(128), version=4))
        check_in = record_check_in(self.patient, data, by=self.dice.choice(self.users))
        self._change(check_in)
        self._call(check_in)

    def _data(self, at: datetime, key: UUID) -> CheckInData:
        kind = self.dice.choices(("symptoms", "nothing-new", "too-ill"), (8, 2, 1))[0]
        reports = () if kind == "nothing-new" else tuple(self._reports())
        return check_in_data(
            at,
            *reports,
            key=key,
            kind=kind,
            told_by=self.dice.choice(("self", "caregiver", "together")),
            note=self.dice.choice(("", "", *NOTES)),
            received=at + self.dice.choice((0, 0, 5)) * HOUR,
        )

    def _reports(self) -> Iterator[ReportData]:
        answers = ("no", "mild", "mild", "moderate", "severe")
        for slug in self.dice.sample(SYMPTOMS, self.dice.randrange(0, 4)):
            answer, going = self.dice.choice(answers), self.dice.choice(("", "", "on", "stopped"))
            yield ReportData(slug, answer, going="" if answer == "no" else going)
        if self.dice.random() < 0.6:
            unit = self.dice.choice("CCF")
            value = Decimal(self.dice.choice(READINGS))
            typed = value if unit == "C" or value > 90 else value * 9 / 5 + 32
            yield reading(str(typed), unit)

    def _change(self, check_in: CheckIn) -> None:
        """Correct one answer of some check-ins, some twice, and remove a few."""
        for number in range(self.dice.choices((0, 1, 2), (12, 2, 1))[0]):
            version = check_in.versions.order_by("-number")[0]
            before = [
                ReportData(r.symptom, r.answer, r.temperature, r.unit, r.began, r.going)
                for r in version.reports.all()
            ]
            data = replace(self._data(check_in.at, check_in.pk), kind="symptoms")
            extra = [r for r in data.reports if r.symptom not in {one.symptom for one in before}]
            keep = [r for r in before if self.dice.random() < 0.8]
            reports = tuple([*keep, *extra][:4] or [ReportData("rash", "mild")])
            correct_check_in(
                check_in,
                replace(data, reports=reports),
                reason=f"typed wrongly {number}",
                by=self.dice.choice(self.users),
            )
        if self.dice.random() < 0.06:
            by = self.dice.choice(self.users)
            remove_check_in(check_in, reason="typed for the wrong child", by=by)

    def _call(self, check_in: CheckIn) -> None:
        urgent = Version.objects.filter(check_in=check_in, findings__level="urgent").exists()
        if not urgent or self.dice.random() < 0.2:
            return
        courses = (["reached"], ["no-answer", "reached"], ["no-answer"], ["closed"])
        for outcome in self.dice.choice(courses):
            Call.objects.create(
                check_in=check_in,
                outcome=outcome,
                whom="" if outcome == "closed" else "the ward",
                at=check_in.at + timedelta(minutes=self.dice.randrange(1, 300)),
                advice="Come in now." if outcome == "reached" else "",
                reason="we are in hospital" if outcome == "closed" else "",
                by=self.dice.choice(self.users),
                recorded=datetime.now(UTC),
            )


def fill(patient: Patient, last: date, *, days: int, by: User) -> None:
    """Log up to ten years, the same on the same day however long: a few days are recorded through
    the action the pages use, and then copied from day to day with all that was found."""
    first = last - (days - 1) * DAY
    Patient.objects.filter(pk=patient.pk).update(
        created=start_of(first, patient.tz), birth_year=first.year - 9
    )
    patient.refresh_from_db()
    _treat_long(patient, first, days)
    rows: dict[type[Model], list[Any]] = defaultdict(list)
    with transaction.atomic():  # what is copied is taken back: nothing of an entry can be deleted
        for row in _copies(patient, first, last, days, by):
            rows[type(row)].append(row)
        transaction.set_rollback(True)
    for kind, several in rows.items():
        kind._default_manager.bulk_create(several)


def _copies(patient: Patient, first: date, last: date, days: int, by: User) -> Iterator[Model]:
    fever = _record(patient, last, by, reading("38.6"), ReportData("chills", "mild"))
    ordinary = [
        _record(patient, last, by, reading("36.9"), ReportData("headache", "mild")),
        _record(patient, last, by, *_mild("fatigue", "nausea"), note="Walked to the park."),
        _record(patient, last, by),
        _record(patient, last, by, reading("37.2"), *_mild("tremor")),
        _record(patient, last, by, *_mild("constipation", "rash"), note="Slept badly."),
    ]
    for day in (first + n * DAY for n in range(days)):
        number = day.toordinal()
        if number % 9 != 4:
            model = fever if number % 60 == 7 else ordinary[number % len(ordinary)]
            yield from _copied(model, day)


def _mild(*symptoms: str) -> list[ReportData]:
    return [ReportData(symptom, "mild") for symptom in symptoms]


def _record(patient: Patient, day: date, by: User, *reports: ReportData, note: str = "") -> CheckIn:
    kind = "symptoms" if reports else "nothing-new"
    data = check_in_data(start_of(day, patient.tz), *reports, kind=kind, note=note)
    return record_check_in(patient, data, by=by)


def _treat_long(patient: Patient, first: date, days: int) -> None:
    """Tablets on nearly every day, and a pump for 28 days of every 35."""
    tablets = patient.courses.create(therapy="imatinib", started=first)
    pump = patient.courses.create(therapy="blinatumomab", started=first)
    doses = []
    for day in (first + n * DAY for n in range(days)):
        number = day.toordinal()
        if number % 12:
            status = "missed" if number % 31 == 3 else "given"
            whole = whole_day(day, patient)
            doses.append(Dose(course=tablets, kind="tablet", status=status, **whole))
        if number % 35 == 0:
            began = start_of(day, patient.tz)
            end = began + 28 * DAY if (day - first).days + 28 < days else None
            doses.append(Dose(course=pump, kind="pump", started=began, ended=end, local_day=day))
    starts = [dose.local_day for dose in doses if dose.kind == "pump"]
    Cycle.objects.bulk_create(
        Cycle(course=pump, number=number, started=day) for number, day in enumerate(starts, 1)
    )
    Dose.objects.bulk_create(doses)


def _copied(model: CheckIn, day: date) -> Iterator[Model]:
    """Copy a check-in to eight in the morning of another day, and answer it where it is urgent."""
    at = start_of(day, model.patient.tz) + 8 * HOUR
    old = model.versions.get()
    check_in = _again(model, id=uuid4(), at=at, received=at, local_day=day)
    version = _again(old, check_in=check_in, at=at)
    findings = [_again(row, version=version, found=at) for row in old.findings.all()]
    yield from (check_in, version, *findings)
    yield from (_again(row, version=version) for row in old.reports.all())
    if any(finding.level == "urgent" for finding in findings):
        told = {"outcome": "reached", "whom": "Ward", "advice": "Come in now.", "by": model.by}
        later = at + timedelta(minutes=6)
        yield Call(check_in=check_in, at=later, recorded=later, **told)


def _again(row: Any, **changed: Any) -> Any:
    """Return the same row as a new one."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    copy = type(row)(**fields | {"id": None})
    for name, value in changed.items():
        setattr(copy, name, value)
    return copy
