"""Two views of one day in the summary: on the page and on paper, marked as in the history."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.core.days import local_day
from summary.content.build import content
from summary.paper.pdf import as_pdf
from tests.diary.answers import said


@pytest.fixture
def told(patient, owner):
    def tell(told_by, *reports):
        data = replace(said(timezone.now() - timedelta(minutes=1), *reports), told_by=told_by)
        return record_check_in(patient, data, by=owner)

    tell("self", ReportData("nausea", "mild"), ReportData("rash", "mild"))
    return tell


def made(patient, owner):
    today = local_day(timezone.now(), patient.tz)
    return content(patient, today, today, by=owner)


def on_paper(patient, owner):
    pages = PdfReader(io.BytesIO(as_pdf(made(patient, owner)))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def on_page(client, patient):
    return " ".join(client.get(reverse("summary", args=[patient.pk])).content.decode().split())


def test_both_sides_stand_with_the_difference_marked(told, patient, owner, log_in):
    told("caregiver", ReportData("nausea", "severe"), ReportData("tremor", "no"))
    (day,) = made(patient, owner).views
    marks = {row.name: (row.own[:4], row.caregiver[:6], row.mark) for row in day.rows}
    assert marks == {
        "Feeling sick (nausea)": ("mild", "severe", "Different"),
        "Rash, itchy or not": ("mild", "not an", "one side only"),
        "Shaking or tremor": ("not ", "no at ", "one side only"),
    }
    for text in (on_paper(patient, owner), on_page(log_in(owner), patient)):
        for words in ("Two views of one day", "Different", "one side only", "not answered"):
            assert words in text, words


def test_a_day_that_one_side_told_has_no_such_part(told, patient, owner, log_in):
    told("self", ReportData("nausea", "severe"))
    told("together", ReportData("nausea", "no"))
    assert made(patient, owner).views == ()
    assert "Two views" not in on_paper(patient, owner)
    assert "views-heading" not in on_page(log_in(owner), patient)
