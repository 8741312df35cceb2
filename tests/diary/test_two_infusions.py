"""A treatment to which two infusions belong, about ten days apart (JC-55)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import Patient, User
from diary.core.days import start_of
from diary.judging.standing import standings
from diary.models import Course
from diary.treatment.actions.doses import Times, record_infusion, set_single_infusion

SLUG = "obecabtagene-autoleucel"
ONCE = "tisagenlecleucel"
FIRST = date(2026, 9, 1)
DAY = timedelta(days=1)


@pytest.fixture
def course(patient: Patient, owner: User) -> Course:
    made: Course = patient.courses.create(therapy=SLUG, started=FIRST)
    set_single_infusion(made, Times(FIRST), is_planned=False, by=owner)
    return made


def since(patient: Patient, day: date) -> int | None:
    (standing,) = standings(patient, start_of(day, patient.tz) + DAY / 2)
    return standing.days_since_infusion


def test_days_count_from_the_last_infusion_given(
    patient: Patient, owner: User, course: Course
) -> None:
    record_infusion(course, Times(FIRST + 9 * DAY), by=owner)
    assert [since(patient, FIRST + n * DAY) for n in (0, 8, 9, 65)] == [0, 8, 0, 56]


def test_changing_the_first_keeps_the_second(patient: Patient, owner: User, course: Course) -> None:
    record_infusion(course, Times(FIRST + 9 * DAY), by=owner)
    set_single_infusion(course, Times(FIRST - DAY), is_planned=False, by=owner)
    days = list(course.doses.values_list("local_day", flat=True))
    assert days == [FIRST - DAY, FIRST + 9 * DAY]
    assert course.started == FIRST - DAY
    assert since(patient, FIRST + 10 * DAY) == 1


def test_the_pages_record_correct_and_remove_the_second(
    patient: Patient, course: Course, owner: User, log_in: Callable[[User], Client]
) -> None:
    at = f"/p/{patient.pk}/treatment/{course.pk}/"
    with time_machine.travel(start_of(FIRST + 12 * DAY, patient.tz), tick=False):
        client = log_in(owner)
        assert "Record the next infusion" in client.get(at).content.decode()
        client.post(f"{at}doses/new/", {"day": (FIRST + 9 * DAY).isoformat()})
        assert since(patient, FIRST + 10 * DAY) == 1
        assert "Record the next infusion" not in client.get(at).content.decode()
        second = course.doses.last()
        assert second is not None
        client.post(f"{at}doses/{second.pk}/", {"day": (FIRST + 10 * DAY).isoformat()})
        assert since(patient, FIRST + 10 * DAY) == 0
        client.post(f"{at}doses/{second.pk}/remove/")
        assert since(patient, FIRST + 10 * DAY) == 10


def test_what_is_given_once_has_no_second(
    patient: Patient, owner: User, log_in: Callable[[User], Client]
) -> None:
    course = patient.courses.create(therapy=ONCE, started=FIRST)
    set_single_infusion(course, Times(FIRST), is_planned=False, by=owner)
    at = f"/p/{patient.pk}/treatment/{course.pk}/"
    client = log_in(owner)
    assert "Record the next infusion" not in client.get(at).content.decode()
    assert client.get(f"{at}doses/new/").status_code == 404
