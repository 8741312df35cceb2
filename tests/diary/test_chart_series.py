"""What the charts read from the rows: everything that counts now, and every urgent moment."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.history.charts.series import series_of, stretch_of, temperatures_of, urgent_of
from diary.history.timeline import timeline
from diary.management.examples import log, treat
from diary.models import Look, Report, Version
from tests.diary.drawn import LINE
from tests.diary.test_timeline import said

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize("seed", [3, 8])
def test_every_answer_that_counts_now_is_said_once_and_every_urgent_moment(
    patient, owner, writer, seed
):
    """Counted a second way: from the rows, not through the timeline."""
    treat(patient, TODAY)
    log(patient, TODAY - timedelta(days=40), TODAY, seed=seed, users=[owner, writer])
    read = timeline(patient, TODAY - timedelta(days=60), TODAY).days
    current = {}
    for version in Version.objects.filter(check_in__patient=patient).order_by("number"):
        current[version.check_in_id] = version
    reports = Report.objects.filter(version__in=[v.pk for v in current.values()])
    answers = sorted(a.answer for series in series_of(read) for a in series.answers)
    others = reports.exclude(symptom="fever")
    assert answers == sorted(others.values_list("answer", flat=True))
    assert {"no", "mild", "severe"} <= set(answers)
    readings = reports.filter(symptom="fever").exclude(answer="no")
    assert len(temperatures_of(read, LINE)) == readings.count() > 5
    urgent = patient.check_ins.filter(versions__findings__level="urgent").distinct()
    assert len(urgent_of(read)) == urgent.count() > 5


def test_a_day_with_a_daily_look_alone_is_neither_a_gap_nor_an_answer(patient, owner):
    record_check_in(patient, said(reports=[ReportData("rash", "mild")]), by=owner)
    yesterday = NOW - timedelta(days=1)
    patient.created = NOW - timedelta(days=2)
    patient.save()
    Look.objects.create(
        id=uuid4(),
        patient=patient,
        at=yesterday,
        zone=patient.zone,
        local_day=yesterday.date(),
        by=owner,
        told_by="caregiver",
        answers=[],
    )
    stretch = stretch_of(timeline(patient, TODAY - timedelta(days=2), TODAY).days)
    assert stretch.logged == {TODAY, TODAY - timedelta(days=1)}
    assert stretch.gaps == {TODAY - timedelta(days=2)}


def test_a_symptom_that_was_asked_otherwise_at_another_time_is_one_chart(patient, owner):
    for hours, answer in ((1, "yes"), (2, "mild")):
        at = NOW - timedelta(hours=hours)
        record_check_in(patient, said(at, reports=[ReportData("rash", answer)]), by=owner)
    (series,) = series_of(timeline(patient, TODAY, TODAY).days)
    assert series.scale == ("no", "mild", "moderate", "severe", "yes")
    assert [answer.answer for answer in series.answers] == ["mild", "yes"]
