"""What is handed over as data equals the database, in a bounded number of queries."""

from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Patient, User
from diary.models import CheckIn, Version
from summary.records import records
from tests.summary.made_up import log, treat

TODAY = date(2026, 11, 20)


def test_every_version_report_and_finding_is_in_it(
    patient: Patient, owner: User, writer: User
) -> None:
    treat(patient, TODAY)
    log(patient, TODAY - timedelta(days=30), TODAY, seed=3, users=[owner, writer])
    found = records(patient)
    versions = [version for check_in in found.check_ins for version in check_in.versions]
    assert len(found.check_ins) == CheckIn.objects.filter(patient=patient).count()
    assert len(versions) == Version.objects.filter(check_in__patient=patient).count()
    print(found.courses[0], found.check_ins[3], found.gaps, found.authors)


def test_ten_years_cost_as_many_queries_as_a_month(
    patient: Patient, owner: User, django_assert_max_num_queries
) -> None:
    treat(patient, TODAY)
    log(patient, TODAY - timedelta(days=5), TODAY, seed=3, users=[owner])
    with django_assert_max_num_queries(21) as q:
        records(patient)
    print(len(q))
