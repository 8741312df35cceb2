"""Treatment at home: the bag of the pump, one tap for trouble, tablets, and a drip that ends."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Patient, User, erasing
from diary.core.days import local_day
from diary.history.timeline import timeline
from diary.models import BagPlan, Course, Dose, PumpEvent
from diary.treatment.actions import at_home, courses, doses
from summary.content.build import content
from therapies.catalogue import catalogue

LogIn = Callable[[User], Client]
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def client(log_in: LogIn, owner: User) -> Client:
    return log_in(owner)


@pytest.fixture
def today(patient: Patient) -> date:
    return local_day(timezone.now(), patient.tz)


@pytest.fixture
def blina(patient: Patient, owner: User, today: date) -> Course:
    """Cycle 1, day 6, the pump runs."""
    first = today - 5 * DAY
    course = courses.start_course(patient, therapy="blinatumomab", started=first, by=owner)
    courses.start_cycle(course, started=first, by=owner)
    doses.start_pump(course, day=first, by=owner)
    return course


@pytest.fixture
def rituximab(patient: Patient, owner: User, today: date) -> Course:
    return courses.start_course(patient, therapy="rituximab", started=today - 20 * DAY, by=owner)


@pytest.fixture
def imatinib(patient: Patient, owner: User, today: date) -> Course:
    return courses.start_course(patient, therapy="imatinib", started=today - 40 * DAY, by=owner)


def text(response: Any) -> str:
    return " ".join(str(response.content.decode()).split())


def page(name: str, course: Course, *more: Any) -> str:
    return reverse(name, args=[course.patient_id, course.pk, *more])


def tap(client: Client, course: Course, kind: str, event_id: Any = None) -> Any:
    sent = {"id": str(event_id or uuid4()), "kind": kind}
    return client.post(page("pump_event_add", course), sent)


# The bag


def test_the_next_bag_change_stands_on_treatment_and_today_as_a_time(
    client: Client, blina: Course, patient: Patient
) -> None:
    due = (timezone.now() + timedelta(hours=26, minutes=30)).astimezone(patient.tz)
    sent = {"day": f"{due:%Y-%m-%d}", "at": f"{due:%H:%M}", "every": "", "unit": "hours"}
    assert client.post(page("bag_change", blina), sent).status_code == 302
    for name in ("treatment", "today"):
        shown = text(client.get(reverse(name, args=[patient.pk])))
        assert f"{due:%A}, {due.day} {due:%b %Y} at {due:%H:%M}" in shown
        assert "in 26 hours" in shown


def test_a_bag_that_was_due_says_so_and_whom_to_call(client: Client, blina: Course) -> None:
    BagPlan.objects.create(course=blina, due=timezone.now() - 2 * HOUR - timedelta(seconds=9))
    shown = text(client.get(reverse("today", args=[blina.patient_id])))
    assert "2 hours ago. If the bag has not been changed, call your care team." in shown


def test_changing_the_bag_in_one_tap_sets_the_next_time(
    client: Client, blina: Course, owner: User
) -> None:
    at_home.set_bag_plan(blina, due=timezone.now(), every_hours=96, by=owner)
    assert tap(client, blina, "bag").status_code == 302
    event = PumpEvent.objects.get()
    assert BagPlan.objects.get().due == event.at + 96 * HOUR


def test_without_an_interval_the_next_time_is_not_guessed(
    client: Client, blina: Course, owner: User
) -> None:
    at_home.set_bag_plan(blina, due=timezone.now(), every_hours=None, by=owner)
    tap(client, blina, "bag")
    assert BagPlan.objects.get().due is None
    assert "not recorded" in text(client.get(page("course", blina)))


def test_an_interval_counts_from_the_last_change(
    client: Client, blina: Course, owner: User
) -> None:
    tap(client, blina, "bag")
    client.post(page("bag_change", blina), {"every": "4", "unit": "days"})
    assert BagPlan.objects.get().due == PumpEvent.objects.get().at + 96 * HOUR


def test_a_bag_change_tapped_by_mistake_gives_back_the_time_that_was_due(
    client: Client, blina: Course, owner: User
) -> None:
    due = timezone.now() + 3 * HOUR
    at_home.set_bag_plan(blina, due=due, every_hours=48, by=owner)
    tap(client, blina, "bag")
    event = PumpEvent.objects.get()
    client.post(page("pump_event_take_back", blina, event.pk))
    event.refresh_from_db()
    assert event.taken_back is not None
    assert BagPlan.objects.get().due == due


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "how often to change"),
        ({"day": "2026-13-45", "at": "10:00"}, "That is not a date"),
        ({"at": "10:00"}, "needs a day and a time"),
        ({"every": "0", "unit": "days"}, "greater than or equal to 1"),
        ({"every": "90", "unit": "days"}, "more than a month"),
        ({"every": "4", "unit": "weeks"}, "not one of the available choices"),
    ],
)
def test_a_bag_plan_that_cannot_be_is_asked_again(
    client: Client, blina: Course, sent: dict[str, str], words: str
) -> None:
    answer = client.post(page("bag_change", blina), sent)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not BagPlan.objects.exists()


def test_in_the_break_no_bag_is_due(client: Client, blina: Course, owner: User) -> None:
    at_home.set_bag_plan(blina, due=timezone.now() + HOUR, every_hours=None, by=owner)
    doses.stop_pump(blina, day=local_day(timezone.now(), blina.patient.tz) - DAY, by=owner)
    assert "bag change" not in text(client.get(reverse("today", args=[blina.patient_id])))


def test_the_treatment_free_weeks_are_shown(client: Client, blina: Course, today: date) -> None:
    first, last = today + 23 * DAY, today + 36 * DAY
    shown = text(client.get(reverse("treatment", args=[blina.patient_id])))
    assert "Treatment-free, say the sources: " in shown
    assert f"{last.day} {last:%b %Y}" in shown
    assert f"say the sources: {first.day}" in shown


# One tap for trouble


@pytest.mark.parametrize("kind", ["alarm", "line"])
def test_one_tap_leads_to_a_card_that_says_not_to_touch_the_settings_and_to_call(
    client: Client, blina: Course, kind: str
) -> None:
    blina.patient.contacts.create(kind="always", number="020 7946 0000")
    answer = tap(client, blina, kind)
    event = PumpEvent.objects.get()
    assert answer.headers["Location"] == page("pump_event", blina, event.pk)
    shown = text(client.get(answer.headers["Location"]))
    trouble = catalogue().home.troubles[kind]
    assert "Do not change the pump settings" in shown
    assert 'href="tel:02079460000"' in shown
    assert 'href="tel:999"' in shown
    assert "4 hours or more" in shown
    assert "Blincyto official labelling (dosing and administration)" in shown
    assert all(step in shown for step in trouble.steps)


def test_trouble_with_a_pump_is_on_today_and_a_new_one_is_one_tap_from_it(
    client: Client, blina: Course, reader: User, log_in: LogIn
) -> None:
    today = reverse("today", args=[blina.patient_id])
    link = f'href="{page("course", blina)}">Pump or line problem?</a>'
    assert link in text(client.get(today))
    assert link not in text(log_in(reader).get(today))
    assert "The pump is alarming" in text(client.get(page("course", blina)))
    tap(client, blina, "bag")
    tap(client, blina, "alarm")
    event = PumpEvent.objects.get(kind="alarm")
    told = f'href="{page("pump_event", blina, event.pk)}">Pump alarm, today, '
    for somebody in (client, log_in(reader)):
        assert told in text(somebody.get(today))
        assert "Bag changed" not in text(somebody.get(today))
    client.post(page("pump_event_take_back", blina, event.pk))
    assert told not in text(client.get(today))
    with erasing():
        PumpEvent.objects.update(taken_back=None, at=timezone.now() - DAY - HOUR)
    assert "▲ <a" not in text(client.get(today))


def test_without_a_pump_today_asks_nothing_about_one(client: Client, imatinib: Course) -> None:
    shown = text(client.get(reverse("today", args=[imatinib.patient_id])))
    assert "Pump or line problem?" not in shown


def test_a_double_tap_is_one_event(client: Client, blina: Course) -> None:
    event_id = uuid4()
    for _ in range(2):
        assert tap(client, blina, "alarm", event_id).status_code == 302
    assert PumpEvent.objects.count() == 1


def test_an_id_that_is_taken_by_something_else_is_refused(client: Client, blina: Course) -> None:
    event_id = uuid4()
    tap(client, blina, "alarm", event_id)
    assert tap(client, blina, "line", event_id).status_code == 404
    assert PumpEvent.objects.get().kind == "alarm"


@pytest.mark.parametrize("sent", [{}, {"id": "x", "kind": "alarm"}, {"id": str(uuid4())}])
def test_a_tap_that_cannot_be_read_records_nothing(
    client: Client, blina: Course, sent: dict[str, str]
) -> None:
    assert client.post(page("pump_event_add", blina), sent).status_code == 400
    assert not PumpEvent.objects.exists()


def test_an_alarm_stays_in_history_and_summary_also_when_taken_back(
    client: Client, blina: Course, owner: User, patient: Patient, today: date
) -> None:
    tap(client, blina, "alarm")
    client.post(page("pump_event_take_back", blina, PumpEvent.objects.get().pk))
    (day,) = timeline(patient, today, today).days
    assert "pump alarm, recorded by Dad; taken back" in day.home[0].words
    assert "pump alarm, recorded by Dad" in text(
        client.get(reverse("history_day", args=[patient.pk, today]))
    )
    said = content(patient, today, today, by=owner)
    assert "pump alarm, recorded by Dad" in said.home[0]
    assert "pump alarm" in text(client.get(reverse("summary", args=[patient.pk])))


def test_trouble_can_be_recorded_while_the_pump_is_stopped_or_its_dates_are_missing(
    client: Client, blina: Course, owner: User, today: date
) -> None:
    doses.stop_pump(blina, day=today - DAY, by=owner)
    shown = text(client.get(page("course", blina)))
    assert "The pump is alarming" in shown
    assert "The bag was changed" not in shown
    Course.objects.update(is_dated=False)
    assert "The pump is alarming" in text(client.get(page("course", blina)))


@pytest.mark.parametrize("name", ["pump_event_add", "bag_change"])
def test_the_pump_of_a_treatment_without_one_is_not_there(
    client: Client, imatinib: Course, name: str
) -> None:
    sent = {"id": str(uuid4()), "kind": "alarm"}
    assert client.post(page(name, imatinib), sent).status_code == 404


def test_whoever_may_only_read_sees_the_card_and_no_button(
    client: Client, reader: User, stranger: User, log_in: LogIn, blina: Course
) -> None:
    tap(client, blina, "line")
    event = PumpEvent.objects.get()
    card = page("pump_event", blina, event.pk)
    shown = text(log_in(reader).get(card))
    assert "Do not change the pump settings" in shown
    assert "take it back" not in shown
    assert "The pump is alarming" not in text(log_in(reader).get(page("course", blina)))
    back = page("pump_event_take_back", blina, event.pk)
    for name in (back, page("pump_event_add", blina), page("bag_change", blina)):
        assert log_in(reader).post(name, {}).status_code == 403
        assert log_in(stranger).post(name, {}).status_code == 404
    assert log_in(stranger).get(card).status_code == 404


# Tablets


def test_the_week_of_tablets_is_seen_at_a_glance(
    client: Client, imatinib: Course, owner: User, today: date
) -> None:
    doses.record_tablet(imatinib, day=today - DAY, taken=True, late=True, by=owner)
    doses.record_tablet(imatinib, day=today - 2 * DAY, taken=False, by=owner)
    shown = text(client.get(reverse("treatment", args=[imatinib.patient_id])))
    week = shown[shown.index("Tablets of the last days") :]
    assert week.count('class="day') == 7
    for ago, said in ((0, "not recorded"), (1, "taken late"), (2, "missed")):
        day = today - ago * DAY
        assert f"{day:%A} {day.day} {day:%b %Y}: {said}" in week


def test_tablets_taken_late_are_kept_as_late(
    client: Client, imatinib: Course, owner: User, patient: Patient, today: date
) -> None:
    sent = {"day": str(today), "answer": "late", "page": "treatment"}
    assert client.post(page("tablets", imatinib), sent).status_code == 302
    assert imatinib.doses.get().status == Dose.Status.LATE
    assert "tablets taken late" in timeline(patient, today, today).days[0].doses[0].words
    said = content(patient, today, today, by=owner)
    assert "taken on 1 day, late on 1 day of them" in said.doses[-1]


def test_the_course_page_shows_what_was_answered_today(
    client: Client, imatinib: Course, owner: User, today: date
) -> None:
    doses.record_tablet(imatinib, day=today, taken=True, by=owner)
    assert "Tablets today: taken" in text(client.get(page("course", imatinib)))


# A drip


def test_a_drip_begins_and_ends_in_one_tap_each_and_then_is_soon_after(
    client: Client, rituximab: Course
) -> None:
    noon = datetime.fromisoformat(f"{timezone.now():%Y-%m-%d}T12:00:00+00:00")
    with time_machine.travel(noon, tick=False):
        client.post(page("infusion_start", rituximab))
        client.post(page("infusion_start", rituximab))
    dose = rituximab.doses.get()
    assert (dose.started, dose.ended) == (noon, None)
    with time_machine.travel(noon + 3 * HOUR, tick=False):
        assert "Drip has ended now" in text(client.get(page("course", rituximab)))
        client.post(page("infusion_stop", rituximab, dose.pk))
        client.post(page("infusion_stop", rituximab, dose.pk))
    dose.refresh_from_db()
    assert dose.ended == noon + 3 * HOUR
    with time_machine.travel(noon + 4 * HOUR, tick=False):
        sent = {"id": str(uuid4()), "told_by": "caregiver", "s-chills": "mild", "do": "save"}
        card = client.post(reverse("today", args=[rituximab.patient_id]), sent)
        assert "infusion" in text(client.get(card.headers["Location"])).lower()
    assert (
        rituximab.patient.check_ins.get()
        .versions.get()
        .findings.filter(group="infusion-reaction", level="urgent")
    )


@pytest.mark.parametrize("name", ["infusion_start", "infusion_stop"])
def test_only_who_may_write_begins_or_ends_a_drip(
    reader: User, stranger: User, log_in: LogIn, rituximab: Course, owner: User, name: str
) -> None:
    dose = doses.start_infusion(rituximab, by=owner)
    path = page(name, rituximab, *([dose.pk] if name == "infusion_stop" else []))
    assert log_in(reader).post(path).status_code == 403
    assert log_in(stranger).post(path).status_code == 404
    dose.refresh_from_db()
    assert dose.ended is None


def test_a_drip_cannot_begin_after_its_treatment_has_ended(
    client: Client, rituximab: Course, owner: User, today: date
) -> None:
    courses.end_course(rituximab, ended=today - DAY, by=owner)
    shown = text(client.post(page("infusion_start", rituximab), follow=True))
    assert "This is after the last day" in shown
    assert not rituximab.doses.exists()
