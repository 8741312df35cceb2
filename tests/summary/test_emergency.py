"""The emergency sheet: what stands on it, on the page, on paper and in the printed code."""

import io
import re
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
import segno
import zxingcpp
from django.db import connection
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import AuditEntry, Patient
from diary.models import EmergencyNote
from diary.team.actions import set_emergency_note, set_family_card
from diary.treatment.actions.courses import choose_treatments, end_course, start_course
from diary.treatment.actions.doses import Times, set_single_infusion
from diary.treatment.plan import plan_of
from summary.content.forms import EmergencyPaperForm
from summary.content.parts import A4, LETTER, LETTER_COUNTRIES, usual
from summary.emergency.qr import CUT, MASK, MOST_BYTES, QUIET, code_of
from summary.emergency.sheet import NOT_ENTERED, emergency, emergency_pdf
from tests.diary.answers import on_blinatumomab, with_numbers
from tests.diary.cast import log_symptom
from therapies.ask import strengths
from therapies.catalogue import catalogue
from therapies.pages.signs import urgent_kinds
from therapies.pages.therapy import emergencies_of, urgent_at_first
from therapies.pages.verdicts import moment_of, moments_of
from therapies.rulebook import Level
from therapies.templatetags.spelling import symptom_label

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = NOW.date()
LAYOUTS = ("sheet", "wallet")
DAY = timedelta(days=1)
HOSTILE = 'Nüsse, الفول 🥜 #sys.inputs $x$ <script>alert(1)</script> "quoted" \\n {{ 7*7 }} =1+1'


@pytest.fixture
def ana(patient):
    on_blinatumomab(patient, NOW)
    with_numbers(patient)
    return patient


def note(patient, by, **words):
    empty = dict.fromkeys(("diagnosis", "allergies", "line", "other"), "")
    return set_emergency_note(patient, **(empty | words), by=by)


def sheet(patient, by):
    return emergency(patient, by=by)


def on_paper(patient, by, *, paper="a4", layout="sheet"):
    return emergency_pdf(sheet(patient, by), paper=paper, layout=layout)


def words_of(pdf):
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.replace("\u200b", "").split())


def scanned(pdf):
    """Read the code as a camera would: from the picture of the printed page."""
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    return code.text


def test_it_says_who_what_since_when_and_whom_to_call(ana, owner, log_in):
    note(ana, owner, diagnosis="B-ALL", allergies="Nuts: swelling", line="Port, right")
    set_family_card(ana, words="Ring at 37.8", fever_from="37.8", unit="C", by=owner)
    html = log_in(owner).get(reverse("emergency", args=[ana.pk])).content.decode()
    page = " ".join(html.replace("<bdi>", "").replace("</bdi>", "").split())
    paper = words_of(on_paper(ana, owner))
    for text in (page, paper):
        for words in (
            "Ana",
            "orn May 2017",
            "020 7946 0123",
            "Blinatumomab",
            "day 6 of 28, cycle 1",
            "Cycle 1 from 15 Nov 2026",
            "Nuts: swelling",
            "B-ALL",
            "Port, right",
            "Entered by Dad, 20 Nov 2026 at 21:40.",
            "37.8 °C (100.1 °F)",
            "Ring at 37.8",
            "Cytokine release syndrome (CRS)",
            "[1]",
            "American Cancer Society",
            "Nobody watches it",
        ):
            assert words in text, words


def test_what_is_not_entered_is_said_plainly(patient, owner):
    said = sheet(patient, owner)
    assert [fact.text for fact in said.facts] == [NOT_ENTERED] * 3
    assert not any(fact.is_entered for fact in said.facts)
    text = words_of(on_paper(patient, owner))
    assert text.count("Not entered") == 3
    assert "No number of the care team is entered." in text
    assert "No treatment is recorded." in text
    for words in ("ALLERGIES: Not entered", "TREATMENT: none recorded"):
        assert words in said.code.text


