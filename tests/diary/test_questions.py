"""Questions for the next appointment: written from any page, ticked, and taken along."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from diary.models import Question
from summary.content.build import content
from summary.paper.pdf import as_pdf
from tests.summary.test_pdf import pages

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
PAGE = "questions"
pytestmark = pytest.mark.usefixtures("clock")
WORDS = "May she swim? <b>&"


@pytest.fixture
def question(patient, owner):
    return Question.objects.create(patient=patient, text=WORDS, by=owner)


@pytest.mark.parametrize(
    "name", ["today", "history", "treatment", "team", "summary", "patient_more", "own_symptoms"]
)
def test_every_page_of_the_patient_has_the_field(dad, reader, log_in, patient, url, name):
    page = dad.get(reverse(name, args=[patient.pk])).content.decode()
    assert f'action="{url}"' in page
    page = log_in(reader).get(reverse(name, args=[patient.pk])).content.decode()
    assert f'action="{url}"' not in page


def test_a_question_is_kept_once_however_often_it_is_sent(dad, url, patient, owner):
    for _ in range(2):
        response = dad.post(url, {"text": f"  {WORDS} "}, follow=True)
    question = Question.objects.get()
    assert (question.patient, question.text, question.by) == (patient, WORDS, owner)
    page = response.content.decode()
    assert "May she swim? &lt;b&gt;&amp;" in page
    assert "<b>&" not in page


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_what_is_no_question_is_said_and_kept(dad, url, text):
    response = dad.post(url, {"text": text})
    assert response.status_code == 422
    assert text in response.content.decode()
    assert not Question.objects.exists()


def test_a_question_is_ticked_and_asked_again(dad, patient, question):
    tick = reverse("question_tick", args=[patient.pk, question.pk])
    dad.post(tick, {"answered": "1"})
    dad.post(tick, {"answered": "1"})
    question.refresh_from_db()
    assert question.answered == NOW
    dad.post(tick, {"open": "1"})
    question.refresh_from_db()
    assert question.answered is None


def test_reader_stranger_and_anonymous(client, reader, stranger, log_in, url, patient, question):
    tick = reverse("question_tick", args=[patient.pk, question.pk])
    page = log_in(reader).get(url).content.decode()
    assert "May she swim?" in page
    assert "Tick as answered" not in page
    for address in (url, tick):
        assert log_in(reader).post(address, {"text": "a"}).status_code == 403
        assert log_in(stranger).post(address, {"text": "a"}).status_code == 404
        assert client.post(address, {"text": "a"}).status_code == 302
    assert log_in(stranger).get(url).status_code == 404
    assert Question.objects.count() == 1


def test_open_questions_stand_in_the_summary_and_the_pdf(dad, patient, owner, question):
    Question.objects.create(patient=patient, text="Settled", by=owner, answered=NOW)
    said = content(patient, date(2026, 11, 1), date(2026, 11, 20), by=owner)
    assert said.questions == (WORDS,)
    assert WORDS in "".join(pages(as_pdf(said)))
    page = dad.get(reverse("summary", args=[patient.pk])).content.decode()
    assert "Questions to ask" in page
    assert "Settled" not in page
