"""What is due becomes one message for whoever still needs it, whatever the workers do."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from accounts.models import Patient, Share, User
from diary.models import Appointment, BagPlan, Call, Dose
from reminders import actions, claims, rounds
from reminders.models import Heartbeat, Kind, Message, Reminder
from reminders.send import send_all
from reminders.worker import make_round
from tests.conftest import new_patient
from tests.diary.answers import on_blinatumomab, on_tablets

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)  # a Monday; London has the same clock
EVENING = NOW.replace(hour=20)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def at_eight(patient: Patient, owner: User) -> Reminder:
    return actions.set_reminder(patient, Kind.ENTRY, by=owner, clocks=[time(20)])


def made(now: datetime) -> list[Message]:
    rounds.plan(now)
    return list(Message.objects.all())


def test_it_is_due_once_at_its_time(at_eight: Reminder) -> None:
    assert not made(EVENING - timedelta(minutes=1))
    for minutes in (0, 1, 2):
        assert len(made(EVENING + timedelta(minutes=minutes))) == 1
    at_eight.refresh_from_db()
    assert at_eight.next_due == EVENING + timedelta(days=1)


def test_whoever_has_written_is_not_asked(
    at_eight: Reminder, clock: Any, log: Callable[..., Any]
) -> None:
    clock.move_to(EVENING - timedelta(hours=1))
    log("36.8")
    assert not made(EVENING)
    assert len(made(EVENING + timedelta(days=1))) == 1


def test_a_worker_that_was_away_says_what_is_still_of_use(at_eight: Reminder) -> None:
    assert len(made(EVENING + timedelta(hours=2))) == 1
    assert len(made(EVENING + timedelta(days=3, hours=6))) == 1, "six hours late is no use"
    assert len(made(EVENING + timedelta(days=4, minutes=1))) == 2


def test_only_on_the_chosen_days(patient: Patient, owner: User) -> None:
    actions.set_reminder(patient, Kind.ENTRY, by=owner, clocks=[time(20)], weekdays="2")
    assert not made(EVENING)
    assert len(made(EVENING + timedelta(days=2))) == 1


def test_two_workers_make_one_message(at_eight: Reminder) -> None:
    """The second has read the row before the first moved it on."""
    seen = Reminder.objects.select_related("patient").get()
    assert rounds._move_on(at_eight, EVENING)
    assert not rounds._move_on(seen, EVENING)


def test_two_workers_take_a_message_once(at_eight: Reminder) -> None:
    (message,) = made(EVENING)
    again = Message.objects.get()
    assert claims._take(message, EVENING)
    assert not claims._take(again, EVENING)


def test_what_a_killed_worker_took_is_sent_after_the_lease(at_eight: Reminder, clock: Any) -> None:
    made(EVENING)
    clock.move_to(EVENING)
    assert len(claims.take(EVENING)) == 1  # and it is killed here
    assert send_all(EVENING + timedelta(minutes=1)) == 0
    clock.move_to(EVENING + Message.LEASE)
    with override_settings(EMAIL_HOST="mail"):
        assert send_all(EVENING + Message.LEASE) == 1
    assert len(mail.outbox) == 1


def test_tablets_are_asked_for_until_somebody_has_said(patient: Patient, owner: User) -> None:
    course = on_tablets(patient, NOW.date() - timedelta(days=9))
    actions.set_reminder(patient, Kind.TABLETS, by=owner, clocks=[time(20)])
    assert len(made(EVENING)) == 1
    midnight = NOW.replace(hour=0) + timedelta(days=1)
    Dose.objects.create(
        course=course,
        kind="tablet",
        precision="day",
        local_day=midnight.date(),
        started=midnight,
        ended=midnight + timedelta(hours=23, minutes=59),
    )
    assert len(made(EVENING + timedelta(days=1))) == 1


def test_who_has_no_tablets_is_not_asked(patient: Patient, owner: User) -> None:
    actions.set_reminder(patient, Kind.TABLETS, by=owner, clocks=[time(20)])
    assert not made(EVENING)


def test_a_temperature_is_asked_for_unless_it_was_just_taken(
    patient: Patient, owner: User, clock: Any, log: Callable[..., Any]
) -> None:
    actions.set_reminder(patient, Kind.TEMPERATURE, by=owner, clocks=[time(8), time(20)])
    clock.move_to(EVENING - timedelta(minutes=30))
    log("36.8")
    assert not made(EVENING)
    assert len(made(EVENING + timedelta(hours=12))) == 1


def test_a_bag_is_told_before_it_is_due(patient: Patient, owner: User) -> None:
    course = on_blinatumomab(patient, NOW)
    plan = BagPlan.objects.update_or_create(course=course, defaults={"due": EVENING})[0]
    actions.set_reminder(patient, Kind.BAG, by=owner, minutes=60)
    assert not made(EVENING - timedelta(minutes=61))
    assert len(made(EVENING - timedelta(minutes=60))) == 1
    assert len(made(EVENING)) == 1
    plan.due = EVENING + timedelta(hours=5)
    plan.save()
    assert len(made(EVENING + timedelta(hours=4))) == 2, "another due time is another message"


def test_after_a_fever_it_says_when_to_measure_again_in_quiet_hours_too(
    patient: Patient, owner: User, log: Callable[..., Any]
) -> None:
    actions.set_quiet(patient, start=time(9), end=time(23), by=owner)
    actions.set_reminder(patient, Kind.FEVER, by=owner)
    entry = log("38.6")
    again = NOW + timedelta(hours=2)
    Call.objects.create(
        check_in=entry,
        at=NOW,
        recorded=NOW,
        outcome=Call.Outcome.REACHED,
        whom="Ward 7",
        measure_at=again,
        by=owner,
    )
    assert not made(again - timedelta(minutes=1))
    (message,) = made(again)
    assert message.at == again


def test_an_appointment_is_told_the_evening_before(patient: Patient, owner: User) -> None:
    actions.set_reminder(patient, Kind.APPOINTMENT, by=owner, clocks=[time(18)])
    tomorrow = NOW.date() + timedelta(days=1)
    Appointment.objects.create(patient=patient, day=tomorrow, zone=patient.zone, by=owner)
    assert not made(NOW.replace(hour=17, minute=59))
    assert len(made(NOW.replace(hour=18))) == 1
    Appointment.objects.update(state="cancelled", day=tomorrow + timedelta(days=1))
    assert len(made(NOW.replace(hour=18) + timedelta(days=1))) == 1


def test_numbers_are_asked_about_after_90_days(patient: Patient, owner: User) -> None:
    actions.set_reminder(patient, Kind.NUMBERS, by=owner, clocks=[time(10)])
    ten = NOW.replace(hour=10)
    assert not made(ten + timedelta(days=90))
    assert len(made(ten + timedelta(days=91))) == 1


def test_silence_is_told_to_whoever_asked(
    patient: Patient, owner: User, reader: User, log: Callable[..., Any]
) -> None:
    log("36.8")
    actions.set_reminder(patient, Kind.SILENCE, by=reader, clocks=[time(19)], days=2)
    seven = NOW.replace(hour=19)
    assert not made(seven + timedelta(days=1))
    (message,) = made(seven + timedelta(days=2))
    assert message.user == reader


def test_quiet_hours_put_off_what_can_wait(at_eight: Reminder, owner: User) -> None:
    actions.set_quiet(at_eight.patient, start=time(19), end=time(21), by=owner)
    (message,) = made(EVENING)
    assert message.at == EVENING + timedelta(hours=1)


def test_whoever_lost_access_hears_nothing(patient: Patient, reader: User, clock: Any) -> None:
    actions.set_reminder(patient, Kind.ENTRY, by=reader, clocks=[time(20)])
    made(EVENING)
    Share.objects.update(revoked=timezone.now())
    clock.move_to(EVENING)
    with override_settings(EMAIL_HOST="mail"):
        assert send_all() == 0
    assert not mail.outbox
    assert Message.objects.get().state == Message.State.DROPPED


def test_stopping_drops_what_waits(at_eight: Reminder, owner: User, clock: Any) -> None:
    made(EVENING)
    actions.stop_reminder(at_eight, by=owner)
    clock.move_to(EVENING)
    assert send_all() == 0
    assert not made(EVENING + timedelta(days=1))[1:]


def test_a_change_begins_anew_and_leaves_one(at_eight: Reminder, owner: User) -> None:
    actions.set_reminder(at_eight.patient, Kind.ENTRY, by=owner, clocks=[time(21)])
    assert Reminder.objects.filter(stopped=None).count() == 1
    assert not made(EVENING)
    assert len(made(EVENING + timedelta(hours=1))) == 1


def test_what_was_sent_long_ago_is_forgotten(at_eight: Reminder) -> None:
    made(EVENING)
    claims.forget(EVENING + timedelta(days=30))
    assert Message.objects.exists()
    claims.forget(EVENING + timedelta(days=31))
    assert not Message.objects.exists()


def test_a_round_leaves_a_heartbeat(at_eight: Reminder, clock: Any) -> None:
    clock.move_to(EVENING)
    make_round()
    assert Heartbeat.objects.get().at == EVENING


def test_a_quiet_round_writes_nothing_but_its_heartbeat(
    patient: Patient, owner: User, django_assert_max_num_queries: Any
) -> None:
    course = on_blinatumomab(patient, NOW)
    BagPlan.objects.update_or_create(course=course, defaults={"due": EVENING})
    actions.set_reminder(patient, Kind.BAG, by=owner, minutes=60)
    made(EVENING)
    with django_assert_max_num_queries(12) as asked:
        rounds.plan(EVENING)
    said = [query["sql"].split()[0] for query in asked.captured_queries]
    assert not {"INSERT", "UPDATE", "DELETE"} & set(said)


def test_a_row_that_cannot_be_read_holds_up_no_other(
    at_eight: Reminder, patient: Patient, log: Callable[..., Any], make_user: Any
) -> None:
    other = new_patient(make_user("Other"), name="Bo")
    broken = actions.set_reminder(other, Kind.ENTRY, by=other.owner, clocks=[time(20)])
    Reminder.objects.filter(pk=broken.pk).update(clocks=["25:00"])
    gone = new_patient(make_user("Third"), name="Cy")
    actions.set_reminder(gone, Kind.ENTRY, by=gone.owner, clocks=[time(20)])
    Patient.objects.filter(pk=gone.pk).update(zone="US/Gone")
    assert patient.owner in {message.user for message in made(EVENING)}
    log("39.2")
    rounds.plan(EVENING)
    assert Message.objects.filter(kind=Kind.URGENT, patient=patient).exists()


def test_an_appointment_that_cannot_be_read_holds_up_no_other(
    patient: Patient, owner: User, make_user: Any
) -> None:
    gone = new_patient(make_user("Third"), name="Cy")
    for mine in (gone, patient):
        actions.set_reminder(mine, Kind.APPOINTMENT, by=mine.owner, clocks=[time(18)])
        day = NOW.date() + timedelta(days=1)
        Appointment.objects.create(patient=mine, day=day, zone=mine.zone, by=mine.owner)
    Patient.objects.filter(pk=gone.pk).update(zone="US/Gone")
    assert [message.user for message in made(NOW.replace(hour=18))] == [owner]


def test_a_zone_that_was_mended_wakes_its_reminders(at_eight: Reminder, patient: Patient) -> None:
    mine = Patient.objects.filter(pk=patient.pk)
    mine.update(zone="US/Gone")
    assert not made(EVENING)
    mine.update(zone="Europe/London")
    made(EVENING + timedelta(hours=1))
    at_eight.refresh_from_db()
    assert at_eight.next_due == EVENING + timedelta(days=1)


def test_a_bag_waits_for_no_quiet_hours(patient: Patient, owner: User) -> None:
    course = on_blinatumomab(patient, NOW)
    BagPlan.objects.update_or_create(course=course, defaults={"due": EVENING})
    actions.set_quiet(patient, start=time(18), end=time(7), by=owner)
    actions.set_reminder(patient, Kind.BAG, by=owner, minutes=60)
    (message,) = made(EVENING - timedelta(minutes=60))
    assert message.at == EVENING - timedelta(minutes=60)


def test_the_time_moves_with_the_zone_of_the_diary(at_eight: Reminder, patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(zone="Asia/Tokyo")  # 21:00 there now
    made(NOW)
    at_eight.refresh_from_db()
    assert at_eight.next_due == NOW.replace(hour=11) + timedelta(days=1)


def test_what_was_cancelled_while_it_waited_is_not_sent(
    patient: Patient, owner: User, clock: Any
) -> None:
    actions.set_quiet(patient, start=time(17), end=time(7), by=owner)
    actions.set_reminder(patient, Kind.APPOINTMENT, by=owner, clocks=[time(18)])
    day = NOW.date() + timedelta(days=1)
    Appointment.objects.create(patient=patient, day=day, zone=patient.zone, by=owner)
    (message,) = made(NOW.replace(hour=18))
    clock.move_to(message.at)
    message = Message.objects.select_related("reminder", "patient").get()
    assert rounds.is_still_needed(message, message.at)
    Appointment.objects.update(state="cancelled")
    assert not rounds.is_still_needed(message, message.at)


# Something urgent that nobody has answered, told by the care circle's rule.


@pytest.fixture
def fever(log: Callable[..., Any]) -> Any:
    return log("39.2")


def told(now: datetime) -> list[User]:
    rounds.plan(now)
    return [message.user for message in Message.objects.filter(kind=Kind.URGENT)]


def test_whoever_is_on_duty_is_told_at_once_in_quiet_hours_too(
    fever: Any, patient: Patient, owner: User
) -> None:
    actions.set_quiet(patient, start=time(9), end=time(23), by=owner)
    assert told(NOW) == [owner]
    assert Message.objects.get().at == NOW
    assert told(NOW + timedelta(seconds=20)) == [owner]


def test_after_the_minutes_the_next_is_told(fever: Any, owner: User, writer: User) -> None:
    assert told(NOW + timedelta(minutes=9)) == [owner]
    assert set(told(NOW + timedelta(minutes=10))) == {owner, writer}


def test_one_answer_ends_it_for_all(fever: Any, owner: User, writer: User, clock: Any) -> None:
    assert told(NOW) == [owner]
    Call.objects.create(check_in=fever, at=NOW, recorded=NOW, outcome="seen", by=writer)
    assert told(NOW + timedelta(hours=1)) == [owner]
    clock.move_to(NOW + timedelta(hours=1))
    with override_settings(EMAIL_HOST="mail"):
        assert send_all() == 0, "what waits is not sent any more"


def test_a_new_finding_opens_it_again(
    fever: Any, owner: User, log: Callable[..., Any], clock: Any
) -> None:
    assert told(NOW) == [owner]
    Call.objects.create(check_in=fever, at=NOW, recorded=NOW, outcome="seen", by=owner)
    clock.move_to(NOW + timedelta(hours=2))
    log("39.6")
    assert told(NOW + timedelta(hours=2)) == [owner, owner]


def test_the_same_person_is_chased_once(fever: Any, owner: User) -> None:
    for minutes in (0, 29, 30, 60, 600):
        found = told(NOW + timedelta(minutes=minutes))
        assert len(found) == (1 if minutes < 30 else 2), minutes


def test_an_old_one_is_left_to_the_pages(fever: Any, owner: User) -> None:
    assert told(NOW + timedelta(days=2)) == []


def test_an_urgent_one_is_tried_until_it_is_sent(fever: Any, owner: User, clock: Any) -> None:
    told(NOW)
    away = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}
    with override_settings(**away, EMAIL_HOST="127.0.0.1", EMAIL_PORT=9):
        for minute in range(12):
            clock.move_to(NOW + timedelta(minutes=minute))
            send_all()
    waits = Message.objects.get()
    assert (waits.state, waits.tries) == (Message.State.WAITING, 12)
    assert waits.at <= NOW + timedelta(minutes=12)


def test_the_owner_is_told_of_a_diary_that_waits_to_be_deleted(
    fever: Any, patient: Patient, owner: User, clock: Any
) -> None:
    Patient.objects.filter(pk=patient.pk).update(erase_due=NOW + timedelta(days=7))
    assert told(NOW) == [owner]
    with override_settings(EMAIL_HOST="mail"):
        assert send_all() == 1
