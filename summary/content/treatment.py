"""Courses, cycles and doses, as the summary lists them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from diary.core.words import day_words, span_words, treatment_name
from diary.history.timeline import Day
from diary.judging.holds import hold_on, holds_said
from diary.looks.look import LOOK
from diary.models import Course, Dose
from summary.content.shapes import Treatment
from therapies.catalogue import catalogue
from therapies.templatetags.spelling import spelled

ONE_DAY = timedelta(days=1)


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
    return "; ".join(f"cycle {c.number} from {day_words(c.started)}" for c in course.cycles.all())


def _holds(course: Course, today: date) -> str:
    said = [hold.words for hold in reversed(holds_said(course, today))]
    return f"On hold, ordered by the team: {'; '.join(said)}" if said else ""


def _remark(course: Course) -> str:
    if course.therapy:
        return ""
    kind = Course.Kind(course.kind).label
    return f"{kind}, in the family’s own words; the sources of this diary do not cover it"


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
        on_hold = {day.day for day in days if hold_on(course, day.day)}
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
    of_them = f", late on {_days(len(late))} of them{_which(late)}" if late else ""
    parts = [
        f"taken on {_days(len(tablets.answers) - len(missed))}{of_them}",
        f"missed on {_days(len(missed))}{_which(missed)}",
    ]
    if tablets.on_hold:
        parts.append(f"on hold on {_days(len(tablets.on_hold))}")
    if tablets.unknown:
        parts.append(f"not recorded on {_days(len(tablets.unknown))}")
    return ", ".join(parts)


def _missed(tablets: Tablets) -> str:
    late, missed = tablets.on(Dose.Status.LATE), tablets.on(Dose.Status.MISSED)
    latest = f", the latest on {day_words(max(missed))}" if missed else ""
    parts = [f"missed on {_days(len(missed))}{latest}"]
    if late:
        parts.append(f"late on {_days(len(late))}")
    if tablets.on_hold:
        parts.append(f"on hold on {_days(len(tablets.on_hold))}")
    parts.append(f"not recorded on {_days(len(tablets.unknown))}")
    return "; ".join(parts)


def _which(days: list[date]) -> str:
    return f" ({', '.join(runs(days))})" if days else ""


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def runs(days: Iterable[date]) -> list[str]:
    """Return days as spans: those in a row together."""
    numbered = enumerate(sorted(days))
    groups = groupby(numbered, key=lambda pair: pair[1] - ONE_DAY * pair[0])
    spans = [[day for _, day in group] for _, group in groups]
    return [span_words(span[0], span[-1]) for span in spans]


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
            f"A daily look at the nervous system (the diary’s own questions, not a tested scale) "
            f"was recorded on {_days(len(looked))} of {len(days)}."
        )
    return tuple(spelled(line) for line in lines)
