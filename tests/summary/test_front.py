"""The page on top: one page whatever is in the diary, and nothing that is not logged is none."""

import io
import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from pypdf import PdfReader

from accounts.models import Patient
from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import CheckInData, ReportData
from diary.management.examples import log, treat
from diary.models import Appointment, Call, CheckIn, Course, Dose, Question
from summary.content.build import content
from summary.content.front import (
    CHANGE_LENGTH,
    LONG_LENGTH,
    MAX_QUESTIONS,
    NAME_LENGTH,
    REPORTED_LENGTH,
    SHORT_LENGTH,
)
from summary.content.parts import A4, LETTER, SummaryChoice, usual
from summary.paper.pdf import as_pdf
from tests.summary.test_pdf import bare, pages

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
LATER = NOW + timedelta(minutes=1)
ALL = usual(Patient(country="GB")).parts


@pytest.fixture
def say(patient, owner):
    """Record a check-in of some days ago."""

    def said(days_ago, *reports, told_by="caregiver", kind="symptoms", note=""):
        at = NOW - days_ago * DAY
        Patient.objects.filter(pk=patient.pk).update(created=NOW - 200 * DAY)
        patient.refresh_from_db()
        data = CheckInData(
            uuid4(), at, told_by, kind, note, tuple(_report(*r) for r in reports), at
        )
        return record_check_in(patient, data, by=owner)

    return said


@pytest.fixture
def held(patient, owner):
    return Appointment.objects.create(
        patient=patient,
        day=TODAY - 10 * DAY,
        zone=patient.zone,
        whom="Dr Grey",
        state="held",
        by=owner,
    )


def _report(symptom, answer, degrees=None, unit=""):
    return ReportData(symptom, answer, Decimal(degrees) if degrees else None, unit)


def front(patient, owner, days=30, **more):
    return content(patient, TODAY - (days - 1) * DAY, TODAY, by=owner, **more).front


# What is not made of what somebody typed, or is counted: it is as long as it is.
FIXED = {
    "svg",
    "anchor",
    "level",
    "letters",
    "line_words",
    "details",
    "changed_title",
    "present",
    "told",
}
FIXED |= {"logged", "urgent", "moments_more", "symptoms_more", "more", "when"}
MOST = {"label": NAME_LENGTH, "worst": 12, "heading": 95, "since": 4 * LONG_LENGTH}
MOST |= {"fever": 2 * SHORT_LENGTH, "reported": REPORTED_LENGTH}


def wide(value, name=""):
    """Return the same shape with every text as long and as wide as it may get."""
    if is_dataclass(value):
        return replace(
            value, **{f.name: wide(getattr(value, f.name), f.name) for f in fields(value)}
        )
    if isinstance(value, tuple):
        return tuple(wide(one, name) for one in value)
    if not isinstance(value, str) or name in FIXED:
        return value
    return " ".join(["WWWWWWWWWWW"] * 99)[: MOST.get(name, LONG_LENGTH)] if value else value


@pytest.mark.parametrize("paper", [A4, LETTER])
def test_the_first_page_is_one_page_with_everything_as_long_as_it_may_be(
    patient, owner, writer, paper
):
    patient.name = "W" * 80
    patient.save()
    treat(patient, TODAY)
    log(patient, TODAY - 60 * DAY, TODAY, seed=3, users=[owner, writer])
    for n in range(9):
        Question.objects.create(patient=patient, text=f"{n}" + "W" * 499, by=owner)
        Course.objects.create(patient=patient, kind="trial", name="W" * 120, started=TODAY)
    want = SummaryChoice((), paper, "")
    said = content(patient, TODAY - 60 * DAY, TODAY, by=owner, want=want)
    full = said.front
    few = {
        name: replace(getattr(full, name), lines=("x",) * most, more="x" * 90)
        for name, most in (("standing", 4), ("changed", 5), ("missed", 3), ("questions", 5))
    }
    full = replace(full, **few, moments=(full.moments * 4)[:4], symptoms=(full.symptoms * 8)[:8])
    assert len(full.moments) == 4
    longest = replace(full.changed, lines=(("WWWWWWWWWWW " * 99)[:CHANGE_LENGTH],) * 5)
    for one in (said, replace(said, front=replace(wide(full), changed=longest))):
        texts = pages(as_pdf(one))
        assert len(texts) == 1
        assert "Left out by choice" in " ".join(texts[0].split()) or one is not said


