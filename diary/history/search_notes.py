"""Words that are looked for where no check-in holds them: appointments, questions, why a treatment
was on hold."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import Patient
from diary.core.days import local_day
from diary.core.words import appointment_words, day_words, treatment_name
from diary.history.search import Search
from diary.models import Answer, AppointmentNote, AuthoredRow, Hold

Row = TypeVar("Row", bound=AuthoredRow)

MAX_SHOWN_EACH = 20  # of each kind, the latest


class NoteHit(NamedTuple):
    """One place, with the day it belongs to."""

    day: date
    what: str
    words: str
    address: str

    @property
    def when(self) -> str:
        return day_words(self.day)


def elsewhere(patient: Patient, sought: Search) -> list[NoteHit]:
    """Return where else the words are, of all months, the latest first. Three queries; none
    where what is looked for is only ever said of a check-in."""
    if not sought.words or sought.is_of_check_ins:
        return []
    places = (_appointments, _questions, _holds)
    found = [one for place in places for one in place(patient, sought)]
    return sorted((one for one in found if one.day.isoformat() >= sought.since), key=_latest)


def _latest(one: NoteHit) -> int:
    return -one.day.toordinal()


def _appointments(patient: Patient, sought: Search) -> Iterator[NoteHit]:
    notes = AppointmentNote.objects.filter(appointment=OuterRef("pk"), withdrawn__isnull=True)
    notes = _written(notes, sought).filter(text__iregex=sought.pattern)
    answers = _written(Answer.objects.filter(appointment=OuterRef("pk")), sought)
    own = Q(whom__iregex=sought.pattern) | Q(place__iregex=sought.pattern)
    if sought.by:
        own &= Q(pk__in=_written(patient.appointments.all(), sought).values("pk"))
    answered = Exists(answers.filter(text__iregex=sought.pattern))
    rows = patient.appointments.filter(own | Exists(notes) | answered)
    for one in rows.order_by("-day", "-created")[:MAX_SHOWN_EACH]:
        address = reverse("appointment", args=[patient.pk, one.pk])
        yield NoteHit(one.day, "Appointment", appointment_words(one), address)


def _questions(patient: Patient, sought: Search) -> Iterator[NoteHit]:
    answers = _written(Answer.objects.filter(question=OuterRef("pk")), sought)
    said = Q(text__iregex=sought.pattern) | Q(whom__iregex=sought.pattern)
    own = Q(text__iregex=sought.pattern)
    if sought.by:
        own &= Q(pk__in=_written(patient.questions.all(), sought).values("pk"))
    rows = patient.questions.filter(own | Exists(answers.filter(said)))
    for one in rows.order_by("-created")[:MAX_SHOWN_EACH]:
        day = local_day(one.created, patient.tz)
        yield NoteHit(day, "Question", one.text, reverse("questions", args=[patient.pk]))


def _holds(patient: Patient, sought: Search) -> Iterator[NoteHit]:
    rows = Hold.objects.filter(course__patient=patient, withdrawn__isnull=True)
    rows = _written(rows, sought).filter(reason__iregex=sought.pattern)
    for one in rows.select_related("course").order_by("-started")[:MAX_SHOWN_EACH]:
        address = reverse("course", args=[patient.pk, one.course_id])
        yield NoteHit(one.started, f"{treatment_name(one.course)} on hold", one.reason, address)


def _written(rows: QuerySet[Row], sought: Search) -> QuerySet[Row]:
    return rows.filter(sought.wrote) if sought.by else rows