@pytest.mark.parametrize("slug", list(catalogue().therapies))
def test_every_urgent_sign_of_a_therapy_stands_on_it_with_a_source(slug):
    kinds = urgent_kinds(slug)
    listed = {sign.symptom for kind in kinds for sign in kind.signs}
    shown = [*urgent_at_first(slug), *emergencies_of(slug)]
    standing = moments_of(catalogue().therapies[slug])[0].standing
    own = {
        symptom
        for group in shown
        for symptom in group.symptoms
        if any(
            f.therapy == slug and f.level is Level.URGENT and f.basis != "floor"
            for f in strengths(symptom, [standing])[-1].found.findings
        )
    }
    assert own <= listed
    for kind in kinds:
        assert kind.citations
        for sign in kind.signs:
            assert strengths(sign.symptom, [standing])[-1].level is Level.URGENT


@pytest.mark.parametrize("slug", list(catalogue().therapies))
def test_no_words_read_as_over_while_a_sign_still_counts(patient, owner, slug):
    """On any day of any treatment, the days that stand above its signs are not past, and what is
    urgent that day stands below them."""
    therapy = catalogue().therapies[slug]
    moments = moments_of(therapy)
    for since in (0, 20, 27, 28, 56, 57, 92, 365, 366, 900):
        patient.courses.all().delete()
        first = TODAY - since * DAY
        course = start_course(patient, therapy=slug, started=first, by=owner)
        if therapy.giving == "single-infusion":
            set_single_infusion(course, times=Times(first), is_planned=False, by=owner)
        said = sheet(patient, owner).signs[0]
        days = [int(day) for day in re.findall(r"to day (\d+)", said.time)]
        assert all(since <= day for day in days), (since, said.time)
        is_by_day = therapy.giving in ("single-infusion", "tablet")
        standing = plan_of(patient, NOW).on[0].standing
        now = moment_of(therapy, standing)
        assert now == 0 or is_by_day
        for number in range(now, len(moments)):
            for kind in urgent_kinds(slug, number):
                for sign in kind.signs:
                    assert symptom_label(sign.symptom)[1:] in said.names, (since, sign)
        later = [urgent_kinds(slug, number) for number in range(now + 1, len(moments))]
        signs = [{(k.group, s) for k in kinds for s in k.signs} for kinds in later]
        here = {(k.group, s) for k in urgent_kinds(slug, now) for s in k.signs}
        if said.time and any(signs):
            assert "later too" in said.time
        if not said.time:
            assert all(here == there for there in signs)


def test_an_unknown_first_day_has_the_signs_of_the_most_watchful_time(patient, owner):
    chosen = ["imatinib", "tisagenlecleucel"]
    choose_treatments(patient, therapies=chosen, others={}, by=owner)
    said = {signs.therapy: signs for signs in sheet(patient, owner).signs}
    words = "From the infusion (day 0) to day 56. Some of them later too"
    assert said["Tisagenlecleucel"].time == words
    assert said["Imatinib"].time == ""


def test_a_sign_that_counts_only_when_severe_says_so(ana, owner):
    names = sheet(ana, owner).signs[0].names
    assert "headache, if severe" in names
    assert "confused;" in names
    for group in urgent_at_first("blinatumomab"):
        for symptom in group.symptoms:
            assert symptom_label(symptom)[1:] in names


def test_treatments_that_still_count_are_there_and_others_are_not(patient, owner):
    car_t = start_course(patient, therapy="tisagenlecleucel", started=TODAY - 20 * DAY, by=owner)
    set_single_infusion(car_t, times=Times(TODAY - 20 * DAY), is_planned=False, by=owner)
    start_course(patient, therapy="rituximab", started=TODAY + 3 * DAY, by=owner)
    imatinib = start_course(patient, therapy="imatinib", started=TODAY - 400 * DAY, by=owner)
    end_course(imatinib, ended=TODAY - 300 * DAY, by=owner)
    start_course(patient, kind="trial", name="Arm B", started=TODAY - DAY, by=owner)
    drugs = {drug.name: drug for drug in sheet(patient, owner).drugs}
    assert set(drugs) == {"Tisagenlecleucel", "Rituximab", "Arm B"}
    assert drugs["Tisagenlecleucel"].stands == "day 20 after the infusion"
    assert drugs["Tisagenlecleucel"].dates == "Infusion on 31 Oct 2026."
    assert "do not cover it" in drugs["Arm B"].remark


