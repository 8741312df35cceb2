"""A treatment on hold, as it is handed over: in words, on paper and as data."""

import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from pypdf import PdfReader

from diary.core.days import end_of, start_of
from diary.models import Course, Dose, Hold
from summary.bring_in.actions import bring_in
from summary.bring_in.read import UnreadableFile, read_json
from summary.content.build import content
from summary.export import records
from summary.export.as_csv import as_csv
from summary.export.as_json import as_json
from summary.paper.pdf import as_pdf
from tests.summary.bundles import bundle, extension, of, said
from tests.summary.tables import read_back
from tests.summary.test_pdf import bare

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


@pytest.fixture
def tablets(patient):
    return Course.objects.create(
        patient=patient, therapy="imatinib", started=TODAY - 60 * DAY, created=NOW
    )


@pytest.fixture
def hold(tablets, owner):
    """From 13 to 20 November, in which two tablets are marked as missed and one as taken."""
    for back, status in ((12, "missed"), (9, "missed"), (8, "missed"), (7, "given"), (1, "late")):
        day = TODAY - back * DAY
        Dose.objects.create(
            course=tablets,
            kind="tablet",
            status=status,
            precision="day",
            started=start_of(day, tablets.patient.tz),
            ended=end_of(day, tablets.patient.tz),
            local_day=day,
        )
    return Hold.objects.create(
        course=tablets,
        started=TODAY - 9 * DAY,
        ended=TODAY - 2 * DAY,
        reason="Low platelets",
        by=owner,
        recorded=NOW,
    )


def look_at(patient, owner, days=15):
    return content(patient, TODAY - (days - 1) * DAY, TODAY, by=owner)


def test_the_summary_names_it_and_counts_no_tablet_of_it_as_missed(patient, owner, hold):
    found = look_at(patient, owner)
    assert found.treatments[0].holds == (
        "On hold, ordered by the team: 13–20 Nov 2026: Low platelets"
    )
    counts = (
        "Imatinib, tablets: taken on 2 days, late on 1 day of them (21 Nov 2026), "
        "missed on 1 day (10 Nov 2026), on hold on 7 days, not recorded on 5 days."
    )
    assert found.doses == (counts,)
    assert found.front.missed.lines == (
        "Imatinib, tablets: missed on 1 day, the latest on 10 Nov 2026; late on 1 day; "
        "on hold on 7 days; not recorded on 5 days.",
    )
    changed = found.front.changed.lines
    assert "Imatinib: put on hold by the team on 13 Nov 2026." in changed
    assert "Imatinib: last day on hold 20 Nov 2026." in changed


def test_the_days_of_tablets_add_up(patient, owner, hold):
    """Taken, missed, on hold and not recorded are all the days, each once."""
    for days in range(1, 20):
        words = look_at(patient, owner, days).doses[0].replace("late on 1 day", "")
        counted = [
            int(part.split(" day")[0]) for part in words.split(" on ")[1:] if part[0].isdigit()
        ]
        assert sum(counted) == days, words


def test_page_paper_and_header_say_it(patient, owner, hold, log_in):
    Hold.objects.update(ended=None)
    found = look_at(patient, owner)
    assert "Imatinib · day 60, on hold since 13 Nov 2026" in found.front.standing.lines
    text = bare("".join(page.extract_text() for page in PdfReader(io.BytesIO(as_pdf(found))).pages))
    assert bare("On hold, ordered by the team: since 13 Nov 2026: Low platelets") in text
    assert bare("on hold since 13 Nov 2026") in text
    response = log_in(owner).get(f"/p/{patient.pk}/summary/")
    assert "On hold, ordered by the team: since 13 Nov 2026" in response.content.decode()


def test_a_hold_entered_by_mistake_is_in_no_summary(patient, owner, hold):
    Hold.objects.update(withdrawn=NOW)
    found = look_at(patient, owner)
    assert found.treatments[0].holds == ""
    assert "missed on 3 days" in found.doses[0]
    assert not [line for line in found.front.changed.lines if "hold" in line]


def test_the_emergency_sheet_says_it(patient, owner, hold, log_in):
    Hold.objects.update(ended=None)
    response = log_in(owner).get(f"/p/{patient.pk}/emergency/")
    assert "on hold since 13 Nov 2026" in response.content.decode()


def test_fhir_says_on_hold_and_why(patient, hold):
    def statement():
        return next(
            s for s in of(bundle(patient), "MedicationStatement") if s["id"] == str(hold.course_id)
        )

    assert statement()["status"] == "active"
    assert "statusReason" not in statement()
    Hold.objects.update(ended=TODAY)
    assert statement()["status"] == "on-hold"
    words = [{"text": "On hold, ordered by the team: Low platelets"}]
    assert statement()["statusReason"] == words
    (kept,) = extension(statement(), "hold")
    assert {e["valueDate"] for e in kept["extension"] if "valueDate" in e} == {
        "2026-11-13",
        "2026-11-22",
    }
    given = of(bundle(patient), "MedicationAdministration")
    missed = {
        d["effectiveDateTime"]: d.get("statusReason")
        for d in given
        if said(d, "status") == "missed"
    }
    assert missed == {"2026-11-10": None, "2026-11-13": words, "2026-11-14": words}
    Hold.objects.update(withdrawn=NOW)
    assert statement()["status"] == "active"


def test_fhir_of_a_course_that_has_ended_is_completed(patient, tablets, hold):
    Hold.objects.update(ended=None)
    Course.objects.update(ended=TODAY - 3 * DAY)
    (found,) = of(bundle(patient), "MedicationStatement")
    assert found["status"] == "completed"
    assert "statusReason" not in found


def test_the_tables_and_the_file_hold_it_whichever_days_are_asked_for(patient, hold):
    (row,) = json.loads(as_json(records(patient, TODAY, TODAY)))["courses"][0]["holds"]
    assert (row["started"], row["ended"], row["reason"]) == (
        "2026-11-13",
        "2026-11-20",
        "Low platelets",
    )
    (line,) = read_back(as_csv(records(patient, TODAY, TODAY)))["course_holds"]
    assert (line["course"], line["reason"]) == (str(hold.course_id), "Low platelets")


def test_a_file_brings_it_in_and_one_of_an_earlier_diary_has_none(patient, owner, hold):
    raw = as_json(records(patient))
    brought = bring_in(read_json(raw), is_self=False, by=owner)
    (copy,) = Hold.objects.filter(course__patient=brought)
    assert (copy.started, copy.ended, copy.reason) == (hold.started, hold.ended, hold.reason)
    assert str(copy.author) == "Dad"
    earlier = json.loads(raw)
    for course in earlier["courses"]:
        del course["holds"]
    brought = bring_in(read_json(json.dumps(earlier).encode()), is_self=False, by=owner)
    assert not Hold.objects.filter(course__patient=brought).exists()


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        ({"ended": "2026-11-01"}, "hold ends after it starts"),
        ({"started": "2026-02-31"}, "no such day"),
        ({"recorded": "2027-11-01T00:00:00Z"}, "cannot lie in the future"),
        ({"reason": "x" * 201}, "longer than 200"),
    ],
)
def test_a_hold_that_cannot_be_is_refused_by_its_name(patient, owner, hold, spoil, what):
    file = json.loads(as_json(records(patient)))
    file["courses"][0]["holds"][0].update(spoil)
    with pytest.raises(UnreadableFile) as refused:
        bring_in(read_json(json.dumps(file).encode()), is_self=False, by=owner)
    (problem,) = refused.value.problems
    assert "hold 1" in problem.where
    assert what in problem.what
