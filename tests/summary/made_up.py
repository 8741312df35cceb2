"""A seeded diary: the same seed gives the same days, with fevers, calls, gaps and changes."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from accounts.models import Patient, User
from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import CheckInData, ReportData
from diary.core.days import start_of
from diary.models import Call, CheckIn, Course, Cycle, Dose, FamilyCard, Report, Version

SYMPTOMS = ("headache", "nausea", "confusion", "chills", "rash", "tremor", "fatigue", "vomiting")
READINGS = ("36.4", "36.9", "37.2", "37.6", "38.0", "38.45", "39.1", "34.2", "100.4")
NOTES = ("Slept badly.", "Ate half of lunch, then a nap.", "Line dressing changed by the nurse.")
HOUR = timedelta(hours=1)


def treat(patient: Patient, last: date) -> None:
    """Blinatumomab in its first cycle, imatinib with missed days, and a trial of their own name."""
    tz = patient.tz
    first = last - timedelta(days=19)
    blina = Course.objects.create(patient=patient, therapy="blinatumomab", started=first)
    Cycle.objects.create(course=blina, number=1, started=first)
    Dose.objects.create(
        course=blina, kind="pump", started=start_of(first, tz) + 14 * HOUR, local_day=first
    )
    tablets = Course.objects.create(
        patient=patient, therapy="imatinib", started=last - timedelta(days=60)
    )
    for back in range(40):
        day = last - timedelta(days=back)
        Dose.objects.create(
            course=tablets,
            kind="tablet",
            status="missed" if back % 13 == 5 else "given",
            precision="day",
            started=start_of(day, tz),
            ended=start_of(day, tz) + 23 * HOUR,
            local_day=day,
        )
    Course.objects.create(patient=patient, kind="trial", name="Study arm B", started=first)
    Course.objects.create(patient=patient, therapy="rituximab", started=last + timedelta(days=9))
    FamilyCard.objects.create(
        patient=patient, words="Ring us at 37.8 & do not wait.", fever_from="37.8", fever_unit="C"
    )


def log(patient: Patient, first: date, last: date, *, seed: int, users: list[User]) -> None:
    """Log most of the days, some several times; correct and remove some; call after some."""
    dice = random.Random(seed)  # noqa: S311 (made-up data)
    day = first
    while day <= last:
        for _ in range(dice.choice((0, 1, 1, 1, 2, 3))):
            check_in = _record(patient, day, dice, users)
            _change(check_in, dice, users)
            _call(check_in, dice, users)
        day += timedelta(days=1)


def _record(patient: Patient, day: date, dice: random.Random, users: list[User]) -> CheckIn:
    at = start_of(day, patient.tz) + dice.randrange(6, 22) * HOUR + timedelta(minutes=7)
    data = _data(at, dice, UUID(int=dice.getrandbits(128), version=4))
    return record_check_in(patient, data, by=dice.choice(users))


def _data(at: datetime, dice: random.Random, key: UUID) -> CheckInData:
    kind = dice.choices(("symptoms", "nothing-new", "too-ill"), (8, 2, 1))[0]
    reports = () if kind == "nothing-new" else _reports(at, dice)
    return CheckInData(
        id=key,
        at=at,
        told_by=dice.choice(("self", "caregiver", "together")),
        kind=kind,
        note=dice.choice(("", "", *NOTES)),
        reports=reports,
        received=at + dice.choice((0, 0, 5)) * HOUR,
    )


def _reports(at: datetime, dice: random.Random) -> tuple[ReportData, ...]:
    answers = ("no", "mild", "mild", "moderate", "severe")
    said = []
    for slug in dice.sample(SYMPTOMS, dice.randrange(0, 4)):
        answer, going = dice.choice(answers), dice.choice(("", "", "on", "stopped"))
        said.append(ReportData(slug, answer, going="" if answer == "no" else going))
    if dice.random() < 0.6:
        unit = dice.choice("CCF")
        value = Decimal(dice.choice(READINGS))
        typed = value if unit == "C" or value > 90 else value * 9 / 5 + 32
        said.append(ReportData("fever", "reading", typed, unit))
    return tuple(said)


def _change(check_in: CheckIn, dice: random.Random, users: list[User]) -> None:
    """Correct one answer of some check-ins, some twice, and remove a few."""
    for number in range(dice.choices((0, 1, 2), (12, 2, 1))[0]):
        version = check_in.versions.order_by("-number").first()
        said = [_as_data(report) for report in version.reports.all()]
        data = replace(_data(check_in.at, dice, check_in.pk), kind="symptoms")
        extra = [r for r in data.reports if r.symptom not in {one.symptom for one in said}]
        keep = [r for r in said if dice.random() < 0.8]
        reports = tuple([*keep, *extra][:4] or [ReportData("rash", "mild")])
        correct_check_in(
            check_in,
            replace(data, reports=reports),
            reason=f"typed wrongly {number}",
            by=dice.choice(users),
        )
    if dice.random() < 0.06:
        remove_check_in(check_in, reason="typed for the wrong child", by=dice.choice(users))


def _as_data(report: Report) -> ReportData:
    return ReportData(
        report.symptom, report.answer, report.temperature, report.unit, report.began, report.going
    )


def _call(check_in: CheckIn, dice: random.Random, users: list[User]) -> None:
    urgent = Version.objects.filter(check_in=check_in, findings__level="urgent").exists()
    if not urgent or dice.random() < 0.2:
        return
    for outcome in dice.choice((["reached"], ["no-answer", "reached"], ["no-answer"], ["closed"])):
        Call.objects.create(
            check_in=check_in,
            outcome=outcome,
            whom="" if outcome == "closed" else "the ward",
            at=check_in.at + timedelta(minutes=dice.randrange(1, 300)),
            advice="Come in now." if outcome == "reached" else "",
            reason="we are in hospital" if outcome == "closed" else "",
            by=dice.choice(users),
            recorded=datetime.now(UTC),
        )
