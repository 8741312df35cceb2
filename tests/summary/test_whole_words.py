"""The first page: a curve of the temperatures, whole words, and words instead of letters."""

import re
from datetime import UTC, date, datetime

import pytest

from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.core.days import DAY
from diary.models import Appointment, Course, OwnSymptom, Question
from summary.content.build import content
from summary.content.parts import A4, LETTER, SummaryChoice
from summary.content.shapes import Content
from summary.paper.pdf import as_pdf
from tests.diary.answers import reading, said
from tests.summary.test_agree import structure
from tests.summary.test_pdf import bare, pages
from therapies.catalogue import catalogue

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.django_db]


@pytest.fixture
def long_names(patient: Patient, owner: User) -> Patient:
    """The symptoms with the longest names, reported before an appointment and not since; others
    since; treatments and questions with names as long as people write them."""
    Patient.objects.filter(pk=patient.pk).update(created=NOW - 90 * DAY)
    patient.refresh_from_db()
    day = TODAY - 10 * DAY
    Appointment.objects.create(patient=patient, day=day, zone=patient.zone, state="held", by=owner)
    longest = sorted(catalogue().symptoms.values(), key=lambda s: -len(s.label))
    answer = {"yes-no": "yes"}
    reports = [
        ReportData(s.slug, answer.get(s.kind, "severe"))
        for s in longest
        if s.kind in {"severity", "yes-no"}
    ]
    record_check_in(patient, said(NOW - 15 * DAY, *reports[:4], reading("38.9")), by=owner)
    record_check_in(patient, said(NOW - 3 * DAY, *reports[4:8], reading("37.2")), by=owner)
    name = "A study of a medicine with a name that fills the line and then goes on for another"
    Course.objects.create(patient=patient, kind="trial", name=name, started=TODAY - 20 * DAY)
    Question.objects.create(patient=patient, text="May she swim, and for how long?", by=owner)
    return patient


def summary(patient: Patient, owner: User, *, days: int = 30, paper: str = A4) -> Content:
    want = SummaryChoice(("symptoms", "temperatures"), paper, "en-gb")
    return content(patient, TODAY - (days - 1) * DAY, TODAY, by=owner, want=want)


@pytest.mark.parametrize("paper", [A4, LETTER])
def test_no_name_is_cut_off_on_paper(long_names: Patient, owner: User, paper: str) -> None:
    made = summary(long_names, owner, paper=paper)
    first, *_ = pages(as_pdf(made))
    assert not re.search(r"[^,;]\s…|\w…", first), "a list ends after a name"
    for row in made.symptoms:
        assert bare(row.label) in bare(first)
    earlier = next(line for line in made.front.changed.lines if line.startswith("Reported earlier"))
    assert bare(earlier) in bare(first)
    assert bare("A study of a medicine with a name that fills the line") in bare(first)


def test_what_is_too_long_for_the_page_ends_after_a_word(patient: Patient, owner: User) -> None:
    Question.objects.create(patient=patient, text="May she swim in the sea " * 20, by=owner)
    (line,) = summary(patient, owner).front.questions.lines
    assert re.search(r"\b(May|she|swim|in|the|sea) …$", line)


def test_the_curve_stands_on_the_first_page_with_the_fever_line(
    long_names: Patient, owner: User
) -> None:
    made = summary(long_names, owner)
    curve = made.front.curve
    assert curve is not None
    assert 'class="fever-line"' in curve.svg
    assert curve.svg.count('class="fever"') == 1
    assert curve.words.startswith("2 temperatures, 24 Oct – 22 Nov 2026. The highest: 7 November")
    pdf = as_pdf(made)
    alts = [str(e["/Alt"]) for e in structure(pdf) if e.get("/S") == "/Figure"]
    assert bare(curve.words) in map(bare, alts)
    first = bare(pages(pdf)[0])
    for words in (curve.heading, curve.words, curve.legend):
        assert bare(words) in first


def test_of_many_days_the_curve_draws_the_last_and_says_which(
    long_names: Patient, owner: User
) -> None:
    curve = summary(long_names, owner, days=400).front.curve
    assert curve is not None
    assert curve.heading == "Temperatures, 23 Aug – 22 Nov 2026"


def test_without_a_temperature_there_is_no_curve(patient: Patient, owner: User) -> None:
    record_check_in(patient, said(NOW, ReportData("headache", "mild")), by=owner)
    made = summary(patient, owner)
    assert made.front.curve is None
    assert "Temperatures" not in pages(as_pdf(made))[0].partition("Worst and most")[0]


def test_it_says_words_and_no_letters(long_names: Patient, owner: User) -> None:
    text = " ".join("\n".join(pages(as_pdf(summary(long_names, owner)))).split())
    assert "1 of 2 days" in text
    assert "caregiver" in text
    assert "of logged" not in text
    assert not re.search(r"\b(P|C) \d+,|P\+C|[CF] C\b", text)


def test_a_familys_own_name_is_whole(patient: Patient, owner: User) -> None:
    name = "As long a name as the diary takes for a symptom of our own.."
    own = OwnSymptom.objects.create(patient=patient, name=name, kind="severity", by=owner)
    report = ReportData(own.symptom, "mild", own_name=own.name)
    record_check_in(patient, said(NOW, report), by=owner)
    assert len(name) == 60
    assert bare(name) in bare(pages(as_pdf(summary(patient, owner)))[0])
