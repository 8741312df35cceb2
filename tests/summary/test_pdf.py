"""The PDF, parsed back: what it says is what the database holds, whatever was typed."""

import io
import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone, translation
from pypdf import PdfReader

from accounts.glyphs import drawable
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import CheckInData, ReportData
from diary.core.days import local_day
from diary.core.words import day_words, moment_words, reading_words, runs_words
from diary.management.examples import log, treat
from diary.models import Call, CheckIn, Dose, Finding, Report, Version
from summary.content.build import content
from summary.paper.pdf import as_pdf
from tests.diary.open_entries import still_open
from therapies.catalogue import catalogue

SECTIONS = (
    "Urgent moments",
    "Symptoms",
    "Temperatures",
    "Two views of one day",
    "Treatment",
    "Days not logged",
    "Notes chosen",
    "Corrections and removals",
    "What was flagged, and the source",
    "Sources",
)
SOMETIMES = ("Two views of one day",)
HEADS = (
    "When Reported Flagged What was done",
    "Symptom Flagged as Worst How often Days “no” First day Last day Told by (days)",
    "Day Time and reading Day Time and reading",
    "Treatment Days Cycles and remarks",
    "Entry of What changed By Reason",
    "Level What for What the diary said When",
)
RANK = ["yes", "mild", "moderate", "severe"]


def bare(text):
    """Return the text without spaces and line ends, which a table breaks as it likes, and without
    the marks that keep words written from the right together."""
    return re.sub(r"[\s\u200b\u2068\u2069]+", "", text)