def test_a_medicine_without_an_urgent_sign_is_not_called_harmless(patient, owner, monkeypatch):
    start_course(patient, therapy="imatinib", started=TODAY - DAY, by=owner)
    monkeypatch.setattr("summary.emergency.sheet.urgent_kinds", lambda *_: ())
    for text in (sheet(patient, owner).code.text, words_of(on_paper(patient, owner))):
        assert "no urgent sign for this medicine alone. That does not make it harmless." in text


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("paper", [A4, LETTER])
def test_the_printed_code_holds_the_text_itself(ana, owner, paper, layout):
    note(ana, owner, allergies=HOSTILE, diagnosis="急性リンパ性白血病")
    text = sheet(ana, owner).code.text
    assert scanned(on_paper(ana, owner, paper=paper, layout=layout)) == text
    assert f"ALLERGIES: {HOSTILE}" in text
    assert "急性リンパ性白血病" in text
    assert "CALL Care team, 24 hours: 020 7946 0123" in text
    assert "http" not in text


def test_the_code_on_the_page_draws_the_same(ana, owner, log_in):
    html = log_in(owner).get(reverse("emergency", args=[ana.pk])).content.decode()
    assert f'<path d="{sheet(ana, owner).code.path}"' in html


def test_the_drawing_is_the_code_and_not_its_mirror_image():
    code = code_of(["CALL 020 7946 0123", "ALLERGIES: Nüsse"])
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", code.path)
    dark = {(int(x) + n - QUIET, int(y) - QUIET) for x, y, width in runs for n in range(int(width))}
    made = segno.make(
        code.text, error="m", encoding="utf-8", mode="byte", boost_error=False, mask=MASK
    )
    rows = enumerate(made.matrix)
    assert dark == {(x, y) for y, row in rows for x, module in enumerate(row) if module}
    assert code.size == len(made.matrix) + 2 * QUIET


def test_what_is_typed_stays_text(ana, owner, log_in):
    nul = "\u0000" if connection.vendor == "sqlite" else ""  # PostgreSQL has none
    note(ana, owner, allergies=HOSTILE, other=f"x\u202e evil {nul}")
    html = log_in(owner).get(reverse("emergency", args=[ana.pk])).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
    bare = words_of(on_paper(ana, owner)).replace(" ", "")
    assert "#sys.inputs$x$<script>alert(1)</script>" in bare
    code = sheet(ana, owner).code.text
    assert "\u202e" not in code
    note(ana, owner, allergies="none\nCALL Ward: 0900 666")
    assert "\nCALL Ward" not in sheet(ana, owner).code.text


def test_the_code_cuts_at_the_end_and_says_so():
    parts = ["CALL 020 7946 0123", "ALLERGIES: ä", *(f"word {n} " * 30 for n in range(9))]
    code = code_of(parts)
    assert len(code.text.encode()) <= MOST_BYTES
    assert code.text.startswith("CALL 020 7946 0123\nALLERGIES: ä\nword 0 ")
    assert code.text.endswith(f"…\n{CUT}")
    assert code.left_out > 0
    assert code_of(["short"]).text == "short"
    assert code_of(["short"]).left_out == 0


