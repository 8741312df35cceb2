"""A diary with every kind of row in it, in words of one's choice: the same seed, the same diary."""

import random
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Patient, User
from diary.check_ins.actions import correct_check_in, record_check_in
from diary.check_ins.data import ReportData
from diary.core.days import DAY, HOUR, local_day, start_of
from diary.management.examples import check_in_data, log, start_pump, whole_day
from diary.models import (
    Answer,
    AppointmentNote,
    BagPlan,
    Call,
    Contact,
    Dose,
    FamilyCard,
    Hold,
    Look,
    Photo,
    PhotoRemoval,
    PrivateNote,
    PumpEvent,
)

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
    first = today - dice.randrange(8, 15) * DAY
    every = EveryKind(patient, users, dice, words)
    every.treat(first)
    every.write()
    log(patient, first, today - 3 * DAY, seed=seed + 1, users=users)
    # The family moves: earlier entries keep the zone they were made in.
    patient.zone = dice.choice(ZONES)
    patient.created = datetime.now(UTC) - dice.randrange(40) * DAY
    patient.save(update_fields=["zone", "created"])
    every.report()


class EveryKind:
    """Adds rows of every kind to a diary, and keeps one of each by the name it has in addresses."""

    def __init__(
        self, patient: Patient, users: list[User], dice: random.Random, words: Sequence[str]
    ) -> None:
        self.patient, self.users, self.dice, self.words = patient, users, dice, words
        self.now = timezone.now()
        self.today = local_day(self.now, patient.tz)
        self.rows: dict[str, Any] = {}

    def treat(self, first: date) -> None:
        pump = start_pump(self.patient, first, start_of(first, self.patient.tz) + 14 * HOUR)
        BagPlan.objects.create(course=pump, due=self.now + 9 * HOUR, every_hours=48)
        for kind in ("bag", "line", "alarm"):
            moment = self._moment(2, self.dice.randrange(20))
            at = moment["at"]
            taken = {"taken_back": at + HOUR, "due_before": at} if kind == "bag" else {}
            self.rows["event"] = PumpEvent.objects.create(
                id=self._id(), course=pump, kind=kind, by=self._by(), **moment, **taken
            )
        self.rows |= {"course": pump, "hold": self._hold(pump, 3, None)}
        self.rows |= {"cycle": pump.cycles.get(), "dose": pump.doses.get()}
        tablets = self.patient.courses.create(
            therapy="imatinib", started=first, is_dated=self.dice.random() < 0.5
        )
        for back in range(5):
            status = self.dice.choice(("given", "late", "missed"))
            day = whole_day(self.today - back * DAY, self.patient)
            Dose.objects.create(course=tablets, kind="tablet", status=status, **day)
        self._hold(tablets, 9, 1, withdrawn=self._maybe(self.now))
        self._hold(tablets, 3, None, withdrawn=self._maybe(self.now))
        planned = self.today + 9 * DAY
        car_t = self.patient.courses.create(therapy="tisagenlecleucel", started=planned)
        day = whole_day(planned, self.patient)
        Dose.objects.create(course=car_t, kind="infusion", status="planned", **day)
        self.patient.courses.create(
            kind="trial",
            name=self._text(120),
            started=first,
            ended=self.today,
            withdrawn=self.now,
        )

    def write(self) -> None:
        """Whatever somebody wrote down, but for check-ins."""
        self.rows["contact"] = Contact.objects.create(
            patient=self.patient, kind="always", label=self._text(80), number="+44 20 7946 0123"
        )
        Contact.objects.create(patient=self.patient, kind="emergency", number="112")
        FamilyCard.objects.create(
            patient=self.patient, words=self._text(1000), fever_from="100.2", fever_unit="F"
        )
        self._ask()
        at = self._moment(1, 0)["at"]
        written = {"by": self._by(), "recorded": at + 5 * HOUR}
        for n in range(2):
            self.rows["weight"] = self.patient.weights.create(
                day=self.today - n * DAY,
                value=self.dice.choice(("32.4", "71.25", "4.105")),
                unit=self.dice.choice(("kg", "lb")),
                withdrawn=None if n else self._maybe(at),
                **written,
            )
        for n in range(3):
            self.rows["medicine"] = self.patient.medicines.create(
                medicine=self.dice.choice(("paracetamol", "")),
                name=self._text(80),
                amount=self._text(40),
                at=at + n * HOUR,
                next_hours=self.dice.choice((None, 1, 168)),
                withdrawn=None if n == 2 else self._maybe(at + 6 * HOUR),
                **written,
            )

    def _ask(self) -> None:
        question = self.patient.questions.create(
            text=self._text(500), by=self._by(), answered=self._maybe(self.now)
        )
        seen = self.patient.appointments.create(
            day=self.today - 2 * DAY,
            clock=self._maybe(time(9, 30)),
            zone=self.patient.zone,
            whom=self._text(120),
            place=self._text(120),
            state="held",
            by=self._by(),
        )
        self.patient.appointments.create(
            day=self.today + 20 * DAY, zone=self.patient.zone, by=self._by()
        )
        at = self.now - HOUR
        for withdrawn in (at, None):
            note = AppointmentNote.objects.create(
                appointment=seen,
                kind="said",
                text=self._text(5000),
                by=self._by(),
                written=at,
                withdrawn=withdrawn,
            )
        Answer.objects.create(
            question=question,
            text=self._text(2000),
            whom=self._text(120),
            appointment=seen,
            by=self._by(),
            written=at,
        )
        self.rows |= {"question": question, "appointment": seen, "note": note}

    def report(self) -> None:
        """A symptom in own words, and a check-in with any of the words in every text of it."""
        own = self.patient.own_symptoms.create(name=self._text(60), by=self._by())
        at = self._moment(2, 9)["at"]
        reports = (
            ReportData(own.symptom, "severe", own_name=own.name, began=self.today - 4 * DAY),
            ReportData("confusion", "mild", going="on"),
        )
        said = check_in_data(
            at,
            *reports,
            key=self._id(),
            told_by="together",
            note=self._text(5000),
            received=at + 2 * HOUR,
        )
        check_in = record_check_in(self.patient, said, by=self._by())
        note = self.words[0][:5000]
        ill = check_in_data(at, reports[0], told_by="together", kind="too-ill", note=note)
        correct_check_in(check_in, ill, reason=self._text(200), by=self._by())
        PrivateNote.objects.create(
            version=check_in.versions.get(number=1), text=self._text(5000), at=at, by=self._by()
        )
        for kind in ("rash", "line"):
            photo = Photo.objects.create(
                id=self._id(),
                check_in=check_in,
                kind=kind,
                note=self._text(200),
                width=640,
                height=480,
                added=check_in.received,
                by=self._by(),
            )
            PhotoRemoval.objects.create(
                photo=photo, reason=self._text(200), at=check_in.received, by=self._by()
            )
        call = Call.objects.create(
            check_in=check_in,
            outcome="reached",
            whom=self._text(120),
            at=at + HOUR,
            advice=self._text(1000),
            measure_at=at + 3 * HOUR,
            by=self._by(),
            recorded=at + 2 * HOUR,
        )
        self.rows |= {"own": own, "check_in": check_in, "call": call}
        self._look()

    def _look(self) -> None:
        first = self.patient.check_ins.order_by("at", "pk").first()
        for n in range(2):
            self.rows["look"] = Look.objects.create(
                id=self._id(),
                patient=self.patient,
                which="child",
                by=self._by(),
                told_by="caregiver",
                answers=[
                    {"item": "child-awake", "asked": self._text(200), "answer": "no"},
                    {"item": "child-words", "asked": "Words?", "answer": ""},
                ],
                strokes=[[[self.dice.randrange(1000), self.dice.randrange(400)], [3, 4]], [[5, 6]]],
                sentence=self._text(200),
                check_in=first if n else None,
                **self._moment(n + 1, 8),
            )

    def _hold(self, course: Any, back: int, length: int | None, **more: Any) -> Hold:
        started = self.today - back * DAY
        return Hold.objects.create(
            course=course,
            started=started,
            ended=started + length * DAY if length else None,
            reason=self._text(200),
            by=self._by(),
            recorded=self.now,
            **more,
        )

    def _moment(self, days_ago: int, hour: int) -> dict[str, Any]:
        at = start_of(self.today - days_ago * DAY, self.patient.tz) + hour * HOUR
        return {"at": at, "zone": self.patient.zone, "local_day": local_day(at, self.patient.tz)}

    def _maybe(self, value: Any) -> Any:
        return self.dice.choice((None, value))

    def _text(self, most: int) -> str:
        return (self.dice.choice(self.words) or "x")[:most]

    def _by(self) -> User:
        return self.dice.choice(self.users)

    def _id(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128), version=4)
