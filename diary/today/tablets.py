"""The tablets of its day on the page of today: answered beside the symptoms, recorded at once."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError

from accounts.models import Patient, User
from diary.core.errors import Refusal
from diary.core.words import day_words, treatment_name
from diary.judging.facts import facts_of
from diary.models import Course
from diary.treatment.actions.doses import record_tablet
from diary.treatment.doses import TabletDay, tablet_weeks
from diary.treatment.forms.courses import TabletsForm
from therapies.catalogue import catalogue
from therapies.standing import Standing

ASKED = "tablet "  # what the value of its button begins with: course, day and answer follow


class TabletsToday(NamedTuple):
    """The tablets of one treatment on one day, today or the day that was chosen."""

    name: str
    when: str
    day: TabletDay
    answers: tuple[tuple[str, str, bool], ...]  # the value of a button, its words, is it chosen

    @property
    def is_answered(self) -> bool:
        return bool(self.day.answer)

    @property
    def is_missed(self) -> bool:
        return self.day.answer == "missed"


def tablets_today(
    patient: Patient, standings: Sequence[Standing], day: date, *, is_today: bool
) -> list[TabletsToday]:
    """Return what may be answered of this day."""
    ids = {UUID(s.course) for s in standings if _is_taken(s)}
    courses = [course for course in facts_of(patient).courses if course.pk in ids]
    weeks = tablet_weeks(courses, day)
    when = "today" if is_today else f"on {day_words(day)}"
    return [_today(course, when, weeks[course.pk][-1]) for course in courses if weeks[course.pk]]


def _is_taken(standing: Standing) -> bool:
    therapy = catalogue().therapies.get(standing.therapy)
    return therapy is not None and therapy.giving == "tablet" and standing.status == "active"


def _today(course: Course, when: str, day: TabletDay) -> TabletsToday:
    words = {"taken": "Taken", "late": "Late", "missed": "Missed"}
    if day.is_on_hold:
        del words["missed"]
    answers = tuple(
        (f"{ASKED}{course.pk} {day.day} {answer}", label, day.answer == answer)
        for answer, label in words.items()
    )
    return TabletsToday(treatment_name(course), when, day, answers)


def answer_tablets(patient: Patient, asked: str, *, chosen: str, by: User) -> str:
    """Record what a button said. Return what is to be told where it cannot be: a button drawn for
    another day than the one `chosen` since then, written as in the button, records nothing."""
    course_id, day, answer = (*asked.removeprefix(ASKED).split(" "), "", "", "")[:3]
    if chosen != day:
        return "The tablets are not recorded: the page is about another day now. Check the day."
    form = TabletsForm({"day": day, "answer": answer}, patient=patient)
    try:
        course = patient.courses.get(pk=course_id, withdrawn__isnull=True)
        if form.is_valid() and answer:
            record_tablet(course, **form.cleaned_data, by=by)
            return ""
    except Refusal as why:
        return str(why)
    except (Course.DoesNotExist, ValidationError):
        pass
    return "The tablets are not recorded. Answer them on the page of the treatment."
