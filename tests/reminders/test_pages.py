"""The pages on which people set their own reminders, and what the links of messages open."""

from datetime import UTC, datetime, time

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Patient, User
from reminders import actions
from reminders.models import Kind, Message, QuietHours, Reminder
from tests.diary.answers import after_car_t, on_blinatumomab, with_numbers

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
EVERY = list("0123456")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def page(patient: Patient) -> str:
    return f"/p/{patient.pk}/reminders/"


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_somebody_sets_changes_and_stops_one(dad: Client, page: str) -> None:
    assert "Remind me" in text(dad, f"{page}entry/")
    done = dad.post(f"{page}entry/", {"time1": "21:15", "weekdays": ["0", "2"]}, follow=True)
    assert "21:15 on Mon and Wed" in done.content.decode()
    done = dad.post(f"{page}entry/", {"time1": "8:00", "time2": "20:00", "weekdays": EVERY})
    assert "08:00 and 20:00 every day" in text(dad, page)
    assert Reminder.objects.filter(stopped=None).count() == 1
    dad.post(f"{page}entry/off/")
    assert not Reminder.objects.filter(stopped=None).exists()
    actions_said = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"set reminder", "stop reminder"} <= actions_said


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.URGENT])
def test_every_kind_can_be_set_as_it_is_offered(kind: Kind, dad: Client, page: str) -> None:
    form = dad.get(f"{page}{kind}/").context["form"]
    given = {name: field.initial for name, field in form.fields.items() if field.initial}
    assert dad.post(f"{page}{kind}/", given).status_code == 302, given
    assert Reminder.objects.get().kind == kind
    assert text(dad, page).count("Off</span>") >= len(Kind) - 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"weekdays": EVERY}, "Give a time. Your other answers are still here."),
        ({"time1": "25:00", "weekdays": EVERY}, "That is not a time. Type it like 14:30."),
        ({"time1": "20:00"}, "Choose at least one day."),
        ({"time1": "20:00", "weekdays": ["7"]}, "Choose days from this list."),
    ],
)
def test_a_slip_is_told_and_keeps_what_was_there(
    typed: dict[str, object], said: str, dad: Client, page: str, patient: Patient, owner: User
) -> None:
    actions.set_reminder(patient, Kind.ENTRY, by=owner, clocks=[time(9)])
    answered = dad.post(f"{page}entry/", typed)
    assert answered.status_code == 422
    assert said in answered.content.decode()
    assert Reminder.objects.get(stopped=None).clocks == ["09:00"]


def test_the_only_time_of_a_kind_is_not_called_optional(dad: Client, page: str) -> None:
    assert "(optional)" not in text(dad, f"{page}silence/")
    answered = dad.post(f"{page}silence/", {"days": "2"})
    assert answered.status_code == 422
    assert "Give a time, such as 19:00." in answered.content.decode()


def test_an_urgent_one_cannot_be_switched_off_by_any_page(dad: Client, page: str) -> None:
    assert dad.get(f"{page}urgent/").status_code == 404
    assert dad.post(f"{page}urgent/off/").status_code == 404
    assert "That cannot be switched off" in text(dad, page)


def test_whoever_reads_sets_their_own_and_sees_nobody_elses(
    dad: Client, reader: User, log_in: object, page: str
) -> None:
    dad.post(f"{page}entry/", {"time1": "21:15", "weekdays": EVERY})
    theirs = log_in(reader)  # type: ignore[operator]
    assert "21:15" not in text(theirs, page)
    theirs.post(f"{page}silence/", {"time1": "19:00", "days": "2"})
    assert "After 2 days without an entry, at 19:00" in text(theirs, page)
    assert "19:00" not in text(dad, page)