@pytest.mark.parametrize("days", [1, 90, 3650])
def test_the_first_page_is_followed_by_the_details(patient, owner, writer, days):
    treat(patient, TODAY)
    log(patient, TODAY - 20 * DAY, TODAY, seed=3, users=[owner, writer])
    texts = pages(as_pdf(content(patient, TODAY - (days - 1) * DAY, TODAY, by=owner)))
    assert "is not counted as absent" in " ".join(texts[0].split())
    assert "Questions for the team" in texts[0]
    assert bare("2026 Urgent moments") in bare(texts[1])[:200]


@pytest.mark.parametrize(("paper", "size"), [(A4, (595, 842)), (LETTER, (612, 792))])
def test_the_paper_is_the_one_that_was_chosen(patient, owner, paper, size):
    pdf = as_pdf(content(patient, TODAY, TODAY, by=owner, want=SummaryChoice(ALL, paper, "")))
    box = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


def test_letter_is_the_paper_where_people_write_on_it():
    assert usual(Patient(country="US")).paper == LETTER
    assert usual(Patient(country="GB")).paper == A4


def test_the_minutes_to_the_call_and_what_was_advised_stand_there(patient, owner, say):
    check_in = say(3, ("fever", "reading", "38.9", "C"))
    found = check_in.versions.get().at
    for outcome, minutes in (("no-answer", 4), ("reached", 12)):
        Call.objects.create(
            check_in=check_in,
            outcome=outcome,
            whom="the ward",
            at=found + timedelta(minutes=minutes),
            advice="Come in now." if outcome == "reached" else "",
            by=owner,
            recorded=LATER,
        )
    (moment,) = front(patient, owner).moments
    assert moment.done == (
        "called, no answer (1 time); reached the ward, 12 minutes after the finding: Come in now."
    )
    assert moment.reported == "38.9 °C"
    assert "fever" in moment.found
    assert not moment.is_open


@pytest.mark.parametrize(
    ("whom", "name"),
    [
        ("care team, 24 hours", "the care team (24 hours)"),
        ("Ward 7, the blue one, daytime", "the Ward 7, the blue one (daytime)"),
        ("emergency number", "the emergency number"),
    ],
)
def test_the_hours_of_a_number_are_not_read_as_the_time_to_the_call(
    patient, owner, say, whom, name
):
    check_in = say(3, ("fever", "reading", "38.9", "C"))
    found = check_in.versions.get().at
    more = {"check_in": check_in, "whom": whom, "by": owner, "recorded": LATER}
    Call.objects.create(outcome="reached", at=found, advice="Come in", **more)
    Call.objects.create(outcome="no-answer", at=found + timedelta(minutes=9), **more)
    made = content(patient, TODAY - 20 * DAY, TODAY, by=owner)
    (moment,) = made.front.moments
    assert moment.done == (
        "called again since, no answer (1 time); "
        f"reached {name}, less than a minute after the finding: Come in"
    )
    first, second = made.moments[0].done
    assert f"called {name}, they answered, less than a minute after the finding." in first
    assert f"called {name}, no answer, 9 minutes after the finding" in second


def test_without_a_call_it_says_so_and_the_open_ones_come_first(patient, owner, say):
    for days_ago in range(2, 9):
        check_in = say(days_ago, ("confusion", "severe"))
        if days_ago < 8:
            Call.objects.create(
                check_in=check_in, outcome="reached", at=NOW, by=owner, recorded=LATER
            )
    page = front(patient, owner)
    assert page.urgent == "7 urgent entries, 1 still open"
    assert [moment.is_open for moment in page.moments] == [True, False, False, False]
    assert page.moments[0].done == "no call is recorded"
    assert page.moments_more == "And 3 more, see “Urgent moments” below."


def test_what_a_correction_took_back_is_named_beside_it(patient, owner, say):
    check_in = say(3, ("fever", "reading", "38.9", "C"))
    data = CheckInData(
        check_in.pk,
        check_in.at,
        "caregiver",
        "symptoms",
        "",
        (_report("fever", "reading", "36.9", "C"),),
        NOW,
    )
    correct_check_in(check_in, data, reason="typed wrongly", by=owner)
    (moment,) = front(patient, owner).moments
    assert re.match(
        r"38\.9 °C at \d\d:\d\d, corrected to 36\.9 (at|on) .* \(typed wrongly\)", moment.reported
    )


