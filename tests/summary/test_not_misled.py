"""What a clinician would be misled by: a day nobody entered, a deed left out, a wrong name."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import erasing
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import CheckInData, ReportData
from diary.models import Appointment, Call, CheckIn, KeptAuthor, Question
from summary.content.build import content
from summary.content.parts import A4, SummaryChoice
from tests.summary.bundles import bundle, of

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 22)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def look_at(patient, owner):
    def made(**more):
        return content(patient, TODAY - timedelta(days=29), TODAY, by=owner, **more)

    return made


@pytest.fixture
def call(patient, owner):
    """Record a call about one urgent check-in, some minutes after it was saved."""
    at = NOW - timedelta(days=2)
    reports = (ReportData("confusion", "severe"),)
    data = CheckInData(uuid4(), at, "caregiver", "symptoms", "", reports, at)
    check_in = record_check_in(patient, data, by=owner)

    def recorded(minutes, outcome, reason=""):
        when = NOW + minutes * MINUTE
        return Call.objects.create(
            check_in=check_in, outcome=outcome, at=when, reason=reason, by=owner, recorded=when
        )

    return recorded


def test_the_day_a_treatment_was_chosen_is_not_its_first_day(patient, look_at):
    patient.courses.create(therapy="imatinib", started=TODAY - timedelta(days=3), is_dated=False)
    said = look_at()
    assert [treatment.dates for treatment in said.treatments] == ["first day not recorded"]
    assert "Imatinib, first day not recorded." in said.front.since
    assert "since 19 Nov" not in said.front.since
    assert not [line for line in said.front.changed.lines if "began on" in line]


def test_a_call_in_vain_does_not_hide_what_was_done_then(call, look_at):
    call(5, "no-answer")
    assert look_at().front.moments[0].done == "called, no answer (1 time)"
    call(30, "in-hospital")
    assert look_at().front.moments[0].done == "called, no answer (1 time); in hospital already"
    call(40, "closed", reason="Seen in A&E.")
    assert (
        look_at().front.moments[0].done
        == "called, no answer (1 time); closed without reaching anybody: Seen in A&E."
    )


def test_that_it_got_worse_after_the_call_is_said(call, look_at):
    call(5, "reached")
    call(30, "worse")
    assert look_at().front.moments[0].done.startswith("worse since; reached")


def test_a_flag_is_active_again_once_it_got_worse(patient, call):
    call(5, "closed", reason="Told to expect this.")
    assert {flag["status"] for flag in of(bundle(patient), "Flag")} == {"inactive"}
    call(30, "worse")
    assert "active" in {flag["status"] for flag in of(bundle(patient), "Flag")}


def test_what_was_brought_in_is_credited_to_whoever_wrote_it_down(patient, owner, look_at):
    kept = KeptAuthor.objects.create(patient=patient, name="Aunt May")
    mine = {"by": owner, "kept_by": kept}
    held = Appointment.objects.create(
        patient=patient, day=TODAY, zone=patient.zone, state="held", **mine
    )
    held.notes.create(kind="said", text="Counts are coming up.", written=NOW, **mine)
    question = Question.objects.create(patient=patient, text="Swim?", answered=NOW, **mine)
    question.answers.create(text="Not yet.", appointment=held, written=NOW, **mine)
    (meeting,) = look_at(want=SummaryChoice(("appointments",), A4, "")).meetings
    assert meeting.lines == (("Counts are coming up.", "written down by Aunt May, 22 Nov 2026"),)
    assert "Added by Aunt May" in meeting.answers[0][2]


def test_where_nothing_can_be_compared_it_does_not_say_that_nothing_is_different(
    patient, look_at, call
):
    assert look_at().front.changed.lines == (
        "Symptoms are not compared: no day was logged before.",
    )
    with erasing():
        CheckIn.objects.update(at=NOW - timedelta(days=40), local_day=TODAY - timedelta(days=40))
    assert look_at().front.changed.lines == ("Symptoms are not compared: no day was logged since.",)