@pytest.mark.parametrize("over", range(-40, 60))
def test_the_code_is_never_too_large(over):
    parts = ["A" * 300, "B " * 150, "ü" * ((MOST_BYTES - 602 + over) // 2), "tail"]
    code = code_of(parts)
    assert len(code.text.encode()) <= MOST_BYTES
    assert (code.left_out == 0) == (code.text == "\n".join(" ".join(p.split()) for p in parts))


@pytest.mark.parametrize("paper", [A4, LETTER])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_it_is_one_page_whatever_is_entered(ana, owner, paper, layout):
    for therapy in ("tisagenlecleucel", "inotuzumab-ozogamicin", "ponatinib"):
        start_course(ana, therapy=therapy, started=TODAY - DAY, by=owner)
    start_course(ana, kind="trial", name="T" * 120, started=TODAY, by=owner)
    long = {f.name: "W" * f.max_length for f in EmergencyNote._meta.fields if f.max_length}
    note(ana, owner, **long)
    set_family_card(ana, words="Call us. " * 110, fever_from=None, unit="C", by=owner)
    pdf = PdfReader(io.BytesIO(on_paper(ana, owner, paper=paper, layout=layout)))
    assert len(pdf.pages) == 1
    width = {A4: 595, LETTER: 612}[paper]
    assert abs(float(pdf.pages[0].mediabox.width) - width) < 1
    text = words_of(on_paper(ana, owner, paper=paper, layout=layout))
    assert "Sources" in text if layout == "sheet" else "More stands on the whole page" in text


def test_the_paper_is_tagged_and_in_the_readers_spelling(ana, owner, log_in):
    client = log_in(owner)
    address = reverse("emergency_pdf", args=[ana.pk])
    for language, lang in (("en-gb", "en-GB"), ("en-us", "en-US")):
        answer = client.post(address, {"layout": "sheet"}, headers={"accept-language": language})
        root = PdfReader(io.BytesIO(answer.content)).trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == lang


def test_the_file_leaves_a_trace_and_its_name_says_nothing(ana, owner, reader, log_in):
    answer = log_in(reader).post(reverse("emergency_pdf", args=[ana.pk]), {"layout": "wallet"})
    name = f"emergency-{ana.file_mark}-wallet.pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.latest("at")
    assert (entry.action, entry.by, entry.patient) == ("emergency.pdf", reader, ana)
    assert log_in(owner).get(reverse("emergency_pdf", args=[ana.pk])).status_code == 405


def test_who_may(ana, client, reader, writer, stranger, log_in):
    note(ana, writer, allergies="Nuts")
    for name, may_read in (("emergency", 200), ("emergency_note", 403)):
        address = reverse(name, args=[ana.pk])
        assert client.get(address).status_code == 302
        assert log_in(stranger).get(address).status_code == 404
        assert log_in(reader).get(address).status_code == may_read
        assert log_in(writer).get(address).status_code == 200
    edit = reverse("emergency_note", args=[ana.pk])
    assert edit not in log_in(reader).get(reverse("emergency", args=[ana.pk])).content.decode()
    for person, status in ((stranger, 404), (reader, 403)):
        assert log_in(person).post(edit, {"allergies": "none"}).status_code == status
        assert log_in(stranger).post(reverse("emergency_pdf", args=[ana.pk])).status_code == 404
    assert EmergencyNote.objects.get().allergies == "Nuts"


def test_the_family_enters_and_changes_what_a_hospital_asks(ana, writer, log_in):
    client, edit = log_in(writer), reverse("emergency_note", args=[ana.pk])
    answer = client.post(edit, {"allergies": "Nuts", "line": "Port"})
    assert answer["Location"] == reverse("emergency", args=[ana.pk])
    assert 'value="Nuts"' in client.get(edit).content.decode()
    answer = client.post(edit, {"allergies": "N" * 241, "line": "PICC, left"})
    assert answer.status_code == 422
    assert "PICC, left" in answer.content.decode()
    client.post(edit, {"allergies": "", "line": "PICC, left"})
    said = sheet(ana, writer)
    assert [f.text for f in said.facts] == [NOT_ENTERED, NOT_ENTERED, "PICC, left"]
    assert AuditEntry.objects.filter(action="set emergency note").count() == 2


def test_treatment_more_and_an_urgent_card_lead_to_it(ana, owner, log_in):
    check_in = log_symptom(ana, "confusion", "mild", by=owner)
    link = f'href="{reverse("emergency", args=[ana.pk])}"'
    for name, ids in (("treatment", []), ("patient_more", []), ("check_in", [check_in.pk])):
        assert link in log_in(owner).get(reverse(name, args=[ana.pk, *ids])).content.decode()


def test_it_costs_the_same_however_long_the_diary_is(ana, owner, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        sheet(ana, owner)


@pytest.mark.parametrize("country", [*sorted(LETTER_COUNTRIES), "GB", "DE", "JP", ""])
def test_a_country_has_one_paper(country):
    """The summary and the emergency sheet of one family come on the same paper."""
    on_sheet = EmergencyPaperForm(country=country)["paper"].value()
    assert on_sheet == usual(Patient(country=country)).paper
    assert on_sheet == (LETTER if country in LETTER_COUNTRIES else A4)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_name_in_latin_letters_stands_on_the_sheet_and_the_card(ana, owner, layout):
    ana.name, ana.latin_name = "王丽", "Wang Li"
    assert "Wang Li" in words_of(on_paper(ana, owner, paper=A4, layout=layout))
    assert "Wang Li" in emergency(ana, by=owner).code.text
