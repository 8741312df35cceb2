"""Fills an empty diary with three made-up patients, through the same actions the pages use."""

import random
import secrets
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts import actions as people
from accounts.models import Patient, User
from diary.care_card.actions import record_call
from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.management.examples import check_in_data, reading
from diary.models import CheckIn
from diary.team.actions import PhoneLine, set_contacts, set_family_card
from diary.treatment.actions.courses import start_course, start_cycle
from diary.treatment.actions.doses import (
    Times,
    record_tablet,
    set_single_infusion,
    start_pump,
    stop_pump,
)

ZONE = ZoneInfo("Europe/London")
DAYS = 90
SEED = 20261121
LOGGED = 0.85  # of the days; the others stay gaps

# What an ordinary day may bring, by therapy: symptom and answer.
ORDINARY = {
    "Ana": [("headache", "mild"), ("rash", "mild"), ("constipation", "mild"), ("tremor", "mild")],
    "Ben": [("sleep-problems", "mild"), ("appetite-loss", "mild"), ("fatigue", "mild")],
    "Maria": [("nausea", "mild"), ("leg-cramps", "mild"), ("fatigue", "mild"), ("rash", "mild")],
}
NOTES = (
    "Slept badly, better after breakfast.",
    "Walked to the park and back.",
    "Ate half of lunch.",
    "Asked when the line is checked next.",
)


class Command(BaseCommand):
    help = "Add an example diary to an empty database, and print how to log in."

    @transaction.atomic
    def handle(self, *_args: Any, **_options: Any) -> None:
        if User.objects.exists():
            raise CommandError(
                "This database already holds somebody's diary. The example is only added to an "
                "empty one: set DATA_DIR to a new folder, such as DATA_DIR=data/demo make demo."
            )
        password = secrets.token_urlsafe(12)
        Family(password).write()
        self.stdout.write(
            "The example diary is ready. Run make serve, and log in as\n"
            "  parent@example.org     who keeps three diaries\n"
            "  grandma@example.org    who may read two of them\n"
            "  tom@example.org        who may read and write one\n"
            f"with the password\n  {password}"
        )