def test_days_not_logged_are_named_and_never_counted_as_none(patient, owner, say):
    say(0, ("headache", "mild"))
    say(2, kind="nothing-new")
    say(4, kind="too-ill")
    page = front(patient, owner, days=10)
    assert "only “nothing new” on 1; too ill to fill it in on 1; not logged on 7" in page.logged
    (row,) = [row for row in page.symptoms if row.label == "Headache"]
    assert row.present == "1 of 3 days"
    assert "7 days not logged" in row.words
    text = "".join(pages(as_pdf(content(patient, TODAY - 9 * DAY, TODAY, by=owner)))[:1])
    assert bare("hatched is not logged, empty is not answered") in bare(text)


def test_an_empty_diary_claims_nothing_on_the_first_page(patient, owner):
    page = front(patient, owner, days=10)
    assert page.urgent == "0 urgent entries"
    assert page.symptoms == ()
    assert page.told == "Nobody in these days."
    text = " ".join(pages(as_pdf(content(patient, TODAY, TODAY, by=owner)))[0].split())
    assert "Days without an entry say nothing." in text
    assert "No symptom was reported on the days that were logged." in text
    assert "No tablets are among the treatments recorded for these days." in text


def test_who_told_it_is_marked(patient, owner, say):
    say(1, ("headache", "mild"), told_by="self")
    say(2, ("headache", "mild"), told_by="caregiver")
    say(3, ("headache", "mild"), told_by="caregiver")
    say(4, ("headache", "mild"), ("fever", "reading", "36.6", "C"), told_by="together")
    page = front(patient, owner)
    assert page.told == (
        "Entries: 1 by the patient, 2 by a caregiver, 1 by both together. Written by Dad."
    )
    assert page.symptoms[0].told == "patient 1, caregiver 2, both 1"
    text = bare("".join(pages(as_pdf(content(patient, TODAY - 9 * DAY, TODAY, by=owner)))))
    assert bare("patient 1, caregiver 2, both 1") in text
    assert bare("36.6 °C both") in text


def test_the_worst_come_first_and_the_most_frequent_are_not_crowded_out(patient, owner, say):
    slugs = ("confusion", "seizure", "chills", "tremor", "rash", "vomiting", "headache", "nausea")
    for number, slug in enumerate((*slugs, "fatigue", "dizziness")):
        say(2 + number, (slug, "yes" if slug == "seizure" else "severe"))
    for days_ago in range(14, 22):
        say(days_ago, ("fatigue", "mild"), ("constipation", "mild"))
    page = front(patient, owner)
    labels = [row.label for row in page.symptoms]
    assert len(labels) == 8
    assert "Constipation" in labels
    assert page.symptoms_more.startswith("And 3 more, see “Symptoms” below.")


def test_more_of_a_part_that_is_left_out_is_not_said_to_stand_below(patient, owner, say):
    for days_ago in range(6):
        say(days_ago, ("confusion", "severe"))
    page = front(patient, owner, want=SummaryChoice(("symptoms",), A4, ""))
    assert page.moments_more == "And 2 more in the diary, left out of this summary."
    assert page.details.startswith("Below: Symptoms. Left out by choice: Urgent moments; ")


def test_missed_late_and_not_recorded_tablets_stay_apart(patient, owner):
    course = Course.objects.create(
        patient=patient, therapy="imatinib", started=TODAY - 9 * DAY, ended=TODAY - DAY
    )
    for ago, status in ((9, "given"), (8, "missed"), (7, "late"), (5, "missed")):
        day = TODAY - ago * DAY
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        Dose.objects.create(
            course=course,
            kind="tablet",
            status=status,
            precision="day",
            started=at,
            ended=at + timedelta(hours=23),
            local_day=day,
        )
    (line,) = front(patient, owner).missed.lines
    assert line == (
        "Imatinib, tablets: missed on 2 days, the latest on 17 Nov 2026; late on 1 day; "
        "not recorded on 5 days."
    )


def test_since_the_last_appointment_new_stronger_and_no_longer_reported(patient, owner, say, held):
    for days_ago in (12, 14):
        say(days_ago, ("headache", "mild"), ("nausea", "mild"), ("tremor", "mild"))
    say(5, ("headache", "severe"), ("nausea", "no"))
    say(4, ("rash", "mild"), ("headache", "mild"))
    page = front(patient, owner)
    assert page.changed_title == "Since the last appointment"
    assert page.changed_basis == (
        "12 Nov 2026, Dr Grey.",
        "2 of 11 days logged; compared with the 11 days before, of which 2 were logged.",
    )
    assert page.changed.lines == (
        "Not reported before: Rash, itchy or not (mild, 1 day).",
        "Stronger than before: Headache (mild, now severe).",
        "Reported earlier: Feeling sick (nausea) (since then answered “no” on 1 day); Shaking or "
        "tremor (not asked about since).",
    )


