"""The charts in the file: the same pictures as in the history, and they can be seen on paper."""

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import Patient, User
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.history.calendar import Month
from diary.history.charts.strips import SHADES
from diary.history.charts.svg import LOOKS
from diary.management.examples import check_in_data, reading
from summary.content.build import content
from summary.content.parts import SummaryChoice
from summary.content.shapes import Content
from summary.paper.pdf import as_pdf
from tests.diary.drawn import parsed
from tests.diary.full_month import TEN, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
OCTOBER = Month(2026, 10)
GAPS = (7, 8, 20)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def pictures_of(page: str) -> dict[str, Element]:
    """Return the drawings of a wide page, by the first word of their titles."""
    found = re.findall(r"<svg[^>]*chart wide.*?</svg>", page, re.DOTALL)
    return {parsed(svg)[0].text.partition(",")[0]: parsed(svg) for svg in found}


def count(svg: Element, kind: str) -> int:
    return sum(element.get("class") == kind for element in svg.iter())


@pytest.fixture
def october(patient: Patient, owner: User) -> Content:
    fill(patient, owner, OCTOBER, gaps=GAPS)
    return content(patient, OCTOBER.first, OCTOBER.last, by=owner)


def test_the_file_holds_the_pictures_of_the_page(
    october: Content, patient: Patient, owner: User, log_in: Any
) -> None:
    client: Client = log_in(owner)
    address = reverse("history_charts", args=[patient.pk])
    page = pictures_of(client.get(f"{address}?month={OCTOBER.slug}").content.decode())
    assert set(page) == {"Temperatures", "Symptoms"}
    (symptoms,) = october.symptom_drawings
    for name, drawn in (("Temperatures", october.temperature_drawing), ("Symptoms", symptoms)):
        assert drawn is not None
        words = [one.text for one in page[name].iter() if one.tag.endswith("text")]
        assert {label.text for label in drawn.labels} >= {w for w in words if not w.isdigit()}
        on_paper = parsed(drawn.svg)
        for kind in LOOKS.keys() - {"hit", "hatch"} | {"gap"}:
            assert count(page[name], kind) == count(on_paper, kind), (name, kind)
    strips = page["Symptoms"]
    assert sum(count(strips, kind) for kind in SHADES) == 4 * (31 - len(GAPS))
    assert count(strips, "gap") == 2 * len(TEN)
    assert count(page["Temperatures"], "fever") == 4


def test_the_pictures_are_seen_on_paper_and_said_in_words(october: Content) -> None:
    file = as_pdf(october)
    paper = pypdfium2.PdfDocument(BytesIO(file))
    texts = [sheet.get_textpage().get_text_range() for sheet in paper]
    (number,) = [n for n, text in enumerate(texts) if "the higher and the darker: mild" in text]
    image = paper[number].render(scale=2).to_pil().convert("RGB")
    pixels = list(image.get_flattened_data())
    paper.close()
    triangles = sum(red > 140 and green < 60 for red, green, _ in pixels)
    mild = sum(max(p) - min(p) < 12 and 130 < p[0] < 160 for p in pixels)
    moderate = sum(max(p) - min(p) < 20 and 75 < p[0] < 100 for p in pixels)
    assert triangles > 200
    assert mild > 2000
    assert moderate > 2000
    assert "Blinatumomab, cycle 1" in "".join(texts)
    (drawn,) = october.symptom_drawings
    assert "Headache, 1–31 Oct 2026: mild on" in drawn.words
    assert "Not logged: 7–8 Oct 2026, 20 Oct 2026" in drawn.words


def test_more_symptoms_than_a_page_holds_are_more_pictures(patient: Patient, owner: User) -> None:
    answers = [ReportData("own-symptom", "mild", own_name=f"Symptom number {n}") for n in range(45)]
    record_check_in(patient, check_in_data(NOW, *answers), by=owner)
    made = content(patient, NOW.date(), NOW.date(), by=owner)
    named = [[x.text for x in one.labels if "number" in x.text] for one in made.symptom_drawings]
    assert [len(names) for names in named] == [20, 20, 5]
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(as_pdf(made))).pages)
    for answer in answers:
        assert answer.own_name in text


def test_what_was_only_answered_no_or_left_out_is_not_drawn(patient: Patient, owner: User) -> None:
    report = ReportData("headache", "no")
    record_check_in(patient, check_in_data(NOW, report), by=owner)
    today = NOW.date()
    made = content(patient, today, today, by=owner)
    assert (made.temperature_drawing, made.symptom_drawings) == (None, ())
    record_check_in(patient, check_in_data(NOW, reading("38.4")), by=owner)
    made = content(patient, today, today, by=owner)
    assert made.temperature_drawing is not None
    assert made.symptom_drawings == ()
    without = SummaryChoice((), "a4", "")
    pages = PdfReader(BytesIO(as_pdf(content(patient, today, today, by=owner, want=without)))).pages
    assert "Broken ring" not in "".join(page.extract_text() for page in pages)


def test_a_name_that_the_fonts_lack_or_that_looks_like_markup_is_drawn(
    patient: Patient, owner: User
) -> None:
    for name in ("🤒 & <b>", "طعم معدني", "\x0bx"):
        report = ReportData("own-symptom", "severe", own_name=name)
        record_check_in(patient, check_in_data(NOW, report), by=owner)
    made = content(patient, NOW.date(), NOW.date(), by=owner)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(as_pdf(made))).pages)
    assert "the higher and the darker" in text


def test_ten_years_are_one_picture_in_which_days_share_a_bar(patient: Patient, owner: User) -> None:
    first = date(2017, 1, 1)
    for day, answer in ((first, "mild"), (first + timedelta(days=1), "severe")):
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        data = check_in_data(at, ReportData("headache", answer), received=NOW)
        record_check_in(patient, data, by=owner)
    made = content(patient, first, NOW.date(), by=owner)
    (drawn,) = made.symptom_drawings
    assert drawn.key.startswith("Each bar is the worst of 8 days;")
    svg = parsed(drawn.svg)
    assert [count(svg, kind) for kind in SHADES] == [0, 0, 0, 1]
    assert as_pdf(made)
