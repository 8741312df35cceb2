"""A diary with every kind of row in it, in words of one's choice: the same seed, the same diary."""

import random
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Patient, User
from diary.check_ins.actions import correct_check_in, record_check_in
from diary.check_ins.data import CheckInData, ReportData
from diary.core.days import local_day, start_of
from diary.examples import log
from diary.models import (
    Answer,
    Appointment,
    AppointmentNote,
    BagPlan,
    Call,
    CheckIn,
    Contact,
    Course,
    Cycle,
    Dose,
    FamilyCard,
    Hold,
    Look,
    Medicine,
    OwnSymptom,
    Photo,
    PhotoRemoval,
    PumpEvent,
    Question,
    Weight,
)

HOUR = timedelta(hours=1)
ZONES = ("Europe/London", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "Africa/Cairo")
# What tries to be more than text, somewhere.
PAYLOADS = (
    "=1+1",
    '=HYPERLINK("http://x.test";"a")',
    "@SUM(A1)",
    "+44 20",
    "-1",
    "\t=1",
    "＝1",
    "<script>alert(1)</script>",
    "#set page(width: 1pt) $x$ *b*",
    "a\r\nb\nc",
    "‮gnp.exe⁦",
    "zero\u200bwidth\ufeff",
    "ليلى 🎈 Ω й",
    '"quoted", comma; semi',
    "{{ x }} {% y %}",
    "\x07bell\x1b[31m",
    "  spaces  ",
)


