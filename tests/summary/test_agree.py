"""The page, the PDF and the content say the same; what somebody typed stays text in both."""

import html
import io
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pypdfium2
import pytest
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ContentStream

from accounts.glyphs import drawable
from diary.management.examples import log, treat
from diary.models import Appointment, Question
from summary.content.build import content
from summary.content.charts import Drawing
from summary.content.front import NAME_LENGTH, clipped
from summary.content.parts import A4, PARTS, SummaryChoice
from summary.content.shapes import Front
from summary.paper.pdf import as_pdf
from tests.summary.test_pdf import bare, pages

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 22)
EVERYTHING = SummaryChoice(tuple(part.slug for part in PARTS), A4, "")
# What is not text of its own: slugs, keys, a drawing with its words beside it, and what the first
# page says of a moment.
NO_TEXT = {"svg", "narrow", "id", "level", "parts", "paper", "language", "direction", "brief"}
NO_TEXT |= {"anchor", "urgent_for", "short"}
HEADINGS = {"heading", "changed_title", "title", "words"}  # never made of typed words alone
MARKUP = [
    "#[x] $x$ <tag> *b* _i_ `c` @ref \\ // /* = h",
    '#read("/etc/passwd") #import "@preview/x:1.0.0": *',
    "<script>alert(1)</script> {{ 7*7 }} {% now %} &amp; </svg> ]]> -->",
    "=cmd|' /C calc'!A0 %PDF << >> endobj",
]


KEPT: list[Any] = []


@pytest.fixture
def said(patient, owner, writer):
    """Everything a summary can say, every part put in; made once, because it holds no rows."""
    if not KEPT:
        KEPT.append(_said(patient, owner, writer))
    return KEPT[0]


def _said(patient, owner, writer):
    treat(patient, TODAY)
    log(patient, TODAY - timedelta(days=25), TODAY, seed=1, users=[owner, writer])
    held = Appointment.objects.create(
        patient=patient, day=TODAY - timedelta(days=9), zone=patient.zone, state="held", by=owner
    )
    held.notes.create(kind="said", text="Counts are up.", by=owner, written=NOW)
    question = Question.objects.create(patient=patient, text="May she swim?", by=owner)
    question.answers.create(text="Not yet.", appointment=held, by=owner, written=NOW)
    return content(
        patient,
        TODAY - timedelta(days=25),
        TODAY,
        by=owner,
        chosen=None,
        want=EVERYTHING,
    )


def texts(value: Any, name: str = "") -> Iterator[str]:
    """Yield every text of the content, wherever it stands; the drawings are in the file only."""
    if isinstance(value, Drawing):
        return
    if is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name), field.name)
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one, name)
    elif isinstance(value, str) and name not in NO_TEXT:
        yield value


def changed(value: Any, text: str, name: str = "") -> Any:
    """Return the same content with this text in the place of every other."""
    if is_dataclass(value):
        if isinstance(value, Front):
            text = clipped(text, NAME_LENGTH)
        said = {f.name: changed(getattr(value, f.name), text, f.name) for f in fields(value)}
        return replace(value, **said)
    if isinstance(value, tuple):
        return tuple(changed(one, text, name) for one in value)
    if not isinstance(value, str) or not value or name in NO_TEXT:
        return value
    return f"{text}: summary" if name in HEADINGS else text


def page_of(said: Any) -> str:
    return render_to_string("summary/sheet.html", {"said": said})


