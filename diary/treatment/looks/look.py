"""The read side of treatment at home: the bag of the pump, the daily look, and what was kept."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.models import Patient
from diary.core import words as phrases
from diary.judging.facts import facts_of, name_authors
from diary.models import Course, Look, PumpEvent
from diary.treatment.looks.strokes import path_of
from therapies.catalogue import catalogue
from therapies.catalogue.shapes_home import LookList

NO = "no"
LOOK = "look"


@dataclass(frozen=True, slots=True)
class HomeEvent:
    """One thing that was recorded at home; `level` is a level's slug where it called for a call."""

    at: datetime
    time: str
    words: str
    kind: str  # bag, alarm, line or look
    address: str
    is_different: bool = False


class LookLine(NamedTuple):
    """One answer of a look, in the words it was asked in."""

    asked: str
    label: str
    is_different: bool


def look_courses(patient: Patient) -> list[Course]:
    """Return the courses for which there is a daily look, also before and after it is offered."""
    therapies = list(catalogue().home.look_for)
    return list(patient.courses.filter(withdrawn__isnull=True, therapy__in=therapies))


def look_for(patient: Patient, today: date) -> LookList:
    """Return the list for the age of today."""
    before_birthday = today.month < patient.birth_month
    return catalogue().home.look_at(today.year - patient.birth_year - before_birthday)


def first_written(patient: Patient, courses: Iterable[Course], day: date) -> Look | None:
    """Return the first look with a sentence since the latest of these treatments began."""
    since = max((c.started for c in courses if c.started <= day), default=None)
    looks = patient.looks.exclude(strokes=[], sentence="").filter(local_day__lte=day)
    if since is not None:
        looks = looks.filter(local_day__gte=since)
    return looks.order_by("at").first()


def drawn(look: Look) -> str:
    return path_of(look.strokes)


def answered(look: Look) -> list[LookLine]:
    labels = catalogue().home.look_answers
    return [
        LookLine(
            said["asked"],
            labels[said["answer"]].label if said["answer"] else "Not answered",
            is_different=said["answer"] not in ("", NO),
        )
        for said in look.answers
    ]


def happened(
    patient: Patient, events: Iterable[PumpEvent], looks: Iterable[Look]
) -> dict[date, list[HomeEvent]]:
    """Return what was recorded at home, by day, earliest first."""
    tz, events, looks = patient.tz, list(events), list(looks)
    name_authors((*events, *looks), patient)
    courses = {course.pk: course for course in facts_of(patient).courses}
    for event in events:
        event.course = courses[event.course_id]
    said = [(event.local_day, _event_said(event, tz)) for event in events]
    said += [(look.local_day, _look_said(look, tz)) for look in looks]
    days: dict[date, list[HomeEvent]] = defaultdict(list)
    for day, what in sorted(said, key=lambda pair: pair[1].at):
        days[day].append(what)
    return days


def _event_said(event: PumpEvent, tz: ZoneInfo) -> HomeEvent:
    name = phrases.treatment_name(event.course)
    words = f"{name}: {event.get_kind_display()}, recorded by {event.author}"
    if event.taken_back is not None:
        words += f"; taken back {phrases.moment_words(event.taken_back, tz)}, tapped by mistake"
    address = reverse("pump_event", args=[event.course.patient_id, event.course_id, event.pk])
    return HomeEvent(event.at, phrases.clock(event.at, tz), words, event.kind, address)


def _look_said(look: Look, tz: ZoneInfo) -> HomeEvent:
    different = [f"{a.asked} ({a.label.lower()})" for a in answered(look) if a.is_different]
    words = f"One-minute check, done by {look.author}"
    words += f": different from usual: {'; '.join(different)}" if different else ""
    address = reverse("look", args=[look.patient_id, look.pk])
    time = phrases.clock(look.at, tz)
    return HomeEvent(look.at, time, words, LOOK, address, is_different=bool(different))
