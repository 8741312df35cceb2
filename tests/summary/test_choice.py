"""Parts, paper and spelling: chosen by each user for each patient, remembered, and audited."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import AuditEntry
from summary.content.parts import PARTS, usual, wanted
from summary.models import Choice
from tests.conftest import new_patient

CHOSEN = {"parts": ["symptoms", "gaps"], "paper": "us-letter", "spelling": "en-us"}


def choose(client, patient, said=CHOSEN, query=""):
    return client.post(reverse("summary_choose", args=[patient.pk]) + query, said)


def page(client, patient):
    return client.get(reverse("summary", args=[patient.pk])).content.decode()


def test_a_choice_is_remembered_for_this_user_and_this_patient_only(patient, owner, reader, log_in):
    other = new_patient(owner, name="Bo", birth_month=1, birth_year=2010, zone="UTC")
    response = choose(log_in(owner), patient, query="?days=90&n=abc")
    assert response.status_code == 302
    assert response["Location"] == reverse("summary", args=[patient.pk]) + "?days=90&n=abc"
    mine = wanted(patient, owner)
    assert (mine.parts, mine.paper, mine.spelling) == (("symptoms", "gaps"), "us-letter", "en-us")
    assert wanted(patient, reader) == usual(patient)
    assert wanted(other, owner) == usual(other)
    text = page(log_in(owner), patient)
    assert "Corrections and removals</h2>" not in text
    assert "Days not logged</h2>" in text
    assert "Left out by choice: Urgent moments;" in text
    assert "Corrections and removals</h2>" in page(log_in(reader), patient)


def test_a_choice_is_audited_and_the_second_one_replaces_the_first(patient, owner, log_in):
    choose(log_in(owner), patient)
    choose(log_in(owner), patient, {"parts": [], "paper": "a4", "spelling": ""})
    choice = Choice.objects.get()
    assert (choice.parts, choice.paper, choice.spelling) == ([], "a4", "")
    entries = AuditEntry.objects.filter(action="choose summary")
    assert [(e.by, e.row) for e in entries] == [(owner, f"choice:{choice.pk}")] * 2
    assert "Nothing else was put in." in page(log_in(owner), patient)


def test_looking_at_the_page_remembers_nothing(patient, owner, log_in):
    client = log_in(owner)
    client.get(reverse("summary", args=[patient.pk]) + "?parts=symptoms&paper=us-letter")
    assert client.get(reverse("summary_choose", args=[patient.pk])).status_code == 405
    assert not Choice.objects.exists()
    assert not AuditEntry.objects.exists()


def test_who_may_only_read_may_choose_for_themselves_and_nobody_else(
    client, patient, reader, stranger, log_in
):
    assert choose(log_in(reader), patient).status_code == 302
    assert Choice.objects.get().user == reader
    assert choose(log_in(stranger), patient).status_code == 404
    assert choose(client, patient).status_code == 302
    assert Choice.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"parts": ["everything"]}, "Choose among these parts."),
        ({"paper": "a3"}, "Choose one of these papers."),
        ({"spelling": "de"}, "Choose one of these spellings."),
    ],
)
def test_what_cannot_be_chosen_is_said_and_the_rest_stays_ticked(
    patient, owner, log_in, said, words
):
    response = choose(log_in(owner), patient, {**CHOSEN, **said})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Choice.objects.exists()


def test_a_part_that_is_no_longer_known_is_passed_over(patient, owner):
    Choice.objects.create(patient=patient, user=owner, parts=["gone", "gaps"], paper="a4")
    assert wanted(patient, owner).parts == ("gaps",)


def test_paper_and_spelling_hold_for_the_file_too(patient, owner, log_in):
    choose(log_in(owner), patient)
    file = log_in(owner).post(reverse("summary_pdf", args=[patient.pk])).content
    reader = PdfReader(io.BytesIO(file))
    assert reader.trailer["/Root"]["/Lang"] == "en-US"
    assert round(reader.pages[0].mediabox.height) == 792


def test_every_part_can_be_ticked(patient, owner, log_in):
    text = page(log_in(owner), patient)
    for part in PARTS:
        assert f'name="parts" value="{part.slug}"' in " ".join(text.split())
    assert text.count("checked") >= len(usual(patient).parts)