def test_a_higher_fever_is_stronger(patient, owner, say, held):
    say(12, ("fever", "reading", "38.1", "C"))
    say(5, ("fever", "reading", "102.2", "F"))
    assert "High temperature or fever (38.1 °C, now 102.2 °F)" in "".join(
        front(patient, owner).changed.lines
    )


def test_a_fever_that_was_only_measured_below_the_line_since_was_not_unasked(
    patient, owner, say, held
):
    say(12, ("fever", "reading", "38.9", "C"))
    say(5, ("fever", "reading", "36.9", "C"))
    (line,) = front(patient, owner).changed.lines
    assert line.endswith(
        "High temperature or fever (since then measured below the fever line on 1 day)."
    )


def test_what_was_not_logged_before_is_compared_with_nothing(patient, owner, say, held):
    say(5, ("rash", "mild"))
    page = front(patient, owner)
    assert page.changed.lines == ("Symptoms are not compared: no day was logged before.",)
    assert "of which 0 were logged" in page.changed_basis[1]


def test_treatment_that_began_or_ended_since_comes_first(patient, owner, say, held):
    treat(patient, TODAY - 3 * DAY)
    Course.objects.filter(name="Study arm B").update(
        started=TODAY - 30 * DAY, ended=TODAY - 2 * DAY
    )
    course = Course.objects.get(therapy="blinatumomab")
    course.cycles.create(number=2, started=TODAY - 2 * DAY)
    lines = front(patient, owner).changed.lines
    assert "Blinatumomab: cycle 2 began on 20 Nov 2026." in lines
    assert "Study arm B ended on 20 Nov 2026." in lines


def test_without_an_appointment_it_says_so(patient, owner, say):
    page = front(patient, owner)
    assert page.changed_title == "In the last 30 days"
    assert page.changed_basis[0] == "No appointment is marked as held."


def test_an_appointment_of_years_ago_is_not_compared_with(patient, owner, held):
    Appointment.objects.update(day=TODAY - 800 * DAY)
    assert front(patient, owner).changed_title == "In the last 30 days"


def test_questions_are_whole_somewhere(patient, owner):
    long = "May she " + "swim " * 80
    Question.objects.create(patient=patient, text=long, by=owner)
    said = content(patient, TODAY, TODAY, by=owner)
    assert said.front.questions.lines[0].endswith("…")
    assert bare(long) in bare("".join(pages(as_pdf(said))[1:]))
    Question.objects.update(text="May she swim?")
    said = content(patient, TODAY, TODAY, by=owner)
    assert said.front.has_all_questions
    assert "Questions to ask" not in "".join(pages(as_pdf(said))[1:])
    for number in range(MAX_QUESTIONS):
        Question.objects.create(patient=patient, text=f"Question {number}?", by=owner)
    said = content(patient, TODAY, TODAY, by=owner)
    assert said.front.questions.more == "And 1 more, see “Questions to ask” below."
    assert not said.front.has_all_questions


def test_what_was_said_at_appointments_only_where_it_is_chosen(patient, owner, held):
    held.notes.create(kind="said", text="Counts are coming up.", by=owner, written=NOW)
    held.notes.create(kind="change", text="Marked as held.", by=owner, written=NOW)
    held.notes.create(kind="said", text="For Ben.", by=owner, written=NOW, withdrawn=NOW)
    question = Question.objects.create(patient=patient, text="Swim?", by=owner, answered=NOW)
    question.answers.create(
        text="Not yet.", whom="Dr Grey", appointment=held, by=owner, written=NOW
    )
    first = TODAY - 29 * DAY
    usually = "".join(pages(as_pdf(content(patient, first, TODAY, by=owner))))
    assert "Counts are" not in usually
    want = SummaryChoice(("appointments",), A4, "")
    said = content(patient, first, TODAY, by=owner, want=want)
    text = " ".join("".join(pages(as_pdf(said))).split())
    for words in (
        "12 Nov 2026, Dr Grey (held)",
        "Counts are coming up.",
        "written down by Dad, 22 Nov 2026",
        "Answered by Dr Grey, at the appointment of 12 Nov 2026.",
    ):
        assert words in text
    assert "For Ben" not in text
    assert "Marked as held" not in text


def test_a_check_in_that_was_removed_is_told_by_nobody(patient, owner, say):
    remove_check_in(say(3, ("headache", "mild")), reason="wrong child", by=owner)
    assert front(patient, owner).told == "Written by Dad."
    assert CheckIn.objects.count() == 1
