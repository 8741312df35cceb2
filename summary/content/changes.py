"""What is different since the last appointment: counted from what was logged, never interpreted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.models import Patient
from diary.appointments.periods import last_appointment
from diary.core.days import DAY
from diary.core.words import appointment_words, count_words, day_words, treatment_name
from diary.history.timeline import Day, State
from diary.judging.fever import BELOW_WORDS
from diary.judging.holds import holds_of, last_day_of
from diary.models import Appointment, Course, Dose
from summary.content.symptoms import Tally
from therapies.templatetags.spelling import spelled

# An appointment that is longer ago than this is no longer compared with.
MAX_APPOINTMENT_AGE = timedelta(days=366)
DEFAULT_COMPARED_DAYS = 30  # days compared where no appointment is marked as held
MAX_NAMED_SYMPTOMS = 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """The days since, and as many before them. `held` is None where no appointment is known."""

    since: date
    last: date
    held: Appointment | None

    @property
    def before(self) -> date:
        return self.since - (self.last - self.since) - DAY

    @property
    def title(self) -> str:
        if self.held:
            return "Since the last appointment"
        return f"In the last {(self.last - self.since).days + 1} days"


def compared(patient: Patient, first: date, last: date) -> Comparison:
    """Return which days are compared: since the last appointment, or else the last 30."""
    held = last_appointment(patient, last)
    if held and last - held.day <= MAX_APPOINTMENT_AGE:
        return Comparison(held.day, last, held)
    return Comparison(max(first, last - (DEFAULT_COMPARED_DAYS - 1) * DAY), last, None)


def basis(which: Comparison, before: Sequence[Day], since: Sequence[Day]) -> tuple[str, ...]:
    """Say which appointment is meant, what is compared with what, and how much was logged."""
    held = appointment_words(which.held) if which.held else "No appointment is marked as held"
    earlier = f"the {len(before)} days before, of which {logged_of(before)} were logged"
    if len(before) == 1:
        earlier = f"the day before, which was {'' if logged_of(before) else 'not '}logged"
    return (
        f"{held}.",
        f"{logged_of(since)} of {len(since)} days logged; compared with {earlier}.",
    )


def changes(
    courses: Iterable[Course],
    before: Sequence[Day],
    since: Sequence[Day],
    tallies: tuple[Mapping[str, Tally], Mapping[str, Tally]],
) -> tuple[str, ...]:
    """Return what began, ended, is new, is stronger, and what was reported only before. What was
    not logged is compared with nothing."""
    lines = list(_treatment(courses, since))
    if logged_of(before) and logged_of(since):
        lines += _symptoms(*tallies)
    else:
        when = "before" if logged_of(since) else "since"
        lines.append(f"Symptoms are not compared: no day was logged {when}.")
    return (*lines, *_given(since))


def _treatment(courses: Iterable[Course], since: Sequence[Day]) -> Iterable[str]:
    first, last = since[0].day, since[-1].day
    for course in courses:
        name = spelled(treatment_name(course))
        if course.is_dated and first <= course.started <= last:
            yield f"{name} began on {day_words(course.started)}."
        for cycle in course.cycles.all():
            if first <= cycle.started <= last and cycle.started != course.started:
                yield f"{name}: cycle {cycle.number} began on {day_words(cycle.started)}."
        for hold in holds_of(course):
            end = last_day_of(hold, course)
            if first <= hold.started <= last:
                yield f"{name}: put on hold by the team on {day_words(hold.started)}."
            if end and first <= end <= last and end != course.ended:
                yield f"{name}: last day on hold {day_words(end)}."
        if course.ended and first <= course.ended <= last:
            yield f"{name} ended on {day_words(course.ended)}."


def _symptoms(was: Mapping[str, Tally], now: Mapping[str, Tally]) -> Iterable[str]:
    order = sorted((name for name, tally in now.items() if tally.present), key=_rank(now))
    new = [name for name in order if not _was_there(was, name)]
    stronger = [name for name in order if _was_there(was, name) and now[name].beats(was[name])]
    gone = sorted(
        (n for n, tally in was.items() if tally.present and not _was_there(now, n)), key=_rank(was)
    )
    if new:
        yield _line("Not reported before", [f"{n} ({_worst(now[n])})" for n in new])
    if stronger:
        said = [f"{n} ({was[n].worst}, now {now[n].worst})" for n in stronger]
        yield _line("Stronger than before", said)
    if gone:
        yield _line("Reported earlier", [f"{n} ({_asked(now.get(n))})" for n in gone])


def _rank(tallies: Mapping[str, Tally]) -> Callable[[str], tuple[Any, ...]]:
    return lambda name: (*tallies[name].rank, name)


def _was_there(tallies: Mapping[str, Tally], name: str) -> bool:
    return name in tallies and bool(tallies[name].present)


def _worst(tally: Tally) -> str:
    return f"{tally.worst}, {count_words(len(tally.present), 'day')}"


def _asked(tally: Tally | None) -> str:
    if tally is not None and tally.below:
        return f"since then measured {BELOW_WORDS} on {count_words(len(tally.below), 'day')}"
    if tally is None or not tally.denied:
        return "not asked about since"
    return f"since then answered “no” on {count_words(len(tally.denied), 'day')}"


def _line(title: str, said: Sequence[str]) -> str:
    more = f"; and {len(said) - MAX_NAMED_SYMPTOMS} more" if len(said) > MAX_NAMED_SYMPTOMS else ""
    return f"{title}: {'; '.join(said[:MAX_NAMED_SYMPTOMS])}{more}."


def _given(since: Sequence[Day]) -> Iterable[str]:
    """Return infusions and pumps, the latest first."""
    for day in reversed(since):
        for dose in reversed(day.doses):
            if dose.dose.kind != Dose.Kind.TABLET:
                yield f"{day_words(day.day)}: {spelled(dose.words)}."


def logged_of(days: Iterable[Day]) -> int:
    return sum(day.state is State.LOGGED for day in days)