def pages(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def read_back(pdf, patient):
    """Return the bare text of each section, without what stands on every page."""
    texts = []
    for page in pages(pdf):
        text = bare(page)
        text = re.sub(r"Made\d+\w{3}\d{4}at.{5}\([^)]*\)by.*?Page\d+of\d+", "", text)
        text = re.sub(rf"^{patient.name},born\w+\d{{4}}Diarysummary,.*?{YEAR}(?!\d)", "", text)
        texts.append(text)
    below = texts[1] + "".join(_without_head(text) for text in texts[2:])
    found, at = {"front": texts[0]}, 0
    marks = [bare(name) for name in SECTIONS if name not in SOMETIMES or bare(name) in below]
    places = []
    for mark in marks:
        at = below.index(mark, at)
        places.append(at)
        at += len(mark)
    for mark, start, end in zip(marks, places, [*places[1:], len(below)], strict=True):
        found[mark] = below[start + len(mark) : end]
    return texts[0] + below, found


YEAR = 2026


@pytest.fixture(autouse=True)
def _now():
    """One day for all, so that the pages always break in the same places."""
    with time_machine.travel(datetime(2026, 11, 22, 9, 0, tzinfo=UTC)):
        yield


def _without_head(text):
    for head in HEADS:
        text = text.removeprefix(bare(head))
    return text


@pytest.fixture
def last(patient):
    return local_day(timezone.now(), patient.tz) - timedelta(days=1)


@pytest.fixture
def make(patient, owner, writer, last):
    def made(seed, length=45):
        first = last - timedelta(days=length - 1)
        patient.created = timezone.now() - timedelta(days=length + 5)
        patient.save()
        treat(patient, last)
        log(patient, first, last, seed=seed, users=[owner, writer])
        pdf = as_pdf(content(patient, first, last, by=owner, chosen=None))
        return read_back(pdf, patient)

    return made


def current(patient):
    """Return the versions that count, straight from the rows."""
    newest = {}
    for version in Version.objects.filter(check_in__patient=patient).order_by("number"):
        newest[version.check_in_id] = version
    return [version for version in newest.values() if version.kind != "removed"]


def fever_c(report):
    typed = report.temperature
    return typed if report.unit == "C" else (typed - 32) * 5 / 9


def is_fever(report):
    return fever_c(report) >= Decimal("37.8") or not 34 <= fever_c(report) <= 43


SEEDS = (0, 1, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_symptom_is_counted_as_in_the_database(make, patient, seed):
    _, found = make(seed)
    versions = current(patient)
    logged = len({version.check_in.local_day for version in versions})
    present, worst, denied = defaultdict(set), defaultdict(list), defaultdict(set)
    for version in versions:
        for report in version.reports.all():
            day = version.check_in.local_day
            if report.answer == "no":
                denied[report.symptom].add(day)
            elif report.answer != "reading":
                present[report.symptom].add(day)
                worst[report.symptom].append(report.answer)
            elif is_fever(report):
                present[report.symptom].add(day)
                worst[report.symptom].append(report)
    assert present
    for slug, days in present.items():
        label = catalogue().symptoms[slug].label
        if slug == "fever":
            possible = [report for report in worst[slug] if 34 <= fever_c(report) <= 43]
            top = max(possible or worst[slug], key=fever_c)
            strongest = reading_words(top.temperature, top.unit)
        else:
            strongest = max(worst[slug], key=RANK.index)
        row = f"{strongest}{len(days)} of {logged} days{len(denied[slug] - days)}"
        row += day_words(min(days)) + day_words(max(days))
        assert re.search(
            re.escape(bare(label)) + r"(Urgent|Contact|Listed|Notlisted)?" + re.escape(bare(row)),
            found["Symptoms"],
        ), (label, row)
    assert found["Symptoms"].count(f"of{logged}") == len(present)
    for slug in denied.keys() - present.keys():
        line = f"{catalogue().symptoms[slug].label} ({len(denied[slug])})"
        assert bare(line) in found["Symptoms"]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_reading_ever_typed_is_there(make, patient, seed):
    _, found = make(seed)
    typed = []
    for check_in in CheckIn.objects.filter(patient=patient):
        before = None
        for version in check_in.versions.order_by("number"):
            report = version.reports.filter(answer="reading").first()
            now = (report.temperature, report.unit) if report else None
            if now and now != before:
                typed.append(f"{check_in.at.astimezone(patient.tz):%H:%M}{reading_words(*now)}")
            before = now
    assert len(typed) > 10
    for words in typed:
        assert bare(words) in found["Temperatures"]
    assert len(re.findall(r"\d\d:\d\d\d+\.\d+°[CF]", found["Temperatures"])) == len(typed)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_urgent_moment_is_there_with_its_calls(make, patient, seed):
    whole, found = make(seed)
    urgent = CheckIn.objects.filter(versions__findings__level="urgent").distinct()
    moments = found["Urgentmoments"]
    for check_in in urgent:
        at = check_in.at.astimezone(patient.tz)
        assert bare(f"{day_words(at.date())} at {at:%H:%M}") in moments
    told = r",forAna|andAnatogether|Ana,typedby"
    assert len(re.findall(told, moments)) == urgent.count() > 3
    calls = Call.objects.filter(check_in__in=urgent)
    # A call is shown with every reading of the fever that it answered.
    made = {bare(moment_words(c.at, patient.tz)) for c in calls.exclude(outcome="closed")}
    assert set(re.findall(r"(\d+[A-Z][a-z]+2026at\d\d:\d\d):called", moments)) == made
    assert moments.count("closedwithoutacall") == calls.filter(outcome="closed").count()
    # One without a call of its own may have been answered by a call about the same fever.
    assert 0 < moments.count("Nocallisrecorded.") <= urgent.filter(calls__isnull=True).count()
    number = still_open(CheckIn.objects.all()).count()
    assert moments.count("Stillopen") == number
    assert bare(f"{urgent.count()} urgent entries") in whole
    for call in calls.exclude(outcome="closed"):
        versions = call.check_in.versions.filter(findings__level="urgent").order_by("number")
        minutes = int((call.at - versions[0].at).total_seconds() // 60)
        if 0 <= minutes < 120 and minutes != 1:
            # A page may end within the sentence; the other cells of the row then stand between.
            sentence = rf"(?:theyanswered|noanswer),{minutes}.{{0,300}}?minutesafterthefinding"
            assert re.search(sentence, moments)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_finding_is_there_with_its_days(make, patient, seed):
    _, found = make(seed)
    met, days = defaultdict(set), defaultdict(set)
    for f in Finding.objects.select_related("version__check_in"):
        key = (f.level, f.rule, f.therapy, f.group, f.basis, f.wording)
        met[key].add(f.version.check_in_id)
        days[key].add(f.version.check_in.local_day)
    flags = found["Whatwasflagged,andthesource"]
    for key, check_ins in met.items():
        word = "entry" if len(check_ins) == 1 else "entries"
        assert bare(key[5]) in flags
        spans = runs_words(days[key])
        when = "; ".join(spans)
        if len(spans) > 12:
            first, final = day_words(min(days[key])), day_words(max(days[key]))
            when = f"{len(days[key])} days from {first} to {final}"
        assert bare(f"{len(check_ins)} {word}: {when}") in flags
    assert len(re.findall(r"\d+entr(?:y|ies):", flags)) == len(met)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_correction_and_every_gap_is_there(make, patient, last, seed):
    _, found = make(seed)
    changed = Version.objects.filter(number__gt=1)
    text = found["Correctionsandremovals"]
    removed = changed.filter(kind="removed").count()
    assert text.count("typedforthewrongchild") == removed
    assert text.count("typedwrongly") == changed.exclude(kind="removed").count() > 0
    assert text.count("Removed") == removed
    logged = {version.check_in.local_day for version in current(patient)}
    first = last - timedelta(days=44)
    gaps = [first + timedelta(days=n) for n in range(45)]
    gaps = [day for day in gaps if day not in logged]
    assert gaps
    assert bare("; ".join(runs_words(gaps)) + ".") in found["Daysnotlogged"]


def test_doses_missed_and_taken_are_counted(make, patient):
    _, found = make(1)
    tablets = Dose.objects.filter(kind="tablet", course__patient=patient)
    mine = tablets.filter(local_day__gte=local_day(timezone.now(), patient.tz) - timedelta(days=45))
    missed = [dose.local_day for dose in mine.filter(status="missed")]
    words = f"missed on {len(missed)} days ({', '.join(runs_words(missed))})"
    assert bare(words) in found["Treatment"]
    assert f"takenon{mine.filter(status='given').count()}days" in found["Treatment"]
    assert "pumpstartedat14:00" in found["Treatment"]
    assert "StudyarmB" in found["Treatment"]
    assert "plannedfrom" in found["Treatment"]


def test_name_birth_and_page_x_of_y_stand_on_every_page(patient, owner, writer, last):
    treat(patient, last)
    log(patient, last - timedelta(days=60), last, seed=1, users=[owner, writer])
    pdf = as_pdf(content(patient, last - timedelta(days=60), last, by=owner, chosen=None))
    texts = pages(pdf)
    assert len(texts) > 3
    for number, text in enumerate(texts, start=1):
        assert "Ana, born May 2017" in text
        assert f"Page {number} of {len(texts)}" in text
        assert "by Dad" in text


def test_the_file_is_tagged_and_says_so(patient, owner, last):
    with translation.override("en-gb"):
        pdf = as_pdf(content(patient, last, last, by=owner))
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert "/StructTreeRoot" in root
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = root["/Metadata"].get_data().decode()
    assert re.search(r"<pdfuaid:part>1</pdfuaid:part>", metadata)
    assert reader.metadata.title.startswith("Ana: diary summary, ")
    for key in ("/JavaScript", "/JS", "/Launch", "/OpenAction", "/EmbeddedFile", "/URI"):
        assert key.encode() not in pdf


PAYLOADS = [
    "#[x] $x$ <tag> *b* _i_ `c` @ref \\ // /* = h",
    '#read("/etc/passwd") #import "@preview/x:1.0.0": *',
    "<script>alert(1)</script> {{ 7*7 }} {% now %} &amp;",
    "x" * 400,
    "سلام عليكم، ألم في الرأس",
    "line one\nline two\r\nline three\rfour\x0bfive\x0csix",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_typed_comes_out_as_text(patient, owner, last, payload):
    whole = bare("".join(pages(_with(patient, owner, last, payload))))
    if "سلام" in payload:
        assert set(bare(payload)) <= set(whole)
        return
    printable = "".join(c for c in payload if c.isprintable() or c.isspace())
    assert bare(printable) in whole


@pytest.mark.parametrize(
    "payload",
    [
        "😀👨‍👩‍👧❤️🌡️",
        "\u202e38.4\u2066\u200f\u061c",
        "\x00\x01\x1b[31m\x7f\x85\ufeff\ufffe\uffff",
        "王小明 ไทย हिन्दी עברית 한국어",
        "\U000e0041\U0010ffff\ue000",
        "e" + "\u0301" * 300,
        "\u2028\u2029",
        "\ud800 alone",
    ],
)
def test_no_character_can_keep_the_file_from_being_made(patient, owner, last, payload):
    storable = payload.encode("utf-8", "ignore").decode()
    text = "".join(pages(_with(patient, owner, last, storable)))
    for turned in "\u202e\u2066\u061c\x1b":
        assert turned not in text


def test_what_the_font_lacks_is_spelled_out():
    assert drawable("🌡 38.4 王") == "[thermometer] 38.4 [U+738B]"
    assert drawable("38.4°C – “ok” é ß Ж ζ") == "38.4°C – “ok” é ß Ж ζ"


def test_a_number_and_its_unit_stay_in_one_line():
    assert drawable("38.4 °C") == "38.4\u00a0°C"


def _with(patient, owner, last, payload):
    patient.name = payload[:80] or "x"
    patient.save()
    at = timezone.now() - timedelta(days=1)
    data = CheckInData(
        uuid4(), at, "self", "symptoms", payload, (ReportData("headache", "mild"),), at
    )
    record_check_in(patient, data, by=owner)
    first = last - timedelta(days=2)
    return as_pdf(content(patient, first, last + timedelta(days=1), by=owner, chosen=None))


def test_an_empty_diary_makes_a_summary_that_claims_nothing(patient, owner, last):
    today = last + timedelta(days=1)
    text = " ".join(" ".join(pages(as_pdf(content(patient, today, today, by=owner)))).split())
    assert "0 of 1 days." in text
    assert "No treatment recorded." in text
    assert "(today, so far). Not logged means that nothing was written" in text
    assert "No symptom was reported on the days that were logged." in text


def test_a_note_is_in_only_when_it_is_chosen_also_among_the_corrections(patient, owner, last):
    log(patient, last - timedelta(days=40), last, seed=5, users=[owner])
    none = "".join(pages(as_pdf(content(patient, last - timedelta(days=40), last, by=owner))))
    assert "Note changed" in none
    for words in ("Slept badly", "Ate half", "Line dressing"):
        assert words not in none
    said = content(patient, last - timedelta(days=40), last, by=owner)
    one = content(patient, last - timedelta(days=40), last, by=owner, chosen=[said.notes[3].id])
    assert [note.id for note in one.chosen_notes] == [said.notes[3].id]
    assert one.chosen_notes[0].text in " ".join("".join(pages(as_pdf(one))).split())


def test_american_readers_get_american_spelling(patient, owner, last):
    at = timezone.now() - timedelta(days=1)
    data = CheckInData(uuid4(), at, "self", "symptoms", "", (ReportData("diarrhoea", "mild"),), at)
    record_check_in(patient, data, by=owner)
    with translation.override("en-us"):
        pdf = as_pdf(content(patient, last, last + timedelta(days=1), by=owner))
    text = "".join(pages(pdf))
    assert "Diarrhea" in text
    assert "iarrhoea" not in text
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == "en-US"


def test_reports_of_a_removed_check_in_are_not_counted(make, patient):
    make(2)
    assert Report.objects.filter(version__kind="removed").count() == 0