def test_quiet_hours_are_set_and_taken_away(dad: Client, page: str) -> None:
    dad.post(f"{page}quiet/", {"start": "22:00", "end": "07:00"})
    assert "22:00 to 07:00" in text(dad, page)
    assert dad.post(f"{page}quiet/", {"start": "22:00", "end": ""}).status_code == 422
    assert dad.post(f"{page}quiet/", {"start": "22:00", "end": "22:00"}).status_code == 422
    assert QuietHours.objects.count() == 1
    dad.post(f"{page}quiet/", {"start": "", "end": ""})
    assert not QuietHours.objects.exists()


def test_after_car_t_more_is_offered_and_nothing_is_on_by_itself(
    dad: Client, page: str, patient: Patient
) -> None:
    assert "Suggested now" not in text(dad, page)
    after_car_t(patient, NOW, days=10)
    offered = text(dad, page)
    assert "In the first weeks after CAR-T: the temperature" in offered
    assert not Reminder.objects.exists()
    dad.post(f"{page}suggested/temperature-after-car-t/")
    assert Reminder.objects.get().clocks == ["08:00", "20:00"]
    assert "after CAR-T: the temperature" not in text(dad, page)


@pytest.mark.parametrize(("days", "is_offered"), [(56, True), (57, False)])
def test_it_is_offered_as_long_as_the_catalogue_says(
    days: int, is_offered: bool, dad: Client, page: str, patient: Patient
) -> None:
    after_car_t(patient, NOW, days=days)
    assert ("Suggested now" in text(dad, page)) is is_offered


def test_the_start_of_a_cycle_offers_a_second_entry(
    dad: Client, page: str, patient: Patient
) -> None:
    on_blinatumomab(patient, NOW, day=14)
    assert "At the start of a cycle" in text(dad, page)
    dad.post(f"{page}suggested/entry-in-a-cycle/")
    assert Reminder.objects.get().clocks == ["09:00", "20:00"]


@pytest.mark.parametrize(
    ("kind", "opens"), [("entry", "today"), ("numbers", "team"), ("appointment", "appointments")]
)
def test_the_link_of_a_message_leads_on_whoever_it_was_sent_to(
    kind: str, opens: str, dad: Client, reader: User, log_in: object, patient: Patient, owner: User
) -> None:
    one = Message.objects.create(patient=patient, user=owner, kind=kind, slot="a", due=NOW, at=NOW)
    answered = dad.get(f"/reminders/{one.pk}/")
    assert answered.headers["Location"] == reverse(opens, args=[patient.pk])
    assert log_in(reader).get(f"/reminders/{one.pk}/").status_code == 404  # type: ignore[operator]


def test_testing_the_numbers_is_noted(dad: Client, patient: Patient) -> None:
    with_numbers(patient)
    assert "I have tested them" in text(dad, f"/p/{patient.pk}/team/")
    dad.post(f"/p/{patient.pk}/team/confirm/")
    assert AuditEntry.objects.filter(patient=patient, action="confirm numbers").exists()


def test_no_page_of_reminders_sends_anything(dad: Client, page: str) -> None:
    with override_settings(EMAIL_HOST="mail"):
        dad.post(f"{page}entry/", {"time1": "21:15", "weekdays": EVERY})
        assert "They come by email" in text(dad, page)
    assert not mail.outbox
    assert timezone.now() == NOW


def test_today_says_what_was_due_until_somebody_has_seen_it(
    dad: Client, patient: Patient, owner: User, reader: User, log_in: object
) -> None:
    today = f"/p/{patient.pk}/"
    for kind in Kind:
        mine = {"patient": patient, "user": owner, "kind": kind, "slot": kind}
        Message.objects.create(**mine, due=NOW, at=NOW, state="shown")
    shown = text(dad, today)
    assert shown.count("/reminders/messages/") == 4
    assert "Check that the numbers to call still work." in shown
    assert "/reminders/messages/" not in text(log_in(reader), today)  # type: ignore[operator]
    one = Message.objects.get(kind="numbers")
    dad.post(f"/p/{patient.pk}/reminders/messages/{one.pk}/")
    assert "Check that the numbers to call still work." not in text(dad, today)
