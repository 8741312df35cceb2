"""The read side of the diary: what happened on each day of a stretch of days.

However long the stretch and however old the diary, it is the same number of queries. Versions,
findings and calls are all kept: a finding of a reading that was corrected later is still here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Patient
from diary.appointments.periods import ends_of
from diary.check_ins.entries import Entry
from diary.check_ins.load import entries_from
from diary.check_ins.two_views import SidesRow, two_views
from diary.core import words as phrases
from diary.core.days import DAY, Run, end_of, local_day, runs
from diary.history.day_rows import rows_of_days
from diary.judging.facts import courses_with
from diary.judging.holds import hold_on
from diary.judging.masks import Masks, masking_courses
from diary.judging.medicines import MedicineLine, as_given
from diary.judging.standing import treatment_lines
from diary.models import Course, Dose, Version
from diary.treatment.looks.look import LOOK, HomeEvent, happened
from therapies.rulebook import Level


class State(StrEnum):
    LOGGED = "logged"
    LOOKED = "looked"  # a daily look was done, and nobody checked in
    NOT_LOGGED = "not-logged"
    BEFORE = "before"  # the diary had not begun
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class DayDose:
    """A dose in words; a pump is said twice, on the day it started and on the day it stopped."""

    words: str
    dose: Dose
    name: str


Doses = dict[date, list[DayDose]]


@dataclass(frozen=True)
class Day:
    """One day of the patient's calendar. `state` keeps "not logged", "nothing new" and a day with
    only a daily look apart."""

    day: date
    state: State
    stood: Callable[[], tuple[str, ...]]
    entries: tuple[Entry, ...]
    doses: tuple[DayDose, ...]
    home: tuple[HomeEvent, ...] = ()
    medicines: tuple[MedicineLine, ...] = ()  # given as needed

    @cached_property
    def treatment(self) -> tuple[str, ...]:
        """Where the treatment stood at the end of the day; of ten years few days are asked."""
        return self.stood()

    @property
    def is_gap(self) -> bool:
        return self.state is State.NOT_LOGGED

    @property
    def has_a_look_only(self) -> bool:
        return self.state is State.LOOKED

    @property
    def is_empty(self) -> bool:
        return not (self.entries or self.doses or self.home or self.medicines)

    @property
    def has_nothing_new_only(self) -> bool:
        kinds = {entry.current.version.kind for entry in self.entries if not entry.is_removed}
        return kinds == {Version.Kind.NOTHING_NEW.value}

    @cached_property
    def views(self) -> list[SidesRow]:
        """What the patient said beside what a caregiver said, where both did."""
        return two_views(self.entries)

    @cached_property
    def level(self) -> Level | None:
        """The worst level of the day, removed and corrected check-ins included."""
        return max((e.level for e in self.entries if e.level is not None), default=None)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every day of a stretch, oldest first, with the courses that were under way. `entries` are
    those of the days, and of other days those that were asked for too."""

    days: tuple[Day, ...]
    courses: tuple[Course, ...]
    began: date
    entries: tuple[Entry, ...] = ()


def timeline(
    patient: Patient,
    first: date,
    last: date,
    *,
    now: datetime | None = None,
    with_latest: bool = False,
) -> Timeline:
    """Return every day from `first` to `last`, both included, oldest first, gaps too; `with_latest`
    also the check-ins, of any day, of the last fever and the last calls."""
    now = now or timezone.now()
    tz = patient.tz
    today = local_day(now, tz)
    began = began_on(patient, today)
    begin, end = end_of(first, tz), _last_moment(last, tz, now)
    rows = rows_of_days(patient, first, last, begin=begin, end=end, with_latest=with_latest)
    courses = courses_with(patient, rows["cycles"], [*rows["doses"], *rows["tablets"]])
    given = tuple(rows["medicines"])
    masks = Masks(given, masking_courses(courses))
    entries = _entries(patient, rows, masks)
    doses = _doses(courses, first, last, tz)
    home = happened(patient, rows["pump_events"], rows["looks"])
    medicines: dict[date, list[MedicineLine]] = defaultdict(list)
    for medicine in given:
        medicines[local_day(medicine.at, tz)].append(as_given(medicine, tz))
    found = (
        Day(
            day=day,
            state=_state(
                day,
                is_logged=any(not entry.is_removed for entry in entries[day]),
                is_looked=any(event.kind == LOOK for event in home.get(day, ())),
                began=began,
                today=today,
            ),
            stood=partial(_begun, courses, day, now, tz),
            entries=tuple(entries[day]),
            doses=tuple(doses[day]),
            home=tuple(home.get(day, ())),
            medicines=tuple(medicines[day]),
        )
        for day in _each_day(first, last)
    )
    said = tuple(entry for day in entries.values() for entry in day)
    return Timeline(tuple(found), tuple(courses), began, said)


