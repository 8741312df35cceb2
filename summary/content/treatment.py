"""Courses, cycles and doses, as the summary lists them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from diary.core.words import count_words, day_words, runs_words, span_words, treatment_name
from diary.history.timeline import Day
from diary.judging.facts import all_cycles
from diary.judging.holds import hold_among, holds_of, holds_said
from diary.models import Course, Dose
from diary.treatment.looks.look import LOOK
from summary.content.shapes import Treatment
from therapies.catalogue import catalogue
from therapies.templatetags.spelling import spelled


def treatments(courses: Iterable[Course], today: date) -> tuple[Treatment, ...]:
    """Return every course that was not entered by mistake, planned and ended ones too."""
    return tuple(
        Treatment(
            name=spelled(treatment_name(course)),
            dates=_dates(course, today),
            cycles=cycles_words(course),
            holds=_holds(course, today),
            remark=_remark(course),
        )
        for course in courses
    )


def _dates(course: Course, today: date) -> str:
    if not course.is_dated:
        return "first day not recorded"
    if course.started > today:
        return f"planned from {day_words(course.started)}"
    if course.ended is None:
        return f"since {day_words(course.started)}"
    return span_words(course.started, course.ended)


def cycles_words(course: Course) -> str:
    cycles = all_cycles(course.patient).get(course.pk, [])
    return "; ".join(f"cycle {c.number} from {day_words(c.started)}" for c in cycles)


def _holds(course: Course, today: date) -> str:
    said = [hold.words for hold in reversed(holds_said(course, today))]
    return f"On hold, ordered by the team: {'; '.join(said)}" if said else ""


def _remark(course: Course) -> str:
    if course.therapy:
        return ""
    kind = Course.Kind(course.kind).label
    return f"{kind}, in the diary’s own words; the sources of this diary do not cover it"


def doses(days: Sequence[Day], courses: Iterable[Course]) -> tuple[str, ...]:
    """Return infusions and pumps one by one, tablets as days taken, missed, on hold and not
    recorded."""
    given = [
        f"{day_words(day.day)}: {dose.words}"
        for day in days
        for dose in day.doses
        if dose.dose.kind != Dose.Kind.TABLET
    ]
    tablets = (f"{t.name}, tablets: {_counts(t)}." for t in _tablets(days, courses))
    return (*given, *tablets)


def missed(days: Sequence[Day], courses: Iterable[Course]) -> tuple[str, ...]:
    """Return how many tablets were marked as missed or late, and how many days nobody recorded:
    not recorded is neither missed nor taken, and on hold no tablet is missed."""
    return tuple(f"{t.name}, tablets: {_missed(t)}." for t in _tablets(days, courses))


def medicines(days: Iterable[Day]) -> tuple[str, ...]:
    """Return what was given as needed, one by one; what was taken out says so."""
    return tuple(f"{day_words(day.day)}: {given.words}" for day in days for given in day.medicines)


@dataclass(frozen=True, slots=True)
class Tablets:
    """The tablets of one course: which days were answered how, on which none was recorded, and on
    which there was none to take."""

    name: str
    answers: dict[date, str]
    unknown: list[date]
    on_hold: list[date]

    def on(self, *statuses: str) -> list[date]:
        return [day for day, status in self.answers.items() if status in statuses]


def _tablets(days: Sequence[Day], courses: Iterable[Course]) -> Iterator[Tablets]:
    answers: dict[UUID, dict[date, str]] = defaultdict(dict)
    for day in days:
        for dose in day.doses:
            if dose.dose.kind == Dose.Kind.TABLET:
                answers[dose.dose.course_id][day.day] = dose.dose.status
    for course in courses:
        expected = [day.day for day in days if _is_on(course, day.day)]
        holds = holds_of(course)
        on_hold = {day.day for day in days if hold_among(holds, course.ended, day.day)}
        said = {
            day: status
            for day, status in answers[course.pk].items()
            if day not in on_hold or status != Dose.Status.MISSED
        }
        if said or (_by_tablet(course) and expected):
            left = [day for day in expected if day not in said]
            yield Tablets(
                treatment_name(course),
                said,
                unknown=[day for day in left if day not in on_hold],
                on_hold=[day for day in left if day in on_hold],
            )


def _by_tablet(course: Course) -> bool:
    return bool(course.therapy) and catalogue().therapies[course.therapy].giving == "tablet"


def _is_on(course: Course, day: date) -> bool:
    return course.started <= day and (course.ended is None or day <= course.ended)


def _counts(tablets: Tablets) -> str:
    late, missed = tablets.on(Dose.Status.LATE), tablets.on(Dose.Status.MISSED)
    of_them = f", late on {count_words(len(late), 'day')} of them{_which(late)}" if late else ""
    parts = [
        f"taken on {count_words(len(tablets.answers) - len(missed), 'day')}{of_them}",
        f"missed on {count_words(len(missed), 'day')}{_which(missed)}",
    ]
    if tablets.on_hold:
        parts.append(f"on hold on {count_words(len(tablets.on_hold), 'day')}")
    if tablets.unknown:
        parts.append(f"not recorded on {count_words(len(tablets.unknown), 'day')}")
    return ", ".join(parts)


def _missed(tablets: Tablets) -> str:
    late, missed = tablets.on(Dose.Status.LATE), tablets.on(Dose.Status.MISSED)
    latest = f", the latest on {day_words(max(missed))}" if missed else ""
    parts = [f"missed on {count_words(len(missed), 'day')}{latest}"]
    if late:
        parts.append(f"late on {count_words(len(late), 'day')}")
    if tablets.on_hold:
        parts.append(f"on hold on {count_words(len(tablets.on_hold), 'day')}")
    parts.append(f"not recorded on {count_words(len(tablets.unknown), 'day')}")
    return "; ".join(parts)


def _which(days: list[date]) -> str:
    return f" ({', '.join(runs_words(days))})" if days else ""


def at_home(days: Sequence[Day]) -> tuple[str, ...]:
    """Return what happened to a pump and its bags, and the daily looks: those with a difference one
    by one, the others as a number of days."""
    said = [(day.day, event) for day in days for event in day.home]
    looked = {day for day, event in said if event.kind == LOOK}
    lines = [
        f"{day_words(day)} at {event.time}: {event.words}"
        for day, event in said
        if event.kind != LOOK or event.is_different
    ]
    if looked:
        lines.append(
            "A one-minute check of the nervous system (the diary’s own questions, not a tested "
            f"scale) was recorded on {count_words(len(looked), 'day')} of {len(days)}."
        )
    return tuple(spelled(line) for line in lines)
