"""One selection and one wording of what is handed over, for the page, the print and the PDF."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.utils import timezone, translation

from accounts.countries import clock_of
from accounts.models import Patient, User
from accounts.statements import Statement
from diary.core.days import local_day
from diary.core.words import day_words, moment_words, month_words, runs_words, span_words
from diary.history.timeline import Day, State, Timeline, gaps, timeline
from diary.judging.fever import card_of, card_sentence, fever_line_words, line_with
from diary.models import FamilyCard, Question, Version
from summary.content.changes import compared
from summary.content.charts import paper_ground, symptom_drawings, temperature_drawing
from summary.content.front import FULL_NAME_LENGTH, clipped, front
from summary.content.lists import meetings, photo_lines, views
from summary.content.moments import corrections, entries_of, flags, moments, notes
from summary.content.parts import SummaryChoice, usual
from summary.content.shapes import Content, Period, Who
from summary.content.sources import STATEMENT, References
from summary.content.symptoms import readings, symptoms, tallies_of
from summary.content.treatment import at_home, doses, medicines, treatments


def content(
    patient: Patient,
    first: date,
    last: date,
    *,
    by: User,
    chosen: Iterable[str] | None = (),
    chosen_photos: Iterable[str] = (),
    now: datetime | None = None,
    want: SummaryChoice | None = None,
    on_paper: bool = True,
) -> Content:
    """Return everything a summary of these days says, in the spelling that is wanted. `chosen` are
    the ids of the notes to put in; None puts in all of them. `chosen_photos` are those of the
    photos; nothing puts in all. `on_paper`: with the drawings that only the file has."""
    want, now = want or usual(patient), now or timezone.now()
    with translation.override(want.language), clock_of(patient.country):
        which = compared(patient, first, last)
        read = timeline(patient, min(first, which.before), last, now=now)
        days = [day for day in read.days if day.day >= first]
        chosen_days = replace(read, days=tuple(days))
        ground = paper_ground(patient, chosen_days, now) if on_paper else None
        card = card_of(patient)
        line = line_with(card)
        taken = readings(days, line)
        fever = _fever_words(patient, card, is_used=bool(taken))
        refs, unseen = References(), References()  # what is left out cites nothing
        urgent = moments(days, read.courses, refs if "urgent" in want.parts else unseen)
        met = flags(days, refs if "flags" in want.parts else unseen)
        rows, denied = symptoms(tallies_of(days))
        who, questions = _who(patient, days), _questions(patient)
        today = local_day(now, patient.tz)
        return Content(
            title=f"{patient.paper_name}: diary summary, {span_words(first, last)}",
            language=want.language,
            direction="rtl" if translation.get_language_bidi() else "ltr",
            paper=want.paper,
            parts=want.parts,
            front=front(
                patient,
                read,
                which,
                days,
                rows=rows,
                urgent=urgent,
                writers=who.written_by,
                questions=questions,
                fever=fever,
                line=line,
                want=want,
            ),
            who=who,
            made=f"Made {moment_words(now, patient.tz)} ({patient.zone}) by {by}",
            period=_period(read, days),
            treatments=treatments(read.courses, today),
            doses=doses(days, read.courses),
            medicines=medicines(days),
            moments=urgent,
            questions=questions,
            symptoms=rows,
            denied_only=denied,
            readings=taken,
            flags=met,
            notes=notes(days, chosen),
            gaps=_gaps(days, today),
            corrections=corrections(days),
            fever_line=fever,
            sources=refs.lines(today),
            statement=STATEMENT,
            home=at_home(days),
            meetings=meetings(patient, first, last) if "appointments" in want.parts else (),
            views=views(days),
            photos=photo_lines(days, chosen_photos),
            temperature_drawing=temperature_drawing(patient, chosen_days, line, ground)
            if ground
            else None,
            symptom_drawings=symptom_drawings(chosen_days, ground) if ground else (),
        )


def _questions(patient: Patient) -> tuple[str, ...]:
    """Return what is still to be asked, whichever days the summary is about."""
    return tuple(question.text for question in _QUESTIONS(patient=patient.pk)["open"])


_QUESTIONS = Statement(
    lambda patient: {"open": Question.objects.filter(patient=patient, answered__isnull=True)}
)


def _who(patient: Patient, days: Sequence[Day]) -> Who:
    writers = (said.version.author for entry in entries_of(days) for said in entry.versions)
    return Who(
        name=patient.paper_name,
        short=clipped(patient.latin_name or patient.name, FULL_NAME_LENGTH),
        born=month_words(patient.birth_year, patient.birth_month),
        written_by=", ".join(dict.fromkeys(str(writer) for writer in writers)),
    )


def _period(read: Timeline, days: Sequence[Day]) -> Period:
    logged = [day for day in days if day.state is State.LOGGED]
    return Period(
        words=span_words(days[0].day, days[-1].day),
        days=len(days),
        logged=len(logged),
        sentences=tuple(filter(None, (*_kinds(logged), _looked(days), _before(read, days)))),
    )


def _kinds(logged: Sequence[Day]) -> list[str]:
    """Say on how many days there was only "nothing new", and on which somebody was too ill."""
    nothing = sum(day.has_nothing_new_only for day in logged)
    too_ill = Version.Kind.TOO_ILL
    ill = [d.day for d in logged if any(e.current.version.kind == too_ill for e in d.entries)]
    return [
        f"Only “nothing new” on {nothing} of them." if nothing else "",
        f"Too ill to fill it in: {', '.join(runs_words(ill))}." if ill else "",
    ]


def _looked(days: Sequence[Day]) -> str:
    """Name the days with a daily look and no check-in: they are neither logged nor "not logged"."""
    looked = [day.day for day in days if day.has_a_look_only]
    return f"A one-minute check and no entry: {', '.join(runs_words(looked))}." if looked else ""


def _before(read: Timeline, days: Sequence[Day]) -> str:
    before = sum(day.state is State.BEFORE for day in days)
    if not before:
        return ""
    return f"The diary began on {day_words(read.began)}; {before} of these days are before that."


def _gaps(days: Sequence[Day], today: date) -> tuple[str, ...]:
    return tuple(
        f"{span_words(*run)}{' (today, so far)' if run.last == today else ''}" for run in gaps(days)
    )


def _fever_words(patient: Patient, card: FamilyCard | None, *, is_used: bool) -> tuple[str, ...]:
    """Return the line to which readings were compared, and the card in its own words."""
    words = [f"Fever line used: {fever_line_words(patient, card)}."] if is_used else []
    if sentence := card_sentence(patient, card, is_paper=True):
        words.append(sentence)
    if card and card.words:
        words.append(f"The card says: “{card.words}”")
    return tuple(words)