@contextmanager
def undone():
    """Take back whatever was stored inside, so that examples do not see each other."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def live(patient: Patient, users: list[User], seed: int, words: Sequence[str] = PAYLOADS) -> None:
    """Write days of everything: several people, corrections, removals, units, zones and gaps."""
    dice = random.Random(seed)  # noqa: S311 (made-up data)
    today = local_day(timezone.now(), patient.tz)
    first = today - timedelta(days=dice.randrange(8, 15))
    _treat(patient, users, first, today, dice, words)
    _words(patient, users, today, dice, words)
    log(patient, first, today - timedelta(days=3), seed=seed + 1, users=users)
    _move(patient, dice)
    _own(patient, users, today, dice, words)
    _looks(patient, users, today, dice, words)


def _text(dice: random.Random, words: Sequence[str], most: int) -> str:
    return (dice.choice(words) or "x")[:most]


def _treat(
    patient: Patient,
    users: list[User],
    first: date,
    today: date,
    dice: random.Random,
    words: Sequence[str],
) -> None:
    tz = patient.tz
    blina = Course.objects.create(patient=patient, therapy="blinatumomab", started=first)
    Cycle.objects.create(course=blina, number=1, started=first)
    Dose.objects.create(
        course=blina, kind="pump", started=start_of(first, tz) + 14 * HOUR, local_day=first
    )
    BagPlan.objects.create(course=blina, due=timezone.now() + 9 * HOUR, every_hours=48)
    for kind in ("alarm", "bag", "line"):
        at = start_of(today - timedelta(days=2), tz) + dice.randrange(20) * HOUR
        PumpEvent.objects.create(
            id=_id(dice),
            course=blina,
            kind=kind,
            at=at,
            zone=patient.zone,
            local_day=local_day(at, tz),
            by=dice.choice(users),
            taken_back=at + HOUR if kind == "bag" else None,
            due_before=at if kind == "bag" else None,
        )
    tablets = Course.objects.create(
        patient=patient, therapy="imatinib", started=first, is_dated=dice.random() < 0.5
    )
    for back in range(5):
        day = today - timedelta(days=back)
        Dose.objects.create(
            course=tablets,
            kind="tablet",
            status=dice.choice(("given", "late", "missed")),
            precision="day",
            started=start_of(day, tz),
            ended=start_of(day, tz) + 23 * HOUR,
            local_day=day,
        )
    for back, length in ((9, 1), (3, None)):
        start = today - timedelta(days=back)
        Hold.objects.create(
            course=tablets,
            started=start,
            ended=start + timedelta(days=length) if length else None,
            reason=_text(dice, words, 200),
            by=dice.choice(users),
            recorded=timezone.now(),
            withdrawn=timezone.now() if dice.random() < 0.3 else None,
        )
    car_t = Course.objects.create(
        patient=patient, therapy="tisagenlecleucel", started=today + timedelta(days=9)
    )
    Dose.objects.create(
        course=car_t,
        kind="infusion",
        status="planned",
        precision="day",
        started=start_of(car_t.started, tz),
        ended=start_of(car_t.started, tz) + 23 * HOUR,
        local_day=car_t.started,
    )
    Course.objects.create(
        patient=patient,
        kind="trial",
        name=_text(dice, words, 120),
        started=first,
        ended=today,
        withdrawn=timezone.now(),
    )


def _words(
    patient: Patient, users: list[User], today: date, dice: random.Random, words: Sequence[str]
) -> None:
    Contact.objects.create(
        patient=patient, kind="always", label=_text(dice, words, 80), number="+44 20 7946 0123"
    )
    Contact.objects.create(patient=patient, kind="emergency", number="112")
    FamilyCard.objects.create(
        patient=patient, words=_text(dice, words, 1000), fever_from="100.2", fever_unit="F"
    )
    Question.objects.create(
        patient=patient,
        text=_text(dice, words, 500),
        by=dice.choice(users),
        answered=dice.choice((None, timezone.now())),
    )
    _appointment(patient, users, today, dice, words)
    at = start_of(today - timedelta(days=1), patient.tz)
    for n in range(2):
        Weight.objects.create(
            patient=patient,
            day=today - timedelta(days=n),
            value=dice.choice(("32.4", "71.25", "4.105")),
            unit=dice.choice(("kg", "lb")),
            by=dice.choice(users),
            recorded=at,
            withdrawn=dice.choice((None, at)),
        )
    for n in range(3):
        Medicine.objects.create(
            patient=patient,
            medicine=dice.choice(("paracetamol", "")),
            name=_text(dice, words, 80),
            amount=_text(dice, words, 40),
            at=at + n * HOUR,
            next_hours=dice.choice((None, 1, 168)),
            by=dice.choice(users),
            recorded=at + 5 * HOUR,
            withdrawn=dice.choice((None, at + 6 * HOUR)),
        )


def _appointment(
    patient: Patient, users: list[User], today: date, dice: random.Random, words: Sequence[str]
) -> None:
    at = timezone.now() - HOUR
    seen = Appointment.objects.create(
        patient=patient,
        day=today - timedelta(days=2),
        clock=dice.choice((None, time(9, 30))),
        zone=patient.zone,
        whom=_text(dice, words, 120),
        place=_text(dice, words, 120),
        state="held",
        by=dice.choice(users),
    )
    Appointment.objects.create(
        patient=patient, day=today + timedelta(days=20), zone=patient.zone, by=dice.choice(users)
    )
    for withdrawn in (None, at):
        AppointmentNote.objects.create(
            appointment=seen,
            kind="said",
            text=_text(dice, words, 5000),
            by=dice.choice(users),
            written=at,
            withdrawn=withdrawn,
        )
    Answer.objects.create(
        question=patient.questions.get(),
        text=_text(dice, words, 2000),
        whom=_text(dice, words, 120),
        appointment=seen,
        by=dice.choice(users),
        written=at,
    )


def _photos(
    check_in: CheckIn, users: list[User], dice: random.Random, words: Sequence[str]
) -> None:
    for kind in ("rash", "line"):
        photo = Photo.objects.create(
            id=_id(dice),
            check_in=check_in,
            kind=kind,
            note=_text(dice, words, 200),
            width=640,
            height=480,
            added=check_in.received,
            by=dice.choice(users),
        )
        PhotoRemoval.objects.create(
            photo=photo,
            reason=_text(dice, words, 200),
            at=check_in.received,
            by=dice.choice(users),
        )


def _own(
    patient: Patient, users: list[User], today: date, dice: random.Random, words: Sequence[str]
) -> None:
    """Symptoms in own words, and a check-in with hostile words in every text of it."""
    own = OwnSymptom.objects.create(
        patient=patient, name=_text(dice, words, 60), by=dice.choice(users)
    )
    at = start_of(today - timedelta(days=2), patient.tz) + 9 * HOUR
    reports = (
        ReportData(own.symptom, "severe", own_name=own.name, began=today - timedelta(days=4)),
        ReportData("confusion", "mild", going="on"),
    )
    said = CheckInData(
        id=_id(dice),
        at=at,
        told_by="together",
        kind="symptoms",
        note=_text(dice, words, 5000),
        reports=reports,
        received=at + 2 * HOUR,
    )
    check_in = record_check_in(patient, said, by=dice.choice(users))
    corrected = CheckInData(
        id=check_in.pk,
        at=at,
        told_by="together",
        kind="too-ill",
        note=words[0][:5000],
        reports=reports[:1],
        received=at,
    )
    correct_check_in(check_in, corrected, reason=_text(dice, words, 200), by=dice.choice(users))
    _photos(check_in, users, dice, words)
    Call.objects.create(
        check_in=check_in,
        outcome="reached",
        whom=_text(dice, words, 120),
        at=at + HOUR,
        advice=_text(dice, words, 1000),
        measure_at=at + 3 * HOUR,
        by=dice.choice(users),
        recorded=at + 2 * HOUR,
    )


def _looks(
    patient: Patient, users: list[User], today: date, dice: random.Random, words: Sequence[str]
) -> None:
    first = patient.check_ins.order_by("at", "pk").first()
    for n in range(2):
        at = start_of(today - timedelta(days=n + 1), patient.tz) + 8 * HOUR
        Look.objects.create(
            id=_id(dice),
            patient=patient,
            which="child",
            at=at,
            zone=patient.zone,
            local_day=local_day(at, patient.tz),
            by=dice.choice(users),
            told_by="caregiver",
            answers=[
                {"item": "child-awake", "asked": _text(dice, words, 200), "answer": "no"},
                {"item": "child-words", "asked": "Words?", "answer": ""},
            ],
            strokes=[[[dice.randrange(1000), dice.randrange(400)], [3, 4]], [[5, 6]]],
            sentence=_text(dice, words, 200),
            check_in=first if n else None,
        )


def _move(patient: Patient, dice: random.Random) -> None:
    """The family moves: earlier entries keep the zone they were made in."""
    patient.zone = dice.choice(ZONES)
    patient.created = datetime.now(UTC) - timedelta(days=dice.randrange(40))
    patient.save(update_fields=["zone", "created"])


def _id(dice: random.Random) -> UUID:
    return UUID(int=dice.getrandbits(128), version=4)