class Family:
    """A parent, two children, and two caregivers, over the last 90 days."""

    def __init__(self, password: str) -> None:
        self.chance = random.Random(SEED)  # noqa: S311 (the same example every time)
        self.now = timezone.now()
        self.today = self.now.astimezone(ZONE).date()
        self.parent = self._user("parent@example.org", "Maria", password)
        self.grandma = self._user("grandma@example.org", "Grandma", password)
        self.tom = self._user("tom@example.org", "Tom", password)

    def write(self) -> None:
        ana = self._patient("Ana", 5, 2017)
        ben = self._patient("Ben", 11, 2005)
        maria = self._patient("Maria", 3, 1981, is_self=True)
        self._share(ana, self.grandma, "reader")
        self._share(ben, self.grandma, "reader")
        self._share(ana, self.tom, "writer")
        self._blinatumomab(ana)
        self._tisagenlecleucel(ben)
        self._imatinib(maria)

    def _user(self, email: str, name: str, password: str) -> User:
        user = User.objects.create_user(email, password, name=name)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return user

    def _patient(self, name: str, month: int, year: int, *, is_self: bool = False) -> Patient:
        patient = people.create_patient(
            by=self.parent,
            name=name,
            birth_month=month,
            birth_year=year,
            is_self=is_self,
            zone=str(ZONE),
            unit="C",
            country="GB",
            team_name="ward" if name == "Ana" else "care team",
        )
        numbers = {
            "always": PhoneLine("020 7946 0123", "Ward, day and night"),
            "day": PhoneLine("020 7946 0456", "Clinic, 9 to 5"),
        }
        set_contacts(patient, numbers=numbers, by=self.parent)
        return patient

    def _share(self, patient: Patient, caregiver: User, role: str) -> None:
        _, code = people.invite(patient, role=role, email=caregiver.email, by=self.parent)
        share = people.accept_invitation(code, by=caregiver)
        people.confirm_share(share, by=self.parent)

    def _day(self, days_ago: int) -> date:
        return self.today - timedelta(days=days_ago)

    def _at(self, days_ago: int, hour: int, minute: int) -> datetime:
        """A moment of the family's clock; never one that is still to come."""
        moment = datetime.combine(self._day(days_ago), time(hour, minute), tzinfo=ZONE)
        return min(moment, self.now - timedelta(minutes=5))

    def _blinatumomab(self, ana: Patient) -> None:
        """Cycle 2, day 6: the first cycle with a fever on its second day and a confused evening."""
        set_family_card(
            ana,
            words="Ring at 37.8 or above, or if you are worried. Do not give paracetamol first.",
            fever_from=Decimal("37.8"),
            unit="C",
            by=self.parent,
        )
        start_course(
            ana,
            kind="chemotherapy",
            name="Consolidation block 2",
            started=self._day(95),
            ended=self._day(50),
            by=self.parent,
        )
        course = start_course(ana, therapy="blinatumomab", started=self._day(47), by=self.parent)
        start_cycle(course, started=self._day(47), by=self.parent)
        start_pump(course, day=self._day(47), at=time(11, 0), by=self.parent)
        stop_pump(course, day=self._day(19), at=time(11, 0), by=self.parent)
        start_cycle(course, started=self._day(5), by=self.parent)
        start_pump(course, day=self._day(5), at=time(10, 30), by=self.parent)
        self._ordinary_days(ana)
        fever = self._log(ana, 46, 2, 14, ReportData("chills", "mild"), reading("38.4"))
        self._call(fever, "no-answer", minutes=3, whom="Clinic, 9 to 5")
        self._call(fever, "reached", minutes=5, advice="Come in")
        signs = ReportData("confusion", "moderate"), ReportData("headache", "mild")
        confused = self._log(ana, 41, 21, 35, *signs, by=self.tom)
        self._call(confused, "reached", minutes=4, advice="Come in", by=self.tom)
        typed = self._log(ana, 12, 9, 2, reading("38.9"))
        self._call(typed, "reached", minutes=8, advice="Measure again in an hour")
        right = check_in_data(typed.at, reading("37.0"), key=typed.pk)
        wrong = "Read the wrong line of the display"
        correct_check_in(typed, right, reason=wrong, by=self.parent)

    def _tisagenlecleucel(self, ben: Patient) -> None:
        """Day 20: a fever on day 6 that brought him in, and one last night that is still open."""
        course = start_course(
            ben, therapy="tisagenlecleucel", started=self._day(20), by=self.parent
        )
        infused = Times(self._day(20), time(14, 0), time(14, 30))
        set_single_infusion(course, infused, is_planned=False, by=self.parent)
        self._no_card(ben)
        self._ordinary_days(ben)
        signs = ReportData("muscle-aches", "mild"), ReportData("chills", "moderate")
        fever = self._log(ben, 14, 1, 50, *signs, reading("38.6"))
        self._call(fever, "reached", minutes=2, advice="Come in")
        still_open = self._log(ben, 1, 22, 40, reading("38.1"))
        self._call(still_open, "no-answer", minutes=2, whom="Clinic, 9 to 5")

    def _imatinib(self, maria: Patient) -> None:
        """Tablets for 80 days, a few of them missed, and one entry that was removed."""
        course = start_course(maria, therapy="imatinib", started=self._day(80), by=self.parent)
        for days_ago in range(80, -1, -1):
            record_tablet(
                course, day=self._day(days_ago), taken=self.chance.random() > 0.08, by=self.parent
            )
        self._no_card(maria)
        self._ordinary_days(maria)
        signs = ReportData("fatigue", "moderate"), ReportData("diarrhoea", "moderate")
        self._log(maria, 30, 19, 20, *signs)
        twice = self._log(maria, 8, 7, 45, ReportData("nausea", "mild"))
        remove_check_in(twice, reason="Entered twice", by=self.parent)

    def _no_card(self, patient: Patient) -> None:
        """The last step of setting up, left empty: the hospital gave no card."""
        set_family_card(patient, words="", fever_from=None, unit="", by=self.parent)

    def _ordinary_days(self, patient: Patient) -> None:
        for days_ago in range(DAYS - 1, 0, -1):
            if self.chance.random() > LOGGED:
                continue
            hour, minute = self.chance.randrange(7, 21), self.chance.randrange(60)
            signs = self.chance.sample(ORDINARY[patient.name], self.chance.randrange(3))
            reports = [ReportData(symptom, answer) for symptom, answer in signs]
            tenths = self.chance.randrange(362, 374)
            if self.chance.random() < 0.8:
                reports.append(reading(f"{tenths / 10:.1f}"))
            note = self.chance.choice(NOTES) if self.chance.random() < 0.15 else ""
            self._log(patient, days_ago, hour, minute, *reports, note=note)

    def _log(
        self,
        patient: Patient,
        days_ago: int,
        hour: int,
        minute: int,
        *reports: ReportData,
        note: str = "",
        by: User | None = None,
    ) -> CheckIn:
        data = check_in_data(
            self._at(days_ago, hour, minute),
            *reports,
            key=UUID(int=self.chance.getrandbits(128), version=4),
            told_by="self" if patient.is_self else "caregiver",
            kind="symptoms" if reports else "nothing-new",
            note=note,
        )
        return record_check_in(patient, data, by=by or self.parent)

    def _call(
        self,
        check_in: CheckIn,
        outcome: str,
        *,
        minutes: int,
        whom: str = "Ward, day and night",
        advice: str = "",
        by: User | None = None,
    ) -> None:
        by, at = by or self.parent, check_in.at + timedelta(minutes=minutes)
        record_call(check_in, outcome=outcome, whom=whom, at=at, advice=advice, by=by)
        if outcome == "reached":
            reason, later = "The ward has seen it", check_in.at + timedelta(hours=20)
            record_call(check_in, outcome="closed", at=later, reason=reason, by=by)
