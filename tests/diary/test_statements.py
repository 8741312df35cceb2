"""Several querysets in one statement: the same rows as Django's own, of nobody else."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from accounts.models import Patient, User
from accounts.statements import Columns, Part, read_together
from diary.core.statements import Statement
from diary.management.examples import fill
from diary.models import CheckIn, Course, Cycle, Dose, Finding, OwnSymptom, Report, Version
from tests.conftest import new_patient

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")


def parts(patient: Any, since: Any) -> dict[str, Part]:
    about = {"version__check_in__patient": patient, "version__check_in__at__gte": since}
    return {
        "courses": Course.objects.filter(patient=patient),
        "cycles": Cycle.objects.filter(course__patient=patient),
        "doses": Dose.objects.filter(course__patient=patient),
        "check_ins": CheckIn.objects.filter(patient=patient, at__gte=since),
        "versions": Version.objects.filter(check_in__patient=patient, check_in__at__gte=since),
        "reports": Report.objects.filter(**about),
        "findings": Finding.objects.filter(**about),
        "readings": Columns(
            Report.objects.filter(**about), ("version__check_in__at", "temperature", "symptom")
        ),
    }


@pytest.fixture
def filled(patient: Patient, owner: User) -> Patient:
    fill(patient, TODAY, days=40, by=owner)
    return patient


def values(row: Model) -> list[tuple[Any, type]]:
    found = (getattr(row, field.attname) for field in row._meta.concrete_fields)
    return [(value, type(value)) for value in found]


def order(rows: list[Model]) -> list[tuple[Any, ...]]:
    """Return what they are ordered by. Of two that are equal either may come first."""
    names = [str(name).removeprefix("-") for row in rows[:1] for name in row._meta.ordering or ()]
    return [tuple(getattr(row, name) for name in names) for row in rows]


def test_it_gives_what_django_gives_in_the_same_order(filled: Patient) -> None:
    since = NOW - timedelta(days=9)
    found = Statement(parts)(patient=filled.pk, since=since)
    for name, part in parts(filled.pk, since).items():
        if isinstance(part, Columns):
            assert sorted(map(str, found[name])) == sorted(
                map(str, part.queryset.values_list(*part.names))
            )
            continue
        rows = list(part)
        assert rows, name
        assert order(found[name]) == order(rows), name
        assert sorted(map(str, map(values, found[name]))) == sorted(map(str, map(values, rows)))
    assert any(isinstance(degrees, Decimal) for _, degrees, _ in found["readings"])


def test_what_never_differs_stands_in_the_text_as_it_is(patient: Patient, owner: User) -> None:
    said = 'It’s 100% "o\'clock"; -- %s'
    statement = Statement(
        lambda patient: {"own": OwnSymptom.objects.filter(patient=patient, name__contains=said)}
    )
    for name in (f"So: {said}!", "It’s 100"):
        OwnSymptom.objects.create(patient=patient, name=name, kind="yes-no", by=owner)
    assert [own.name for own in statement(patient=patient.pk)["own"]] == [f"So: {said}!"]


def test_the_text_is_kept_and_the_values_are_not(
    filled: Patient, make_user: Callable[[str], User]
) -> None:
    other = new_patient(make_user("Eve"), name="Ben", birth_month=1, birth_year=2000, zone="UTC")
    statement = Statement(parts)
    assert statement(patient=filled.pk, since=NOW - timedelta(days=9))["reports"]
    with CaptureQueriesContext(connection) as queries:
        assert not any(statement(patient=other.pk, since=NOW - timedelta(days=9)).values())
        near = statement(patient=filled.pk, since=NOW - timedelta(days=2))["check_ins"]
    assert len(queries) == 2
    assert near
    assert all(check_in.at >= NOW - timedelta(days=2) for check_in in near)


def test_a_value_that_is_made_from_another_is_refused(patient: Patient) -> None:
    """It would stay in the text, and the next page would be about the first one's days."""

    def build(patient: Any, at: Any) -> dict[str, Part]:
        since = at - timedelta(days=1)
        return {"rows": CheckIn.objects.filter(patient=patient, at__gte=since)}

    with pytest.raises(TypeError, match="only as they are given"):
        Statement(build)(patient=patient.pk, at=NOW)


def test_rows_that_are_read_once_are_the_same(filled: Patient) -> None:
    found = read_together({"rows": CheckIn.objects.filter(patient=filled)})
    assert found["rows"] == list(CheckIn.objects.filter(patient=filled))
