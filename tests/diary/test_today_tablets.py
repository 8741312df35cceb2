"""Tablets on the page of today: of the day that the page is about, never of another one."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Patient, User
from diary.core.words import day_words
from diary.models import Course, Dose
from diary.treatment.actions.doses import record_tablet
from tests.diary.answers import london_day, on_tablets, typed
from tests.diary.test_holds import text

ASK = "Missed a tablet? Ask your care team what to do."


@pytest.fixture
def tablets(patient: Patient) -> Course:
    return on_tablets(patient, london_day(9))


@pytest.fixture
def dad(log_in, owner: User) -> Client:
    return log_in(owner)


def ask(client: Client, patient: Patient, **fields: str) -> str:
    address = reverse("today", args=[patient.pk])
    return " ".join(text(client.post(address, typed(**fields))).split())


def button(course: Course, day: date, answer: str) -> str:
    return f"tablet {course.pk} {day} {answer}"


def test_another_day_asks_for_the_tablets_of_that_day(dad, patient, owner, tablets):
    today, then = london_day(), london_day(2)
    record_tablet(tablets, day=today, taken=True, by=owner)
    chosen = {"day": then.isoformat(), "time": "12:00"}
    page = ask(dad, patient, do="moment", **chosen)
    assert f"Imatinib taken on {day_words(then)}?" in page
    assert "Imatinib today" not in page
    assert button(tablets, then, "missed") in page
    page = ask(dad, patient, do=button(tablets, then, "missed"), **chosen)
    assert f"Imatinib on {day_words(then)}" in page
    answers = {dose.local_day: dose.status for dose in tablets.doses.all()}
    assert answers == {today: Dose.Status.GIVEN, then: Dose.Status.MISSED}


@pytest.mark.parametrize("time", ["12:00", ""], ids=["with a time", "without a time"])
def test_a_button_of_today_records_nothing_once_another_day_is_typed(
    dad, patient, owner, tablets, time
):
    today, then = london_day(), london_day(2)
    record_tablet(tablets, day=today, taken=True, by=owner)
    page = ask(dad, patient, do=button(tablets, today, "missed"), day=then.isoformat(), time=time)
    assert "The tablets are not recorded" in page
    assert tablets.doses.get().status == Dose.Status.GIVEN
    assert "Imatinib today" not in page


def test_a_day_that_is_still_to_come_has_no_tablets(dad, patient, tablets):
    ahead = (london_day() + timedelta(days=3)).isoformat()
    page = ask(dad, patient, do="moment", day=ahead, time="12:00")
    assert "has not come yet" in page
    assert 'value="tablet ' not in page


def test_a_day_without_a_time_is_not_shown_as_now_in_silence(dad, patient):
    address = reverse("today", args=[patient.pk])
    answer = dad.post(address, typed(do="moment", day=london_day(2).isoformat()))
    assert answer.status_code == 422
    assert "Give the time of that day as well" in text(answer)


def test_whom_to_ask_is_said_once_a_tablet_is_missed(dad, patient, owner, tablets):
    treatment = reverse("treatment", args=[patient.pk])
    today = reverse("today", args=[patient.pk])
    for taken in (None, True):
        record_tablet(tablets, day=london_day(), taken=taken, by=owner)
        assert ASK not in text(dad.get(today)) + text(dad.get(treatment))
    record_tablet(tablets, day=london_day(), taken=False, by=owner)
    assert ASK in text(dad.get(today))
    assert ASK in text(dad.get(treatment))
