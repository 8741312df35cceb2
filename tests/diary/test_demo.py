"""The example diary is made by the actions the pages use, and only in an empty database."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Patient, Share, User, erasing
from diary.models import Call, CheckIn, Course, Dose, Finding, Version
from diary.setup.views import next_step
from tests.diary.open_entries import still_open


def make_demo() -> str:
    out = io.StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_the_example_holds_what_a_visitor_should_see(db: None) -> None:
    printed = make_demo()
    assert {p.name for p in Patient.objects.all()} == {"Ana", "Ben", "Maria"}
    assert Share.objects.active().values("user").distinct().count() == 2
    assert {c.therapy for c in Course.objects.exclude(therapy="")} == {
        "blinatumomab",
        "tisagenlecleucel",
        "imatinib",
    }
    assert Finding.objects.filter(level="urgent", group="crs").exists()
    assert Finding.objects.filter(level="urgent", group="nervous-system").exists()
    assert {c.outcome for c in Call.objects.all()} == {"reached", "no-answer", "closed"}
    assert Version.objects.filter(kind="removed").exists()
    assert Version.objects.filter(number=2, kind="symptoms").exists()
    assert Dose.objects.filter(status="missed").exists()
    assert [c.patient.name for c in still_open(CheckIn.objects.all())] == ["Ben"]
    for patient in Patient.objects.all():
        assert next_step(patient) == "", f"{patient}'s diary is set up"
        days = patient.check_ins.values("local_day").distinct().count()
        assert 60 < days < 90  # the others are gaps
    password = printed.splitlines()[-1].strip()
    assert Client().login(email="parent@example.org", password=password)


def test_the_example_is_the_same_every_time_but_for_the_password(db: None) -> None:
    first = make_demo()
    reports = sorted(CheckIn.objects.values_list("pk", flat=True))
    for model in (Call, Finding, CheckIn, Patient, User):
        with erasing():
            model.objects.all().delete()
    second = make_demo()
    assert sorted(CheckIn.objects.values_list("pk", flat=True)) == reports
    assert first != second


def test_the_example_refuses_a_database_that_holds_anything_else(owner: User) -> None:
    with pytest.raises(CommandError, match="already"):
        make_demo()
    assert list(User.objects.all()) == [owner]