def began_on(patient: Patient, today: date) -> date:
    """Return the day from which a day without a check-in is a gap: that on which the diary was set
    up, or that of an earlier check-in entered later."""
    made = local_day(patient.created, patient.tz)
    earliest = ends_of(patient, today).first
    return min(made, earliest) if earliest else made


def gaps(days: Iterable[Day]) -> list[Run]:
    """Return the runs of days on which nothing was logged."""
    return runs(day.day for day in days if day.is_gap)


def not_logged(
    logged: Set[date], looked: Set[date], first: date, last: date, *, began: date, today: date
) -> list[Run]:
    """Return the same runs where only the days are known on which something stands."""

    def is_gap(day: date) -> bool:
        state = _state(
            day, is_logged=day in logged, is_looked=day in looked, began=began, today=today
        )
        return state is State.NOT_LOGGED

    return runs(filter(is_gap, _each_day(first, last)))


def _each_day(first: date, last: date) -> list[date]:
    return [first + DAY * n for n in range((last - first).days + 1)]


def _state(day: date, *, is_logged: bool, is_looked: bool, began: date, today: date) -> State:
    if is_logged:
        return State.LOGGED
    if is_looked:
        return State.LOOKED
    if day > today:
        return State.AHEAD
    return State.BEFORE if day < began else State.NOT_LOGGED


def _last_moment(day: date, tz: ZoneInfo, now: datetime) -> datetime:
    """Return the last minute of the day, or now while it is still going on."""
    return now if local_day(now, tz) == day else end_of(day, tz)


def _begun(courses: Iterable[Course], day: date, now: datetime, tz: ZoneInfo) -> tuple[str, ...]:
    """Return where the treatment stood; what was only planned then is left out."""
    begun = [course for course in courses if course.started <= day]
    return tuple(treatment_lines(begun, _last_moment(day, tz, now), tz))


def _entries(
    patient: Patient, rows: Mapping[str, list[Any]], masks: Masks
) -> dict[date, list[Entry]]:
    """Return the check-ins by their own local day, the earliest moment first."""
    entries: dict[date, list[Entry]] = defaultdict(list)
    for entry in reversed(entries_from(patient, rows, masks=masks)):
        entries[entry.check_in.local_day].append(entry)
    return entries


def _doses(courses: Iterable[Course], first: date, last: date, tz: ZoneInfo) -> Doses:
    """Return what was given, taken or missed, by day; a pump also on the day it stopped."""
    doses: Doses = defaultdict(list)
    found = [(dose, course) for course in courses for dose in course.doses.all()]
    for dose, course in sorted(found, key=lambda pair: pair[0].started):
        name = phrases.treatment_name(course)
        if first <= dose.local_day <= last:
            words = phrases.dose_words(dose, name, tz)
            if dose.status == Dose.Status.MISSED and hold_on(course, dose.local_day):
                words = f"{name}: tablets not taken, on hold"
            doses[dose.local_day].append(DayDose(words, dose, name))
        if dose.kind == Dose.Kind.PUMP and dose.ended:
            words = phrases.pump_stop_words(dose, name, tz)
            doses[local_day(dose.ended, tz)].append(DayDose(words, dose, name))
    return doses
