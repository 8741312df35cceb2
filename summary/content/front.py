"""The page on top, which a clinician reads in a minute: every list bounded, the rest named."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate

from accounts.glyphs import drawable
from accounts.models import Patient
from diary.core.words import count_words, day_words, treatment_name
from diary.history.charts.series import (
    AnswerPoint,
    SymptomSeries,
    TemperaturePoint,
    series_of,
    stretch_of,
    temperatures_of,
)
from diary.history.charts.strips import SmallLine, each_words, small_lines
from diary.history.timeline import Day, State, Timeline
from diary.judging.fever import BELOW_WORDS, STATUS_WORDS, ReadingStatus
from diary.models import CheckIn, Course, Version
from summary.content.changes import Comparison, basis, changes, logged_of
from summary.content.curve import curve
from summary.content.parts import PARTS, SummaryChoice
from summary.content.shapes import (
    FirstLines,
    Front,
    FrontMoment,
    FrontSymptom,
    Moment,
    SymptomRow,
)
from summary.content.symptoms import tallies_of
from summary.content.treatment import missed
from therapies.catalogue import catalogue
from therapies.templatetags.spelling import spelled, symptom_label

MAX_TREATMENTS, MAX_CHANGES, MAX_MOMENTS, MAX_QUESTIONS = 4, 5, 4, 5
MAX_WORST_SYMPTOMS, MAX_FREQUENT_SYMPTOMS, MAX_MISSED_LINES = 5, 3, 3
NAME_LENGTH, FULL_NAME_LENGTH, SHORT_LENGTH, LONG_LENGTH = 70, 60, 90, 150
REPORTED_LENGTH, CHANGE_LENGTH = 200, 320
WIDTH, HEIGHT = 150, 20
FEVER_SCALE = (BELOW_WORDS, STATUS_WORDS[ReadingStatus.FEVER])


def front(
    patient: Patient,
    read: Timeline,
    which: Comparison,
    days: Sequence[Day],
    *,
    rows: Sequence[SymptomRow],
    urgent: Sequence[Moment],
    writers: str,
    questions: Sequence[str],
    fever: Sequence[str],
    line: Decimal,
    want: SummaryChoice,
) -> Front:
    """Return the page on top. `days` are those of the summary; `read` holds those before, too."""
    taken, parts = temperatures_of(days, line), want.parts
    drawn = [*series_of(days), *_fever(taken)]
    lines = small_lines(drawn, stretch_of(days), width=WIDTH, height=HEIGHT)
    shown = front_symptoms(rows, logged_of(days), lines)
    before = [day for day in read.days if which.before <= day.day < which.since]
    since = [day for day in read.days if day.day >= which.since]
    both = tallies_of(before), tallies_of(since)
    standing = [spelled(line) for line in days[-1].treatment]
    has_all = len(questions) <= MAX_QUESTIONS and all(clipped(one) == one for one in questions)
    empty = {"questions"} if has_all else set()
    if not any(day.views for day in days):
        empty.add("views")
    return Front(
        heading=clipped(f"{patient.name}: diary summary"),
        standing=few(standing, MAX_TREATMENTS, "treatment", parts),
        since=_since(read, days[-1].day),
        logged=_logged(days),
        told=_told(days, writers),
        fever=clipped(" ".join(fever), 2 * SHORT_LENGTH),
        urgent=urgent_words(urgent),
        changed_title=which.title,
        changed_basis=tuple(clipped(line) for line in basis(which, before, since)),
        changed=few(
            changes(read.courses, before, since, both), MAX_CHANGES, "", (), length=CHANGE_LENGTH
        ),
        moments=front_moments(urgent),
        moments_more=more(len(urgent) - MAX_MOMENTS, "urgent", parts),
        curve=curve(patient, days, taken, line),
        symptoms=shown,
        symptoms_more=more(len(rows) - len(shown), "symptoms", parts),
        line_words=line_words(lines),
        missed=few(missed(days, read.courses), MAX_MISSED_LINES, "treatment", parts),
        questions=few(questions, MAX_QUESTIONS, "questions", parts),
        has_all_questions=has_all,
        details=details_words(parts, empty),
    )


def clipped(text: str, most: int = LONG_LENGTH) -> str:
    """Return the text in one line. Where it is too long for the first page it ends after a part of
    a list or after a word. A character that the fonts lack counts as long as what is drawn in its
    place."""
    line = " ".join(text.split())
    if len(drawable(line)) <= most:
        return line
    drawn = accumulate(len(drawable(character)) for character in line)
    kept = sum(length < most for length in drawn)
    for end in (r".*[;,](?= )", r".*(?= )"):
        whole = re.match(end, line[: kept - 1])
        if whole and 2 * len(whole[0]) > kept:
            return f"{whole[0]} …"
    return f"{line[:kept].rstrip()}…"


def _since(read: Timeline, last: date) -> str:
    """Say since when the treatments under way are, and the diary."""
    under_way = [
        f"{clipped(spelled(treatment_name(course)))}{_from(course)}"
        for course in read.courses
        if course.started <= last and (course.ended is None or course.ended >= last)
    ]
    left = len(under_way) - MAX_TREATMENTS
    and_more = f"; and {left} more" if left > 0 else ""
    said = f"{'; '.join(under_way[:MAX_TREATMENTS])}{and_more}. " if under_way else ""
    return f"{said}Diary since {day_words(read.began)}."


def _from(course: Course) -> str:
    """The day on which a treatment was merely chosen here is not its first."""
    if not course.is_dated:
        return ", first day not recorded"
    return f" since {day_words(course.started)}"


def _logged(days: Sequence[Day]) -> str:
    """Say what the other days were: nothing new, too ill, not logged."""
    entries = [(day.day, entry) for day in days for entry in day.entries]
    ill = {day for day, e in entries if e.current.version.kind == Version.Kind.TOO_ILL}
    counted = (
        ("only “nothing new” on", sum(day.has_nothing_new_only for day in days)),
        ("too ill to fill it in on", len(ill)),
        ("not logged on", sum(day.is_gap for day in days)),
        ("before the diary began:", sum(day.state is State.BEFORE for day in days)),
    )
    said = [f"{words} {number}" for words, number in counted if number]
    return f"Of these days {'; '.join(said)}." if said else ""


def _told(days: Sequence[Day], writers: str) -> str:
    by = Counter(e.check_in.told_by for day in days for e in day.entries if not e.is_removed)
    said = [f"{by[who.value]} by {who.label}" for who in CheckIn.ToldBy if by[who.value]]
    if not writers:
        return "Nobody in these days."
    counted = f"Entries: {', '.join(said)}. " if said else ""
    return f"{counted}Written by {clipped(writers, SHORT_LENGTH)}."


def few(
    lines: Sequence[str], most: int, slug: str, parts: Iterable[str], *, length: int = LONG_LENGTH
) -> FirstLines:
    """Return the first lines, and where the rest of them stand, if anywhere in this summary."""
    return FirstLines(
        tuple(clipped(line, length) for line in lines[:most]), more(len(lines) - most, slug, parts)
    )


def more(left: int, slug: str, parts: Iterable[str]) -> str:
    if left <= 0:
        return ""
    where = next((part.heading for part in PARTS if part.slug == slug), "")
    if slug in parts:
        return f"And {left} more, see “{where}” below."
    return f"And {left} more in the diary, left out of this summary."


def urgent_words(moments: Sequence[Moment]) -> str:
    still = sum(moment.is_open for moment in moments)
    said = count_words(len(moments), "urgent entry", "urgent entries")
    return f"{said}, {still} still open" if still else said


def front_moments(moments: Sequence[Moment]) -> tuple[FrontMoment, ...]:
    """Return the first ones: those still open, then the latest."""
    chosen = sorted(moments, key=lambda moment: not moment.is_open)[:MAX_MOMENTS]
    return tuple(
        FrontMoment(
            when=moment.when,
            reported=clipped(
                "; ".join((*moment.reported, *moment.changes)) or "no symptom", REPORTED_LENGTH
            ),
            found=clipped(moment.urgent_for),
            done=clipped(moment.brief),
            is_open=moment.is_open,
        )
        for moment in chosen
    )


def front_symptoms(
    rows: Sequence[SymptomRow], logged: int, lines: Mapping[str, SmallLine]
) -> tuple[FrontSymptom, ...]:
    """Return the worst, and of the others the most frequent."""
    often = sorted(rows[MAX_WORST_SYMPTOMS:], key=lambda row: -row.present)[:MAX_FREQUENT_SYMPTOMS]
    return tuple(
        _symptom(row, logged, lines.get(row.label)) for row in (*rows[:MAX_WORST_SYMPTOMS], *often)
    )


def _symptom(row: SymptomRow, logged: int, line: SmallLine | None) -> FrontSymptom:
    return FrontSymptom(
        label=clipped(row.label, NAME_LENGTH),
        level=row.level,
        worst=row.worst,
        present=f"{row.present} of {count_words(logged, 'day')}",
        told=row.told,
        svg=line.svg if line else "",
        words=line.words if line else "",
    )


def _fever(taken: Sequence[TemperaturePoint]) -> Iterable[SymptomSeries]:
    """Return the temperatures as one symptom: the fever line was reached, or not."""
    if taken:
        said = (
            AnswerPoint(one.day, one.part, one.words, one.level, FEVER_SCALE[one.is_fever])
            for one in taken
        )
        yield SymptomSeries(symptom_label(catalogue().thermometer), FEVER_SCALE, tuple(said))


def line_words(lines: Mapping[str, SmallLine]) -> str:
    """Say how the small lines are read."""
    each = max((line.days_each for line in lines.values()), default=1)
    return (
        f"In the small lines {each_words(each)}, as high and as dark as the answer; a triangle is "
        "urgent, hatched is not logged, empty is not answered."
    )


def details_words(parts: Sequence[str], empty: Iterable[str]) -> str:
    """Say what stands below, and what was left out by choice. What has nothing to say is `empty`
    and stands nowhere."""
    below = [part.heading for part in PARTS if part.slug in parts and part.slug not in empty]
    out = [part.heading for part in PARTS if part.slug not in parts]
    said = [f"Below: {'; '.join(below)}." if below else "Nothing else was put in."]
    return " ".join([*said, f"Left out by choice: {'; '.join(out)}."] if out else said)