class Words(HTMLParser):
    """The text of a page and its labels, and which elements it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.words += [value or "" for name, value in attrs if name == "aria-label"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def bare(self) -> str:
        return bare("".join(self.words))


ELSEWHERE = {"title"}  # the PDF's own title is in its metadata


def test_the_page_says_everything_the_content_says(said):
    text = Words(page_of(said)).bare
    title = said.title
    for words in texts(said):
        assert words == title or bare(words) in text, words


def test_the_pdf_says_everything_the_content_says(said):
    """The first page word for word; below it a page may end within a cell, so word by word."""
    pdf = as_pdf(said)
    first, *below = pages(pdf)
    line_words = {symptom.words for symptom in said.front.symptoms}
    line_words.add(drawable(said.front.curve.words))
    for words in texts(said.front):
        assert drawable(words) in line_words or bare(drawable(words)) in bare(first), words
    whole = bare("".join((first, *below)))
    for words in texts(said):
        if drawable(words) in line_words or words == said.title:
            continue
        for word in drawable(words).split():
            assert bare(word) in whole, words
    assert PdfReader(io.BytesIO(pdf)).metadata.title == said.title
    charts = (said.temperature_drawing, *said.symptom_drawings)
    line_words |= {drawable(chart.words) for chart in charts}
    assert line_words == set(_alts(pdf))


def test_the_page_and_the_pdf_count_the_same(said):
    page, pdf = Words(page_of(said)).bare, bare("".join(pages(as_pdf(said))))
    for words in ("stillopen", "nocallisrecorded", "toldbyacaregiver", "entriesbymistake"):
        assert (words in page.lower()) == (words in pdf.lower()), words
    logged = f"{said.period.logged}of{said.period.days}days."
    assert logged in page
    assert logged in pdf


def test_a_part_that_was_left_out_is_in_neither(said):
    kept = replace(said, parts=("symptoms",), sources=())
    page, pdf = Words(page_of(kept)).bare, bare("".join(pages(as_pdf(kept))[1:]))
    for part in PARTS:
        if part.slug == "symptoms":
            assert bare(part.heading) in pdf
        else:
            assert bare(part.heading) not in pdf
    assert "Howoften" in page
    assert "Howoften" in pdf
    assert "typedwrongly" not in page
    assert "typedwrongly" not in pdf


@pytest.mark.parametrize("text", MARKUP)
def test_markup_stays_text_wherever_it_was_typed(said, text):
    hostile = changed(said, text)
    page = Words(page_of(hostile))
    plain = Words(page_of(said))
    assert page.elements == plain.elements
    assert page.attributes == plain.attributes
    assert page.bare.count(bare(text)) > 100
    assert bare(text) in bare("".join(pages(as_pdf(hostile))))


@pytest.fixture
def small_saying(said):
    """Return a short summary in which every text is the one given."""
    small = replace(said, moments=(), readings=(), flags=(), corrections=(), gaps=())
    return lambda text: changed(small, text)


TYPED = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=60
).filter(str.strip)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=TYPED)
def test_no_text_breaks_the_page_or_the_file(small_saying, text):
    small = small_saying(text)
    assert len(pages(as_pdf(replace(small, parts=(), sources=())))) == 1
    assert as_pdf(small).startswith(b"%PDF-")
    assert html.escape(text) in page_of(small)


LETTERS = st.text("abcXYZ żéß ЖЯ 0189 #$*_`<>&\\/=@~[](){}-+'\"%", min_size=1, max_size=40)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=LETTERS.filter(str.strip))
def test_what_can_be_drawn_is_drawn_letter_by_letter(small_saying, text):
    small = small_saying(text)
    first = bare(pages(as_pdf(small))[0])
    assert first.count(bare(text)) > 20


def _alts(pdf: bytes) -> Iterator[str]:
    for element in structure(pdf):
        if element.get("/S") == "/Figure":
            yield element["/Alt"]


def structure(pdf: bytes) -> list[Any]:
    """Return every structure element of the file, in the order in which it is read."""
    found: list[Any] = []

    def walk(element: Any) -> None:
        element = element.get_object()
        if not isinstance(element, dict):
            return
        if "/S" in element:
            found.append(element)
        kids = element.get("/K", [])
        kids = kids.get_object() if hasattr(kids, "get_object") else kids
        for kid in kids if isinstance(kids, list) else [kids]:
            walk(kid)

    walk(PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"])
    return found


def test_the_tags_say_what_is_a_heading_a_table_a_list_and_a_picture(said):
    elements = structure(as_pdf(said))
    kinds = [element["/S"] for element in elements]
    headings = [kind for kind in kinds if re.fullmatch(r"/H\d", kind)]
    assert headings[0] == "/H1"
    assert headings.count("/H1") == 1
    assert set(headings[1:]) == {"/H2"}
    assert {"/Table", "/TR", "/TH", "/TD", "/L", "/LI", "/P", "/Figure"} <= set(kinds)
    heads = [element for element in elements if element["/S"] == "/TH"]
    for head in heads:
        attributes = head["/A"]
        attributes = attributes if isinstance(attributes, list) else [attributes]
        assert any(a.get_object().get("/Scope") == "/Column" for a in attributes)
    figures = [element for element in elements if element["/S"] == "/Figure"]
    drawn = [said.front.curve, said.temperature_drawing, *said.symptom_drawings]
    small = sum(bool(symptom.svg) for symptom in said.front.symptoms)
    assert len(figures) == small + len(list(filter(None, drawn)))
    assert all(element.get("/Alt") for element in figures)


def test_nothing_is_drawn_outside_the_tags(said):
    """Whatever is shown belongs to an element of the structure, or is marked as no content."""
    reader = PdfReader(io.BytesIO(as_pdf(said)))
    shown = 0
    for page in reader.pages:
        depth: list[bytes] = []
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator in (b"BDC", b"BMC"):
                tagged = operands[0] == "/Artifact" or "/MCID" in (operands[1:] or [{}])[0]
                depth.append(b"yes" if tagged else b"no")
            elif operator == b"EMC":
                depth.pop()
            elif operator in (b"Tj", b"TJ", b"Do", b"f", b"S", b"B"):
                shown += 1
                assert b"yes" in depth
        assert depth == []
    assert shown > 100


def test_a_name_from_the_right_keeps_numbers_and_brackets_in_their_place():
    assert drawable("ليلى, 12 Nov") == "\u2068ليلى\u2069, 12 Nov"
    assert drawable("(ليلى) 38.4") == "(\u2068ليلى\u2069) 38.4"
    assert drawable("ليلى (أم) 5") == "\u2068ليلى (أم)\u2069 5"
    assert drawable("ليلى 12 سارة and") == "\u2068ليلى 12 سارة\u2069 and"


def test_the_layout_can_be_turned_round(said):
    """No text is translated yet; the layout is ready for a language that is written from the
    right: what stood at the left edge then ends at the right one."""
    turned = replace(said, direction="rtl")
    assert 'dir="rtl"' in page_of(turned)
    assert _leftmost(as_pdf(turned), "Born") > _leftmost(as_pdf(said), "Born") + 300


def _leftmost(pdf: bytes, word: str) -> float:
    """Return where on the first page the word begins, in points from the left."""
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage()
    place, _ = text.search(word, match_case=True, match_whole_word=True).get_next()
    left: float = text.get_charbox(place)[0]
    document.close()
    return left
