"""The read side of the treatment pages: every course, where it stands, and what can be recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Patient
from diary.core.days import local_day
from diary.core.words import day_words, moment_words, span_words, stretch_words, treatment_name
from diary.judging.facts import all_cycles
from diary.judging.holds import HoldLine, hold_on, holds_said
from diary.judging.standing import (
    courses_between,
    current_cycle,
    giving,
    is_transplant,
    standing_of,
    still_counts,
    words_for,
)
from diary.judging.treatment_words import stopped_today
from diary.models import BagPlan, Course, Dose, Hold
from diary.treatment.cycles import CycleLine
from diary.treatment.doses import TabletDay, tablet_weeks
from therapies.catalogue import catalogue
from therapies.catalogue.shapes import Therapy
from therapies.catalogue.shapes_home import PumpTrouble
from therapies.standing import Standing


class BagLine(NamedTuple):
    """The next bag change as a time, and how far away it is as the page is opened."""

    course_id: UUID
    when: str
    left: str
    is_over: bool


@dataclass(frozen=True)
class Treatment:
    """One course as its card shows it; of its `doses` and `cycles` those of now are loaded."""

    course: Course
    standing: Standing
    words: str
    today: date
    week: Sequence[TabletDay] = ()  # the tablets of the last days, today last
    bag: BagLine | None = None
    is_pump_stopped: bool = False  # today, at a time that nobody said

    @property
    def tablets(self) -> TabletDay | None:
        """The tablets of today."""
        return self.week[-1] if self.week else None

    @cached_property
    def hold(self) -> Hold | None:
        """The hold of today."""
        return hold_on(self.course, self.today)

    @property
    def holds(self) -> list[HoldLine]:
        return holds_said(self.course, self.today)

    @property
    def may_pause(self) -> bool:
        """Can it be put on hold, and end? A transplant is one day."""
        return self.is_on and not is_transplant(self.course)

    @property
    def troubles(self) -> list[PumpTrouble]:
        """What one tap can record about the pump."""
        troubles = catalogue().home.troubles.values()
        return [t for t in troubles if self.course.therapy in t.therapies]

    @property
    def has_look(self) -> bool:
        return self.course.therapy in catalogue().home.look_for

    @property
    def fresh_id(self) -> UUID:
        """An id for the next event, so that a double tap makes one."""
        return uuid4()

    @property
    def free_words(self) -> str:
        """The treatment-free days after this cycle, as the sources give them."""
        cycle = current_cycle(self.course, self.today) if self.giving == "pump" else None
        if cycle is None or self.therapy is None:
            return ""
        return CycleLine(cycle, self.therapy, self.today, is_current=True).break_words

    @cached_property
    def name(self) -> str:
        return treatment_name(self.course)

    @cached_property
    def therapy(self) -> Therapy | None:
        return catalogue().therapies.get(self.course.therapy)

    @property
    def giving(self) -> str:
        return giving(self.course)

    @property
    def kind(self) -> str:
        """Its kind in words, where the catalogue does not know it."""
        return "" if self.course.therapy else Course.Kind(self.course.kind).label

    @property
    def is_on(self) -> bool:
        return self.standing.status in ("active", "break")

    @property
    def is_planned(self) -> bool:
        return self.standing.status == "planned"

    @property
    def is_over(self) -> bool:
        return self.standing.status == "ended"

    @property
    def still_counts(self) -> bool:
        return still_counts(self.standing)

    @property
    def days(self) -> str:
        """The first and last day, where `words` do not say them."""
        course = self.course
        if not course.is_dated:
            return "first day not recorded"
        if course.ended is not None:
            return span_words(course.started, course.ended)
        if self.giving in ("", "single-infusion") or self.is_planned:
            return ""
        return f"since {day_words(course.started)}"

    @property
    def is_cycle_over(self) -> bool:
        """Are the days on the pump over, so that the next cycle may come any day?"""
        day = self.standing.cycle_day
        return day is None or self.therapy is None or day > (self.therapy.days_on or 0)

    @cached_property
    def running(self) -> Dose | None:
        """The pump or drip that was started and is not recorded as over."""
        if self.giving not in ("pump", "infusion"):
            return None
        return next((dose for dose in self.course.doses.all() if dose.ended is None), None)

    @property
    def next_infusion(self) -> int:
        """The number of the infusion to be recorded next, where so many belong to it; else 0."""
        most = self.therapy.infusions if self.therapy and self.giving == "single-infusion" else 0
        if not most:  # of tablets, every dose of ten years would be read
            return 0
        given = sum(dose.status == Dose.Status.GIVEN for dose in self.course.doses.all())
        return given + 1 if given < most else 0

    @property
    def next_cycle(self) -> int | None:
        """The number of the cycle that may be recorded next."""
        if self.giving != "pump" or not self.is_on:
            return None
        return (self.standing.cycle or 0) + 1


class Plan(NamedTuple):
    """Every treatment of one patient by what it is now."""

    on: tuple[Treatment, ...]
    planned: tuple[Treatment, ...]
    over: tuple[Treatment, ...]

    @property
    def all(self) -> tuple[Treatment, ...]:
        return (*self.on, *self.planned, *self.over)

    @property
    def is_empty(self) -> bool:
        return not self.all

    @property
    def courses(self) -> list[Course]:
        return [treatment.course for treatment in self.all]

    @property
    def dated(self) -> list[Treatment]:
        return [treatment for treatment in self.all if treatment.course.is_dated]

    @property
    def has_own_named(self) -> bool:
        return any(t.kind for t in self.all)

    @property
    def undated(self) -> list[Treatment]:
        return [treatment for treatment in self.on if not treatment.course.is_dated]


def plan_of(patient: Patient, now: datetime | None = None) -> Plan:
    """Return every course that was not entered by mistake. At most five queries."""
    now = now or timezone.now()
    courses = courses_between(patient, now, now)
    on_tablets = [course for course in courses if giving(course) == "tablet"]
    weeks = tablet_weeks(on_tablets, local_day(now, patient.tz))
    found = [
        _treatment(course, courses, now, weeks.get(course.pk, []), patient) for course in courses
    ]
    return Plan(
        on=tuple(t for t in found if t.is_on),
        planned=tuple(t for t in found if t.is_planned),
        over=tuple(t for t in reversed(found) if t.is_over),
    )


def _treatment(
    course: Course,
    courses: Sequence[Course],
    now: datetime,
    week: Sequence[TabletDay],
    patient: Patient,
) -> Treatment:
    tz = patient.tz
    known = [other for other in courses if giving(other)]
    standing = standing_of(course, known, now, tz)
    return Treatment(
        course=course,
        standing=standing,
        words=words_for(course, known, now, tz),
        today=local_day(now, tz),
        week=week,
        bag=bag_said(bag_plan(course), now, tz) if standing.infusing else None,
        is_pump_stopped=giving(course) == "pump" and stopped_today(course, now, tz),
    )


def cycles_of(treatment: Treatment) -> list[CycleLine]:
    """Return the cycles that are recorded, the latest first."""
    if treatment.therapy is None or treatment.giving != "pump":
        return []
    course = treatment.course
    current = current_cycle(course, treatment.today)
    return [
        CycleLine(cycle, treatment.therapy, treatment.today, is_current=cycle == current)
        for cycle in reversed(all_cycles(course.patient).get(course.pk, []))
    ]


def treatment_for(patient: Patient, course: Course) -> Treatment:
    """Return one course with the few doses that matter now."""
    now = timezone.now()
    courses = courses_between(patient, now, now)
    loaded = next(other for other in courses if other.pk == course.pk)
    on_tablets = [loaded] if giving(loaded) == "tablet" else []
    week = tablet_weeks(on_tablets, local_day(now, patient.tz)).get(loaded.pk, [])
    return _treatment(loaded, courses, now, week, patient)


def bag_said(plan: BagPlan | None, now: datetime, tz: ZoneInfo) -> BagLine | None:
    if plan is None or plan.due is None:
        return None
    left = plan.due - now
    span = stretch_words(abs(left))
    is_over = left.total_seconds() < 0
    return BagLine(
        course_id=plan.course_id,
        when=f"{plan.due.astimezone(tz):%A}, {moment_words(plan.due, tz)}",
        left=f"{span} ago" if is_over else f"in {span}",
        is_over=is_over,
    )


def bag_plan(course: Course) -> BagPlan | None:
    """Return the plan of a course that was loaded with it."""
    return getattr(course, "bag_plan", None)
