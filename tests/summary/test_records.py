"""What is handed over as data equals the database, in a bounded number of queries."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from accounts.models import Patient, User
from diary.history.timeline import gaps, timeline
from diary.management.examples import log, treat
from diary.models import CheckIn, Finding, Report, Version
from summary.export import records

TODAY = date(2026, 11, 20)
FIRST = TODAY - timedelta(days=30)
QUERIES = 33


def test_every_version_report_and_finding_is_in_it(
    patient: Patient, owner: User, writer: User
) -> None:
    treat(patient, TODAY)
    log(patient, FIRST, TODAY, seed=3, users=[owner, writer])
    found = records(patient)
    versions = [version for check_in in found.check_ins for version in check_in.versions]
    assert len(found.check_ins) == CheckIn.objects.count() > 20
    assert len(versions) == Version.objects.count() > len(found.check_ins)
    assert sum(len(one.reports) for one in versions) == Report.objects.count()
    assert sum(len(one.findings) for one in versions) == Finding.objects.count()
    assert {author.name for author in found.authors} == {"Dad", "Grandma"}


def test_the_gaps_are_those_of_the_history(patient: Patient, owner: User) -> None:
    log(patient, FIRST, TODAY, seed=4, users=[owner])
    found = records(patient, FIRST - timedelta(days=9), TODAY)
    said = gaps(timeline(patient, FIRST - timedelta(days=9), TODAY).days)
    assert [(gap.first, gap.last) for gap in found.gaps] == [(run.first, run.last) for run in said]
    assert found.gaps


def test_only_what_lies_in_the_days_asked_for(patient: Patient, owner: User) -> None:
    treat(patient, TODAY)
    log(patient, FIRST, TODAY, seed=5, users=[owner])
    middle = FIRST + timedelta(days=10)
    found = records(patient, middle, middle + timedelta(days=9))
    inside = CheckIn.objects.filter(local_day__range=(middle, middle + timedelta(days=9)))
    assert {one.id for one in found.check_ins} == {row.pk for row in inside}
    pump = [dose for course in found.courses for dose in course.doses if dose.kind == "pump"]
    assert pump, "a pump that was started before and still runs"
    assert len(found.courses) == patient.courses.count()


def test_a_month_costs_as_many_queries_as_a_day(
    patient: Patient, owner: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    treat(patient, TODAY)
    log(patient, TODAY, TODAY, seed=3, users=[owner])
    with django_assert_num_queries(QUERIES):
        records(patient)
    log(patient, FIRST, TODAY - timedelta(days=1), seed=8, users=[owner])
    with django_assert_num_queries(QUERIES):
        records(patient)
